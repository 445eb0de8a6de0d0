"""Rules and their dated versions.

The invariant: a version is written once. It holds from `valid_from` until the next standing version of the
same rule begins, so two versions can never hold at once and nothing is updated when a new one is adopted. The
only change a row ever sees is its withdrawal before it takes force; a database trigger refuses everything
else.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.core.models import BaseModel, FieldClass


class RuleLevel(models.TextChoices):
    OPERATIONAL = "operational", _("operational rule")
    COLLECTIVE = "collective", _("collective-choice rule")
    CONSTITUTIONAL = "constitutional", _("constitutional rule")


class Rule(BaseModel):
    """A rule that some app reads. What it means is declared in code (`rules.py`); its values are its
    versions."""

    field_classes = {"code": FieldClass.PUBLIC, "level": FieldClass.PUBLIC, "type": FieldClass.PUBLIC}

    code = models.CharField(max_length=64, unique=True)
    level = models.CharField(max_length=16, choices=RuleLevel.choices)
    type = models.CharField(max_length=16)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="rule_code_given")]

    def __str__(self) -> str:
        return self.code


class RuleVersion(BaseModel):
    """The values of a rule from `valid_from` on. `number` counts from 1 and is never used twice."""

    field_classes = {
        "number": FieldClass.PUBLIC,
        "params": FieldClass.PUBLIC,
        "source": FieldClass.PUBLIC,
        "confidence": FieldClass.PUBLIC,
        "note": FieldClass.PUBLIC,
        "decided_by": FieldClass.PUBLIC,
        "valid_from": FieldClass.PUBLIC,
        "adopted_at": FieldClass.PUBLIC,
        "withdrawn_at": FieldClass.PUBLIC,
        "withdrawn_note": FieldClass.PUBLIC,
    }

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    params = models.JSONField()
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=8)
    note = models.CharField(max_length=500, blank=True)
    """Why it was changed, in words for everyone."""
    decided_by = models.CharField(max_length=300, blank=True)
    """The decision it rests on (meeting, date, document number); required above the operational level."""
    valid_from = models.DateTimeField()
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=80)
    """Stable key of the actor, as in the audit log; no foreign key, so that history outlives accounts."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["rule", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_number_once"),
            models.UniqueConstraint(
                fields=["rule", "valid_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="rule_version_no_overlap",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="rule_version_number_positive"),
            models.CheckConstraint(condition=~Q(source=""), name="rule_version_source_given"),
            models.CheckConstraint(
                condition=Q(number=1) | Q(valid_from__gt=models.F("adopted_at")), name="rule_version_forward"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (
                    Q(withdrawn_at__isnull=False)
                    & ~Q(withdrawn_by="")
                    & Q(withdrawn_at__lt=models.F("valid_from"))
                ),
                name="rule_version_withdrawn_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}@{self.number}"
