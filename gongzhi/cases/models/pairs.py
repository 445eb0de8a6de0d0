"""What people said of two matters that look alike: the same, or not."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.models import User


class CasePair(BaseModel):
    """Two matters, the older first. What a person of the desk said outweighs what the reporter said."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    first = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    same_at = models.DateTimeField(null=True, blank=True)
    """When the reporter of the younger one said that it is the same."""
    apart_at = models.DateTimeField(null=True, blank=True)
    """Since when a person of the desk says that they are not the same: nobody is shown the pair again."""
    apart_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_older_first"),
            models.CheckConstraint(
                condition=Q(apart_at__isnull=True, apart_by__isnull=True)
                | Q(apart_at__isnull=False, apart_by__isnull=False),
                name="pair_apart_by_somebody",
            ),
        ]
        indexes = [models.Index("second", name="pair_second")]

    def other(self, case: Case) -> int:
        """Return the key of the matter on the other side."""
        return self.second_id if self.first_id == case.pk else self.first_id
