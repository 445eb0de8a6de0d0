"""Learning a model from the county's own decisions, compared before it replaces anything.

The training is a process of its own (`language.workshop`); here are its beginning and its end. Until the one
transaction at the end nothing of the model in use has changed, so whoever is killed on the way leaves it.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from statistics import fmean
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, learning_rules, learnt_files
from gongzhi.cases.actions.batches import GIVEN_UP_AFTER
from gongzhi.cases.models import LearntModel
from gongzhi.cases.queries import categories, proposals, proposing
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM, Actor, ActorKind
from gongzhi.core.errors import Conflict, DomainError, NotAllowed
from gongzhi.language import workshop
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force

_State = LearntModel.State
_SUBJECT = "cases:model"
_PROBLEM_SIGNS = 200
"""Technical: as wide as the column."""


class AlreadyLearning(Conflict):
    code = "already_learning"
    message = _("A model is being learnt now.")
    hint = _("Wait until it is compared; that takes some minutes.")


class TooFewDecisions(Conflict):
    code = "too_few_decisions"
    message = _("There are too few decided matters to learn from.")


class ModelGone(Conflict):
    code = "model_gone"
    message = _("This model was never in use, is not there any more, or cannot be read by this version.")


@transaction.atomic
def ask(*, by: Actor, at: datetime, by_worker: bool = True) -> LearntModel:
    """Have a model learnt, by the worker unless the caller does it.

    Raises NotAllowed, AlreadyLearning, TooFewDecisions.
    """
    _require(by)
    _give_up_stuck(at=at)
    if LearntModel.objects.filter(state=_State.TRAINING).exists():
        raise AlreadyLearning
    _check_enough(at=at)
    row = LearntModel.objects.create(
        file=uuid4().hex,
        asked_at=at,
        asked_by=by.name,
        rule=in_force(learning_rules.LEARNING, at=at).label,
    )
    record(audit_events.MODEL_ASKED, by=by, at=at, subject=f"{_SUBJECT}:{row.pk}", data={"rule": row.rule})
    if by_worker:
        learn.enqueue(row.pk)
    return row


def learn_when_due(*, at: datetime) -> bool:
    """Ask for a model when the rule's days are over and enough was decided; sweep files. Say whether."""
    # By itself: a refusal below takes back what was done on the way to it.
    _give_up_stuck(at=at)
    names = LearntModel.objects.exclude(state__in=(_State.WORSE, _State.FAILED))
    learnt_files.sweep(set(names.values_list("file", flat=True)))
    newest = LearntModel.objects.order_by("-asked_at").first()
    every = timedelta(days=in_force(learning_rules.LEARNING, at=at).params.every)
    # Nothing was asked since the model in use was lost: key words speak, and nobody need wait for the day.
    is_lost = newest is not None and newest.state == _State.IN_USE and proposing.readable(newest) is None
    if newest is not None and at - newest.asked_at < every and not is_lost:
        return False
    try:
        ask(by=SYSTEM, at=at)
    except (AlreadyLearning, TooFewDecisions):
        return False
    return True


@task()
def learn(key: int) -> str:
    """Train and compare; return the state of the model then."""
    return run(key)


def run(key: int) -> str:
    """Train and compare what was asked for; run twice or by two it is decided once."""
    row = LearntModel.objects.filter(pk=key, state=_State.TRAINING).first()
    if row is None:
        return "gone"
    in_use = proposing.readable(proposing.model_in_use())
    decided = proposals.decided_for_job()
    draft = f"{row.file}.{uuid4().hex[:8]}"
    try:
        unseen = _unseen(decided, in_use)
        found = workshop.run(
            workshop.Task(
                texts=decided.texts,
                labels=decided.labels,
                unseen=unseen,
                out=str(learnt_files.path_of(draft)),
                old=str(learnt_files.path_of(in_use.file)) if in_use else "",
                said=None if in_use else _said_by_words(decided, unseen),
            )
        )
    except (DomainError, OSError) as error:
        return _failed(row, str(error), at=clock.now())
    return _decide(row, in_use, decided, found, draft, at=clock.now())


def _unseen(decided: proposals.Decided, in_use: LearntModel | None) -> list[int]:
    """Return the places of the decisions the model in use has not learnt from."""
    since = _learnt_to(in_use)
    return [n for n, moment in enumerate(decided.moments) if since is None or moment > since]


def _learnt_to(in_use: LearntModel | None) -> datetime | None:
    return in_use.learnt_to if in_use else None


def _check_enough(*, at: datetime) -> None:
    rule = in_force(learning_rules.LEARNING, at=at).params
    in_use = proposing.readable(proposing.model_in_use())
    have, new = proposals.count_for_job(since=_learnt_to(in_use))
    if have < rule.least or new < rule.unseen:
        raise TooFewDecisions(
            hint=_(
                "By the rule it takes %(least)d decided matters, %(unseen)d of them since the last model; "
                "there are %(have)d and %(new)d."
            )
            % {"least": rule.least, "unseen": rule.unseen, "have": have, "new": new}
        )


