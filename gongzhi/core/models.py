"""The base of every table: a number key, a creation moment, and a class for every field.

`field_classes` says for each field of a model how personal it is; a test fails for a field without a class.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models


class FieldClass(StrEnum):
    """How personal a field is. Reading `SENSITIVE` asks a purpose and leaves an audit row."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class BaseModel(models.Model):
    """Abstract base. List in `field_classes` every field that is not `INTERNAL`; the default is internal."""

    field_classes: ClassVar[dict[str, FieldClass]]

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
