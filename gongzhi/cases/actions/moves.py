"""The frame of every move: lock the case, check state and person, run the clocks, write transition and audit.

`begin` and `finish` bracket each action. Both run inside the action's transaction, so a failure of any part,
the audit row included, undoes the whole move.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, lifecycle
from gongzhi.cases.actions import clocks
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case, CaseSight, Transition
from gongzhi.cases.queries import access
from gongzhi.cases.queries.places import units_that_see
from gongzhi.core.actor import Actor, HeldPost
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.core.inserts import insert, insert_together
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import posts_granting


class MoveNotPossible(Conflict):
    """The table has no such move from the state the case is in now."""

    code = "move_not_possible"
    message = _("The matter has moved on: this step is not possible any more.")
    hint = _("Look at where it stands now; the steps that are possible are shown there.")


class NotYourMove(NotAllowed):
    code = "not_your_move"
    message = _("You can see this matter, but this step belongs to someone else.")
    hint = _("The page of the matter says which unit has it now.")


def begin(case: Case, move: Move, *, by: Actor, at: datetime) -> tuple[Case, datetime]:
    """Lock the case and return it as it is now with the moment the move counts for.

    The moment is never before the newest transition, so a clock that was set back cannot reorder a history.
    Raises MoveNotPossible, NotYourMove.
    """
    locked = access.lock_case(case)
    check(locked, move, by=by)
    return locked, max(at, locked.moved_at)


def check(case: Case, move: Move, *, by: Actor) -> None:
    """Raise NotYourMove or MoveNotPossible unless `by` can make the move now."""
    if not access.may(by, case, move):
        raise NotYourMove
    try:
        lifecycle.require(State(case.status), move)
    except lifecycle.IllegalPair as pair:
        possible = [str(m) for m in pair.possible if access.may(by, case, m)]
        raise MoveNotPossible(state=case.status, possible=possible) from pair


def finish(
    case: Case,
    move: Move,
    *,
    by: Actor,
    at: datetime,
    words: str = "",
    public: bool = True,
    rule: str = "",
    to_unit: Unit | None = None,
    data: Mapping[str, Any] | None = None,
    changed: Iterable[str] = (),
    back_to: State | None = None,
) -> Transition:
    """Apply the move to the locked case: clocks, state, row, sight, audit. Return the transition.

    `changed` names the fields of the case the action has already set; `back_to` the state a move that gives a
    matter back leads to.
    """
    before = case.status
    touched = {"status", "moves", "moved_at", "due_at", *changed}
    case.status = str(lifecycle.next_state(State(before), move, back_to=back_to))
    case.moves += 1
    case.moved_at = at
    if to_unit is not None:
        case.unit = to_unit
        touched.add("unit")
    if case.channel == lifecycle.Channel.IMPORT and by.door != access.IMPORT_DOOR:
        touched |= clocks.wake(case, at=at)
    clock_rule, clock_fields = clocks.run(case, move, at=at)
    touched |= clock_fields
    case.save(update_fields=sorted(touched))
    is_open = case.status in lifecycle.OPEN_STATES
    if is_open != (before in lifecycle.OPEN_STATES):
        CaseSight.objects.filter(case=case).update(is_open=is_open)
    transition = write_transition(
        case,
        move,
        before=before,
        by=by,
        at=at,
        words=words,
        public=public,
        rule=rule or clock_rule,
        to_unit=to_unit,
        data=data,
    )
    if to_unit is not None:
        show_to(case, to_unit, CaseSight.Reason.HANDLING, at=at)
    return transition


def write_transition(
    case: Case,
    move: Move,
    *,
    before: str,
    by: Actor,
    at: datetime,
    words: str = "",
    public: bool = True,
    rule: str = "",
    to_unit: Unit | None = None,
    data: Mapping[str, Any] | None = None,
) -> Transition:
    """Append the transition row and its audit row."""
    post = next(iter(posts_at(by, case, move)), None)
    transition = draft_transition(
        case,
        move,
        before=before,
        by=by,
        post=post,
        at=at,
        words=words,
        public=public,
        rule=rule,
        to_unit=to_unit,
        data=data,
    )
    insert(transition)
    audit_transition(transition, case, by=by, post=post, to_unit=to_unit)
    return transition


def draft_transition(
    case: Case,
    move: Move,
    *,
    before: str,
    by: Actor,
    post: HeldPost | None,
    at: datetime,
    words: str,
    data: Mapping[str, Any] | None,
    public: bool = True,
    rule: str = "",
    to_unit: Unit | None = None,
) -> Transition:
    """Return an unsaved transition of the case as it is after the move."""
    return Transition(
        case=case,
        seq=case.moves,
        move=move,
        from_state=before,
        to_state=case.status,
        at=at,
        by_key=by.key,
        by_name=by.name,
        by_role=post.role if post else "",
        by_unit_id=post.unit_id if post else None,
        to_unit=to_unit,
        level=case.level,
        words=words,
        public=public,
        rule=rule,
        data=dict(data or {}),
    )


FREE_WORDS = frozenset({"tried", "why_not", "responsible", "meeting", "no_after"})
"""What of the data of a transition somebody typed: the log holds its digest, as of all words."""


def audit_transition(
    transition: Transition, case: Case, *, by: Actor, post: HeldPost | None, to_unit: Unit | None
) -> None:
    """Append the audit row of a transition: plain values, and a digest where words are personal."""
    record(
        audit_events.CODES[Move(transition.move)],
        by=by,
        at=transition.at,
        subject=f"case:{case.number}",
        unit_code=post.unit_code if post else case.unit.code,
        data={
            "seq": transition.seq,
            "from": transition.from_state,
            "to": transition.to_state,
            "unit": to_unit.code if to_unit else case.unit.code,
            "level": transition.level,
            "rule": transition.rule,
            "words": words_digest(transition.words),
            **{
                key: words_digest(said) if key in FREE_WORDS else said
                for key, said in transition.data.items()
            },
        },
    )


def words_digest(words: str) -> str:
    """Return a digest of what was said: the log proves the words unaltered without holding personal text."""
    return sha256(words.encode()).hexdigest() if words else ""


def posts_at(by: Actor, case: Case, move: Move) -> list[HeldPost]:
    """Return the posts in whose name the actor makes the move, the nearest to the case first."""
    wanted = [p for _who, p in lifecycle.STEPS[move].who if p is not None]
    held = {post for permission in wanted for post in posts_granting(by, permission)}
    held = held or set(by.posts)
    return sorted(
        held,
        key=lambda p: (p.unit_id != case.unit_id, p.unit_id != case.desk_id, -len(p.unit_path), p.post_id),
    )


def show_to(case: Case, unit: Unit, reason: str, *, at: datetime) -> None:
    """Give `unit` and every unit above it below the county sight of the case. Repeats change nothing."""
    insert_together([sights(case, unit, reason, at=at)])


def sights(case: Case, unit: Unit, reason: str, *, at: datetime) -> list[CaseSight]:
    """Return the unsaved rows that give `unit` and all above it below the county sight of the case."""
    is_open = case.status in lifecycle.OPEN_STATES
    return [
        CaseSight(case=case, unit_id=key, reason=reason, since=at, is_open=is_open)
        for key in units_that_see(unit)
    ]


def need_words(words: str, *, longest: int, field: str = "words") -> str:
    """Return the words without blanks around them. Raises Invalid when empty or longer than `longest`
    signs."""
    words = words.strip()
    if not words:
        raise Invalid(_("Please write a few words here."), field=field)
    return fit(words, longest=longest, field=field)


def fit(words: str, *, longest: int, field: str) -> str:
    """Return `words` without blanks around them. Raises Invalid when longer than `longest` signs."""
    words = words.strip()
    if len(words) > longest:
        too_many = len(words) - longest
        raise Invalid(
            _("This is %(too_many)d characters too long; please shorten it.") % {"too_many": too_many},
            field=field,
        )
    return words
