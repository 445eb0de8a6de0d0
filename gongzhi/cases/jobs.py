"""Timed jobs of cases: the ladder of deadlines and filing what nobody rated. Thin: one domain call each."""

from datetime import datetime

from gongzhi.cases.actions import (
    batches,
    case_files,
    experts,
    extending,
    figures,
    flagging,
    helping_ladder,
    indexing,
    judging,
    ladder,
    learning,
    pausing,
    proposing,
    review_ladder,
    supervising,
    sweeping,
    taking_out,
)
from gongzhi.cases.queries import due
from gongzhi.core.actor import SYSTEM

_BATCH = 500
"""Rows taken in one run, so that one run never holds the worker for long; the next run takes the rest."""


def run_ladder(*, at: datetime) -> int:
    return ladder.run(by=SYSTEM, at=at, most=_BATCH)


def run_helping_ladder(*, at: datetime) -> int:
    return helping_ladder.run(by=SYSTEM, at=at, most=_BATCH)


def close_unrated(*, at: datetime) -> int:
    return batches.one_by_one(
        due.unrated_for_job(at=at, most=_BATCH),
        lambda case: judging.close_unrated(case=case, by=SYSTEM, at=at),
        what="matters nobody rated",
    )


def end_pauses(*, at: datetime) -> int:
    return pausing.run(by=SYSTEM, at=at, most=_BATCH)


def remind_of_supervisions(*, at: datetime) -> int:
    return supervising.run(by=SYSTEM, at=at, most=_BATCH)


def remind_of_reviews(*, at: datetime) -> int:
    return review_ladder.run(by=SYSTEM, at=at, most=_BATCH)


def lapse_extensions(*, at: datetime) -> int:
    return extending.run(by=SYSTEM, at=at, most=_BATCH)


def remind_of_experts(*, at: datetime) -> int:
    return experts.run(by=SYSTEM, at=at, most=_BATCH)


def refresh_figures(*, at: datetime) -> int:
    return figures.refresh(at=at)


def index_search(*, at: datetime) -> int:
    return indexing.index_new(at=at)


def sweep_files(*, at: datetime) -> int:
    return sweeping.remove_unnamed_files(at=at)


def find_flags(*, at: datetime) -> int:
    return flagging.look(at=at)


def expire_exports(*, at: datetime) -> int:
    return taking_out.expire(at=at) + case_files.expire(at=at)


def propose(*, at: datetime) -> int:
    return proposing.propose_new(at=at)


def learn(*, at: datetime) -> bool:
    return learning.learn_when_due(at=at)
