"""What happened to a case: moves, ratings and pictures. Rows are added, never changed."""

from typing import ClassVar

from django.db import models

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit


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


class Rating(BaseModel):
    """What the resident said of one answer. One for each time the case was resolved."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "words": FieldClass.PERSONAL,
        "network": FieldClass.SENSITIVE,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    main = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The matter whose answer was judged, when this one rested with it; its rounds are counted then."""
    reached = models.BooleanField(null=True, blank=True)
    solved = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    network = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round"], condition=models.Q(main__isnull=True), name="rating_once_a_round"
            ),
            models.UniqueConstraint(
                fields=["case", "main", "round"],
                condition=models.Q(main__isnull=False),
                name="rating_once_a_main_round",
            ),
        ]


class Attachment(BaseModel):
    """A picture of a case, re-encoded and without its location, or a document, written anew without anything
    that acts. The file's name on disk is random."""

    class Purpose(models.TextChoices):
        BEFORE = "before"
        AFTER = "after"
        DOCUMENT = "document"
        SIGNATURE = "signature"
        OTHER = "other"

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
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.OTHER)
    """What it shows: how it was, how it is now, a paper, a signature."""
    pages = models.PositiveSmallIntegerField(default=0)
    """Pages of a document; 0 for a picture, whose width and height are pixels."""
    on_board = models.BooleanField(default=False)
    """A person released it to the notice board; shown there while the matter is published."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(on_board=False) | models.Q(purpose__in=["before", "after"]),
                name="attachment_board_shows_before_after",
            ),
        ]

    @property
    def is_document(self) -> bool:
        return self.pages > 0
