"""Writes on the tree of units.

The invariant: path, depth and parent say the same. Every change of shape holds the lock on the top unit of
each tree it touches, so that two moves at once cannot make a circle or leave a child under an old path.
"""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs import audit_events, paths, queries
from gongzhi.orgs.models import Post, Unit, UnitKind
from gongzhi.orgs.names import is_name, tidy
from gongzhi.orgs.permissions import Permission, require

RANK = {
    UnitKind.NATION: 0,
    UnitKind.PROVINCE: 1,
    UnitKind.CITY: 2,
    UnitKind.COUNTY: 3,
    UnitKind.TOWN: 4,
    UnitKind.VILLAGE: 5,
    UnitKind.GRID: 6,
}
"""Administrative levels, top first: a unit stands below one of a higher level. Bureaus and stations are
free.
"""
SAME_LEVEL_NESTS = frozenset({UnitKind.GRID})


class CodeTaken(Conflict):
    code = "unit_code_taken"
    message = _("Another unit already has this code.")
    hint = _("Codes stay with their unit for ever, also after it ended. Choose another one.")


class UnitEnded(Conflict):
    code = "unit_ended"
    message = _("This unit has ended; nothing new can hang on it.")
    hint = _("Choose a unit that exists today.")


class MovesUnderItself(Invalid):
    code = "moves_under_itself"
    message = _("A unit cannot stand below itself.")
    hint = _("Choose a place outside the unit and what is below it.")


class WrongLevel(Invalid):
    code = "wrong_level"
    message = _("A unit of this kind cannot stand there.")
    hint = _("The unit above must be of a higher level: county, town, village, grid.")


class UnitsBelow(Conflict):
    code = "units_below"
    message = _("There are still units below this one.")
    hint = _("Move or end them first.")


@transaction.atomic
def create_unit(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None,
    by: Actor,
    at: datetime,
    phone: str = "",
    valid_from: date | None = None,
) -> Unit:
    """Hang a new unit below `parent`; only the system itself makes one without (the county).

    Raises CodeTaken, UnitEnded, WrongLevel, Invalid for a code, name or kind that cannot be used, NotAllowed.
    """
    code, kind = _clean_code(code), _clean_kind(kind)
    if parent is None:
        require(by, Permission.UNIT_CHANGE, unit_path=paths.root(code))
    else:
        parent = _open_parent(parent, kind=kind, by=by, at=at)
    path = paths.join(parent.path, code) if parent else paths.root(code)
    unit = Unit(
        code=code,
        name=_clean_name(name),
        kind=kind,
        parent=parent,
        path=path,
        depth=paths.depth(path),
        phone=_clean_phone(phone),
        valid_from=valid_from or queries.day_of(at),
    )
    _insert(unit)
    data = {"name": unit.name, "kind": kind, "below": parent.code if parent else ""}
    record(audit_events.UNIT_CREATED.code, by=by, at=at, subject=f"unit:{code}", unit_code=code, data=data)
    return unit


def _insert(unit: Unit) -> None:
    # The database decides about codes: two clerks may press at the same moment.
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(field="code") from error


def _open_parent(parent: Unit, *, kind: str, by: Actor, at: datetime) -> Unit:
    """Return the parent as it is now, its tree locked, after every check on it."""
    (parent,) = _lock_trees(parent)
    require(by, Permission.UNIT_CHANGE, unit_path=parent.path)
    if not queries.is_valid(parent, queries.day_of(at)):
        raise UnitEnded(field="parent")
    _check_levels(parent.kind, kind)
    return parent


def kinds_below(kind: str) -> list[UnitKind]:
    """Return the kinds that may stand below a unit of this kind, the next level first."""
    return [below for below in UnitKind if _fits(kind, below)]


def _fits(above: str, below: str) -> bool:
    if below not in RANK:
        return True
    if above not in RANK:
        return False
    return RANK[UnitKind(below)] > RANK[UnitKind(above)] or (above == below and below in SAME_LEVEL_NESTS)


