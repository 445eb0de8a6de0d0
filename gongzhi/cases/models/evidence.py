"""What people signed on the spot, and case files that the worker is making or has made."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.models.matters import Case
from gongzhi.cases.models.story import Attachment
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import User


class SignedStatement(BaseModel):
    """What somebody signed in the presence of a member of staff. Evidence, not a judgement of the answer."""

    class About(models.TextChoices):
        DONE = "done"
        RECEIVED = "received"
        VISIT = "visit"

    class Signer(models.TextChoices):
        REPORTER = "reporter"
        REPRESENTATIVE = "representative"
        WITNESS = "witness"

    class Way(models.TextChoices):
        DRAWN = "drawn"
        PAPER = "paper"

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "name": FieldClass.SENSITIVE,
        "about": FieldClass.PERSONAL,
        "signer": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="statements")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="statement")
    about = models.CharField(max_length=8, choices=About.choices)
    signer = models.CharField(max_length=14, choices=Signer.choices)
    """The words that were signed are those of the transition the picture belongs to."""
    name = EncryptedTextField()
    """The name of who signed, as it was said."""
    way = models.CharField(max_length=8, choices=Way.choices)
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who held the phone."""
    at = models.DateTimeField()


class CaseFile(BaseModel):
    """A case file too large to be made at once: asked for, made by the worker, fetched, gone after a time."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        EXPIRED = "expired"

    field_classes: ClassVar[dict[str, FieldClass]] = {"key": FieldClass.SENSITIVE}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who asked for it; nobody when the holder of the receipt did."""
    with_contact = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(key="") & Q(expires_at__isnull=False)),
                name="case_file_done_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="case_file_expiry", condition=Q(state="done")),
            models.Index(fields=["asked_at"], name="case_file_open", condition=Q(state="waiting")),
            models.Index(fields=["key"], name="case_file_key", condition=~Q(key="")),
        ]
