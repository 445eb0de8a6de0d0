"""Permissions and roles: one enum, one readable table, one rule.

The rule: a person holds posts; a post is a role at a unit, dated; the scope of a post is the subtree of its
unit. `can` decides, `visible` lists, `why` explains, `require` refuses: all read the same scopes, so a list
never shows what a check would refuse. An unknown permission raises `ValueError`: no silent "no".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongzhi.core.actor import Actor, ActorKind, HeldPost
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs import paths

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Permission(StrEnum):
    CASE_VIEW = "case.view"
    CASE_WORDS = "case.words"
    """Read what was said in a case that one sees; without it only its dated facts."""
    CASE_REGISTER = "case.register"
    CASE_ACCEPT = "case.accept"
    CASE_DECLINE = "case.decline"
    CASE_DISPATCH = "case.dispatch"
    CASE_SETTLE = "case.settle"
    CASE_HANDLE = "case.handle"
    CASE_ARBITRATE = "case.arbitrate"
    CASE_REFER_DOWN = "case.refer_down"
    CASE_SUPERVISE = "case.supervise"
    CASE_EXTEND = "case.extend"
    """Grant or refuse more time to a unit below."""
    FLAG_RULE = "flag.rule"
    """Read what looks suspicious in the work of units below, and rule on it."""
    FOLLOWUP_CALL = "followup.call"
    """Call residents back about answers of units below."""
    EXPERT_CHANGE = "expert.change"
    """Keep the roster of experts."""
    MODEL_CHANGE = "model.change"
    """Have proposals learnt anew, and go back to a former model."""
    CASE_COMMENT = "case.comment"
    CASE_PUBLISH = "case.publish"
    CASE_CONTACT = "case.contact"
    MEDIATION_VIEW = "mediation.view"
    """See that a dispute is mediated, its kind, dates and outcome; who said what is for those who mediate."""
    MEDIATION_MEDIATE = "mediation.mediate"
    """Open disputes at one's committee, and mediate those one is named for."""
    MEDIATION_LEAD = "mediation.lead"
    """Head of a committee: names mediators, seals agreements, reads the minutes."""
    HOTLINE_VIEW = "hotline.view"
    """See the calls of one's lines, when and how they ended, and the figures over them."""
    HOTLINE_ANSWER = "hotline.answer"
    """Take calls: have the caller recognised, register, answer, pass on."""
    KNOWLEDGE_VIEW = "knowledge.view"
    """Read articles that are for staff only, beside those for everybody."""
    KNOWLEDGE_WRITE = "knowledge.write"
    """Write articles for which one's unit answers, and look after them."""
    KNOWLEDGE_PUBLISH = "knowledge.publish"
    """Publish, give back and withdraw articles of units below; never a version one wrote oneself."""
    FIGURES_VIEW = "figures.view"
    RULE_VIEW = "rule.view"
    RULE_CHANGE = "rule.change"
    UNIT_VIEW = "unit.view"
    UNIT_CHANGE = "unit.change"
    POST_CHANGE = "post.change"
    ACCOUNT_CHANGE = "account.change"
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
    """A row of `ROLES`: what it is called, one plain sentence, where it may be held, what it allows."""

    code: RoleCode
    name: "_StrPromise"
    sentence: "_StrPromise"
    unit_kinds: frozenset[str]
    permissions: frozenset[Permission]


P = Permission
_READ = frozenset(
    {P.CASE_VIEW, P.CASE_WORDS, P.CASE_COMMENT, P.RULE_VIEW, P.UNIT_VIEW, P.FIGURES_VIEW, P.API_USE}
    | {P.KNOWLEDGE_VIEW}
)
_DISPATCH = frozenset(
    {P.CASE_REGISTER, P.CASE_ACCEPT, P.CASE_DECLINE, P.CASE_DISPATCH, P.CASE_CONTACT, P.CASE_PUBLISH}
)
_HANDLE = frozenset({P.CASE_REGISTER, P.CASE_HANDLE, P.CASE_CONTACT})
_JUDGE = frozenset({P.FOLLOWUP_CALL, P.CASE_ARBITRATE, P.CASE_REFER_DOWN, P.CASE_EXTEND, P.EXPERT_CHANGE})
_MEDIATE = frozenset({P.MEDIATION_VIEW, P.MEDIATION_MEDIATE})
_HOTLINE = frozenset({P.HOTLINE_VIEW, P.HOTLINE_ANSWER})
_WRITE = frozenset({P.KNOWLEDGE_WRITE})
_PUBLISH = frozenset({P.KNOWLEDGE_WRITE, P.KNOWLEDGE_PUBLISH})

