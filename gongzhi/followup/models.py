"""The tables of follow-up calls: what was drawn and from what, who is to be called, every attempt.

What the resident says on the telephone is kept here and nowhere else: it never becomes a rating.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models import Case
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.followup import lifecycle
from gongzhi.orgs.models import Unit, User


def _one_of(field: str, values: type[StrEnum], *, blank: bool = False) -> Q:
    names = [str(v) for v in values]
    return Q(**{f"{field}__in": [*names, ""] if blank else names})


IS_OPEN = Q(ended_at__isnull=True)
"""Still to be called: as the indexes of open calls say it, without a value to be filled in."""


class Draw(BaseModel):
    """Lots drawn for a unit and a day: the seed and the heaps, so that anyone can draw the same again."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    batch = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=128)
    rule = models.CharField(max_length=60)
    heaps = models.JSONField(default=dict)
    """Public numbers by stratum, in order."""
    stood = models.PositiveIntegerField()
    """How many stood for the draw."""
    without_number = models.PositiveIntegerField(default=0)
    """How many did not, because there is no telephone to call."""
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], name="followup_draw_once"),
            models.CheckConstraint(condition=Q(drawn__lte=models.F("stood")), name="followup_draw_within"),
        ]
        indexes = [models.Index("day", "unit", name="followup_draw_day")]


class FollowUp(BaseModel):
    """One resident to be called back about one answer."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "answers": FieldClass.PERSONAL,
        "told_solved": FieldClass.PERSONAL,
        "told_came": FieldClass.PERSONAL,
        "told_score": FieldClass.PERSONAL,
        "note": FieldClass.SENSITIVE,
        "by_name": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followups")
    main = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The matter whose answer it is, for one that rests with another."""
    round = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose answer it is."""
    caller = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The centre above, which calls."""
    reason = models.CharField(max_length=12)
    stratum = models.CharField(max_length=8, blank=True)
    draw = models.ForeignKey(
        Draw, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule = models.CharField(max_length=60)
    recorded_solved = models.BooleanField(null=True, blank=True)
    recorded_score = models.PositiveSmallIntegerField(null=True, blank=True)
    """What was recorded when it came onto the list."""
    listed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField()
    """Not to be called before."""
    state = models.CharField(max_length=12, default=lifecycle.State.OPEN.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    answers = models.JSONField(default=dict)
    """What was said, by the codes of the questions."""
    told_solved = models.BooleanField(null=True, blank=True)
    told_came = models.BooleanField(null=True, blank=True)
    told_score = models.PositiveSmallIntegerField(null=True, blank=True)
    note = EncryptedTextField(blank=True)
    agrees = models.BooleanField(null=True, blank=True)
    otherwise = models.BooleanField(default=False)
    """The resident said something else than is recorded; a supervisor looks at it."""
    sent_back = models.BooleanField(default=False)
    """The call brought the matter back to work."""
    by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(main__isnull=True), name="followup_once_a_round"
            ),
            models.UniqueConstraint(
                fields=["case", "main", "round"],
                condition=Q(main__isnull=False),
                name="followup_once_a_main_round",
            ),
            models.CheckConstraint(condition=_one_of("state", lifecycle.State), name="followup_state_known"),
            models.CheckConstraint(
                condition=_one_of("reason", lifecycle.Reason), name="followup_reason_known"
            ),
            models.CheckConstraint(
                condition=_one_of("stratum", lifecycle.Stratum, blank=True), name="followup_stratum_known"
            ),
            models.CheckConstraint(
                condition=Q(state=lifecycle.State.OPEN.value, ended_at__isnull=True)
                | ~Q(state=lifecycle.State.OPEN.value) & Q(ended_at__isnull=False),
                name="followup_ended_dated",
            ),
            models.CheckConstraint(
                condition=Q(told_score__isnull=True) | Q(told_score__range=(1, 5)),
                name="followup_score_range",
            ),
        ]
        indexes = [
            models.Index("caller", "due_at", name="followup_open", condition=IS_OPEN),
            models.Index("due_at", name="followup_due", condition=IS_OPEN),
            models.Index("draw", name="followup_of_draw", condition=Q(draw__isnull=False)),
            models.Index("unit", "listed_at", name="followup_unit"),
            models.Index("caller", "listed_at", name="followup_caller"),
            models.Index("listed_at", name="followup_listed"),
            models.Index("ended_at", "unit", name="followup_otherwise", condition=Q(otherwise=True)),
        ]


class Attempt(BaseModel):
    """One try to call. Never changed."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"by_name": FieldClass.PERSONAL}

    followup = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="tries", db_index=False)
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12)
    at = models.DateTimeField()
    again_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["followup", "position"], name="followup_attempt_once"),
            models.CheckConstraint(
                condition=_one_of("outcome", lifecycle.Outcome), name="followup_outcome_known"
            ),
        ]
