"""Matters that rest with another one about the same thing, and those that might belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Q

from gongzhi.cases import lifecycle, numbers, together_rules, words
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, CaseMerge, Rating
from gongzhi.cases.queries import access, categories, likeness, picking
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force

MAIN_STATES = lifecycle.WORKING_STATES | {State.RESOLVED}
"""What a matter may be merged into: one that is handled, or answered and not judged yet."""
_SUGGESTED = 5
_LOOKED_AT = 50


def merge_of(case: Case) -> CaseMerge | None:
    """Return the open merge of a case that rests with another, with the main case. One query."""
    if case.status != State.MERGED:
        return None
    rows = CaseMerge.objects.filter(case=case, undone_at__isnull=True)
    return rows.select_related("main__desk", "main__unit", "main__place", "main__category").first()


def followers(main: Case) -> list[Case]:
    """Return the cases that rest with this one, the oldest first. One query."""
    rows = Case.objects.filter(merges__main=main, merges__undone_at__isnull=True)
    return list(rows.select_related("place", "desk", "unit").order_by("pk"))


def answer_of(case: Case) -> Case:
    """Return the case whose answer is the answer to this one: itself, or the main one it rests with."""
    merge = merge_of(case)
    return merge.main if merge else case


def may_judge(case: Case, main: Case) -> bool:
    """Whether the reporter of a resting case may judge: there is an answer that they have not judged."""
    answered = main.status in (State.RESOLVED, State.CLOSED)
    return answered and not Rating.objects.filter(case=case, main=main, round=main.reworks).exists()


@dataclass(frozen=True, slots=True)
class MergedShown:
    """A matter on the other side of a merge, as the page of a case names it.

    `title` is empty for who does not see it or reads no words.
    """

    number: str
    title: str
    is_seen: bool
    state: str
    score: int | None
    solved: bool | None


def shown(rows: Sequence[Case], viewer: Actor) -> list[MergedShown]:
    """Return these cases as links for the viewer. One query."""
    if not rows:
        return []
    visible = access.visible_cases(viewer).filter(pk__in=[case.pk for case in rows])
    seen = set(visible.values_list("pk", flat=True))
    reads = access.reads_words(viewer)
    return [
        MergedShown(
            number=case.number,
            title=case.title if reads and case.pk in seen else "",
            is_seen=case.pk in seen,
            state=str(words.STATES[State(case.status)]),
            score=case.score,
            solved=case.solved,
        )
        for case in rows
    ]


def suggestions(viewer: Actor, case: Case, *, at: datetime) -> list[picking.Option]:
    """Return matters this one might be merged into: those likely the same by words, place and time with the
    reason, then others of its place and subject raised not long before or after."""
    likely = {row.number: row.reason for row in likeness.likely_duplicates(viewer=viewer, at=at, case=case)}
    days = timedelta(days=in_force(together_rules.MERGING, at=at).params.suggested_days)
    near = Q(
        place=case.place_id,
        registered_at__gte=case.registered_at - days,
        registered_at__lte=case.registered_at + days,
    )
    if case.category is not None:
        near &= Q(category=case.category)
    keys = [numbers.parse_number(number) or 0 for number in likely]
    found = access.visible_cases(viewer).filter(near | Q(pk__in=keys), status__in=MAIN_STATES)
    rows = list(found.exclude(pk=case.pk).select_related("category").order_by("-registered_at")[:_LOOKED_AT])
    order, said = list(likely), _pairs(case)
    alike = {row.pk: len(said & _pairs(row)) for row in rows}
    # Before a matter has a subject, only what shares words with it is worth a look.
    rows = [row for row in rows if row.number in likely or case.category is not None or alike[row.pk]]
    rows.sort(
        key=lambda row: (order.index(row.number) if row.number in likely else len(order), -alike[row.pk])
    )
    return [_option(row, likely.get(row.number, ""), viewer) for row in rows[:_SUGGESTED]]


def _pairs(case: Case) -> set[str]:
    """Return every two neighbouring signs of what was said, without those that join words."""
    text = "".join(sign for sign in f"{case.title}\n{case.text}" if sign.isalnum())
    return {first + second for first, second in pairwise(text)}


def _option(case: Case, reason: str, viewer: Actor) -> picking.Option:
    subject = categories.name_of(case.category) if case.category else ""
    title = case.title if access.reads_words(viewer) else subject
    return picking.Option(case.number, f"{case.number} {title}".strip(), reason or subject)


def find_main(viewer: Actor, number: str) -> Case | None:
    """Return the case with this number if the viewer sees it, else None: absent and out of sight alike."""
    key = numbers.parse_number(number)
    if key is None:
        return None
    rows = access.visible_cases(viewer).select_related("place", "desk", "unit", "category", "owner")
    found = rows.filter(pk=key).first()
    return found if found is not None and found.number == numbers.canonical(number) else None
