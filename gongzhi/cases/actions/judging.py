"""The resident's part: confirm and rate, say it is not solved, reopen, object, withdraw; and filing unrated.

Only the resident says solved. A staff member may pass on what a resident said, which is recorded; whoever
answered a matter never rates it for the resident.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import deadlines, governance_rules, levels, lifecycle, notice_kinds, rules
from gongzhi.cases.actions import merging, moves, pausing, supervising, telling, together
from gongzhi.cases.lifecycle import Level, Move, State
from gongzhi.cases.models import Case, CaseSight, Rating
from gongzhi.cases.queries import access, calendars, merged, places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force


class WindowOver(Conflict):
    """The time in which this could be said has passed."""

    code = "window_over"
    message = _("The time for this has passed.")
    hint = _("You can raise the matter anew; name the old number and it will be found.")


_WITH_THE_UNIT = frozenset({State.DISPATCHED, State.HANDLING, State.RESOLVED})


class ObjectionsUsedUp(Conflict):
    """Every level that can look at a refusal has looked at it."""

    code = "objections_used_up"
    message = _("The refusal was looked at as often as the rule allows; this was the last word here.")


class OwnAnswer(moves.NotYourMove):
    code = "own_answer"
    message = _("You answered this matter yourself, so you cannot judge it for the resident.")
    hint = _("The resident can use the link on the receipt, or a colleague can record what they say.")


class NothingToRate(Conflict):
    """There is no judgement of the resident on this answer yet, or it already has its stars."""

    code = "nothing_to_rate"
    message = _("How satisfied you are was already noted, or the matter was filed without a word from you.")
    hint = _("If the matter is not solved after all, it can be reopened while there is time.")


@transaction.atomic
def confirm_case(
    *,
    case: Case,
    solved: bool,
    score: int | None,
    words: str = "",
    reached: bool | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Record the resident's judgement and close the matter; "not solved" is `not_solved`, not this.

    `solved=False` closes it too: the resident accepts that it could not be solved, and it counts as unsolved.
    Raises Invalid, OwnAnswer, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.CONFIRM, by=by, at=at)
    not_by_owner(case, by)
    check_score(score)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    record_rating(case, solved=solved, score=score, words=words, reached=reached, by=by, at=at)
    case.closed_at = at
    case.rate_by = None
    moves.finish(
        case,
        Move.CONFIRM,
        by=by,
        at=at,
        words=words,
        data={"solved": solved, "score": score, "reached": reached, "acting_for": by.is_staff},
        changed=["solved", "score", "rated_at", "closed_at", "rate_by"],
    )
    return case


@transaction.atomic
def rate_answer(
    *, case: Case, score: int, words: str = "", reached: bool | None = None, by: Actor, at: datetime
) -> Case:
    """Add to a judgement given with one press how satisfied the resident is; once for each answer.

    Raises NothingToRate, WindowOver, Invalid, OwnAnswer, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.RATE, by=by, at=at)
    not_by_owner(case, by)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    check_score(score)
    main = merged.answer_of(case)
    of = Q(main=main) if main.pk != case.pk else Q(main__isnull=True)
    rating = Rating.objects.filter(of, case=case, round=main.reworks, score__isnull=True).first()
    if rating is None:
        raise NothingToRate
    _in_window(case, in_force(rules.WINDOWS, at=at).params.rating, at=at)
    rating.score = case.score = score
    rating.words = rating.words or words
    rating.reached = reached if reached is not None else rating.reached
    rating.save(update_fields=["score", "words", "reached"])
    data = {"score": score, "reached": reached, "acting_for": by.is_staff}
    moves.finish(case, Move.RATE, by=by, at=at, words=words, data=data, changed=["score"])
    return case


def check_score(score: int | None) -> None:
    if score is not None and not 1 <= score <= 5:  # the scale of the standard, also a database constraint
        raise Invalid(_("Please choose one of the five levels."), field="score")


