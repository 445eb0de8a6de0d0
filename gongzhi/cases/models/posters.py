"""Links on posters. A poster hangs where nobody can call it back, so its link can be taken back instead."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import Unit, User


class PosterLink(BaseModel):
    """The link on all posters of a place with the same words of the spot."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "spot": FieldClass.PUBLIC,
        "reason": FieldClass.PERSONAL,
    }

    place = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    spot = models.CharField(max_length=80, blank=True)
    serial = models.PositiveSmallIntegerField(default=0)
    """How often it was made anew after it had been taken back; older sheets open nothing any more."""
    printed_at = models.DateTimeField()
    """When a sheet was last made."""
    printed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)
    """Why it was taken back."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "spot"], name="poster_link_once"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="poster_link_taken_back_whole",
            ),
        ]
