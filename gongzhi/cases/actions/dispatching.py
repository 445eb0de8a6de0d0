"""From the desk to the unit that handles: accept, decline, dispatch, return, escalate, refer down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, levels, lifecycle, notice_kinds, rules
from gongzhi.cases.actions import merging, moves, pausing, proposing, telling
from gongzhi.cases.lifecycle import Level, Move, State, Tier
from gongzhi.cases.models import Case, CaseSight, Category
from gongzhi.cases.queries import places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force


class ChoiceIsFinal(Conflict):
    """The level above has chosen the unit."""

    code = "choice_is_final"
    message = _("The level above has decided that this matter is yours; it cannot be returned again.")
    hint = _("Handle it, or escalate it with what you tried and why it cannot be settled at your level.")


class AlreadyThere(Conflict):
    """A second press, or two dispatchers with the same thought."""

    code = "already_there"
    message = _("The matter was already handed to this unit.")


class NoHigherLevel(Conflict):
    code = "no_higher_level"
    message = _("There is no level above this unit to escalate to.")
    hint = _("A bureau returns what is not its own; the county centre dispatches it anew.")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a person confirmed about a matter when accepting it."""

    category: Category
    kind: str
    tier: str
    urgency: str


@transaction.atomic
def accept_case(*, case: Case, assessment: Assessment, by: Actor, at: datetime) -> Case:
    """Accept a registered matter and start its finish clock. Raises MoveNotPossible, NotYourMove, Invalid."""
    case, at = moves.begin(case, Move.ACCEPT, by=by, at=at)
    _assess(case, assessment)
    case.accepted_at = at
    moves.finish(
        case,
        Move.ACCEPT,
        by=by,
        at=at,
        data={
            "category": assessment.category.code,
            "kind": case.kind,
            "tier": case.tier,
            "urgency": case.urgency,
        },
        changed=["category", "kind", "tier", "urgency", "accepted_at"],
    )
    proposing.keep_decision(case, by=by, at=at)
    return case


def _assess(case: Case, assessment: Assessment) -> None:
    try:
        case.kind = lifecycle.Kind(assessment.kind)
        case.tier = lifecycle.Tier(assessment.tier)
        case.urgency = lifecycle.Urgency(assessment.urgency)
    except ValueError as unknown:
        raise Invalid(field="kind") from unknown
    if assessment.category.valid_until is not None:
        raise Invalid(_("This subject is not used any more; please choose another."), field="category")
    case.category = assessment.category


@transaction.atomic
def decline_case(*, case: Case, reason: str, responsible: str, words: str, by: Actor, at: datetime) -> Case:
    """Refuse a matter: a reason from the list, and who is responsible and how to reach them.

    Raises Invalid without either, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.DECLINE, by=by, at=at)
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    reasons = in_force(rules.REASONS, at=at)
    label = _chosen(reasons.params, "decline", reason, case.language)
    responsible = moves.need_words(responsible, longest=longest, field="responsible")
    words = moves.fit(words, longest=longest, field="words")
    case.closed_at = at
    said = telling.in_language_of(
        case,
        gettext_noop("%(reason)s. Responsible: %(responsible)s. %(words)s"),
        reason=label,
        responsible=responsible,
        words=f"{words} {_last_word(case, at=at)}".strip(),
    ).strip()
    moves.finish(
        case,
        Move.DECLINE,
        by=by,
        at=at,
        words=said,
        rule=reasons.label,
        data={"reason": reason, "responsible": responsible},
        changed=["closed_at"],
    )
    merging.release_followers(case, gettext("The matter it rested with was not accepted."), at=at)
    telling.news(case, said, by=by, at=at)
    return case


def _last_word(case: Case, *, at: datetime) -> str:
    """Return where else the resident can turn, for a refusal that cannot be objected to any more."""
    params = in_force(governance_rules.OBJECTIONS, at=at).params
    return params.elsewhere(case.language) if case.objections >= params.most else ""


@transaction.atomic
def dispatch_case(*, case: Case, unit: Unit, words: str = "", by: Actor, at: datetime) -> Case:
    """Hand an accepted matter to the unit that shall handle it; from dispatched, send it to another one.

    A dispatch after arbitration is final. Raises Invalid for a unit out of reach or of a level that escalated
    the matter, AlreadyThere, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.DISPATCH, by=by, at=at)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    case.arbitrated = check_dispatch(case, unit, by=by, at=at)
    returns = in_force(rules.RETURNS, at=at)
    case.level = places.level_of(unit)
    case.owner = None
    case.dispatched_at = case.dispatched_at or at
    moves.finish(
        case,
        Move.DISPATCH,
        by=by,
        at=at,
        words=words,
        public=False,
        to_unit=unit,
        rule=returns.label if case.arbitrated else "",
        data={"final": case.arbitrated},
        changed=["arbitrated", "level", "owner", "dispatched_at"],
    )
    _tell_arrival(case, words, by=by, at=at)
    return case


