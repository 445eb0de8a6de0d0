"""What a press for many matters would do, matter by matter, before anything is pressed. Writes nothing.

It asks the very checks of the actions and reckons due moments with their clocks; a test holds it to what then
happens.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import lifecycle as case_lifecycle
from gongzhi.cases import words as case_words
from gongzhi.cases.actions import clocks, dispatching, handling, merging, moves
from gongzhi.cases.lifecycle import State, Urgency
from gongzhi.cases.models import Case, Category, Clock
from gongzhi.cases.queries import access, categories, picking, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError, Invalid
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, User
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import rules, words
from gongzhi.workbench.lifecycle import MOVES, Kind
from gongzhi.workbench.queries import batches

_URGENCIES = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants done to each of the chosen matters."""

    kind: Kind
    unit: Unit | None = None
    owner: User | None = None
    main: str = ""
    """Number of the matter the others are merged into."""
    tier: str = ""
    subject: str = ""
    """Code of the subject for those that have none and none is proposed for."""
    words: str = ""


_NEEDED = {Kind.ACCEPT: "tier", Kind.DISPATCH: "unit", Kind.REASSIGN: "owner", Kind.MERGE: "main"}


def asked_of(kind: Kind, chosen: Mapping[str, str], *, at: datetime) -> Asked:
    """Read what was chosen, by its names. Raises Invalid, naming what is missing or unknown."""
    if not chosen.get(_NEEDED[kind]):
        raise Invalid(field=_NEEDED[kind])
    unit, owner = chosen.get("unit"), chosen.get("owner")
    return Asked(
        kind,
        unit=places.get_place(unit, at=at, field="unit") if unit else None,
        owner=picking.get_colleague(owner) if owner else None,
        main=chosen.get("main", ""),
        tier=chosen.get("tier", ""),
        subject=chosen.get("subject", ""),
        words=chosen.get("words", ""),
    )


@dataclass(slots=True)
class Will:
    """One matter that would be moved: how it would stand, and who would be told."""

    case: Case
    mark: str
    state: str
    unit: str
    owner: str
    due_at: datetime | None
    subject: str = ""
    subject_name: str = ""
    is_final: bool = False
    told: list[str] = field(default_factory=list)
    told_users: set[int] = field(default_factory=set)
    tells_reporter: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """One that is left out, and why."""

    number: str
    case: Case | None
    reason: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    will: list[Will]
    left: list[Left]


class NothingChosen(Invalid):
    code = "nothing_chosen"
    message = _("No matter is chosen.")
    hint = _("Go back to the list and tick the matters you mean.")


class TooManyChosen(Invalid):
    code = "too_many_chosen"
    hint = _("Choose fewer, and do the rest afterwards.")


def foresee(*, viewer: Actor, asked: Asked, numbers: Sequence[str], at: datetime) -> Foreseen:
    """Return what would happen to the matters with these numbers at the moment `at`.

    Raises NothingChosen, TooManyChosen.
    """
    check_number(numbers, at=at)
    main = [asked.main] if asked.main else []
    found = batches.chosen_cases(viewer, [*numbers, *main])
    wanted = dict.fromkeys(number.strip() for number in numbers)
    seen = [case for case in found.values() if case is not None]
    view = _View(viewer, asked, at, found, batches.running_clocks(seen), batches.held_already(seen))
    will: list[Will] = []
    left: list[Left] = []
    for number in wanted:
        case = found[number]
        try:
            will.append(view.of(case))
        except DomainError as refusal:
            left.append(Left(number, case, str(refusal.message)))
    names = batches.names_of({user for each in will for user in each.told_users})
    for each in will:
        each.told = [names[user] for user in sorted(each.told_users)]
        if each.tells_reporter:
            each.told.append(gettext("the reporter"))
    return Foreseen(will, left)


def check_number(numbers: Sequence[str], *, at: datetime) -> None:
    """Raise NothingChosen or TooManyChosen unless so many may be moved at once."""
    most = in_force(rules.BATCHES, at=at).params.most
    if not numbers:
        raise NothingChosen(field="n")
    if len(set(numbers)) > most:
        raise TooManyChosen(
            gettext("At most %(most)d matters can be moved in one press.") % {"most": most}, field="n"
        )


def mark_of(case: Case) -> str:
    """Return a digest of where the case stands: what a preview rested on."""
    stands = (str(case.status), case.unit_id, case.desk_id, case.owner_id, case.arbitrated, case.reworks)
    return sha256(repr(stands).encode()).hexdigest()[:16]


def assessment(case: Case, category: Category, tier: str) -> dispatching.Assessment:
    """Return what a matter is accepted as: the subject's kind and urgency, unless it was called more urgent
    already."""
    urgent = max(Urgency(case.urgency), Urgency(category.urgency), key=_URGENCIES.index)
    return dispatching.Assessment(category, case.kind or category.kind, tier, urgent)


