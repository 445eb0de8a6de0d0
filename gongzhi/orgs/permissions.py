"""Permissions and roles: one enum, one readable table, one rule.

The rule: a person holds posts; a post is a role at a unit, dated; the scope of a post is the subtree of its
unit. `can` decides, `visible_units` lists, `why` explains: all three read the same posts. An unknown
permission raises `ValueError`; nothing becomes "no" in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import _StrPromise
from django.utils.translation import gettext_lazy as _

from gongzhi.core.actor import Actor, HeldPost


class Permission(StrEnum):
    CASE_VIEW = "case.view"
    CASE_REGISTER = "case.register"
    CASE_ACCEPT = "case.accept"
    CASE_DECLINE = "case.decline"
    CASE_DISPATCH = "case.dispatch"
    CASE_SETTLE = "case.settle"
    CASE_HANDLE = "case.handle"
    CASE_ARBITRATE = "case.arbitrate"
    CASE_REFER_DOWN = "case.refer_down"
    CASE_SUPERVISE = "case.supervise"
    CASE_COMMENT = "case.comment"
    CASE_PUBLISH = "case.publish"
    CASE_CONTACT = "case.contact"
    FIGURES_VIEW = "figures.view"
    RULE_VIEW = "rule.view"
    RULE_CHANGE = "rule.change"
    UNIT_VIEW = "unit.view"
    UNIT_CHANGE = "unit.change"
    POST_CHANGE = "post.change"
    CALENDAR_CHANGE = "calendar.change"
    AUDIT_VIEW = "audit.view"
    API_USE = "api.use"


class RoleCode(StrEnum):
    LINE_PERSON = "line_person"
    VILLAGE_CLERK = "village_clerk"
    VILLAGE_HEAD = "village_head"
    TOWN_DISPATCHER = "town_dispatcher"
    TOWN_HEAD = "town_head"
    COUNTY_DISPATCHER = "county_dispatcher"
    COUNTY_SUPERVISOR = "county_supervisor"
    DEPARTMENT_OFFICER = "department_officer"
    DATA_ANALYST = "data_analyst"
    SYSTEM_MANAGER = "system_manager"


@dataclass(frozen=True, slots=True)
class Role:
    code: RoleCode
    name: _StrPromise
    sentence: _StrPromise
    unit_kinds: frozenset[str]
    permissions: frozenset[Permission]


P = Permission
_READ = {P.CASE_VIEW, P.CASE_COMMENT, P.RULE_VIEW, P.UNIT_VIEW, P.FIGURES_VIEW, P.API_USE}
_DISPATCH = {P.CASE_REGISTER, P.CASE_ACCEPT, P.CASE_DECLINE, P.CASE_DISPATCH, P.CASE_CONTACT, P.CASE_PUBLISH}
_HANDLE = {P.CASE_REGISTER, P.CASE_HANDLE, P.CASE_CONTACT}


def _role(code: RoleCode, name: _StrPromise, sentence: _StrPromise, kinds: set[str], permissions: set[Permission]) -> Role:
    return Role(code, name, sentence, frozenset(kinds), frozenset(permissions))


ROLES: dict[RoleCode, Role] = {
    role.code: role
    for role in (
        _role(RoleCode.LINE_PERSON, _("three-line person"), _("Party member, deputy or household head: reports for neighbours and settles small matters on the spot."), {"village", "grid"}, {P.CASE_VIEW, P.CASE_COMMENT, P.CASE_REGISTER, P.CASE_SETTLE, P.CASE_CONTACT, P.RULE_VIEW, P.UNIT_VIEW, P.API_USE}),
        _role(RoleCode.VILLAGE_CLERK, _("village clerk"), _("Keeps the village desk: accepts, dispatches, handles and answers matters of the village."), {"village"}, _READ | _DISPATCH | _HANDLE | {P.CASE_SETTLE}),
        _role(RoleCode.VILLAGE_HEAD, _("village head"), _("Answers for the village: all the clerk may do, and is warned when matters run late."), {"village"}, _READ | _DISPATCH | _HANDLE | {P.CASE_SETTLE, P.POST_CHANGE}),
        _role(RoleCode.TOWN_DISPATCHER, _("town dispatcher"), _("Keeps the town centre: dispatches, arbitrates returns and refers matters down to villages."), {"town"}, _READ | _DISPATCH | _HANDLE | {P.CASE_ARBITRATE, P.CASE_REFER_DOWN}),
        _role(RoleCode.TOWN_HEAD, _("town head"), _("Answers for the town: supervises what runs late and manages posts of the town."), {"town"}, _READ | _HANDLE | {P.CASE_SUPERVISE, P.CASE_ARBITRATE, P.CASE_REFER_DOWN, P.CASE_PUBLISH, P.POST_CHANGE}),
        _role(RoleCode.COUNTY_DISPATCHER, _("county dispatcher"), _("Keeps the county centre: dispatches to bureaus and towns and arbitrates between them."), {"county"}, _READ | _DISPATCH | _HANDLE | {P.CASE_ARBITRATE, P.CASE_REFER_DOWN}),
        _role(RoleCode.COUNTY_SUPERVISOR, _("county supervisor"), _("Watches over the whole county: supervises, reopens, reads every figure and the audit log."), {"county"}, _READ | {P.CASE_SUPERVISE, P.AUDIT_VIEW, P.CASE_CONTACT}),
        _role(RoleCode.DEPARTMENT_OFFICER, _("department officer"), _("Handles and answers what is dispatched to the bureau or its town station."), {"department", "station"}, _READ | {P.CASE_HANDLE, P.CASE_CONTACT}),
        _role(RoleCode.DATA_ANALYST, _("data analyst"), _("Reads figures and the lists behind them; sees no personal field and moves no case."), {"county", "town"}, {P.CASE_VIEW, P.FIGURES_VIEW, P.RULE_VIEW, P.UNIT_VIEW, P.API_USE}),
        _role(RoleCode.SYSTEM_MANAGER, _("system manager"), _("Keeps units, posts, calendar and rules in order; sees no case."), {"county"}, {P.RULE_VIEW, P.RULE_CHANGE, P.UNIT_VIEW, P.UNIT_CHANGE, P.POST_CHANGE, P.CALENDAR_CHANGE, P.AUDIT_VIEW, P.API_USE}),
    )
}


def posts_granting(actor: Actor, permission: Permission) -> tuple[HeldPost, ...]:
    """Return the actor's posts whose role grants `permission`. Raises ValueError for an unknown one."""
    permission = Permission(permission)
    return tuple(p for p in actor.posts if permission in ROLES[RoleCode(p.role)].permissions)


def can(actor: Actor, permission: Permission, *, unit_path: str) -> bool:
    """Whether a post of `actor` grants `permission` at the unit with this path."""
    return any(unit_path.startswith(p.unit_path) for p in posts_granting(actor, permission))


def can_any(actor: Actor, permission: Permission, *, unit_paths: Iterable[str]) -> bool:
    return any(can(actor, permission, unit_path=path) for path in unit_paths)
