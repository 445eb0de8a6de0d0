"""Units, people with an account, and the posts that tie them together.

The invariant: permissions come only from posts. A unit's `path` is the chain of codes from the county down,
each followed by `/`, so a subtree is one range of paths.
"""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongzhi.core.models import BaseModel, FieldClass


class UnitKind(models.TextChoices):
    NATION = "nation", _("country")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    TOWN = "town", _("town")
    VILLAGE = "village", _("village")
    DEPARTMENT = "department", _("department")
    STATION = "station", _("station")
    GRID = "grid", _("grid")


class Unit(BaseModel):
    """A node of the organisation tree, dated. Half-open: valid from `valid_from` until before `valid_until`."""

    field_classes = {"code": FieldClass.PUBLIC, "name": FieldClass.PUBLIC, "kind": FieldClass.PUBLIC, "path": FieldClass.PUBLIC}

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, unique=True)
    depth = models.PositiveSmallIntegerField(default=0)
    phone = models.CharField(max_length=40, blank=True)
    """Public office telephone, shown when a refusal names who is responsible."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class User(AbstractUser):
    """A person with an account. The name shown everywhere is `full_name`; the account says nothing of rights."""

    field_classes = {"full_name": FieldClass.PERSONAL, "email": FieldClass.PERSONAL, "username": FieldClass.PERSONAL, "first_name": FieldClass.PERSONAL, "last_name": FieldClass.PERSONAL, "password": FieldClass.SENSITIVE}

    full_name = models.CharField(max_length=60, blank=True)

    def get_full_name(self) -> str:
        return self.full_name or self.username


class Post(BaseModel):
    """Who holds which role at which unit, from when until when (half-open)."""

    field_classes: dict[str, FieldClass] = {}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "valid_from"], name="post_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="post_period_forward",
            ),
        ]
