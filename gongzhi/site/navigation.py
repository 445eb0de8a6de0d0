"""What stands in the side navigation and the foot of pages: one table, so that apps never edit a layout.

To add an entry, add a line to `ENTRIES`: its words, the name of its address, the permission a post must
grant, and (if it has one) a function that counts what waits there for the actor. An entry whose address does
not exist yet is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.queries import lists
from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.followup.queries import access
from gongzhi.notices.queries import count_unread
from gongzhi.orgs.permissions import Permission, posts_granting

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Counter = Callable[[Actor], int | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation. `short_label` and `icon` serve the bar at the bottom of a phone."""

    label: "_StrPromise"
    url_name: str
    permission: Permission | None = None
    count: Counter | None = None
    query: str = ""
    icon: str = ""
    short_label: "_StrPromise | None" = None
    also: tuple[str, ...] = ()
    """Names of addresses elsewhere that belong to it too."""


@dataclass(frozen=True, slots=True)
class Group:
    label: "_StrPromise | None"
    entries: tuple[Entry, ...]


def _count_to_dispatch(actor: Actor) -> int | None:
    """What waits at the actor's desks; None beyond the limit of counting. One query of an index."""
    return lists.count_queue(
        viewer=actor, queue=lists.Queue.DISPATCH, filters=lists.Filters(), at=clock.now()
    )


GROUPS: tuple[Group, ...] = (
    Group(
        None,
        (
            Entry(_("My desk"), "site:desk", icon="home", short_label=_("Desk")),
            Entry(
                _("To dispatch"),
                "cases:dispatch_queue",
                Permission.CASE_DISPATCH,
                count=_count_to_dispatch,
                icon="inbox",
                short_label=_("Dispatch"),
            ),
            Entry(
                _("All matters"),
                "cases:list",
                Permission.CASE_VIEW,
                icon="list",
                short_label=_("Matters"),
            ),
            Entry(
                _("Register a matter"),
                "cases:register",
                Permission.CASE_REGISTER,
                icon="message-plus",
                short_label=_("Register"),
            ),
            Entry(
                _("Hotline"), "hotline:list", Permission.HOTLINE_VIEW, icon="phone", also=("hotline:screen",)
            ),
            Entry(_("Knowledge"), "knowledge:list", Permission.KNOWLEDGE_VIEW, icon="book-2"),
            Entry(_("Mediation"), "mediation:list", Permission.MEDIATION_MEDIATE, icon="scale"),
            Entry(
                _("Follow-up calls"),
                "followup:list",
                Permission.FOLLOWUP_CALL,
                count=access.count_waiting,
                icon="phone",
            ),
            Entry(_("Notices"), "notices:mine", count=count_unread, icon="bell", short_label=_("Notices")),
        ),
    ),
    Group(
        _("Figures"),
        (
            Entry(_("Unit dashboard"), "cases:dashboard", Permission.FIGURES_VIEW),
            Entry(_("How proposals fare"), "cases:proposals", Permission.FIGURES_VIEW),
            Entry(_("Learnt models"), "cases:models", Permission.MODEL_CHANGE),
        ),
    ),
    Group(
        _("Rules and units"),
        (
            Entry(_("Rules"), "rulebook:list", Permission.RULE_VIEW),
            Entry(_("Units and posts"), "orgs:units", Permission.UNIT_VIEW),
            Entry(_("Office calendar"), "orgs:calendar"),
            Entry(_("Experts"), "cases:experts", Permission.CASE_HANDLE),
            Entry(_("Accounts"), "orgs:accounts", Permission.ACCOUNT_CHANGE),
        ),
    ),
    Group(
        _("Records"),
        (
            Entry(_("My files"), "cases:exports", Permission.CASE_VIEW),
            Entry(_("Many at once"), "workbench:batches", Permission.CASE_HANDLE),
            Entry(_("What looks suspicious"), "cases:flags", Permission.FLAG_RULE),
            Entry(_("Audit log"), "audit:log", Permission.AUDIT_VIEW),
            Entry(_("Delivery of notices"), "notices:deliveries", Permission.AUDIT_VIEW),
        ),
    ),
)

FOOT: tuple[Entry, ...] = (
    Entry(_("See how it goes"), "cases:track"),
    Entry(_("Matters made public"), "cases:board"),
    Entry(_("Questions and answers"), "knowledge:index"),
    Entry(_("Rules in force"), "rulebook:public_list"),
    Entry(_("Check a receipt"), "cases:verify"),
    Entry(_("Seals of the audit log"), "audit:roots"),
    Entry(_("For staff"), "account_login"),
)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    label: str
    href: str
    current: bool
    count: int | None = None
    icon: str = ""
    short_label: str = ""
    counted: bool = False
    """Whether a count belongs to it, also while there is nothing to count."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    label: str
    items: list[ShownEntry]


@dataclass(frozen=True, slots=True)
class Navigation:
    groups: list[ShownGroup] = field(default_factory=list)
    bottom: list[ShownEntry] = field(default_factory=list)


def shown(actor: Actor | None, path: str) -> Navigation:
    """Return the navigation for this actor, the entry of `path` marked. One count query for each counted
    entry."""
    if actor is None or not actor.is_staff:
        return Navigation()
    here = _current([entry for group in GROUPS for entry in group.entries], path)
    groups = [ShownGroup(str(g.label or ""), list(_show(g.entries, actor, here))) for g in GROUPS]
    groups = [group for group in groups if group.items]
    bottom = [item for group in groups for item in group.items if item.icon and item.short_label][:4]
    return Navigation(groups, bottom)


def foot(request: HttpRequest) -> list[ShownEntry]:
    """Return the links at the foot of pages for residents."""
    return list(_show(FOOT, None, _current(FOOT, request.path)))


def _current(entries: Iterable[Entry], path: str) -> Entry | None:
    """Return the entry whose address is the longest beginning of `path`: a case belongs to its list."""
    found = [
        (address, entry)
        for entry in entries
        for name in (entry.url_name, *entry.also)
        if (address := _address(name)) and path.startswith(address)
    ]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else None


def _address(name: str) -> str:
    """Return the address of this name, "" while no page has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _show(entries: Iterable[Entry], actor: Actor | None, here: Entry | None) -> Iterable[ShownEntry]:
    for entry in entries:
        if entry.permission and not (actor and posts_granting(actor, entry.permission)):
            continue
        href = _address(entry.url_name)
        if not href:
            continue
        yield ShownEntry(
            label=str(entry.label),
            href=href + entry.query,
            current=entry is here,
            count=entry.count(actor) if entry.count and actor else None,
            icon=entry.icon,
            short_label=str(entry.short_label or ""),
            counted=entry.count is not None,
        )
