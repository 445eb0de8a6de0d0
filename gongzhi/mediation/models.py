"""The tables of mediation.

A dispute row holds where it is now and the dated facts that figures need; every change of it is one
`DisputeStep` row. What people said, who they are and what they agreed is sealed.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.cases.lifecycle import Level
from gongzhi.cases.models import Case
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.mediation import lifecycle, numbers
from gongzhi.orgs.models import Unit, User


def _one_of(field: str, values: type[StrEnum], *, blank: bool = False) -> Q:
    names = [str(v) for v in values]
    return Q(**{f"{field}__in": [*names, ""] if blank else names})


class Dispute(BaseModel):
    """One dispute, from the first word to the last visit after the agreement."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "title": FieldClass.PERSONAL,
        "account": FieldClass.PERSONAL,
        "next_place": FieldClass.PERSONAL,
        "guidance": FieldClass.PERSONAL,
    }

    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="disputes")
    title = EncryptedTextField()
    account = EncryptedTextField(blank=True)
    """What it is about, as first told."""
    kind = models.CharField(max_length=32)
    origin = models.CharField(max_length=12)
    origin_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The committee that took it up first: the lowest one it ever was with, so all above have it in reach."""
    committee = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The unit whose committee has it now."""
    level = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    risk = models.CharField(max_length=8, default=lifecycle.Risk.LOW.value)
    signs = models.JSONField(default=list)
    reported_at = models.DateTimeField(null=True, blank=True)
    """When signs that must be reported were passed on to the police or who else is responsible."""
    in_public = models.BooleanField(default=False)
    """Whether the parties asked for open sessions (Article 23)."""

    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField()
    moves = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    next_place = EncryptedTextField(blank=True)

    agreed_level = models.CharField(max_length=8, blank=True)
    performance = models.CharField(max_length=12, blank=True)
    ending = models.CharField(max_length=32, blank=True)
    guidance = EncryptedTextField(blank=True)
    """What the parties were told of other lawful ways."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("state", lifecycle.State), name="dispute_state_known"),
            models.CheckConstraint(condition=_one_of("level", Level), name="dispute_level_known"),
            models.CheckConstraint(condition=_one_of("risk", lifecycle.Risk), name="dispute_risk_known"),
            models.CheckConstraint(
                condition=_one_of("performance", lifecycle.Performance, blank=True),
                name="dispute_performance_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=lifecycle.State.AGREED.value)
                | Q(agreed_at__isnull=False) & ~Q(agreed_level=""),
                name="dispute_agreed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=lifecycle.State.ENDED.value) | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="dispute_ended_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["origin_unit", "opened_at"], name="dispute_origin"),
            models.Index(fields=["opened_at"], name="dispute_opened"),
        ]

    @property
    def number(self) -> str:
        """The public number, such as HYT26-000012."""
        return numbers.dispute_number(self.pk, self.opened_at)

    def __str__(self) -> str:
        return self.number


class Party(BaseModel):
    """A person or organisation with a part in the dispute."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "name": FieldClass.SENSITIVE,
        "sex": FieldClass.PERSONAL,
        "born": FieldClass.PERSONAL,
        "ethnicity": FieldClass.PERSONAL,
        "occupation": FieldClass.PERSONAL,
        "address": FieldClass.SENSITIVE,
        "phone": FieldClass.SENSITIVE,
        "mail": FieldClass.SENSITIVE,
        "representative": FieldClass.SENSITIVE,
        "representative_phone": FieldClass.SENSITIVE,
        "authority_words": FieldClass.PERSONAL,
    }

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = EncryptedTextField()
    sex = models.CharField(max_length=8, blank=True)
    born = models.PositiveSmallIntegerField(null=True, blank=True)
    ethnicity = models.CharField(max_length=20, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    """Of an organisation: its legal representative and his office."""
    address = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    mail = EncryptedTextField(blank=True)
    representative = EncryptedTextField(blank=True)
    representative_phone = EncryptedTextField(blank=True)
    authority = models.CharField(max_length=8, blank=True)
    authority_words = EncryptedTextField(blank=True)
    """What a special authority covers."""
    consented_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "position"], name="party_position_once"),
            models.CheckConstraint(
                condition=_one_of("authority", lifecycle.Authority, blank=True), name="party_authority_known"
            ),
        ]


class Mediator(BaseModel):
    """Who mediates a dispute, from when until when, and why somebody stood down."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"stood_down_words": FieldClass.PERSONAL}

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="mediators")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    leading = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    objected_by = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stood_down_words = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "user"], condition=Q(until__isnull=True), name="mediator_once"
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(until__isnull=True, leading=True), name="mediator_one_leads"
            ),
        ]


class Session(BaseModel):
    """One meeting of the parties with the mediators, with its minutes (调解笔录)."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "place": FieldClass.PERSONAL,
        "present": FieldClass.PERSONAL,
        "minutes": FieldClass.PERSONAL,
        "outcome": FieldClass.PERSONAL,
    }

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="sessions")
    held_at = models.DateTimeField()
    place = EncryptedTextField()
    present = EncryptedTextField()
    minutes = EncryptedTextField()
    outcome = EncryptedTextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)


