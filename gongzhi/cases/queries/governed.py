"""How a case is governed, for its page: the gate before an answer, panel, decisions, more time, experts,
check; and which moves the table allows but these facts do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from gongzhi.cases.lifecycle import Move, State, Tier
from gongzhi.cases.models import Case, Extension, SpotCheck, Supervision
from gongzhi.cases.queries import access, gates, roster
from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ExtensionShown:
    """A request for more time; `granted` is None while it is open."""

    until: datetime
    reason: str
    decide_by: datetime
    granted: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A settlement that was drawn; `as_written` is None until somebody asked."""

    drawn_at: datetime
    as_written: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Governed:
    gate: gates.Gate
    panel: list[gates.Seat]
    decisions: list[gates.DecisionShown]
    extensions: list[ExtensionShown]
    questions: list[roster.QuestionShown]
    check: CheckShown | None
    skipped: frozenset[Move]
    """Moves that would be refused for how things stand, and so are not offered."""


def governed(
    case: Case, orders: Sequence[Supervision], *, viewer: Actor, reads: bool, at: datetime
) -> Governed:
    """Return how the case is governed. At most five queries; a small matter in the common case takes two."""
    asked = Extension.objects.filter(case=case).order_by("-id")
    extensions = [
        ExtensionShown(
            row.until, row.reason if reads else "", row.decide_by, row.granted, row.words if reads else ""
        )
        for row in asked
    ]
    questions = roster.questions_of(case, at=at, words_too=reads)
    gate = gates.gate_of(case, at=at) if case.status == State.HANDLING else gates.Gate()
    drawn = SpotCheck.objects.filter(case=case).first() if case.settled_at_level == "spot" else None
    check = CheckShown(drawn.drawn_at, drawn.as_written, drawn.words if reads else "") if drawn else None
    return Governed(
        gate=gate,
        panel=gates.panel_of(case, at=at) if reads else [],
        decisions=gates.decisions_on(case) if reads else [],
        extensions=extensions,
        questions=questions,
        check=check,
        skipped=_skipped(case, orders, gate, extensions, questions, check, viewer=viewer, at=at),
    )


def _skipped(
    case: Case,
    orders: Sequence[Supervision],
    gate: gates.Gate,
    extensions: Sequence[ExtensionShown],
    questions: Sequence[roster.QuestionShown],
    check: CheckShown | None,
    *,
    viewer: Actor,
    at: datetime,
) -> frozenset[Move]:
    in_hand = access.has_in_hand(viewer, case)
    to_judge = any(o.judge_by and o.judge_by >= at and o.judged_at is None for o in orders)
    asked = any(extension.granted is None for extension in extensions)
    refused = {
        Move.RESOLVE: not gate.is_open,
        Move.JUDGE_ANSWER: not to_judge or in_hand,
        Move.CHECK: check is None or check.as_written is not None or viewer.user_id == case.owner_id,
        Move.REISSUE: in_hand,
        Move.PANEL: case.tier != Tier.COMPLEX,
        Move.DECISION: case.tier != Tier.MAJOR,
        Move.ASK_EXTENSION: asked,
        Move.DECIDE_EXTENSION: not asked,
        Move.ANSWER_EXPERT: all(q.answered_at for q in questions),
        Move.RATE_EXPERT: all(q.score or not q.answered_at for q in questions),
    }
    return frozenset(move for move, is_refused in refused.items() if is_refused)


@dataclass(frozen=True, slots=True)
class Before:
    """What somebody reads before deciding about it: a word, the words, the moment."""

    label: str
    words: str
    at: datetime


def before_deciding(case: Case, move: Move) -> list[Before]:
    """Return what the page of a move of governing puts before its form. At most one query."""
    if move is Move.JUDGE_ANSWER:
        orders = Supervision.objects.filter(case=case, judge_by__isnull=False, judged_at__isnull=True)
        return [
            part
            for order in orders.order_by("id")
            for part in (
                Before(gettext("Supervision"), order.words, order.opened_at),
                Before(gettext("Answer"), order.answer, order.answered_at or order.due_at),
            )
        ]
    if move is Move.DECIDE_EXTENSION:
        asked = Extension.objects.filter(case=case, decided_at__isnull=True)
        return [Before(gettext("Asked for, until"), row.reason, row.until) for row in asked]
    if move is Move.CHECK and case.resolved_at:
        return [Before(gettext("What was written down"), case.answer, case.resolved_at)]
    return []