def _said_by_words(decided: proposals.Decided, places: list[int]) -> dict[str, list[str]]:
    """Return what key words say of the texts, for a county that has no model yet."""
    subjects, at = list(categories.list_categories()), clock.now()
    said: dict[str, list[str]] = {field: [] for field in proposing.FIELDS}
    for place in places:
        found = proposing.by_words(decided.texts[place], subjects=subjects, at=at)
        for field, values in said.items():
            values.append(found[field].value if field in found else "")
    # A subject seldom decided is learnt as the one above it: key words are asked the same question.
    known = set(decided.labels["category"])
    said["category"] = [_nearest(code, known) for code in said["category"]]
    return said


def _nearest(code: str, known: set[str]) -> str:
    return next((code[:length] for length in range(len(code), 0, -2) if code[:length] in known), code)


def _decide(
    row: LearntModel,
    in_use: LearntModel | None,
    decided: proposals.Decided,
    found: dict[str, workshop.Compared],
    draft: str,
    *,
    at: datetime,
) -> str:
    """Put the model into use when it is not worse, in one transaction, and write the comparison down."""
    rule = in_force(learning_rules.LEARNING, at=at)
    is_better = bool(found) and _is_not_worse(found, worse=rule.params.worse)
    path = learnt_files.path_of(draft)
    with transaction.atomic():
        locked = LearntModel.objects.select_for_update().filter(pk=row.pk, state=_State.TRAINING).first()
        now_used = proposing.readable(
            LearntModel.objects.select_for_update().filter(state=_State.IN_USE).first()
        )
        if locked is None:
            path.unlink(missing_ok=True)
            return "gone"
        if (now_used.pk if now_used else None) != (in_use.pk if in_use else None):
            # Somebody went back meanwhile: this was compared with another one.
            is_better = False
        locked.size = path.stat().st_size
        locked.state = _State.IN_USE if is_better else _State.WORSE
        locked.finished_at, locked.in_use_since = at, at if is_better else None
        locked.learnt_to, locked.texts = decided.moments[-1], len(decided.texts)
        locked.compared_with, locked.rule = in_use, rule.label
        locked.figures = {field: asdict(each) for field, each in found.items()}
        if is_better:
            path.replace(learnt_files.path_of(locked.file))
            LearntModel.objects.filter(state=_State.IN_USE).update(state=_State.FORMER)
        locked.save()
        _record(locked, at=at)
    path.unlink(missing_ok=True)
    return locked.state


def _is_not_worse(found: dict[str, workshop.Compared], *, worse: float) -> bool:
    means = fmean(each.new for each in found.values()), fmean(each.old for each in found.values())
    return means[0] >= means[1] and all(each.new >= each.old - worse for each in found.values())


def _record(row: LearntModel, *, at: datetime) -> None:
    record(
        audit_events.MODEL_LEARNT,
        by=SYSTEM,
        at=at,
        subject=f"{_SUBJECT}:{row.pk}",
        data={"state": row.state, "texts": row.texts, "figures": row.figures, "rule": row.rule},
    )


@transaction.atomic
def _failed(row: LearntModel, problem: str, *, at: datetime) -> str:
    """Write down that it failed, once; return the state."""
    waiting = LearntModel.objects.filter(pk=row.pk, state=_State.TRAINING)
    problem = problem[:_PROBLEM_SIGNS]
    if not waiting.update(state=_State.FAILED, problem=problem, finished_at=at):
        return "gone"
    subject = f"{_SUBJECT}:{row.pk}"
    record(audit_events.MODEL_FAILED, by=SYSTEM, at=at, subject=subject, data={"problem": problem})
    return _State.FAILED


def _give_up_stuck(*, at: datetime) -> None:
    for row in LearntModel.objects.filter(state=_State.TRAINING, asked_at__lt=at - GIVEN_UP_AFTER):
        _failed(row, "", at=at)


@transaction.atomic
def use(*, key: int, by: Actor, at: datetime) -> LearntModel:
    """Put a former model into use again. Raises NotAllowed, ModelGone."""
    _require(by)
    row = LearntModel.objects.select_for_update().filter(pk=key).first()
    if row is None or row.state != _State.FORMER or proposing.readable(row) is None:
        raise ModelGone
    LearntModel.objects.select_for_update().filter(state=_State.IN_USE).update(state=_State.FORMER)
    row.state, row.in_use_since = _State.IN_USE, at
    row.save(update_fields=["state", "in_use_since"])
    record(audit_events.MODEL_CHOSEN, by=by, at=at, subject=f"{_SUBJECT}:{row.pk}", data={"texts": row.texts})
    return row


@transaction.atomic
def stop_using(*, by: Actor, at: datetime) -> None:
    """Let key words speak again instead of the model in use. Raises NotAllowed, ModelGone."""
    _require(by)
    row = LearntModel.objects.select_for_update().filter(state=_State.IN_USE).first()
    if row is None:
        raise ModelGone
    row.state = _State.FORMER
    row.save(update_fields=["state"])
    record(audit_events.MODEL_CHOSEN, by=by, at=at, subject=f"{_SUBJECT}:0", data={"texts": 0})


def _require(by: Actor) -> None:
    if by.kind is not ActorKind.SYSTEM and not posts_granting(by, Permission.MODEL_CHANGE):
        raise NotAllowed