class Statement(BaseModel):
    """What one party says, in its own words."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"words": FieldClass.PERSONAL}

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="statements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = EncryptedTextField()
    at = models.DateTimeField()
    by_party = models.BooleanField(default=False)
    """Typed by the party, and not by a mediator for it."""


class Agreement(BaseModel):
    """What the parties agreed. A new draft replaces the former one, which stays as it was."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "facts": FieldClass.PERSONAL,
        "matter": FieldClass.PERSONAL,
        "responsibility": FieldClass.PERSONAL,
        "terms": FieldClass.PERSONAL,
        "court": FieldClass.PERSONAL,
        "decision_number": FieldClass.PERSONAL,
    }

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="agreements")
    form = models.CharField(max_length=8)
    committee = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField(null=True, blank=True)
    """Its place among the agreements of the committee in the year; a draft set aside gives it back."""
    facts = EncryptedTextField(blank=True)
    matter = EncryptedTextField(blank=True)
    responsibility = EncryptedTextField(blank=True)
    terms = EncryptedTextField()
    drafted_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    """When it began to bind: sealed, or agreed orally."""
    sealed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateField(null=True, blank=True)
    """Last day on which both parties may ask the court together."""
    confirmation = models.CharField(max_length=12, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    court = EncryptedTextField(blank=True)
    decision_number = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "year", "sequence"], name="agreement_number_once"),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(replaced_at__isnull=True), name="agreement_one_stands"
            ),
            models.CheckConstraint(condition=_one_of("form", lifecycle.Form), name="agreement_form_known"),
            models.CheckConstraint(
                condition=_one_of("confirmation", lifecycle.Confirmation), name="agreement_confirmation_known"
            ),
        ]


class Duty(BaseModel):
    """One promise of an agreement: who does what, how, by when, and what came of it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "what": FieldClass.PERSONAL,
        "way": FieldClass.PERSONAL,
        "note": FieldClass.PERSONAL,
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="duties")
    position = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = EncryptedTextField()
    way = EncryptedTextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    outcome_on = models.DateField(null=True, blank=True)
    note = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="duty_position_once"),
            models.CheckConstraint(
                condition=_one_of("outcome", lifecycle.Performance, blank=True), name="duty_outcome_known"
            ),
        ]


class Signature(BaseModel):
    """A signature under an agreement: drawn on a screen, or photographed from the signed paper."""

    class Way(models.TextChoices):
        DRAWN = "drawn"
        PAPER = "paper"

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "key": FieldClass.PERSONAL,
        "sha256": FieldClass.PERSONAL,
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    key = models.CharField(max_length=40)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by_proxy = models.BooleanField(default=False)
    """The representative signed for the party."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "party"], condition=Q(party__isnull=False), name="party_signs_once"
            ),
            models.UniqueConstraint(
                fields=["agreement", "user"], condition=Q(user__isnull=False), name="mediator_signs_once"
            ),
            models.CheckConstraint(
                condition=Q(party__isnull=False, user__isnull=True)
                | Q(party__isnull=True, user__isnull=False),
                name="signature_of_one",
            ),
        ]


class Visit(BaseModel):
    """A follow-up visit after the agreement (回访)."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"words": FieldClass.PERSONAL}

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    words = EncryptedTextField()
    kept = models.BooleanField()
    """Whether the agreement is being kept, by what the visitor saw and heard."""
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)


class Reminder(BaseModel):
    """Something people are to be told at a moment; claimed by the worker, taken back when it is moot."""

    class About(models.TextChoices):
        SESSION = "session"
        PERFORMANCE = "performance"
        OVERDUE = "overdue"
        CONFIRMATION = "confirmation"
        VISIT = "visit"

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="reminders")
    about = models.CharField(max_length=12, choices=About.choices)
    duty = models.ForeignKey(Duty, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders")
    due_at = models.DateTimeField()
    """What is spoken of: the session, the last day."""
    remind_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    """Told, or taken back."""

    class Meta:
        indexes = [models.Index("remind_at", name="reminder_due", condition=Q(done_at__isnull=True))]


class DisputeStep(BaseModel):
    """One move: history and statistics in one. Never changed, never deleted."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "by_name": FieldClass.PERSONAL,
        "data": FieldClass.PERSONAL,
    }

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=24)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=32)
    by_name = models.CharField(max_length=60, blank=True)
    by_role = models.CharField(max_length=32, blank=True)
    by_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    level = models.CharField(max_length=8)
    words = EncryptedTextField(blank=True)
    rule = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "seq"], name="dispute_seq_once")]