@transaction.atomic
def say_not_solved(*, case: Case, words: str, reached: bool | None = None, by: Actor, at: datetime) -> Case:
    """Send a resolved matter back: handled again under supervision; by the rule's count, one level up.

    Raises Invalid without words, OwnAnswer, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.NOT_SOLVED, by=by, at=at)
    not_by_owner(case, by)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    record_rating(case, solved=False, score=None, words=words, reached=reached, by=by, at=at)
    _handle_again(case, Move.NOT_SOLVED, words, by=by, at=at, fields=["solved", "score", "rated_at"])
    return case


@transaction.atomic
def reopen_case(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Reopen a closed matter: the resident or a follow-up caller within the window, a supervisor at any time.

    Raises WindowOver, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.REOPEN, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    if not by.is_staff or by.door == access.FOLLOW_UP_DOOR:
        _in_window(case, in_force(rules.WINDOWS, at=at).params.reopening, at=at)
    # The judgement is taken back: if nobody rates the next answer, it must not count for that one.
    case.solved = case.score = case.rated_at = None
    _handle_again(case, Move.REOPEN, words, by=by, at=at, fields=["solved", "score", "rated_at"])
    return case


def handle_again_for(main: Case, words: str, *, by: Actor, at: datetime) -> None:
    """Bring a matter back to work because the reporter of one that rests with it says it is not solved.

    Its own reporter learns that, and not what was written. Raises WindowOver, MoveNotPossible, NotYourMove.
    """
    move = Move.REOPEN if main.status == State.CLOSED else Move.NOT_SOLVED
    main, at = moves.begin(main, move, by=by, at=at)
    if move is Move.REOPEN:
        _in_window(main, in_force(rules.WINDOWS, at=at).params.reopening, at=at)
        main.solved = main.score = main.rated_at = None
    fields = ["solved", "score", "rated_at"]
    _handle_again(main, move, words, by=by, at=at, fields=fields, by_merged=True)


def order_anew(case: Case, words: str, *, by: Actor, at: datetime) -> Case:
    """Bring a petition back to work because a review ordered so. Raises MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.ORDER_ANEW, by=by, at=at)
    case.solved = case.score = case.rated_at = None
    _handle_again(case, Move.ORDER_ANEW, words, by=by, at=at, fields=["solved", "score", "rated_at"])
    return case


def _handle_again(
    case: Case,
    move: Move,
    words: str,
    *,
    by: Actor,
    at: datetime,
    fields: list[str],
    by_merged: bool = False,
) -> None:
    """Bring the locked case back to work under supervision; from the rule's count on, one level up."""
    rework = in_force(rules.REWORK, at=at)
    case.reworks += 1
    case.resolved_at = None
    case.closed_at = None
    case.rate_by = None
    case.outcome = ""
    case.settled_at_level = ""
    changed = ["reworks", "resolved_at", "closed_at", "rate_by", "outcome", "settled_at_level", *fields]
    above = lifecycle.level_above(Level(case.level))
    goes_up = (
        levels.rework_goes_up(case.reworks, goes_up_from=rework.params.goes_up_from) and above is not None
    )
    if goes_up and above is not None:
        case.desk = places.centre_at(case.unit, above)
        case.level = above
        case.owner = None
        case.arbitrated = False
        changed += ["desk", "level", "owner", "arbitrated"]
    moves.finish(
        case,
        move,
        by=by,
        at=at,
        words=words,
        rule=rework.label,
        to_unit=case.desk if goes_up else None,
        public=not by_merged,
        data={
            "reworks": case.reworks,
            "goes_up": goes_up,
            "acting_for": by.is_staff,
            **({"merged": True} if by_merged else {}),
        },
        changed=changed,
    )
    if goes_up:
        moves.show_to(case, case.desk, CaseSight.Reason.DESK, at=at)
    supervising.open_supervision(
        case, cause="not_solved", words=words, limit=rework.params.supervision, by=by, at=at
    )
    telling.owner_or_unit(case, notice_kinds.NOT_SOLVED, words, by=by, at=at)