ROLES: dict[RoleCode, Role] = {
    role.code: role
    for role in (
        Role(
            RoleCode.LINE_PERSON,
            _("three-line person"),
            _("Party member, deputy or household head: reports for neighbours, settles small matters."),
            frozenset({"village", "grid"}),
            frozenset({P.CASE_VIEW, P.CASE_COMMENT, P.CASE_REGISTER, P.CASE_SETTLE, P.CASE_CONTACT})
            | {P.CASE_WORDS, P.RULE_VIEW, P.UNIT_VIEW, P.API_USE, P.MEDIATION_MEDIATE, P.KNOWLEDGE_VIEW},
        ),
        Role(
            RoleCode.VILLAGE_CLERK,
            _("village clerk"),
            _("Keeps the village desk: accepts, dispatches, handles and answers matters of the village."),
            frozenset({"village"}),
            _READ | _DISPATCH | _HANDLE | {P.CASE_SETTLE} | _MEDIATE | _WRITE,
        ),
        Role(
            RoleCode.VILLAGE_HEAD,
            _("village head"),
            _("Answers for the village: all the clerk may do, and is warned when matters run late."),
            frozenset({"village"}),
            _READ
            | _DISPATCH
            | _HANDLE
            | {P.CASE_SETTLE, P.POST_CHANGE}
            | _MEDIATE
            | {P.MEDIATION_LEAD}
            | _PUBLISH,
        ),
        Role(
            RoleCode.TOWN_DISPATCHER,
            _("town dispatcher"),
            _("Keeps the town centre: dispatches, arbitrates returns and refers matters down to villages."),
            frozenset({"town"}),
            _READ | _DISPATCH | _HANDLE | _JUDGE | _MEDIATE | _HOTLINE | _WRITE,
        ),
        # The head may do what the people he appoints may do, because nobody can grant more than he holds.
        Role(
            RoleCode.TOWN_HEAD,
            _("town head"),
            _("Answers for the town: all the dispatcher may do, supervises what runs late, manages posts."),
            frozenset({"town"}),
            _READ
            | _DISPATCH
            | _HANDLE
            | _JUDGE
            | {P.CASE_SETTLE, P.CASE_SUPERVISE, P.FLAG_RULE, P.POST_CHANGE}
            | _MEDIATE
            | {P.MEDIATION_LEAD}
            | _HOTLINE
            | _PUBLISH,
        ),
        Role(
            RoleCode.COUNTY_DISPATCHER,
            _("county dispatcher"),
            _("Keeps the county centre: dispatches to bureaus and towns and arbitrates between them."),
            frozenset({"county"}),
            _READ | _DISPATCH | _HANDLE | _JUDGE | _MEDIATE | {P.MEDIATION_LEAD} | _HOTLINE | _PUBLISH,
        ),
        Role(
            RoleCode.COUNTY_SUPERVISOR,
            _("county supervisor"),
            _("Watches over the whole county: supervises, reopens, reads every figure and the audit log."),
            frozenset({"county"}),
            _READ
            | {P.CASE_SUPERVISE, P.CASE_EXTEND, P.FLAG_RULE, P.AUDIT_VIEW, P.CASE_CONTACT, P.MODEL_CHANGE}
            | {P.MEDIATION_VIEW, P.HOTLINE_VIEW, P.KNOWLEDGE_PUBLISH, P.FOLLOWUP_CALL},
        ),
        Role(
            RoleCode.DEPARTMENT_OFFICER,
            _("department officer"),
            _("Handles and answers what is dispatched to the bureau or its town station."),
            frozenset({"department", "station"}),
            _READ | {P.CASE_HANDLE, P.CASE_CONTACT} | {P.MEDIATION_MEDIATE} | _PUBLISH,
        ),
        Role(
            RoleCode.DATA_ANALYST,
            _("data analyst"),
            _("Reads figures and the lists behind them; sees no personal field and moves no case."),
            frozenset({"county", "town"}),
            frozenset({P.CASE_VIEW, P.FIGURES_VIEW, P.RULE_VIEW, P.UNIT_VIEW, P.API_USE})
            | {P.MEDIATION_VIEW, P.HOTLINE_VIEW, P.KNOWLEDGE_VIEW},
        ),
        Role(
            RoleCode.SYSTEM_MANAGER,
            _("system manager"),
            _("Keeps units, posts, calendar and rules in order; sees no case."),
            frozenset({"county"}),
            frozenset({P.RULE_VIEW, P.RULE_CHANGE, P.UNIT_VIEW, P.UNIT_CHANGE, P.POST_CHANGE})
            | {P.ACCOUNT_CHANGE, P.CALENDAR_CHANGE, P.AUDIT_VIEW, P.API_USE, P.MODEL_CHANGE},
        ),
    )
}