def check_dispatch(case: Case, unit: Unit, *, by: Actor, at: datetime) -> bool:
    """Say whether handing the case to this unit would be final. For the action and for what foretells it.

    Raises what `dispatch_case` raises, but for the state of the case.
    """
    _check_reach(case, unit, at=at)
    if case.status == State.DISPATCHED and case.unit_id == unit.pk:
        raise AlreadyThere
    limit = in_force(rules.RETURNS, at=at).params.before_arbitration
    is_final = levels.needs_arbitration(case.returns, returns_before_arbitration=limit)
    if is_final and not can(by, Permission.CASE_ARBITRATE, unit_path=case.desk.path):
        raise moves.NotYourMove
    return is_final


def _check_reach(case: Case, unit: Unit, *, at: datetime) -> None:
    """Raise Invalid for a unit out of the desk's reach, ended, or of a level that escalated the matter."""
    if not places.in_reach(case.desk, unit):
        raise Invalid(
            _(
                "%(unit)s is outside the area of %(desk)s. Escalate the matter, "
                "or choose a unit of your own area."
            )
            % {"unit": unit.name, "desk": case.desk.name},
            field="unit",
        )
    if unit.valid_until is not None and unit.valid_until <= orgs.day_of(at):
        raise Invalid(_("This unit does not exist any more; please choose another."), field="unit")
    gave_up = case.highest_escalated_from
    if gave_up and not lifecycle.is_below(Level(gave_up), places.level_of(unit)):
        raise Invalid(
            _("%(unit)s or its level already escalated this matter; it cannot go back down there.")
            % {"unit": unit.name},
            field="unit",
        )