@dataclass(slots=True)
class _View:
    viewer: Actor
    asked: Asked
    at: datetime
    found: Mapping[str, Case | None]
    running: Mapping[int, list[Clock]]
    held: set[int]
    _holders: dict[int, list[int]] = field(default_factory=dict)
    _subjects: list[picking.Option] = field(default_factory=list)
    _categories: dict[str, Category] = field(default_factory=dict)

    def of(self, case: Case | None) -> Will:
        """Return what would become of the case. Raises DomainError with the reason why nothing would."""
        if case is None:
            raise Invalid(words.GONE)
        if case.pk in self.held:
            raise Invalid(words.IN_ANOTHER)
        if self.asked.kind is Kind.MERGE and case.number == self.asked.main:
            raise Invalid(words.IS_MAIN)
        moves.check(case, MOVES[self.asked.kind], by=self.viewer)
        match self.asked.kind:
            case Kind.ACCEPT:
                will = self._accept(case)
            case Kind.DISPATCH:
                will = self._dispatch(case)
            case Kind.REASSIGN:
                will = self._reassign(case)
            case Kind.MERGE:
                will = self._merge(case)
        will.told_users.discard(self.viewer.user_id or 0)
        return will

    def _accept(self, case: Case) -> Will:
        subject = case.category or self._proposed(case)
        if subject is None:
            raise Invalid(words.NO_SUBJECT)
        after, assessed = copy(case), assessment(case, subject, self.asked.tier)
        after.category, after.kind, after.urgency = subject, assessed.kind, assessed.urgency
        will = self._will(case, after)
        will.subject, will.subject_name = subject.code, categories.name_of(subject)
        return will

    def _dispatch(self, case: Case) -> Will:
        unit = self.asked.unit
        if unit is None:
            raise Invalid(field="unit")
        is_final = dispatching.check_dispatch(case, unit, by=self.viewer, at=self.at)
        after = copy(case)
        after.unit, after.owner = unit, None
        will = self._will(case, after)
        will.is_final = is_final
        will.told_users = set(self._handlers(unit.pk))
        return will

    def _reassign(self, case: Case) -> Will:
        owner = self.asked.owner
        if owner is None:
            raise Invalid(field="owner")
        handling.check_owner(case, owner.pk, at=self.at)
        after = copy(case)
        after.owner = owner
        will = self._will(case, after)
        will.told_users = {owner.pk} | ({case.owner_id} if case.owner_id else set())
        return will

    def _merge(self, case: Case) -> Will:
        main = self.found.get(self.asked.main)
        if main is None:
            raise merging.MainNotPossible(field="main")
        merging.may_lead(case, main)
        will = self._will(case, copy(case))
        will.due_at = None
        if case.status in (State.DISPATCHED, State.HANDLING):
            will.told_users = self._owner_or_unit(case)
        will.told_users |= self._owner_or_unit(main)
        will.tells_reporter = bool(case.reporter_mail or case.reporter_phone)
        return will

    def _will(self, case: Case, after: Case) -> Will:
        move = MOVES[self.asked.kind]
        state = State(case_lifecycle.next_state(State(case.status), move) or case.status)
        due = clocks.foresee(after, move, [copy(c) for c in self.running[case.pk]], at=self.at)
        return Will(
            case=case,
            mark=mark_of(case),
            state=str(case_words.STATES[state]),
            unit=after.unit.name,
            owner=after.owner.get_full_name() if after.owner else "",
            due_at=due if case_lifecycle.STEPS[move].starts else case.due_at,
        )

    def _proposed(self, case: Case) -> Category | None:
        """Return the subject its words speak of, else the one chosen for all; the first needs a right to
        read words."""
        code = self.asked.subject
        if access.reads_words(self.viewer):
            self._subjects = self._subjects or picking.subjects()
            said = f"{case.title}\n{case.text}"
            code = next((o.code for o in picking.proposed_subjects(self._subjects, said=said)), code)
        if code and code not in self._categories:
            self._categories[code] = categories.get_category(code)
        return self._categories.get(code)

    def _owner_or_unit(self, case: Case) -> set[int]:
        return {case.owner_id} if case.owner_id else set(self._handlers(case.unit_id))

    def _handlers(self, unit: int) -> list[int]:
        if unit not in self._holders:
            self._holders[unit] = orgs.holders_for_job(
                unit_id=unit, permission=Permission.CASE_HANDLE, at=self.at
            )
        return self._holders[unit]


def said_of(told: Sequence[str]) -> str:
    """Return who is told as people say it; "" for nobody."""
    return pgettext("between words", ", ").join(told)
