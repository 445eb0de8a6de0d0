"""Units, people with an account, the posts that tie them together, and the tokens of programs.

The invariant: permissions come only from posts. A unit's `path` is the chain of codes from the top down, each
followed by `/`, so a subtree is one range of paths (`orgs.paths`).
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.core import lookups as lookups  # registers `begins`
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.orgs.paths import CODE_PATTERN


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


_PERIOD_FORWARD = Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))


class Unit(BaseModel):
    """A node of the organisation tree, dated half-open: from `valid_from` until before `valid_until`."""

    field_classes = {
        "code": FieldClass.PUBLIC,
        "name": FieldClass.PUBLIC,
        "kind": FieldClass.PUBLIC,
        "path": FieldClass.PUBLIC,
        "phone": FieldClass.PUBLIC,
        "valid_from": FieldClass.PUBLIC,
        "valid_until": FieldClass.PUBLIC,
    }

    code = models.CharField(max_length=32, unique=True, validators=[RegexValidator(CODE_PATTERN)])
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, unique=True)
    """Unique, so SQLite has its index and PostgreSQL also one in byte order: both serve `paths.subtree`."""
    depth = models.PositiveSmallIntegerField(default=0)
    phone = models.CharField(max_length=40, blank=True)
    """Public office telephone, shown when a refusal names who is responsible."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]
        indexes = [models.Index("kind", "path", name="unit_kind")]
        constraints = [
            models.CheckConstraint(condition=_PERIOD_FORWARD, name="unit_period_forward"),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="unit_path_closed"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="unit_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class UnitDay(BaseModel):
    """A day on which a unit, and what lies below it, opens or closes against the county's calendar: a market
    day, a harvest holiday. The lowest unit's word counts."""

    field_classes = {"day": FieldClass.PUBLIC, "is_working": FieldClass.PUBLIC, "note": FieldClass.PUBLIC}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="own_days", db_index=False)
    day = models.DateField()
    is_working = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="unit_day_once")]


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> "User":
        """Make an account that can sign in with `password`, or never when it is None. Gives no rights."""
        user = self.model(username=self.model.normalize_username(username).lower(), email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, BaseModel):
    """A person with an account. `full_name` is shown everywhere; the account says nothing of rights."""

    field_classes = {
        "username": FieldClass.PERSONAL,
        "full_name": FieldClass.PERSONAL,
        "email": FieldClass.PERSONAL,
        "password": FieldClass.SENSITIVE,
    }

    username = models.CharField(
        _("account name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+\Z")],
        error_messages={"unique": _("This account name is taken.")},
    )
    """Kept in lower case, so that it is found whatever case is typed."""
    full_name = models.CharField(_("name"), max_length=60, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    """The password was set by somebody else: the next page after sign-in asks for an own one."""

    USERNAME_FIELD: ClassVar[str] = "username"
    EMAIL_FIELD: ClassVar[str] = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.username})"

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class AccountName(BaseModel):
    """One ending of the names of an account, by which it is found (`orgs.names`)."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"text": FieldClass.PERSONAL}

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="found_by")
    text = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="account_name_once")]
        indexes = [models.Index(fields=["text"], name="account_name_text", opclasses=["varchar_pattern_ops"])]


class Post(BaseModel):
    """Who holds which role at which unit, from when until when (half-open).

    A post that ends on the day it began was never valid: that is how a mistake is taken back at once.
    """

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "valid_from"], name="post_once"),
            models.CheckConstraint(condition=_PERIOD_FORWARD, name="post_period_forward"),
        ]


class AccessToken(BaseModel):
    """A bearer token of a program that acts for a person. Only its keyed hash is kept; it is shown once."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "name": FieldClass.PERSONAL,
        "key_hash": FieldClass.SENSITIVE,
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
