"""How a case is governed: checks of what was settled on the spot, panels, decisions, more time, experts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models.matters import Case
from gongzhi.cases.models.story import Transition
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit


class SpotCheck(BaseModel):
    """A case settled on the spot that was drawn: the village asks the resident whether it was so."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"words": FieldClass.PERSONAL}

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="spot_check")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    drawn_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    as_written = models.BooleanField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, as_written__isnull=True)
                | Q(checked_at__isnull=False, as_written__isnull=False),
                name="spot_check_paired",
            )
        ]
        indexes = [
            models.Index("desk", "drawn_at", name="spot_check_open", condition=Q(checked_at__isnull=True))
        ]


class PanelMember(BaseModel):
    """Somebody who took part in working out a complex matter, by the role of the rule."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"name": FieldClass.PERSONAL}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="panel")
    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=32)
    name = models.CharField(max_length=40)
    level = models.CharField(max_length=8)
    """The level at which they met: a panel of the village does not stand in for one of the town."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "level", "name"], name="panel_person_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(role=""), name="panel_person_named"),
        ]


class MeetingDecision(BaseModel):
    """What a meeting decided about a major matter: where it is written down, and the words."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "meeting": FieldClass.PERSONAL,
        "words": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="+", db_index=False)
    meeting = models.CharField(max_length=80)
    held_on = models.DateField()
    number = models.CharField(max_length=40)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(meeting="") & ~Q(number=""), name="decision_named")
        ]


class Extension(BaseModel):
    """A request for more time, and what the level above said to it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "reason": FieldClass.PERSONAL,
        "words": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that asked."""
    reason = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    """The due moment there was when it was asked."""
    until = models.DateTimeField()
    """The due moment that is asked for."""
    minutes = models.PositiveIntegerField()
    """How much longer that is, in minutes of the clock."""
    decide_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at__isnull=True), name="extension_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="extension_decided_paired",
            ),
        ]
        indexes = [
            models.Index("decide_by", name="extension_open", condition=Q(decided_at__isnull=True)),
            models.Index("asked_at", name="extension_asked"),
        ]


class Expert(BaseModel):
    """A person of the roster who can be asked: a lawyer, a doctor, a technician."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "name": FieldClass.PERSONAL,
        "office": FieldClass.PERSONAL,
        "reach": FieldClass.PERSONAL,
        "skills": FieldClass.PERSONAL,
    }

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose roster it is: units in its area may ask."""
    name = models.CharField(max_length=40)
    office = models.CharField(max_length=80)
    reach = models.CharField(max_length=80)
    """Office telephone or address, as given for this purpose; never a private number."""
    skills = models.CharField(max_length=200)
    """What they know, in words."""
    subjects = models.JSONField(default=list)
    """Codes of subjects they are proposed for."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(office=""), name="expert_named"),
            models.UniqueConstraint(
                fields=["unit", "name", "office"],
                condition=Q(valid_until__isnull=True),
                name="expert_once_a_roster",
            ),
        ]


class ExpertQuestion(BaseModel):
    """A question to an expert, the answer, and how useful it was."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "question": FieldClass.PERSONAL,
        "answer": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="questions")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="questions", db_index=False)
    question = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answer_paired",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5), answered_at__isnull=False),
                name="question_score_range",
            ),
        ]
        indexes = [
            models.Index(
                "due_at",
                name="question_due",
                condition=Q(answered_at__isnull=True, reminded_at__isnull=True),
            ),
            models.Index("expert", name="question_expert"),
        ]
