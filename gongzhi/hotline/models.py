"""The calls of the hotline, and what a telephone system told of them.

No sound is kept: a call is its moments, its outcome, and what was written down. The caller's number is
sealed, and found again by the same blind index as the telephones of reporters.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.cases.speaking import FOR_RESIDENTS
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.hotline import lifecycle, numbers
from gongzhi.hotline.lifecycle import Moments, Outcome
from gongzhi.orgs.models import Unit, User

_WITH_CASE = sorted(str(outcome) for outcome in lifecycle.WITH_CASE)
_WRITTEN = [str(outcome) for outcome in lifecycle.WRITTEN]


def _one_of(field: str, values: Iterable[StrEnum]) -> Q:
    return Q(**{f"{field}__in": [*(str(value) for value in values), ""]})


class Call(BaseModel):
    """One telephone call, from the first ring to what became of it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "caller": FieldClass.SENSITIVE,
        "caller_index": FieldClass.SENSITIVE,
        "question": FieldClass.PERSONAL,
        "answer": FieldClass.PERSONAL,
    }

    system_ref = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - unique, so absent must be NULL
    """The telephone system's own name of the call; empty for one that was written down without a system."""
    direction = models.CharField(max_length=3, default=lifecycle.Direction.IN.value)
    caller = EncryptedTextField(blank=True)
    """Digits only; empty when the number was withheld."""
    caller_index = models.CharField(max_length=64, blank=True)
    line = models.CharField(max_length=32, blank=True)
    """The number that was called."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The centre whose line it is."""
    agent = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who took it."""
    agent_ref = models.CharField(max_length=40, blank=True)
    """The telephone system's name of the seat that took it."""

    started_at = models.DateTimeField()
    """The first that is known of it."""
    offered_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)

    outcome = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    typed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who wrote down what became of it."""
    spoke = models.CharField(max_length=12, blank=True)
    """Whose matter the caller spoke of."""
    place = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        "cases.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    article = models.CharField(max_length=40, blank=True)
    """The article of the knowledge base that the answer was taken from, by its public code."""
    service = models.CharField(max_length=8, blank=True)
    """The emergency number the caller was passed on to."""
    corrected_at = models.DateTimeField(null=True, blank=True)
    """When what stands here was last corrected; what stood before is in `FormerEnding`."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system_ref"], name="call_once"),
            models.CheckConstraint(condition=_one_of("outcome", Outcome), name="call_outcome_known"),
            models.CheckConstraint(condition=_one_of("spoke", FOR_RESIDENTS), name="call_speaker_known"),
            models.CheckConstraint(
                condition=Q(direction__in=[str(d) for d in lifecycle.Direction]), name="call_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=_WITH_CASE, case__isnull=False)
                | (~Q(outcome__in=_WITH_CASE) & Q(case__isnull=True)),
                name="call_case_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=_WRITTEN, written_at__isnull=False, typed_by__isnull=False)
                | (~Q(outcome__in=_WRITTEN) & Q(written_at__isnull=True, typed_by__isnull=True)),
                name="call_written_by_somebody",
            ),
        ]
        indexes = [
            models.Index(F("started_at").desc(), name="call_newest"),
            models.Index("unit", F("started_at").desc(), name="call_unit"),
            models.Index("agent", F("started_at").desc(), name="call_agent"),
            models.Index(
                "caller_index", F("started_at").desc(), name="call_caller", condition=~Q(caller_index="")
            ),
            models.Index("case", name="call_case", condition=Q(case__isnull=False)),
        ]

    @property
    def number(self) -> str:
        """The public number, such as HYH26-000012."""
        return numbers.call_number(self.pk, self.created_at)

    @property
    def moments(self) -> Moments:
        return Moments(self.offered_at, self.queued_at, self.answered_at, self.ended_at)

    @property
    def is_written(self) -> bool:
        return self.written_at is not None

    @property
    def since(self) -> datetime:
        """The moment of hello: when somebody answered, else the first that is known."""
        return self.answered_at or self.started_at

    def __str__(self) -> str:
        return self.number


class FormerEnding(BaseModel):
    """What stood written down of a call until somebody corrected it. Never changed, never deleted."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "question": FieldClass.PERSONAL,
        "answer": FieldClass.PERSONAL,
        "reason": FieldClass.PERSONAL,
    }
    KEPT: ClassVar[tuple[str, ...]] = (
        *("outcome", "spoke", "question", "answer", "article", "service", "written_at"),
        *("place_id", "category_id", "case_id", "typed_by_id"),
    )
    """Columns of the call as they stood."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="former")
    outcome = models.CharField(max_length=12)
    spoke = models.CharField(max_length=12, blank=True)
    place = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        "cases.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    article = models.CharField(max_length=40, blank=True)
    service = models.CharField(max_length=8, blank=True)
    written_at = models.DateTimeField()
    typed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    reason = models.TextField()
    """Why it was corrected."""
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=_WRITTEN), name="former_ending_was_written"),
        ]


class CallEvent(BaseModel):
    """One event of a telephone system, taken once however often it was sent. Holds no number of a person."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=64, unique=True)
    """Hash of the call and the sender's own number of the event."""
    fingerprint = models.CharField(max_length=64)
    """Hash of what it said: the same number with other content is no repetition."""
    proof = models.CharField(max_length=64, db_index=True)
    """Hash of moment and nonce of the signature, which serves for one event only."""
    kind = models.CharField(max_length=12)
    moment = models.DateTimeField()
    """When it happened, by the telephone system's clock."""
    at = models.DateTimeField(db_index=True)
    """When it came in."""
