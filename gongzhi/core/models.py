"""The base of every table, and the few tables of core: calendar overrides, first answers, background work.

`field_classes` says for each field of a model how personal it is; a test fails for a field without a class.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models

from gongzhi.core.fields import EncryptedTextField


class FieldClass(StrEnum):
    """How personal a field is. Reading `SENSITIVE` asks a purpose and leaves an audit row."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class BaseModel(models.Model):
    """Abstract base. List in `field_classes` every field that is not `INTERNAL`; the default is internal."""

    field_classes: ClassVar[dict[str, FieldClass]]

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class CalendarOverride(BaseModel):
    """A day on which the office opens or closes against the national calendar."""

    field_classes = {"day": FieldClass.PUBLIC, "is_working": FieldClass.PUBLIC, "note": FieldClass.PUBLIC}

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day"]


class IdempotencyRecord(BaseModel):
    """The first answer to a request that may be sent again. `status` 0 means: being worked on."""

    field_classes = {"body": FieldClass.SENSITIVE}

    actor_key = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "key_hash"], name="first_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="first_answer_age")]


class TimedJobRun(BaseModel):
    """When a timed job runs next. Claiming a run moves `next_at` forward: claim and plan in one."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField()
    worker = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    """Failed runs since the last good one."""
    error = models.CharField(max_length=200, blank=True)
    """The class of the last failure; never its text, which may hold personal data."""


class TaskLease(BaseModel):
    """A worker's claim on one queued task, renewed while it works; when it lapses another may run it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    task_id = models.UUIDField(unique=True)
    worker = models.CharField(max_length=64)
    lapses_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=1)


class WorkerSeen(BaseModel):
    """The last sign of life of one worker."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    worker = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)


class RateMark(BaseModel):
    """One try of something that is limited, from one network mark or about one thing; kept for an hour."""

    field_classes = {"mark": FieldClass.SENSITIVE}

    purpose = models.CharField(max_length=32)
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["purpose", "mark", "at"], name="rate_mark_recent"),
            models.Index(fields=["at"], name="rate_mark_age"),
        ]


class SharedEntry(models.Model):
    """An entry of the cache that all processes share, see `gongzhi.core.shared_cache`."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    ends_at = models.DateTimeField(db_index=True)


class KeyProof(models.Model):
    """The one row that proves which keys this database was written with, see `gongzhi.core.key_proof`.

    `sealed` is opened at each start; its key is the last one under which everything was sealed anew.
    """

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.CharField(max_length=200)
    index_id = models.CharField(max_length=12)
    """Names the first index secret, which receipt codes and tokens come from."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_key_proof")]
