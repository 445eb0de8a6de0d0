"""Petitions: matters handled by the petition procedure, with review and second review by the levels above."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit


class Petition(BaseModel):
    """That a matter is handled as a petition, since when, and when the procedure ended."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="petition")
    since = models.DateTimeField()
    decide_by = models.DateTimeField()
    """By when the law wants it accepted or refused in writing."""
    rule = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When the second review was decided: the same facts are not accepted again."""


class PetitionReview(BaseModel):
    """One review of an answer by the level above, or the second one by the level above that."""

    class Kind(models.TextChoices):
        FIRST = "review"
        SECOND = "second"

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "decision": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The centre that decides."""
    words = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(default=0)
    """How many rungs of the ladder have been taken."""
    next_step_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=8, blank=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, result="", decision="")
                | (Q(decided_at__isnull=False) & ~Q(result="") & ~Q(decision="")),
                name="review_decided_paired",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(next_step_at__isnull=True),
                name="review_decided_quiet",
            ),
        ]
        indexes = [
            models.Index("unit", "due_at", name="review_open", condition=Q(decided_at__isnull=True)),
            models.Index("next_step_at", name="review_next_step", condition=Q(next_step_at__isnull=False)),
        ]
