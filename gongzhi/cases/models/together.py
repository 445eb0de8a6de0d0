"""Working on a matter together: a unit calls others to help, and matters about the same thing are merged."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User

_OPEN = Q(answered_at__isnull=True, ended_at__isnull=True)


class HelpCall(BaseModel):
    """A whistle: one unit called to help with one matter, its own due time, its answer, and how the caller
    rates it. Open until it is answered, called off, or the matter goes on without it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "answer": FieldClass.PERSONAL,
        "ended_words": FieldClass.PERSONAL,
        "rating_words": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="help_calls", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that was called."""
    caller = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit in whose name it was called."""
    words = models.TextField()
    called_at = models.DateTimeField()
    limit_minutes = models.PositiveIntegerField()
    plain = models.BooleanField(default=False)
    """Counted in plain hours and not in working time."""
    rule = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    margin_minutes = models.IntegerField(null=True, blank=True)
    """Signed difference between due and answered: positive is early."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it ended without an answer."""
    ended_by = models.CharField(max_length=24, blank=True)
    """The move that ended it."""
    ended_words = models.TextField(blank=True)
    """Why it was called off, or not waited for."""
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_words = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    """How many rungs of the ladder have been taken."""
    next_step_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "unit"], condition=_OPEN, name="help_one_open"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", margin_minutes__isnull=True)
                | (Q(answered_at__isnull=False, margin_minutes__isnull=False) & ~Q(answer="")),
                name="help_answer_paired",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False, answered_at__isnull=True) & ~Q(ended_by="")),
                name="help_ended_or_answered",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True, rated_at__isnull=True)
                | Q(score__range=(1, 5), rated_at__isnull=False, answered_at__isnull=False),
                name="help_rated_answer",
            ),
            models.CheckConstraint(condition=_OPEN | Q(next_step_at__isnull=True), name="help_done_quiet"),
        ]
        indexes = [
            models.Index("case", name="help_case"),
            models.Index("unit", "due_at", name="help_open", condition=_OPEN),
            models.Index("unit", "called_at", name="help_unit_called"),
            models.Index("next_step_at", name="help_next_step", condition=Q(next_step_at__isnull=False)),
        ]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.ended_at is None


class CaseMerge(BaseModel):
    """One matter resting with another about the same thing, from when until when, and what it was before."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"words": FieldClass.PERSONAL}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges", db_index=False)
    """The matter that rests."""
    main = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged_in", db_index=False)
    """The matter that is handled for both."""
    words = models.TextField(blank=True)
    merged_at = models.DateTimeField()
    status_before = models.CharField(max_length=16)
    clocks = models.JSONField(default=list)
    """Keys of the clocks that this merge made stand still."""
    solved_before = models.BooleanField(null=True, blank=True)
    score_before = models.PositiveSmallIntegerField(null=True, blank=True)
    rated_at_before = models.DateTimeField(null=True, blank=True)
    rule = models.CharField(max_length=60)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(undone_at__isnull=True), name="merge_one_open"
            ),
            models.CheckConstraint(condition=~Q(case=F("main")), name="merge_not_into_itself"),
        ]
        indexes = [models.Index("main", name="merge_main", condition=Q(undone_at__isnull=True))]
