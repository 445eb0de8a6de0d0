"""The two tables of the audit log: events as they happen, and the batches that seal them.

Both only grow: triggers in the database refuse UPDATE, DELETE and TRUNCATE (migration `0002_append_only`).
There are no foreign keys on purpose: a row must stay true when what it speaks of changes or goes away.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from gongzhi.audit.canonical import BATCH_COLUMNS
from gongzhi.core.models import BaseModel, FieldClass


class AuditEvent(BaseModel):
    """One thing that somebody did, in plain values."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "actor_name": FieldClass.PERSONAL,
        "data": FieldClass.PERSONAL,
    }

    created_at = None  # type: ignore[assignment]  # recorded_at says it, by the clock of the database
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    """When the row was written, by the clock of the database; a trigger refuses any other moment."""
    at = models.DateTimeField()
    """When it happened in the domain: imports and simulations play the past."""
    code = models.TextField()
    actor_key = models.TextField()
    """`staff:12`, `resident`, `system`."""
    actor_name = models.TextField(blank=True)
    actor_posts = models.TextField(blank=True)
    """The posts the actor held at that moment: `role@unit_code`, separated by blanks."""
    door = models.TextField(blank=True)
    """page, api, command, job or import."""
    unit_code = models.TextField(blank=True)
    """The unit the event concerns."""
    subject = models.TextField()
    """Public name of the thing: `case:HY26-000123`."""
    data = models.TextField()
    """Canonical JSON text: old and new values, plain."""
    request_id = models.TextField(blank=True)
    salt = models.TextField()
    """Random, part of the leaf: without it a published hash could be guessed from what a row must say."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(code=""), name="audit_event_has_code"),
            models.CheckConstraint(condition=~models.Q(subject=""), name="audit_event_has_subject"),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_event_subject"),
            models.Index(fields=["actor_key", "id"], name="audit_event_actor"),
            models.Index(fields=["code", "id"], name="audit_event_code"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]


class AuditBatch(BaseModel):
    """A Merkle tree over some rows, linked to the batch before it."""

    field_classes: ClassVar[dict[str, FieldClass]] = dict.fromkeys(
        (*BATCH_COLUMNS, "chain", "signature"), FieldClass.PUBLIC
    )

    created_at = None  # type: ignore[assignment]  # sealed_at says it
    number = models.BigIntegerField(unique=True)
    """1, 2, 3 … without holes. Unique, so of two sealers on the same head one loses."""
    sealed_at = models.DateTimeField()
    algorithm = models.TextField()
    late = models.BooleanField()
    """Whether it holds rows that were committed after a higher number had been sealed."""
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    size = models.PositiveIntegerField()
    root = models.TextField()
    leaves_hash = models.TextField()
    """Hash over `leaves`, so that the row numbers in it are sealed too."""
    gaps = models.TextField()
    """JSON `[[from, to], …]`: row numbers this batch passed over because nobody had committed them."""
    previous_chain = models.TextField(blank=True)
    chain = models.TextField()
    """Hash over everything above; the next batch repeats it as `previous_chain`."""
    signature = models.TextField(blank=True)
    """Of `chain`, by the key of this installation, which never lies in the database."""
    leaves = models.BinaryField()
    """For each row its number (8 bytes, big-endian) and its leaf hash, in the order of the tree."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="audit_batch_not_empty"),
            models.CheckConstraint(
                condition=models.Q(first_id__lte=models.F("last_id")), name="audit_batch_ids_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["last_id"], condition=models.Q(late=False), name="audit_batch_regular"),
            models.Index(fields=["last_id"], condition=models.Q(late=True), name="audit_batch_late"),
            models.Index(fields=["sealed_at"], name="audit_batch_sealed_at"),
        ]
