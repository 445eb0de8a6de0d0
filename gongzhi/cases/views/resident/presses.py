"""What a resident may press on the page of a matter: one row for each button, with its words and its action.

A table, so that every press is served by the same few lines: shown by GET, done by POST, and safe against a
second press.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from gongzhi.cases.actions import judging, judging_merged, petitions
from gongzhi.cases.lifecycle import Move, State
from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """One button: its moves, the words of its page, and what it does."""

    moves: frozenset[Move]
    button: "_StrPromise"
    question: "_StrPromise"
    """The heading of the page that asks once more."""
    act: Callable[..., object]
    ask: "_StrPromise | None" = None
    """Label of the words that go with it; none when there is nothing to write."""
    needs_words: bool = False
    is_judgement: bool = False
    """Who answered a matter never judges the answer, even with the receipt in hand."""


def _solved(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    if case.status == State.MERGED:
        judging_merged.judge_merged(case=case, solved=True, by=by, at=at)
        return
    judging.confirm_case(case=case, solved=True, score=None, by=by, at=at)


def _not_solved(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    words = said["words"] or gettext("Pressed “not solved” and wrote no more.")
    if case.status == State.MERGED:
        judging_merged.judge_merged(case=case, solved=False, again=True, words=words, by=by, at=at)
        return
    judging.say_not_solved(case=case, words=words, by=by, at=at)


def _let_it_be(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    if case.status == State.MERGED:
        judging_merged.judge_merged(case=case, solved=False, words=said["words"], by=by, at=at)
        return
    judging.confirm_case(case=case, solved=False, score=None, words=said["words"], by=by, at=at)


def _rate(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.rate_answer(
        case=case, score=said["score"], words=said["words"], reached=said["reached"], by=by, at=at
    )


def _object(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.object_to_refusal(case=case, words=said["words"], by=by, at=at)


def _reopen(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.reopen_case(case=case, words=said["words"], by=by, at=at)


def _withdraw(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.withdraw_case(case=case, words=said["words"], by=by, at=at)


def _ask_review(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    petitions.ask_review(case=case, words=said["words"], by=by, at=at)


PRESSES: dict[str, Press] = {
    "solved": Press(
        moves=frozenset({Move.CONFIRM, Move.JUDGE_MERGED}),
        button=gettext_lazy("Yes, it is solved"),
        question=gettext_lazy("Is it solved?"),
        act=_solved,
        is_judgement=True,
    ),
    "not-solved": Press(
        moves=frozenset({Move.NOT_SOLVED, Move.JUDGE_MERGED}),
        button=gettext_lazy("Send it back to work"),
        question=gettext_lazy("Not solved yet?"),
        act=_not_solved,
        ask=gettext_lazy("What is still missing"),
        is_judgement=True,
    ),
    "let-it-be": Press(
        moves=frozenset({Move.CONFIRM, Move.JUDGE_MERGED}),
        button=gettext_lazy("Not solved, but leave it"),
        question=gettext_lazy("Not solved, but shall it be left?"),
        act=_let_it_be,
        ask=gettext_lazy("A few words"),
        is_judgement=True,
    ),
    "rate": Press(
        moves=frozenset({Move.RATE}),
        button=gettext_lazy("Send my rating"),
        question=gettext_lazy("How satisfied are you?"),
        act=_rate,
        is_judgement=True,
    ),
    "object": Press(
        moves=frozenset({Move.OBJECT}),
        button=gettext_lazy("Object: look at it again"),
        question=gettext_lazy("Do you object?"),
        act=_object,
        ask=gettext_lazy("Why it should be taken on"),
        needs_words=True,
    ),
    "reopen": Press(
        moves=frozenset({Move.REOPEN}),
        button=gettext_lazy("Do it again"),
        question=gettext_lazy("Has it come back, or was it not right?"),
        act=_reopen,
        ask=gettext_lazy("What has happened since"),
        needs_words=True,
    ),
    "withdraw": Press(
        moves=frozenset({Move.WITHDRAW}),
        button=gettext_lazy("Take it back"),
        question=gettext_lazy("Take this matter back?"),
        act=_withdraw,
        ask=pgettext_lazy("resident", "Why"),
    ),
    "review": Press(
        moves=frozenset({Move.ASK_REVIEW}),
        button=gettext_lazy("Ask the level above to look at it"),
        question=gettext_lazy("Shall the level above look at the answer again?"),
        act=_ask_review,
        ask=gettext_lazy("Why the answer is not right"),
        needs_words=True,
    ),
    "add": Press(
        moves=frozenset({Move.COMMENT, Move.ATTACH}),
        button=gettext_lazy("Add words or photos"),
        question=gettext_lazy("What do you want to add?"),
        act=_solved,  # never called: `moves.add` has its own form and action
    ),
}
