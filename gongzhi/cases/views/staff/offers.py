"""What may be chosen on the page of a move, and what is proposed first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gongzhi.cases.forms.staff import moves as forms
from gongzhi.cases.queries import merged, picking, proposing, roster
from gongzhi.cases.queries import together as helping
from gongzhi.cases.views.staff import governing, proposed
from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen, and what is proposed first."""

    options: Sequence[picking.Option] = ()
    proposed: Sequence[picking.Option] = ()
    waiting: Sequence[picking.Option] = ()
    """Units that were called to help and have not answered."""
    guesses: Mapping[str, forms.Shown] = field(default_factory=dict)


def nothing(case: Any, *, at: datetime) -> Offer:
    return Offer()


def subjects(case: Any, *, at: datetime) -> Offer:
    options = picking.subjects()
    chosen = case.category.code if case.category else ""
    said = proposing.text_of(case)
    guesses = proposed.shown(case, options, at=at)
    first = proposed.subject(guesses, options)
    return Offer(
        options, picking.proposed_subjects(options, said=said, chosen=chosen, first=first), guesses=guesses
    )


def to_dispatch(case: Any, *, at: datetime) -> Offer:
    reach = picking.dispatch_reach(case, at=at)
    return Offer(reach.options, reach.proposed)


def to_refer_down(case: Any, *, at: datetime) -> Offer:
    reach = picking.refer_down_reach(case, at=at)
    return Offer(reach.options, reach.proposed)


def any_unit(case: Any, *, at: datetime) -> Offer:
    return Offer(picking.all_units(at=at))


def offices(case: Any, *, at: datetime) -> Offer:
    return Offer(picking.offices(at=at))


def to_call(case: Any, *, at: datetime) -> Offer:
    reach = helping.call_reach(case, at=at)
    return Offer(reach.options, reach.proposed)


def called(case: Any, *, at: datetime) -> Offer:
    return Offer(helping.open_calls(case))


def to_rate(case: Any, *, at: datetime) -> Offer:
    return Offer(helping.unrated_calls(case))


def helpers(case: Any, *, at: datetime) -> Offer:
    return Offer(waiting=helping.open_calls(case))


def mains(case: Any, *, at: datetime, by: Actor) -> Offer:
    return Offer(proposed=merged.suggestions(by, case, at=at))


def spot_subjects(case: Any, *, at: datetime) -> Offer:
    return Offer(picking.spot_subjects(at=at))


def identities(case: Any, *, at: datetime) -> Offer:
    return Offer(governing.identities(at=at))


def roles(case: Any, *, at: datetime) -> Offer:
    return Offer(governing.roles(at=at))


def experts(case: Any, *, at: datetime) -> Offer:
    return Offer(roster.askable(case))


def open_questions(case: Any, *, at: datetime) -> Offer:
    return Offer(roster.open_questions(case, at=at))


def unrated_questions(case: Any, *, at: datetime) -> Offer:
    return Offer(roster.unrated_questions(case, at=at))


def colleagues(case: Any, *, at: datetime) -> Offer:
    return Offer(picking.colleagues(case, at=at))
