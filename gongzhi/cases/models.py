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
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User

_OPEN = sorted(state.value for state in lifecycle.OPEN_STATES)
"""Plain text, so that migrations hold values and import nothing of ours."""


def _one_of(field: str, values: type[StrEnum], *, blank: bool = False) -> Q:
    names = [str(v) for v in values]
    return Q(**{f"{field}__in": [*names, ""] if blank else names})


class Category(BaseModel):
    """One entry of the county's list of subjects, three levels deep; `code` is two digits a level."""

    field_classes: ClassVar[dict[str, FieldClass]] = dict.fromkeys(
        (
            "code",
            "name_zh",
            "name_en",
            "sentence_zh",
            "sentence_en",
            "words",
            "kind",
            "urgency",
            "department_code",
        ),
        FieldClass.PUBLIC,
    )

    code = models.CharField(max_length=8, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    depth = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    sentence_zh = models.CharField(max_length=200, blank=True)
    sentence_en = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16)
    urgency = models.CharField(max_length=16)
    department_code = models.CharField(max_length=32, blank=True)
    """Which bureau handles it by default, by unit code."""
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]


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

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sights")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "case"], name="sight_once")]


class Transition(BaseModel):
    """One move: history, statistics and outbox in one. Never changed, never deleted."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "by_name": FieldClass.PERSONAL,
        "data": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transitions", db_index=False)
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=24)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=32)
    by_name = models.CharField(max_length=60, blank=True)
    by_role = models.CharField(max_length=32, blank=True)
    by_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The unit that has the case after the move, where the move changed it."""
    level = models.CharField(max_length=8)
    words = models.TextField(blank=True)
    public = models.BooleanField(default=True)
    """Whether the resident reads the words; the fact of a move is always shown."""
    rule = models.CharField(max_length=60, blank=True)
    """Rule and version that set the limit or allowed the move, as `code@version`."""
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="transition_seq_once")]


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
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_forward"
            ),
        ]


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
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="supervision_answer_paired",
            )
        ]
        indexes = [models.Index("due_at", name="supervision_open", condition=Q(answered_at__isnull=True))]


class Rating(BaseModel):
    """What the resident said of one answer. One for each time the case was resolved."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "network": FieldClass.SENSITIVE,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    reached = models.BooleanField(null=True, blank=True)
    solved = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    network = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="rating_once_a_round")]


class Attachment(BaseModel):
    """A picture of a case, re-encoded and without its location. The file's name on disk is random."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "key": FieldClass.SENSITIVE,
        "sha256": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="attachments")
    key = models.CharField(max_length=40, unique=True)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    public = models.BooleanField(default=True)
    """Whether the reporter sees it."""
    at = models.DateTimeField()


class UnitFigure(BaseModel):
    """One measure of one unit in one month, counted by the worker from the case rows; never typed in.

    A page reads figures and not cases, so it costs the same at ten thousand cases and at a million. The rows
    behind a figure are found with the definition it was counted by.
    """

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    """First day of the month, local time."""
    measure = models.CharField(max_length=32)
    part = models.CharField(max_length=32, blank=True)
    """One value of a distribution (a level, a channel); empty for the whole."""
    base = models.PositiveIntegerField()
    hits = models.PositiveIntegerField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    """For medians and percentiles: working minutes. For shares: empty, being hits / base."""
    rule = models.CharField(max_length=60)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "measure", "part"], name="figure_once")
        ]


class FigureCursor(BaseModel):
    """How far the figures have read the transitions: one row."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    name = models.CharField(max_length=32, unique=True)
    transition_id = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=list)
    """Keys below it that were absent when it passed, as [first, last, noticed]: on PostgreSQL a transaction
    that began earlier may commit later."""
    moved_at = models.DateTimeField()


class StaleFigure(BaseModel):
    """A unit and month whose figures must be counted again. Marked as often as one likes, counted once."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="stale_figure_once")]
