"""The roster of experts, and questions to them: asked with a due time, answered, rated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, deadlines, governance_rules, notice_kinds, rules
from gongzhi.cases.actions import batches, moves, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case, Expert, ExpertQuestion
from gongzhi.cases.queries import access, calendars, categories, due
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotFound
from gongzhi.orgs import paths
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, require
from gongzhi.rulebook.queries import in_force


class TooManyQuestions(Conflict):
    code = "too_many_questions"
    message = _("As many questions as the rule allows wait for an answer.")
    hint = _("Write down an answer first.")


class NoSuchQuestion(Conflict):
    code = "no_such_question"
    message = _("There is no such question, or it is not at that stage any more.")


class ThereAlready(Conflict):
    code = "expert_there"
    message = _("This person of this office stands in the roster already.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody for the roster."""

    name: str
    office: str
    reach: str
    skills: str
    subjects: Sequence[str] = ()


@transaction.atomic
def add_expert(*, unit: Unit, person: Person, by: Actor, at: datetime) -> Expert:
    """Add somebody to the roster of a unit. Raises NotAllowed, Invalid, ThereAlready."""
    require(by, Permission.EXPERT_CHANGE, unit_path=unit.path)
    values = {
        name: moves.need_words(getattr(person, name), longest=_width(name), field=name)
        for name in ("name", "office", "reach", "skills")
    }
    subjects = sorted({categories.get_category(code).code for code in person.subjects})
    if Expert.objects.filter(
        unit=unit, name=values["name"], office=values["office"], valid_until__isnull=True
    ).exists():
        raise ThereAlready
    expert = Expert.objects.create(unit=unit, subjects=subjects, valid_from=orgs.day_of(at), **values)
    _record(audit_events.EXPERT_ADDED, expert, by=by, at=at)
    return expert


@transaction.atomic
def end_expert(*, expert: Expert, by: Actor, at: datetime) -> None:
    """Take somebody off the roster from today on; what they answered stays. Raises NotAllowed, NotFound."""
    require(by, Permission.EXPERT_CHANGE, unit_path=expert.unit.path)
    ended = Expert.objects.filter(pk=expert.pk, valid_until__isnull=True).update(valid_until=orgs.day_of(at))
    if not ended:
        raise NotFound
    _record(audit_events.EXPERT_ENDED, expert, by=by, at=at)


def _width(name: str) -> int:
    return getattr(Expert._meta.get_field(name), "max_length", 0) or 0


def _record(code: str, expert: Expert, *, by: Actor, at: datetime) -> None:
    data = {"office": expert.office, "subjects": expert.subjects}
    record(code, by=by, at=at, subject=f"expert:{expert.pk}", unit_code=expert.unit.code, data=data)


@transaction.atomic
def ask_expert(*, case: Case, expert: Expert, question: str, by: Actor, at: datetime) -> Case:
    """Put a question to an expert of the roster of the unit or of one above it.

    Raises TooManyQuestions, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.ASK_EXPERT, by=by, at=at)
    question = moves.need_words(
        question, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="question"
    )
    if expert.valid_until is not None or not paths.contains(expert.unit.path, case.unit.path):
        raise Invalid(_("Please choose somebody from the roster."), field="expert")
    rule = in_force(governance_rules.EXPERTS, at=at)
    open_ones = ExpertQuestion.objects.filter(case=case, answered_at__isnull=True).count()
    if open_ones >= rule.params.most_open:
        raise TooManyQuestions
    limit = rule.params.answer
    due_at = deadlines.add(calendars.of(case.unit, at=at), at, limit.minutes, plain=limit.plain)
    ExpertQuestion.objects.create(case=case, expert=expert, question=question, asked_at=at, due_at=due_at)
    moves.finish(
        case,
        Move.ASK_EXPERT,
        by=by,
        at=at,
        words=f"{expert.name}（{expert.office}）：{question}",
        public=False,
        rule=rule.label,
        data={"expert": expert.pk, "due": due_at.isoformat()},
    )
    return case


def _locked(case: Case, position: int) -> ExpertQuestion:
    """Return question number `position` (from 1) of the locked case. Raises NoSuchQuestion."""
    rows = ExpertQuestion.objects.filter(case=case).select_related("expert").order_by("id")
    row = next(iter(rows[position - 1 : position]), None) if position > 0 else None
    if row is None:
        raise NoSuchQuestion
    return row


@transaction.atomic
def answer_expert(*, case: Case, position: int, answer: str, by: Actor, at: datetime) -> Case:
    """Write down what the expert answered. Raises NoSuchQuestion, Invalid, NotYourMove."""
    case, at = moves.begin(case, Move.ANSWER_EXPERT, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    asked = _locked(case, position)
    if asked.answered_at is not None:
        raise NoSuchQuestion
    asked.answer, asked.answered_at = answer, at
    asked.save(update_fields=["answer", "answered_at"])
    moves.finish(
        case,
        Move.ANSWER_EXPERT,
        by=by,
        at=at,
        words=f"{asked.expert.name}：{answer}",
        public=False,
        data={"expert": asked.expert_id, "question": position, "in_time": at <= asked.due_at},
    )
    telling.owner_or_unit(case, notice_kinds.EXPERT_ANSWERED, answer, by=by, at=at)
    return case


@transaction.atomic
def rate_expert(*, case: Case, position: int, score: int, by: Actor, at: datetime) -> Case:
    """Say how useful an answer was, from 1 to 5, once. Raises NoSuchQuestion, Invalid, NotYourMove."""
    case, at = moves.begin(case, Move.RATE_EXPERT, by=by, at=at)
    if not 1 <= score <= 5:  # the scale of the standard, also a database constraint
        raise Invalid(_("Please choose one of the five levels."), field="score")
    asked = _locked(case, position)
    if asked.answered_at is None or asked.score is not None:
        raise NoSuchQuestion
    asked.score = score
    asked.save(update_fields=["score"])
    moves.finish(
        case,
        Move.RATE_EXPERT,
        by=by,
        at=at,
        public=False,
        data={"expert": asked.expert_id, "question": position, "score": score},
    )
    return case


@transaction.atomic
def remind(*, question: ExpertQuestion, by: Actor, at: datetime) -> bool:
    """Tell the owner once that an expert's answer is late; say whether this call did it."""
    claimed = ExpertQuestion.objects.filter(
        pk=question.pk, answered_at__isnull=True, reminded_at__isnull=True, due_at__lte=at
    ).update(reminded_at=at)
    if not claimed:
        return False
    case = access.lock_case(question.case)
    telling.owner_or_unit(
        case,
        notice_kinds.EXPERT_LATE,
        f"{question.expert.name}：{question.question}",
        by=by,
        at=at,
        due=telling.moment(question.due_at),
        rung=f"question-{question.pk}",
    )
    record(
        audit_events.QUESTION_REMINDED,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=case.unit.code,
        data={"expert": question.expert_id, "due": question.due_at.isoformat()},
    )
    return True


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Send every reminder of a late answer, at most `most`; return how many. Raises ExceptionGroup."""
    return batches.one_by_one(
        due.questions_for_job(at=at, most=most),
        lambda question: remind(question=question, by=by, at=at),
        what="late answers of experts",
    )
