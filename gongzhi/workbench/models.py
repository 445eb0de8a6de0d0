"""Batches of one move over many matters, each on hold before it begins; and lists of matters kept by name."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User
from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind


class Batch(BaseModel):
    """One press for many matters. Nothing happens before `begins_at`; until then it can be undone."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "asked": FieldClass.INTERNAL,
    }

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Kind])
    asked = models.JSONField(default=dict)
    """What was chosen for all: the unit, the new owner, the main matter, the tier."""
    words = models.TextField(blank=True)
    """Words for the unit or the colleague."""
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=BatchState.HELD.value)
    asked_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in BatchState]), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "running"]) | Q(finished_at__isnull=False),
                name="batch_finished_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="batch_of_owner"),
            models.Index(fields=["begins_at"], name="batch_due", condition=Q(state__in=["held", "running"])),
        ]


class BatchItem(BaseModel):
    """One matter of a batch: as it stood when it was chosen, and what became of it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    mark = models.CharField(max_length=16)
    """Digest of where the matter stood in the preview: another one now is not what was agreed to."""
    subject = models.CharField(max_length=8, blank=True)
    """Code of the subject it is accepted under."""
    state = models.CharField(max_length=8, default=ItemState.WAITING.value)
    reason = models.TextField(blank=True)
    """Why it was refused, in the language of who asked."""
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "case"], name="batch_case_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ItemState]), name="batch_item_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(done_at__isnull=True), name="batch_item_waits_undated"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="batch_item_waiting", condition=Q(state="waiting")),
        ]


class SavedView(BaseModel):
    """A list of matters under a name: whose, below which address, narrowed to what."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "name": FieldClass.PERSONAL,
        "query": FieldClass.PERSONAL,
    }

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=30)
    base = models.CharField(max_length=24)
    """Name of the address: `cases:list` or `cases:dispatch_queue`."""
    query = models.CharField(max_length=600)
    """What stands behind the address; may hold words somebody searched for."""
    position = models.PositiveSmallIntegerField()
    is_first = models.BooleanField(default=False)
    """Opened when the owner opens the list without asking for a view."""
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Shared with everyone who holds a post at this unit; empty for the owner alone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["owner", "base"], name="saved_view_first_once", condition=Q(is_first=True)
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "position"], name="saved_view_of_owner"),
            models.Index(fields=["unit"], name="saved_view_shared", condition=Q(unit__isnull=False)),
        ]