@transaction.atomic
def return_case(
    *, case: Case, reason: str, words: str, suggested: Unit | None = None, by: Actor, at: datetime
) -> Case:
    """Give back what is not ours. The next return after the rule's number goes to the level above to decide.

    Only returns of a unit to another one's desk are counted: a village cannot play them with itself to be
    rid of a matter without escalating it, which asks for reasons.

    Raises ChoiceIsFinal after arbitration, Invalid without reason or words, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.RETURN, by=by, at=at)
    if case.arbitrated:
        raise ChoiceIsFinal
    _chosen(in_force(rules.REASONS, at=at).params, "returning", reason, case.language)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    rule = in_force(rules.RETURNS, at=at)
    pausing.end_pause(case, at=at)
    # A desk that gives a matter back to itself has asked nobody: only another unit's return counts.
    from_another = case.unit_id != case.desk_id
    case.returns += from_another
    case.owner = None
    if from_another and levels.needs_arbitration(
        case.returns, returns_before_arbitration=rule.params.before_arbitration
    ):
        case.desk = _arbiter(case.desk)
        moves.show_to(case, case.desk, CaseSight.Reason.DESK, at=at)
    case.level = places.level_of(case.desk)
    moves.finish(
        case,
        Move.RETURN,
        by=by,
        at=at,
        words=words,
        public=False,
        to_unit=case.desk,
        rule=rule.label,
        data={"reason": reason, "suggested": suggested.code if suggested else "", "returns": case.returns},
        changed=["returns", "owner", "desk", "level"],
    )
    telling.unit(
        case, case.desk, notice_kinds.CAME_BACK, words, permission=Permission.CASE_DISPATCH, by=by, at=at
    )
    return case


def _arbiter(desk: Unit) -> Unit:
    """Return the centre one level above the desk; the county arbitrates its own."""
    above = lifecycle.level_above(places.level_of(desk))
    return places.centre_at(desk, above) if above else desk


@transaction.atomic
def escalate_case(*, case: Case, tried: str, why_not: str, by: Actor, at: datetime) -> Case:
    """Hand a matter one level up, with what was tried and why it cannot be settled here.

    The old unit keeps sight of it: the resident may still visit the village office. Raises NoHigherLevel,
    Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.ESCALATE, by=by, at=at)
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    tried = moves.need_words(tried, longest=longest, field="tried")
    why_not = moves.need_words(why_not, longest=longest, field="why_not")
    _go_up(
        case,
        Move.ESCALATE,
        by=by,
        at=at,
        words=f"{tried}\n{why_not}",
        data={"tried": tried, "why_not": why_not},
    )
    _tell_arrival(case, why_not, by=by, at=at)
    return case


def _go_up(case: Case, move: Move, *, by: Actor, at: datetime, words: str, data: dict[str, str]) -> None:
    level = Level(case.level)
    above = lifecycle.level_above(level)
    if above is None:
        raise NoHigherLevel
    parent = places.centre_at(case.unit, above)
    pausing.end_pause(case, at=at)
    case.highest_escalated_from = level
    case.level = above
    case.desk = parent
    case.owner = None
    case.arbitrated = False
    if case.tier == Tier.SMALL:
        case.tier = Tier.COMPLEX
    moves.finish(
        case,
        move,
        by=by,
        at=at,
        words=words,
        to_unit=parent,
        data=data,
        changed=["highest_escalated_from", "level", "desk", "owner", "arbitrated", "tier"],
    )


@transaction.atomic
def refer_down(*, case: Case, unit: Unit, reason: str, by: Actor, at: datetime) -> Case:
    """Hand a matter to a lower level, never to one that already said it cannot settle it.

    Raises Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.REFER_DOWN, by=by, at=at)
    reason = moves.need_words(
        reason, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="reason"
    )
    target = places.level_of(unit)
    if not lifecycle.is_below(target, Level(case.level)):
        raise Invalid(
            _("Refer down means to a lower level; to send it elsewhere, dispatch it."), field="unit"
        )
    _check_reach(case, unit, at=at)
    pausing.end_pause(case, at=at)
    case.level = target
    case.desk = unit if unit.kind in (UnitKind.VILLAGE, UnitKind.TOWN) else places.centre_at(unit, target)
    case.owner = None
    case.dispatched_at = case.dispatched_at or at
    moves.finish(
        case,
        Move.REFER_DOWN,
        by=by,
        at=at,
        words=reason,
        public=False,
        to_unit=unit,
        changed=["level", "desk", "owner", "dispatched_at"],
    )
    _tell_arrival(case, reason, by=by, at=at)
    return case


def _tell_arrival(case: Case, words: str, *, by: Actor, at: datetime) -> None:
    telling.unit(
        case, case.unit, notice_kinds.ARRIVED, words, permission=Permission.CASE_HANDLE, by=by, at=at
    )


def _chosen(lists: rules.ReasonLists, name: rules.ReasonList, code: str, language: str) -> str:
    """Return the words of a chosen reason. Raises Invalid for one that is not on the list."""
    try:
        return lists.label(name, code, language=language)
    except KeyError as unknown:
        raise Invalid(_("Please choose a reason from the list."), field="reason") from unknown