def record_rating(
    case: Case,
    *,
    main: Case | None = None,
    solved: bool,
    score: int | None,
    words: str,
    reached: bool | None,
    by: Actor,
    at: datetime,
) -> None:
    """Write a judgement of the newest answer of the locked case, or of `main` that it rests with."""
    Rating.objects.create(
        case=case,
        main=main,
        round=(main or case).reworks,
        reached=reached,
        solved=solved,
        score=score,
        words=words,
        at=at,
        network=by.network,
    )
    case.solved = solved
    case.score = score
    case.rated_at = at


def not_by_owner(case: Case, by: Actor) -> None:
    if access.has_in_hand(by, case):
        raise OwnAnswer


def _in_window(case: Case, limit: rules.Limit, *, at: datetime) -> None:
    ended = case.closed_at or case.moved_at
    if at > deadlines.add(calendars.of(case.unit, at=at), ended, limit.minutes, plain=limit.plain):
        raise WindowOver


@transaction.atomic
def object_to_refusal(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Object to a refusal: the matter is registered again, one level up, with a new accept clock.

    Raises ObjectionsUsedUp, WindowOver, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.OBJECT, by=by, at=at)
    objections = in_force(governance_rules.OBJECTIONS, at=at)
    if case.objections >= objections.params.most:
        raise ObjectionsUsedUp(hint=objections.params.elsewhere(get_language() or case.language))
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    windows = in_force(rules.WINDOWS, at=at)
    _in_window(case, windows.params.objection, at=at)
    above = lifecycle.level_above(Level(case.level))
    if above is not None:
        case.desk = places.centre_at(case.desk, above)
        case.level = above
    case.closed_at = None
    case.objections += 1
    moves.show_to(case, case.desk, CaseSight.Reason.DESK, at=at)
    moves.finish(
        case,
        Move.OBJECT,
        by=by,
        at=at,
        words=words,
        rule=windows.label,
        to_unit=case.desk,
        data={"objections": case.objections},
        changed=["desk", "level", "closed_at", "objections"],
    )
    telling.unit(
        case, case.desk, notice_kinds.OBJECTED, words, permission=Permission.CASE_ACCEPT, by=by, at=at
    )
    return case


@transaction.atomic
def withdraw_case(*, case: Case, words: str = "", by: Actor, at: datetime) -> Case:
    """Take a matter back; it leaves the notice board too.

    Staff who pass this on write what was said, and whoever handles the matter cannot be rid of it this way.

    Raises Invalid, OwnAnswer, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.WITHDRAW, by=by, at=at)
    if case.status in _WITH_THE_UNIT:
        not_by_owner(case, by)
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    words = (moves.need_words if by.is_staff else moves.fit)(words, longest=longest, field="words")
    pausing.end_pause(case, at=at)
    together.end_help(case, Move.WITHDRAW, at=at)
    merging.release_followers(case, gettext("The matter it rested with was taken back."), at=at)
    case.closed_at = at
    case.rate_by = None
    case.published_at = None
    moves.finish(
        case,
        Move.WITHDRAW,
        by=by,
        at=at,
        words=words,
        data={"acting_for": by.is_staff},
        changed=["closed_at", "rate_by", "published_at"],
    )
    return case


@transaction.atomic
def close_unrated(*, case: Case, by: Actor, at: datetime) -> bool:
    """File a resolved matter whose rating window is over; say whether this call did it.

    Counts as unrated, never as satisfied. Running twice or late changes nothing.
    """
    locked = access.lock_case(case)
    if locked.status != lifecycle.State.RESOLVED or locked.rate_by is None or locked.rate_by > at:
        return False
    moves.check(locked, Move.CLOSE_UNRATED, by=by)
    at = max(at, locked.moved_at)
    locked.closed_at = at
    locked.rate_by = None
    rule = in_force(rules.WINDOWS, at=at).label
    moves.finish(locked, Move.CLOSE_UNRATED, by=by, at=at, rule=rule, changed=["closed_at", "rate_by"])
    return True