def _check_levels(above: str, below: str) -> None:
    if not _fits(above, below):
        raise WrongLevel(field="parent")


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, by: Actor, at: datetime, phone: str | None = None) -> Unit:
    """Give a unit another name and, when `phone` is given, another public telephone. The code stays.

    Raises Invalid for a name or number that cannot be used, NotAllowed.
    """
    unit = queries.lock_unit(unit)
    require(by, Permission.UNIT_CHANGE, unit_path=unit.path)
    new = {"name": _clean_name(name), "phone": unit.phone if phone is None else _clean_phone(phone)}
    old = {"name": unit.name, "phone": unit.phone}
    if new == old:
        return unit
    unit.name, unit.phone = new["name"], new["phone"]
    unit.save(update_fields=["name", "phone"])
    record(
        audit_events.UNIT_RENAMED.code,
        by=by,
        at=at,
        subject=f"unit:{unit.code}",
        unit_code=unit.code,
        data={"old": old, "new": new},
    )
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, by: Actor, at: datetime) -> Unit:
    """Hang a unit and everything below it under another one; rewrites their paths in one statement.

    Posts move with their units, so scopes change at once. Raises MovesUnderItself, UnitEnded, WrongLevel,
    NotAllowed (both the old and the new place must be in scope).
    """
    unit, parent = _lock_trees(unit, parent)
    require(by, Permission.UNIT_CHANGE, unit_path=unit.path)
    require(by, Permission.UNIT_CHANGE, unit_path=parent.path)
    if paths.contains(unit.path, parent.path):
        raise MovesUnderItself(field="parent")
    if not queries.is_valid(parent, queries.day_of(at)):
        raise UnitEnded(field="parent")
    _check_levels(parent.kind, unit.kind)
    if unit.parent_id == parent.pk:
        return unit
    old_path, new_path = unit.path, paths.join(parent.path, unit.code)
    _rewrite_paths(old_path, new_path)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    data = {"old_path": old_path, "new_path": new_path}
    record(
        audit_events.UNIT_MOVED.code,
        by=by,
        at=at,
        subject=f"unit:{unit.code}",
        unit_code=unit.code,
        data=data,
    )
    unit.refresh_from_db()
    return unit


def _rewrite_paths(old: str, new: str) -> None:
    longest = Unit._meta.get_field("path").max_length or 0
    deepest = max(
        len(path) for path in Unit.objects.filter(paths.subtree(old)).values_list("path", flat=True)
    )
    if deepest - len(old) + len(new) > longest:
        raise Invalid(_("The tree would become too deep."), field="parent")
    Unit.objects.filter(paths.subtree(old)).update(
        path=Concat(Value(new), Substr("path", len(old) + 1)),
        depth=F("depth") + paths.depth(new) - paths.depth(old),
    )


@transaction.atomic
def end_unit(*, unit: Unit, on: date, by: Actor, at: datetime) -> Unit:
    """End a unit from the day `on` (that day it no longer exists); the posts held there end with it.

    Raises UnitsBelow while a unit below it is valid on that day, UnitEnded when it already ended, Invalid for
    a day before it began, NotAllowed.
    """
    (unit,) = _lock_trees(unit)
    require(by, Permission.UNIT_CHANGE, unit_path=unit.path)
    if unit.valid_until is not None and unit.valid_until <= on:
        raise UnitEnded(field="on")
    if on < unit.valid_from:
        raise Invalid(_("The unit began later than that."), field="on")
    below = Unit.objects.filter(paths.subtree(unit.path)).exclude(pk=unit.pk)
    if below.filter(queries.not_ended_on(on)).exists():
        raise UnitsBelow(field="on")
    unit.valid_until = on
    unit.save(update_fields=["valid_until"])
    _end_posts_of(unit, on=on, by=by, at=at)
    data = {"until": on.isoformat()}
    record(
        audit_events.UNIT_ENDED.code,
        by=by,
        at=at,
        subject=f"unit:{unit.code}",
        unit_code=unit.code,
        data=data,
    )
    return unit


def _end_posts_of(unit: Unit, *, on: date, by: Actor, at: datetime) -> None:
    for post in Post.objects.filter(queries.not_ended_on(on), unit=unit).select_for_update():
        post.valid_until = max(on, post.valid_from)
        post.save(update_fields=["valid_until"])
        record(
            audit_events.POST_ENDED.code,
            by=by,
            at=at,
            subject=f"account:{post.user_id}",
            unit_code=unit.code,
            data={"role": post.role, "until": post.valid_until.isoformat(), "because": "unit ended"},
        )


def _lock_trees(*units: Unit) -> list[Unit]:
    """Lock the top unit of every tree that `units` stand in and return the units as they are now."""
    tops = {paths.codes(unit.path)[0] for unit in units}
    for top in sorted(tops):
        first = (
            Unit.objects.filter(paths.subtree(f"{top}/")).order_by("path").values_list("pk", flat=True)[:1]
        )
        list(Unit.objects.select_for_update().filter(pk__in=list(first)))
    found = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[unit.pk for unit in units])}
    return [found[unit.pk] for unit in units]


def _clean_code(code: str) -> str:
    code = code.strip()
    if not re.match(paths.CODE_PATTERN, code) or len(code) > 32:
        raise Invalid(_("A code has 1 to 32 letters, digits and hyphens."), field="code")
    return code


def _clean_kind(kind: str) -> str:
    if kind not in UnitKind.values:
        raise Invalid(_("There is no such kind of unit."), field="kind")
    return kind


def _clean_name(name: str) -> str:
    name = tidy(name)
    if not is_name(name, longest=80):
        raise Invalid(_("A name has 1 to 80 printable characters."), field="name")
    return name


def _clean_phone(phone: str) -> str:
    phone = tidy(phone)
    if not re.fullmatch(r"[0-9+() ,;/-]{0,40}", phone):
        raise Invalid(_("A telephone number has at most 40 digits, spaces and hyphens."), field="phone")
    return phone
