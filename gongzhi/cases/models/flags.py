"""What looks suspicious by itself: flags, the matters behind them, and what people ruled."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User


class AnswerNetwork(BaseModel):
    """From which connection somebody of a unit wrote an answer, as a keyed mark; kept for as long as the rule
    of flags looks back. It serves one question: was an answer judged from where it was written?"""

    field_classes: ClassVar[dict[str, FieldClass]] = {"network": FieldClass.SENSITIVE}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    network = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("unit", "network", "at", name="answer_network"),
            models.Index("at", name="answer_network_age"),
        ]


class Flag(BaseModel):
    """Something about the work of a unit that a person should look at. It accuses nobody and starts nothing.

    Found again it gains rows and never loses any; the same find is the same flag.
    """

    class Kind(models.TextChoices):
        SAME_REPLY = "same_reply"
        QUICK = "quick"
        OWN_NETWORK = "own_network"
        LONGER_LIMIT = "longer_limit"
        LATE_ASKING = "late_asking"
        UNRATED = "unrated"
        TOLD_OTHERWISE = "told_otherwise"

    class Ruling(models.TextChoices):
        FOUNDED = "founded"
        UNFOUNDED = "unfounded"
        EXPLAINED = "explained"

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    kind = models.CharField(max_length=16, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=40)
    """What makes it this one of its kind and unit: a month, or a month and a digest of the text."""
    month = models.DateField()
    facts = models.JSONField(default=dict)
    """Numbers the sentence needs, such as a share and the usual one; never a word of anybody."""
    rule = models.CharField(max_length=60)
    rows = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    """Moments of its oldest and newest row, not of the run that found it."""
    ruling = models.CharField(max_length=12, choices=Ruling.choices, blank=True)
    waits = models.BooleanField(default=True)
    """Nobody has ruled on it since its newest row."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "mark"], name="flag_once"),
            models.CheckConstraint(condition=Q(waits=True) | ~Q(ruling=""), name="flag_ruled_or_waits"),
        ]
        indexes = [
            models.Index(fields=["unit", "-last_seen"], name="flag_of_unit"),
            models.Index(fields=["-last_seen", "-id"], name="flag_newest"),
            models.Index(fields=["-last_seen", "-id"], name="flag_waiting", condition=Q(waits=True)),
        ]


class FlagRow(BaseModel):
    """A matter behind a flag, and the moment in it that counted."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="matters", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flag", "case"], name="flag_row_once")]


class FlagRuling(BaseModel):
    """What a person ruled on a flag. Never changed: a later ruling is another row."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "by_name": FieldClass.PERSONAL,
    }

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="rulings")
    ruling = models.CharField(max_length=12, choices=Flag.Ruling.choices)
    words = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=60)
    rows = models.PositiveIntegerField()
    """How many matters stood behind the flag then."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="flag_ruling_worded")]
