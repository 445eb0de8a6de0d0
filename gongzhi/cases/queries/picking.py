"""What staff choose from when they accept and hand on: subjects and units, with what is proposed first.

A proposal is only an order of the list with its reason beside it; a person confirms it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext, pgettext

from gongzhi.cases import governance_rules, lifecycle, words
from gongzhi.cases.lifecycle import Level, Move, State, Tier
from gongzhi.cases.models import Case, Category, Transition
from gongzhi.cases.queries import categories, places
from gongzhi.cases.resident_words import place_name
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.orgs import paths
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, UnitKind, User
from gongzhi.orgs.permissions import Permission, visible
from gongzhi.orgs.queries import day_of, valid_on
from gongzhi.rulebook.queries import in_force

_PROPOSED = 4
_PATH_SIGN = " › "


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: `label` says it alone, `hint` tells it from others or says why."""

    code: str
    label: str
    hint: str = ""
    words: str = ""
    """Further words it is found by."""
    group: str = ""

    def fits(self, text: str) -> bool:
        return any(text in part for part in (self.label, self.words, self.code))


def find(options: Iterable[Option], text: str) -> list[Option]:
    """Return the options a typed text means: the one it names exactly, else all that contain it."""
    options = list(options)
    exact = [o for o in options if text in (o.label, o.code)]
    return exact or [o for o in options if o.fits(text)]


# --- Subjects --------------------------------------------------------------------------------------


def subjects() -> list[Option]:
    """Return the whole list of subjects with the way down to each, in the order of codes. One query."""
    rows = list(categories.list_categories())
    names = {row.code: categories.name_of(row) for row in rows}
    return [_subject(row, names) for row in rows]


def _subject(row: Category, names: dict[str, str]) -> Option:
    above = [
        names[row.code[:length]] for length in range(2, len(row.code) + 1, 2) if row.code[:length] in names
    ]
    return Option(
        code=row.code,
        label=_PATH_SIGN.join(above),
        hint=f"{words.KINDS[lifecycle.Kind(row.kind)]} · {words.URGENCIES[lifecycle.Urgency(row.urgency)]}",
        words=row.words,
        group=above[0],
    )


def short_subjects() -> list[Option]:
    """Return the subjects of the second level, few enough for a drop-down. One query."""
    second = 2 * len("01")
    return [option for option in subjects() if len(option.code) == second]


def spot_subjects(*, at: datetime) -> list[Option]:
    """Return the subjects of the second level that may be settled on the spot. One query."""
    rule = in_force(governance_rules.SETTLEMENT, at=at).params
    return [option for option in short_subjects() if not rule.excludes(option.code)]


def proposed_subjects(
    options: Sequence[Option], *, said: str, chosen: str = "", first: Option | None = None
) -> list[Option]:
    """Return the subjects whose key words stand in what was said, most words first; `hint` names the words.

    A subject the case already has comes first, then `first`, what is proposed with its reason.
    """
    by_code = {option.code: option for option in options}
    scored = sorted(
        ((found, option) for option in options if (found := _found(option, said))),
        key=lambda pair: (-len(pair[0]), -sum(map(len, pair[0])), -len(pair[1].code), pair[1].code),
    )
    best = [_with_reason(option, found) for found, option in scored]
    before = [_already(by_code[chosen])] if chosen in by_code else []
    likely: dict[str, Option] = {}
    for option in (*before, *([first] if first else []), *best):
        likely.setdefault(option.code, option)
    return list(likely.values())[:_PROPOSED]


def _found(option: Option, said: str) -> list[str]:
    return [word for word in option.words.split() if word in said]


def _with_reason(option: Option, found: Sequence[str]) -> Option:
    reason = gettext("key words: %(words)s") % {"words": pgettext("between words", ", ").join(found)}
    return Option(option.code, option.label, f"{option.hint} · {reason}", option.words, option.group)


def _already(option: Option) -> Option:
    hint = f"{option.hint} · {gettext('chosen before')}"
    return Option(option.code, option.label, hint, option.words, option.group)


