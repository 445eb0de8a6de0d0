"""What is proposed about a matter, what the person did with it, and the models that propose."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit


class LearntModel(BaseModel):
    """One model learnt from the county's own decisions, with its comparison; at most one is in use."""

    class State(models.TextChoices):
        TRAINING = "training"
        IN_USE = "in_use"
        FORMER = "former"
        WORSE = "worse"
        FAILED = "failed"

    field_classes: ClassVar[dict[str, FieldClass]] = {"asked_by": FieldClass.PERSONAL}

    state = models.CharField(max_length=10, choices=State.choices, default=State.TRAINING)
    file = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True, blank=True)
    in_use_since = models.DateTimeField(null=True, blank=True)
    learnt_to = models.DateTimeField(null=True, blank=True)
    """Moment of the newest decision it learnt from; what came later it has not seen."""
    texts = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    compared_with = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The model in use at that time; empty when the key words of the rule were compared with."""
    figures = models.JSONField(default=dict)
    """For each field: macro-F1 and share of right ones, new and old, and of how many texts."""
    rule = models.CharField(max_length=60)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_use"), name="learnt_model_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="training"), name="learnt_model_one_training"
            ),
        ]


class Proposal(BaseModel):
    """What was proposed for one field of a case, and what the person chose; set once each."""

    class Field(models.TextChoices):
        CATEGORY = "category"
        KIND = "kind"
        TIER = "tier"
        URGENCY = "urgency"

    field_classes: ClassVar[dict[str, FieldClass]] = {"words": FieldClass.PERSONAL}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=10, choices=Field.choices)
    value = models.CharField(max_length=16)
    confidence = models.FloatField()
    chosen_already = models.BooleanField()
    """Whether it stood on the form as chosen."""
    by_subject = models.BooleanField(default=False)
    """It was what the proposed subject says, and nothing more."""
    words = EncryptedTextField(blank=True)
    """The words of the matter that led there."""
    model = models.ForeignKey(
        LearntModel, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Empty when the key words of rule and subjects spoke."""
    at = models.DateTimeField()
    chosen = models.CharField(max_length=16, blank=True)
    month = models.DateField(null=True, blank=True)
    """First day of the month in which a person decided."""
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The desk that decided."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "field"], name="proposal_once"),
            models.CheckConstraint(
                condition=Q(chosen="", month__isnull=True, unit__isnull=True)
                | (~Q(chosen="") & Q(month__isnull=False, unit__isnull=False)),
                name="proposal_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                "month",
                "field",
                "unit",
                "value",
                "chosen",
                name="proposal_decided",
                condition=Q(month__isnull=False),
            )
        ]
