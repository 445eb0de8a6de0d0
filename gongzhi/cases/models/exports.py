"""Lists taken out as files: asked for by a person, written by the worker, gone after a while."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import User


class Export(BaseModel):
    """One list on its way to a file. Rows are read by ranges of keys; `last_key` says how far."""

    class Source(models.TextChoices):
        LIST = "list"
        FIGURE = "figure"

    class Format(models.TextChoices):
        CSV = "csv"
        XLSX = "xlsx"
        PARQUET = "parquet"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"
        EXPIRED = "expired"

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "query": FieldClass.PERSONAL,
        "scope": FieldClass.PERSONAL,
        "folder": FieldClass.SENSITIVE,
    }

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    query = models.JSONField()
    """What the list is narrowed to, as `queries.exports` reads it; may hold words somebody searched for."""
    format = models.CharField(max_length=8, choices=Format.choices)
    with_words = models.BooleanField(default=False)
    language = models.CharField(max_length=8)
    scope = models.JSONField(default=list)
    """Units whose matters the owner saw when asking; who sees less later gets no file."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    top = models.BigIntegerField()
    """Highest key when it was asked: what comes later is not in it."""
    last_key = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    about = models.PositiveIntegerField(null=True, blank=True)
    """How many rows there were when the worker began."""
    folder = models.CharField(max_length=40, unique=True)
    size = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=16, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False, expires_at__isnull=False),
                name="export_done_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="export_of_owner"),
            models.Index(fields=["expires_at"], name="export_expiry", condition=Q(state="done")),
            models.Index(
                fields=["asked_at"], name="export_open", condition=Q(state__in=["waiting", "running"])
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
