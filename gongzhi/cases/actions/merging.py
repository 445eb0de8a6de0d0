"""Merging matters about the same thing, and taking them apart again.

One matter is handled for both; the other rests with it, its clocks standing still. Each reporter keeps their
own receipt, hears every answer and judges for themselves. A matter that rests leads no others and a matter
that leads others does not rest, so there are neither chains nor circles.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gongzhi.cases import deadlines, notice_kinds, rules, together_rules
from gongzhi.cases.actions import clocks, moves, telling
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Case, CaseMerge, CaseSight, Clock
from gongzhi.cases.queries import access, calendars, merged
from gongzhi.core.actor import SYSTEM, Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.inserts import insert
from gongzhi.rulebook.queries import in_force


class MainNotPossible(Invalid):
    """The other matter is finished, rests with another one itself, or is this one."""

    code = "main_not_possible"
    message = _("This matter cannot lead: it is finished, or it rests with another one itself.")
    hint = _("Choose the matter that is being handled.")


class LeadsOthers(Conflict):
    code = "leads_others"
    message = _("Other matters rest with this one, so it cannot rest with another itself.")
    hint = _("Merge the other one into this, or take these apart first.")


@transaction.atomic
def merge_case(*, case: Case, main: Case, words: str = "", by: Actor, at: datetime) -> Case:
    """Let a matter rest with `main`, which the actor sees. Its clocks stand still; both units see both.

    Raises MainNotPossible, LeadsOthers, MoveNotPossible, NotYourMove.
    """
    # In the order of keys, so that two people who merge the same two both ways wait for one another.
    first, second = sorted((case, main), key=lambda each: each.pk)
    access.lock_case(first)
    if second.pk != first.pk:
        access.lock_case(second)
    case, at = moves.begin(case, Move.MERGE, by=by, at=at)
    main = access.lock_case(main)
    may_lead(case, main)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    rule = in_force(together_rules.MERGING, at=at)
    before = State(case.status)
    still = _stand_still(case, at=at)
    insert(
        CaseMerge(
            case=case,
            main=main,
            words=words,
            merged_at=at,
            status_before=before,
            clocks=still,
            solved_before=case.solved,
            score_before=case.score,
            rated_at_before=case.rated_at,
            rule=rule.label,
        )
    )
    moves.show_to(case, main.unit, CaseSight.Reason.MERGED, at=at)
    moves.show_to(main, case.desk, CaseSight.Reason.MERGED, at=at)
    moves.finish(
        case,
        Move.MERGE,
        by=by,
        at=at,
        words=words,
        public=False,
        rule=rule.label,
        data={"main": main.number},
    )
    _tell(case, main, before, words, by=by, at=at)
    return case


def may_lead(case: Case, main: Case) -> None:
    """Raise MainNotPossible or LeadsOthers unless `case` may rest with `main`."""
    if main.pk == case.pk or main.status not in merged.MAIN_STATES:
        raise MainNotPossible(field="main")
    if CaseMerge.objects.filter(main=case, undone_at__isnull=True).exists():
        raise LeadsOthers


def _stand_still(case: Case, *, at: datetime) -> list[int]:
    """Let the clocks that run stand still; return their keys. One paused before stays as it is."""
    running = Clock.objects.filter(case=case, stopped_at__isnull=True, paused_at__isnull=True)
    keys = list(running.order_by("pk").values_list("pk", flat=True))
    Clock.objects.filter(pk__in=keys).update(paused_at=at, next_step_at=None)
    case.due_at = None
    return keys


def _tell(case: Case, main: Case, before: State, words: str, *, by: Actor, at: datetime) -> None:
    if before in (State.DISPATCHED, State.HANDLING):
        telling.owner_or_unit(case, notice_kinds.MERGED, words, by=by, at=at)
    telling.owner_or_unit(
        main, notice_kinds.MERGED_IN, "", by=by, at=at, rung=f"merge-{case.pk}-{case.moves}"
    )
    said = telling.in_language_of(
        case,
        gettext_noop(
            "Somebody else has raised the same. Both are handled together now; you hear the answer and "
            "judge it yourself."
        ),
    )
    telling.news(case, said, by=by, at=at)
    if main.status == State.RESOLVED:  # The answer is there already and is told to nobody again.
        telling.answered(case, words=main.answer, mark=f"main-{main.moves}", by=by, at=at)


@transaction.atomic
def unmerge_case(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Take a merged matter apart: it stands exactly where it stood, and its clocks go on as the rule says.

    Raises Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.UNMERGE, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    return _give_back(case, words, by=by, at=at)


def _give_back(case: Case, words: str, *, by: Actor, at: datetime) -> Case:
    merge = CaseMerge.objects.get(case=case, undone_at__isnull=True)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    rule = in_force(together_rules.MERGING, at=at)
    _run_again(case, merge, counts=rule.params.time_counts, at=at)
    if case.rate_by is not None and not rule.params.time_counts:
        case.rate_by += at - merge.merged_at
    # A judgement of the main matter's answer says nothing of this one's: what stood before stands again.
    case.solved, case.score, case.rated_at = merge.solved_before, merge.score_before, merge.rated_at_before
    moves.finish(
        case,
        Move.UNMERGE,
        by=by,
        at=at,
        words=words,
        public=False,
        rule=rule.label,
        data={"main": merge.main.number},
        changed=["due_at", "rate_by", "solved", "score", "rated_at"],
        back_to=State(merge.status_before),
    )
    telling.owner_or_unit(case, notice_kinds.TAKEN_APART, words, by=by, at=at)
    said = telling.in_language_of(case, gettext_noop("Your matter is handled by itself again."))
    telling.news(case, said, by=by, at=at)
    return case


def _run_again(case: Case, merge: CaseMerge, *, counts: bool, at: datetime) -> None:
    calendar = calendars.of(case.unit, at=at)
    running = list(Clock.objects.filter(case=case, stopped_at__isnull=True))
    for clock in running:
        if clock.pk not in merge.clocks or clock.paused_at is None:
            continue
        if not counts:
            clock.due_at = deadlines.shifted(
                calendar, due_at=clock.due_at, paused_at=clock.paused_at, resumed_at=at, plain=clock.plain
            )
        clock.paused_at = None
        clock.next_step_at = clocks.rung_after(case, clock, clock.step, at=at)
        clock.save(update_fields=["due_at", "paused_at", "next_step_at"])
    case.due_at = clocks.earliest(running)


def tell_followers(main: Case, words: str, *, answered: bool, by: Actor, at: datetime) -> None:
    """Let the reporters of the matters that rest with `main` hear what its reporter hears."""
    for case in merged.followers(main):
        if answered:
            telling.answered(case, words=words, mark=f"main-{main.moves}", by=by, at=at)
        else:
            telling.news(case, words, mark=f"main-{main.moves}", by=by, at=at)


def release_followers(main: Case, words: str, *, at: datetime) -> None:
    """Give back the matters that rest with `main`, which is not handled any more."""
    _release(merged.followers(main), words, at=at)


def _release(cases: Iterable[Case], words: str, *, at: datetime) -> None:
    for found in cases:
        case, moment = moves.begin(found, Move.UNMERGE, by=SYSTEM, at=at)
        _give_back(case, words, by=SYSTEM, at=moment)
