"""The tables of the loop.

A case row holds where the matter is now and the dated facts that measures need; every change of it is one
`Transition` row. The public number is made of the key and the year of registration (see `numbers`), so no
counter row makes writers wait for one another.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.cases import lifecycle, numbers
from gongzhi.cases.models.categories import Category
from gongzhi.cases.speaking import Speaker, Typist
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User

_OPEN = sorted(state.value for state in lifecycle.OPEN_STATES)
"""Plain text, so that migrations hold values and import nothing of ours."""


def _one_of(field: str, values: type[StrEnum], *, blank: bool = False) -> Q:
    names = [str(v) for v in values]
    return Q(**{f"{field}__in": [*names, ""] if blank else names})


class Case(BaseModel):
    """One matter, from any mouth to a rated answer."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "title": FieldClass.PERSONAL,
        "text": FieldClass.PERSONAL,
        "place_detail": FieldClass.PERSONAL,
        "reporter_name": FieldClass.SENSITIVE,
        "reporter_phone": FieldClass.SENSITIVE,
        "reporter_mail": FieldClass.SENSITIVE,
        "reporter_phone_index": FieldClass.SENSITIVE,
        "answer": FieldClass.PERSONAL,
        "public_title": FieldClass.PUBLIC,
        "public_text": FieldClass.PUBLIC,
        "public_answer": FieldClass.PUBLIC,
    }

    title = models.CharField(max_length=80)
    text = models.TextField()
    place = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_detail = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=8, default="zh-hans")

    reporter_name = EncryptedTextField(blank=True)
    reporter_phone = EncryptedTextField(blank=True)
    reporter_phone_index = models.CharField(max_length=64, blank=True)
    reporter_mail = EncryptedTextField(blank=True)
    anonymous = models.BooleanField(default=False)
    registered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The staff member who typed it, acting for the reporter; empty when the resident typed it."""
    spoke = models.CharField(max_length=12, default=Speaker.SELF.value)
    """Whose matter the one who spoke spoke of."""
    typed = models.CharField(max_length=8, default=Typist.PERSON.value)

    status = models.CharField(max_length=16)
    level = models.CharField(max_length=8)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The centre that accepts and dispatches it."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that has the ball."""
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16, blank=True)
    tier = models.CharField(max_length=8, blank=True)
    route = models.CharField(max_length=16, blank=True)
    """`petition` for one that is handled by the petition procedure; else empty."""
    urgency = models.CharField(max_length=16, default=lifecycle.Urgency.ORDINARY.value)

    registered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField()
    """Moment of the newest transition: a later one is never dated before it, even if the clock was set
    back."""
    moves = models.PositiveIntegerField(default=0)

    due_at = models.DateTimeField(null=True, blank=True)
    """Earliest due moment of the running clocks; empty when none runs."""
    rate_by = models.DateTimeField(null=True, blank=True)
    """End of the rating window while resolved."""
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    objections = models.PositiveSmallIntegerField(default=0)
    receipt_serial = models.PositiveSmallIntegerField(default=0)
    """How often the receipt was replaced; the code on an older one opens nothing any more."""
    arbitrated = models.BooleanField(default=False)
    """The level above chose the unit: it cannot be returned again."""
    highest_escalated_from = models.CharField(max_length=8, blank=True)
    """Highest level that has already said it cannot settle this; a case never goes down to it again."""

    outcome = models.CharField(max_length=16, blank=True)
    answer = models.TextField(blank=True)
    settled_at_level = models.CharField(max_length=8, blank=True)
    solved = models.BooleanField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    finish_minutes = models.IntegerField(null=True, blank=True)
    """Working minutes from acceptance to the newest resolution, pauses left out."""
    answer_seconds = models.BigIntegerField(null=True, blank=True)
    """Calendar seconds from registration to the newest answer."""
    finish_on_time = models.BooleanField(null=True, blank=True)
    contact_on_time = models.BooleanField(null=True, blank=True)

    published_at = models.DateTimeField(null=True, blank=True)
    public_title = models.CharField(max_length=80, blank=True)
    public_text = models.TextField(blank=True)
    public_answer = models.TextField(blank=True)

    source_ref = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - unique, so absent must be NULL
    """Where an imported row came from; unique, so an import run twice doubles nothing."""

    # The partial indexes below serve every question; an index for each key would only slow registering down.
    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_ref"], name="case_source_once"),
            models.CheckConstraint(condition=_one_of("status", lifecycle.State), name="case_status_known"),
            models.CheckConstraint(condition=_one_of("level", lifecycle.Level), name="case_level_known"),
            models.CheckConstraint(
                condition=_one_of("tier", lifecycle.Tier, blank=True), name="case_tier_known"
            ),
            models.CheckConstraint(
                condition=_one_of("kind", lifecycle.Kind, blank=True), name="case_kind_known"
            ),
            models.CheckConstraint(condition=_one_of("spoke", Speaker), name="case_speaker_known"),
            models.CheckConstraint(
                condition=_one_of("typed", Typist)
                & (Q(registered_by__isnull=True) | Q(typed=Typist.ACCOUNT.value)),
                name="case_typist_known",
            ),
            models.CheckConstraint(
                condition=_one_of("urgency", lifecycle.Urgency), name="case_urgency_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=lifecycle.State.RESOLVED.value) | Q(resolved_at__isnull=False),
                name="case_resolved_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status=lifecycle.State.CLOSED.value) | Q(closed_at__isnull=False),
                name="case_closed_dated",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="case_score_range"
            ),
        ]
        indexes = [
            models.Index(
                "unit",
                "status",
                "due_at",
                name="case_queue",
                condition=Q(status__in=_OPEN),
            ),
            models.Index(
                "desk",
                "status",
                "due_at",
                name="case_desk",
                condition=Q(status__in=_OPEN),
            ),
            models.Index(
                "owner",
                "status",
                "due_at",
                name="case_owner",
                condition=Q(status__in=_OPEN),
            ),
            models.Index("due_at", name="case_due", condition=Q(status__in=_OPEN)),
            models.Index("registered_at", name="case_registered"),
            *(
                models.Index(field, name=f"case_{field[:-3]}", condition=Q(**{f"{field}__isnull": False}))
                for field in ("dispatched_at", "resolved_at", "rated_at", "closed_at")
            ),
            models.Index("rate_by", name="case_rate_by", condition=Q(status=lifecycle.State.RESOLVED.value)),
            models.Index("reporter_phone_index", name="case_phone", condition=~Q(reporter_phone_index="")),
            models.Index(
                F("published_at").desc(), name="case_published", condition=Q(published_at__isnull=False)
            ),
            # What other systems ask for: the newest that was made public, by when it was raised.
            models.Index(
                F("registered_at").desc(),
                name="case_published_raised",
                condition=Q(published_at__isnull=False),
            ),
            *(
                models.Index(
                    field,
                    F("published_at").desc(),
                    name=f"case_published_{field}",
                    condition=Q(published_at__isnull=False),
                )
                for field in ("place", "category", "outcome")
            ),
        ]

    @property
    def number(self) -> str:
        """The public tracking number, such as HY26-004817."""
        return numbers.case_number(self.pk, self.registered_at)

    def __str__(self) -> str:
        return self.number


class CaseSight(BaseModel):
    """A unit that sees a case, and why. Rows are added for the unit and every unit above it below the county,
    and never removed, so a unit that handed a case on keeps sight of it."""

    class Reason(models.TextChoices):
        PLACE = "place"
        HANDLING = "handling"
        DESK = "desk"
        HELPING = "helping"
        MERGED = "merged"

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sights")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    """Whether the case is in an open state: kept by the moves, so that a unit's open cases are found without
    walking the open cases of the whole county."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "case"], name="sight_once")]
        indexes = [models.Index("unit", "case", name="sight_open", condition=Q(is_open=True))]
