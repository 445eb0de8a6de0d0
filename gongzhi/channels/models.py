"""What the doors to the outside keep: where a matter came from, what came in, and who follows on WeChat.

No word of a matter is kept here: words are in the case. What is kept is what makes a message that comes twice
count once, and what the sender's own system wants to hear again.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass


class Origin(BaseModel):
    """What an outside client said beside the words of a matter; one for each matter that has any of it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "latitude": FieldClass.PERSONAL,
        "longitude": FieldClass.PERSONAL,
        "media": FieldClass.PERSONAL,
        "account": FieldClass.PERSONAL,
        "attributes": FieldClass.PERSONAL,
    }

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    """WGS 84, as the client gave it. Published only rounded, see the rule `channels.open311`."""
    media = models.JSONField(default=list)
    """Addresses of pictures at the client's. They are never fetched: that would let strangers use us to look
    into the network behind us."""
    account = models.CharField(max_length=120, blank=True)
    """Whatever the client calls the person; given back to it."""
    attributes = models.JSONField(default=list)
    """Answers to the questions of the service, as [code, label, [values]]."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="origin_point_whole",
            )
        ]


class Received(BaseModel):
    """One message that came in through a signed door, logged once however often it was sent."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"reply": FieldClass.SENSITIVE}

    channel = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    """Hash of the sender's own number of the message."""
    fingerprint = models.CharField(max_length=64)
    """Hash of what it said: the same number with other content is no repetition."""
    proof = models.CharField(max_length=64)
    """Hash of the signature it came with, which serves for one message only."""
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=32, blank=True)
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reply = EncryptedTextField(blank=True)
    """What was answered, to be answered again when the message comes again."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="received_once")]
        indexes = [
            models.Index(fields=["channel", "proof"], name="received_proof"),
            models.Index(fields=["at"], name="received_age"),
        ]


class Follower(BaseModel):
    """A person on the WeChat official account. The account's name for the person is sealed."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "openid": FieldClass.SENSITIVE,
        "openid_index": FieldClass.SENSITIVE,
        "phone": FieldClass.SENSITIVE,
        "waiting": FieldClass.PERSONAL,
    }

    openid = EncryptedTextField()
    openid_index = models.CharField(max_length=64, unique=True)
    phone = EncryptedTextField(blank=True)
    """Bound by the receipt of a matter that holds this number."""
    bound_at = models.DateTimeField(null=True, blank=True)
    subscribed = models.BooleanField(default=True)
    seen_at = models.DateTimeField()
    waiting = models.JSONField(default=dict)
    """A location that came before the words: kept until they come."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bound_at__isnull=False) | Q(phone=""), name="follower_bound_dated"
            )
        ]


class FollowedCase(BaseModel):
    """A matter that a follower raised, or proved to be theirs by its receipt."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "case"], name="followed_once")]


class Media(BaseModel):
    """A photo that a follower sent: WeChat keeps it for three days, so the worker fetches it soon."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"media_id": FieldClass.SENSITIVE}

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="media")
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The matter it belongs to; empty while the words have not come."""
    media_id = EncryptedTextField()
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    """When the worker fetches it; empty while it waits for words, and when it is done with."""
    state = models.CharField(max_length=12, default="waiting")

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="media_due", condition=Q(next_try_at__isnull=False))
        ]