HEADS = frozenset({RoleCode.VILLAGE_HEAD, RoleCode.TOWN_HEAD, RoleCode.COUNTY_SUPERVISOR})
"""Roles that answer for their unit: told when something there runs late."""


def role_of(code: str) -> Role:
    """Return the role with this stable code. Raises ValueError for an unknown one."""
    return ROLES[RoleCode(code)]


def posts_granting(actor: Actor, permission: Permission) -> tuple[HeldPost, ...]:
    """Return the actor's posts whose role grants `permission`. Raises ValueError for an unknown one."""
    permission = Permission(permission)
    return tuple(p for p in actor.posts if permission in role_of(p.role).permissions)


def scope_paths(actor: Actor, permission: Permission) -> tuple[str, ...]:
    """Return the paths below which `actor` holds `permission`, none inside another, in byte order."""
    kept: list[str] = []
    for path in sorted({post.unit_path for post in posts_granting(actor, permission)}):
        if not (kept and paths.contains(kept[-1], path)):
            kept.append(path)
    return tuple(kept)


def can(actor: Actor, permission: Permission, *, unit_path: str) -> bool:
    """Whether a post of `actor` grants `permission` at the unit with this path."""
    return any(paths.contains(scope, unit_path) for scope in scope_paths(actor, permission))


def can_any(actor: Actor, permission: Permission, *, unit_paths: Iterable[str]) -> bool:
    """Whether `can` holds for at least one of the units."""
    return any(can(actor, permission, unit_path=path) for path in unit_paths)


def visible(actor: Actor, permission: Permission, path_field: str = "path") -> Q:
    """Return the condition that keeps exactly the rows for which `can` holds, read from `path_field`.

    Combine conditions over several columns with `|`. Without any granting post nothing matches.
    """
    scopes = scope_paths(actor, permission)
    condition = Q(pk__in=[])
    for scope in scopes:
        condition |= paths.subtree(scope, field=path_field)
    return condition


def why(actor: Actor, permission: Permission, unit_path: str) -> str:
    """Return words that say which post of `actor` gives `permission` at the unit, or that none does."""
    for post in posts_granting(actor, permission):
        if paths.contains(post.unit_path, unit_path):
            words = gettext("You may do this as %(role)s of %(unit)s.")
            return words % {"role": role_of(post.role).name, "unit": post.unit_name}
    return gettext("None of your posts allows this here.")


def require(actor: Actor, permission: Permission, *, unit_path: str) -> None:
    """Raise NotAllowed unless `can` holds. The system itself (jobs, commands, imports) is not asked."""
    if actor.kind is not ActorKind.SYSTEM and not can(actor, permission, unit_path=unit_path):
        raise NotAllowed
