"""Notices and the attempts to deliver them: an outbox.

The invariant: a notice is written in the transaction of what it tells about, once per `dedupe_key`; a
delivery is sent only after that transaction, and never by two workers at once: `next_try_at` is also the end
of the lease of the worker that claimed it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.notices.lifecycle import OPEN, DeliveryState
from gongzhi.notices.words import STATE_NAMES


class Notice(BaseModel):
    """One message to one person, in that person's language."""

    field_classes = {
        "mail": FieldClass.SENSITIVE,
        "phone": FieldClass.SENSITIVE,
        "name": FieldClass.PERSONAL,
        "title": FieldClass.PERSONAL,
        "body": FieldClass.SENSITIVE,
        "link": FieldClass.SENSITIVE,
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    mail = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=64)
    subject_ref = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    body = EncryptedTextField()
    link = EncryptedTextField(blank=True)
    """Path on this site. Sealed, like the body, because a resident's link holds the receipt code."""
    dedupe_key = models.CharField(max_length=200, unique=True)
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    """About an emergency: no quiet hours."""

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(fields=["user", "-written_at", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["subject_ref"], name="notice_subject"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(dedupe_key=""), name="notice_key_given")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class Delivery(BaseModel):
    """One notice through one channel: how often it was tried, and what came of it."""

    field_classes = {"last_error": FieldClass.PERSONAL}

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16)
    state = models.CharField(
        max_length=12,
        choices=[(state.value, name) for state, name in STATE_NAMES.items()],
        default=DeliveryState.QUEUED.value,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    """When it is due; while it is being sent, when the worker's lease ends; empty once it is over."""
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="delivery_due"),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN), next_try_at__isnull=False)
                | (~Q(state__in=sorted(OPEN)) & Q(next_try_at__isnull=True)),
                name="delivery_open_has_next_try",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="delivery_sent_has_moment",
            ),
        ]


class OptOut(BaseModel):
    """That somebody does not want to be told through one channel any more."""

    field_classes = {"who": FieldClass.PERSONAL}

    who = models.CharField(max_length=80)
    """An account (`user:12`), or what a resident holds the receipt of (`case:HY26-000001`): a telephone
    number that nobody has proved must not silence the matters of others."""
    channel = models.CharField(max_length=16)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "channel"], name="opt_out_once")]


class ChatTarget(BaseModel):
    """Where the work messenger of an account is reached: the address of its robot, which is a secret."""

    field_classes = {"key": FieldClass.SENSITIVE, "service": FieldClass.PERSONAL}

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=16)
    key = EncryptedTextField()
    set_at = models.DateTimeField()
