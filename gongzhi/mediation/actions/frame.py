"""The frame of every move: lock the dispute, check state and person, write the step and its audit row.

`begin` and `finish` bracket each action inside its transaction, so a failure of any part undoes all of it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor, HeldPost
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.core.inserts import insert
from gongzhi.mediation import audit_events, lifecycle, rules
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import Dispute, DisputeStep, Party
from gongzhi.mediation.queries import access
from gongzhi.orgs.permissions import posts_granting
from gongzhi.rulebook.queries import in_force


class MoveNotPossible(Conflict):
    code = "mediation_move_not_possible"
    message = _("The dispute has moved on: this step is not possible any more.")
    hint = _("Look at where it stands now; the steps that are possible are shown there.")


class NotYourMove(NotAllowed):
    code = "mediation_not_your_move"
    message = _("You can see this dispute, but this step belongs to its mediators or the committee's head.")


def begin(dispute: Dispute, move: Move, *, by: Actor, at: datetime) -> tuple[Dispute, datetime]:
    """Lock the dispute and return it as it is now with the moment the move counts for, never before the last.

    Raises MoveNotPossible, NotYourMove.
    """
    locked = access.lock_dispute(dispute)
    check(locked, move, by=by)
    return locked, max(at, locked.moved_at)


def check(dispute: Dispute, move: Move, *, by: Actor) -> None:
    """Raise NotYourMove or MoveNotPossible unless `by` can make the move now."""
    if not access.may(by, dispute, move):
        raise NotYourMove
    try:
        lifecycle.next_state(State(dispute.state), move)
    except lifecycle.IllegalPair as pair:
        possible = [str(m) for m in pair.possible if access.may(by, dispute, m)]
        raise MoveNotPossible(state=dispute.state, possible=possible) from pair


def finish(
    dispute: Dispute,
    move: Move,
    *,
    by: Actor,
    at: datetime,
    words: str = "",
    rule: str = "",
    data: Mapping[str, Any] | None = None,
    changed: Iterable[str] = (),
) -> DisputeStep:
    """Apply the move to the locked dispute: state, step, audit row. `changed` names fields already set."""
    before = dispute.state
    dispute.state = str(lifecycle.next_state(State(before), move))
    dispute.moves += 1
    dispute.moved_at = at
    dispute.save(update_fields=sorted({"state", "moves", "moved_at", *changed}))
    return write_step(dispute, move, before=before, by=by, at=at, words=words, rule=rule, data=data)


def write_step(
    dispute: Dispute,
    move: Move,
    *,
    before: str,
    by: Actor,
    at: datetime,
    words: str = "",
    rule: str = "",
    data: Mapping[str, Any] | None = None,
) -> DisputeStep:
    """Append the step and its audit row, which holds digests of words and no words."""
    post = _post(by, dispute, move)
    step = DisputeStep(
        dispute=dispute,
        seq=dispute.moves,
        move=move,
        from_state=before,
        to_state=dispute.state,
        at=at,
        by_key=by.key,
        by_name=by.name,
        by_role=post.role if post else "",
        by_unit_id=post.unit_id if post else None,
        level=dispute.level,
        words=words,
        rule=rule,
        data=dict(data or {}),
    )
    insert(step)
    record(
        audit_events.CODES[move],
        by=by,
        at=at,
        subject=f"dispute:{dispute.number}",
        unit_code=post.unit_code if post else dispute.committee.code,
        data={
            "seq": step.seq,
            "from": before,
            "to": dispute.state,
            "level": dispute.level,
            "rule": rule,
            "words": sha256(words.encode()).hexdigest() if words else "",
            **step.data,
        },
    )
    return step


def _post(by: Actor, dispute: Dispute, move: Move) -> HeldPost | None:
    """Return the post in whose name the move is made, the nearest to the committee first."""
    wanted = [p for _who, p in lifecycle.STEPS[move].who if p is not None]
    held = {post for permission in wanted for post in posts_granting(by, permission)}
    return min(held, key=lambda p: (p.unit_id != dispute.committee_id, p.post_id), default=None)


def need(words: str, *, at: datetime, field: str = "words") -> str:
    """Return the words, trimmed. Raises Invalid when there are none or too many."""
    words = words.strip()
    if not words:
        raise Invalid(_("Please write a few words here."), field=field)
    return fit(words, at=at, field=field)


def fit(words: str, *, at: datetime, field: str) -> str:
    """Return the words, trimmed. Raises Invalid when there are too many."""
    words, longest = words.strip(), in_force(rules.INTAKE, at=at).params.words_signs
    if len(words) > longest:
        raise Invalid(
            _("This is too long: please keep it to %(count)d characters.") % {"count": longest}, field=field
        )
    return words


def party_at(dispute: Dispute, position: int, *, field: str = "party") -> Party:
    """Return the party at this position. Raises Invalid."""
    party = Party.objects.filter(dispute=dispute, position=position).first()
    if party is None:
        raise Invalid(_("There is no such party."), field=field)
    return party