# --- Units -----------------------------------------------------------------------------------------

_GROUPS = (
    UnitKind.DEPARTMENT,
    UnitKind.STATION,
    UnitKind.TOWN,
    UnitKind.VILLAGE,
    UnitKind.GRID,
    UnitKind.COUNTY,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """The units a desk may hand a case to, and which of them are likely, the likeliest first."""

    options: list[Option]
    proposed: list[Option]


def dispatch_reach(case: Case, *, at: datetime) -> Reach:
    """Return the units the case's desk may dispatch to, the one that has it already left out. Three
    queries."""
    has_it = case.unit_id if case.status == State.DISPATCHED else None
    fitting = [u for u in _units(case.desk, at=at) if u.pk != has_it and not _gave_up(case, u)]
    return _reach(case, fitting, at=at)


def reach_of_desks(desks: Iterable[Unit], *, at: datetime) -> list[Option]:
    """Return the units that at least one of these desks may dispatch to. One query for each desk."""
    found = {unit.code: unit for desk in desks for unit in _units(desk, at=at)}
    order = [str(words.UNIT_GROUPS[kind]) for kind in _GROUPS]
    return sorted((_unit_option(unit) for unit in found.values()), key=lambda o: order.index(o.group))


def refer_down_reach(case: Case, *, at: datetime) -> Reach:
    """Return the units below the case's level that have not yet said they cannot settle it. Three
    queries."""
    level = Level(case.level)
    below = [u for u in _units(case.desk, at=at) if lifecycle.is_below(places.level_of(u), level)]
    return _reach(case, [unit for unit in below if not _gave_up(case, unit)], at=at)


def _gave_up(case: Case, unit: Unit) -> bool:
    """Whether the unit's level, or one above it, has said it cannot settle the case."""
    tried = case.highest_escalated_from
    return bool(tried) and not lifecycle.is_below(Level(tried), places.level_of(unit))


def _units(desk: Unit, *, at: datetime) -> list[Unit]:
    beside = Q(kind=UnitKind.STATION, parent_id=desk.parent_id)
    found = Unit.objects.filter(paths.subtree(desk.path) | beside, valid_on(day_of(at)), kind__in=_GROUPS)
    return [unit for unit in found.select_related("parent").order_by("path") if places.in_reach(desk, unit)]


def _reach(case: Case, units: Sequence[Unit], *, at: datetime) -> Reach:
    options = {unit.code: _unit_option(unit) for unit in units}
    ordered = sorted(
        options.values(), key=lambda o: [str(words.UNIT_GROUPS[k]) for k in _GROUPS].index(o.group)
    )
    likely: dict[str, Option] = {}
    for unit, reason in _likely(case, units, at=at):
        option = options[unit.code]
        likely.setdefault(unit.code, Option(option.code, option.label, reason, option.words, option.group))
    return Reach(ordered, list(likely.values())[:_PROPOSED])


def reach_of(units: Sequence[Unit], *, likely: Sequence[Unit]) -> Reach:
    """Return these units as a reach, with those responsible for the subject proposed."""
    options = [_unit_option(unit) for unit in units]
    reason = gettext("responsible for this subject")
    by_code = {option.code: option for option in options}
    proposed = [by_code[unit.code] for unit in likely if unit.code in by_code]
    return Reach(options, [Option(o.code, o.label, reason, o.words, o.group) for o in proposed[:_PROPOSED]])


def _unit_option(unit: Unit) -> Option:
    name = place_name(unit.name)
    beside = unit.parent and unit.kind in (UnitKind.STATION, UnitKind.VILLAGE, UnitKind.GRID)
    label = f"{name}（{unit.parent.name}）" if beside and unit.parent else name
    return Option(
        unit.code,
        label,
        str(words.UNIT_GROUPS[unit.kind]),
        unit.name,
        str(words.UNIT_GROUPS[unit.kind]),
    )


def _likely(case: Case, units: Sequence[Unit], *, at: datetime) -> list[tuple[Unit, str]]:
    """Return units with the reason why each is likely, the likeliest first."""
    by_code = {unit.code: unit for unit in units}
    suggested = [
        (by_code[code], gettext("suggested by the unit that returned it"))
        for code in _suggestions(case)
        if code in by_code
    ]
    own = by_code.get(case.place.code)
    own_place = [(own, gettext("its own place"))] if own and not case.highest_escalated_from else []
    responsible = [(unit, gettext("responsible for this subject")) for unit in responsible_units(case, units)]
    desk = by_code.get(case.desk.code)
    itself = [(desk, gettext("this desk itself"))] if desk else []
    first, second = (own_place, responsible) if case.tier == Tier.SMALL else (responsible, own_place)
    return [*suggested, *first, *second, *itself]


def _suggestions(case: Case) -> list[str]:
    if not case.returns:
        return []
    rows = Transition.objects.filter(case=case, move=Move.RETURN).order_by("-seq")
    return [code for data in rows.values_list("data", flat=True)[:1] if (code := data.get("suggested"))]


def responsible_units(case: Case, units: Sequence[Unit]) -> list[Unit]:
    """Return the station of the case's own town first, then the bureau, that handle its subject."""
    department = case.category.department_code if case.category else ""
    if not department:
        return []
    found = [u for u in units if u.code.endswith(f"-{department}")]
    near = [
        u
        for u in found
        if u.kind == UnitKind.STATION and u.parent and case.place.path.startswith(u.parent.path)
    ]
    bureaus = [u for u in found if u.kind == UnitKind.DEPARTMENT]
    return [*near, *bureaus]


def offices(*, at: datetime) -> list[Option]:
    """Return the bureaus and centres with their telephones, to name who is responsible. One query."""
    kinds = (UnitKind.DEPARTMENT, UnitKind.TOWN, UnitKind.COUNTY)
    rows = Unit.objects.filter(valid_on(day_of(at)), kind__in=kinds).order_by("path")
    return [Option(row.code, f"{row.name} {row.phone}".strip()) for row in rows]


def all_units(*, at: datetime) -> list[Option]:
    """Return every unit that can handle a case, to suggest one when returning. One query."""
    rows = Unit.objects.filter(valid_on(day_of(at)), kind__in=_GROUPS).select_related("parent")
    return [_unit_option(row) for row in rows.order_by("path")]


def colleagues(case: Case, *, at: datetime) -> list[Option]:
    """Return who may become the owner: who handles matters at the unit, the owner left out. Two queries."""
    held = orgs.holders_for_job(unit_id=case.unit_id, permission=Permission.CASE_HANDLE, at=at)
    found = User.objects.filter(pk__in=set(held) - {case.owner_id}).order_by("full_name", "pk")
    return [Option(user.username, user.get_full_name()) for user in found]


def get_colleague(username: str) -> User:
    """Return the open account with this name. Raises Invalid."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Invalid(gettext("Please choose one of your colleagues."), field="owner")
    return found


def places_to_register(viewer: Actor, *, at: datetime) -> list[Option]:
    """Return the places within the viewer's posts at which they may register a matter, villages first
    where the viewer belongs to one. One query."""
    kinds = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.GRID)
    mine = visible(viewer, Permission.CASE_REGISTER)
    rows = (
        Unit.objects.filter(mine, valid_on(day_of(at)), kind__in=kinds)
        .select_related("parent")
        .order_by("path")
    )
    return [
        Option(
            row.code,
            place_name(row.name),
            group=row.parent.name if row.parent and row.kind != UnitKind.TOWN else row.name,
        )
        for row in rows
    ]


def own_place(viewer: Actor, offered: Sequence[Option]) -> str:
    """Return the village or grid of the viewer's own post, when it is offered; "" for a town or county.

    A village's own people mean their village; a town or the county has to be asked which place it was.
    """
    codes = {option.code for option in offered}
    near = [p.unit_code for p in viewer.posts if p.unit_kind in (UnitKind.VILLAGE, UnitKind.GRID)]
    return next((code for code in near if code in codes), "")
