"""Deadlines of a case: clocks, their pauses, and orders from above."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass


class Clock(BaseModel):
    """One running or stopped clock with its stored due moment; at most one of a kind runs per case."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    limit_minutes = models.PositiveIntegerField()
    plain = models.BooleanField(default=False)
    """Counted in plain hours (emergencies) and not in working time."""
    rule = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    margin_minutes = models.IntegerField(null=True, blank=True)
    """Signed difference between due and stopped: positive is early."""
    step = models.PositiveSmallIntegerField(default=0)
    """How many rungs of the ladder have been taken."""
    next_step_at = models.DateTimeField(null=True, blank=True)
    quiet = models.BooleanField(default=False)
    """Of imported history that nobody has touched yet: it reminds nobody and is not late."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(stopped_at__isnull=True), name="clock_one_running"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(next_step_at__isnull=True),
                name="clock_stopped_quiet",
            ),
        ]
        indexes = [
            models.Index("next_step_at", name="clock_next_step", condition=Q(next_step_at__isnull=False))
        ]


class ClockPause(BaseModel):
    """A dated interval in which the clocks of a case stand still: why, and for whom we wait."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"waiting_for": FieldClass.PERSONAL}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=32)
    waiting_for = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    """When the clocks run again by themselves; whatever is waited for."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("until", name="pause_open_until", condition=Q(ended_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_forward"
            ),
        ]

    @classmethod
    def open_of(cls, case: Case) -> Self | None:
        """Return the pause that stops the clocks of a case now. One query, by the key of open pauses."""
        # In no order: for the lowest number PostgreSQL would walk all pauses to the first that fits.
        return next(iter(cls.objects.filter(case=case, ended_at__isnull=True)), None)


class Supervision(BaseModel):
    """An order from above that must be answered by its due moment."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "answer": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supervisions")
    cause = models.CharField(max_length=16)
    """order, ladder or not_solved."""
    words = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    limit_minutes = models.PositiveIntegerField(default=0)
    plain = models.BooleanField(default=False)
    step = models.PositiveSmallIntegerField(default=0)
    """How many reminders have been sent."""
    next_step_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    judge_by = models.DateTimeField(null=True, blank=True)
    """Until when the answer can be sent back."""
    judged_at = models.DateTimeField(null=True, blank=True)
    """When someone above called the answer sufficient."""
    sent_back = models.PositiveSmallIntegerField(default=0)
    """How many answers were not enough; their words stand in the story."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(next_step_at__isnull=True),
                name="supervision_answered_quiet",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="supervision_answer_paired",
            ),
        ]
        indexes = [
            models.Index("due_at", name="supervision_open", condition=Q(answered_at__isnull=True)),
            models.Index("next_step_at", name="supervision_step", condition=Q(next_step_at__isnull=False)),
            models.Index("judge_by", name="supervision_judge", condition=Q(judge_by__isnull=False)),
        ]
