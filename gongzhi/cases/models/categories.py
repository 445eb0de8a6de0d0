"""The county's list of subjects."""

from typing import ClassVar

from django.db import models

from gongzhi.core.models import BaseModel, FieldClass


class Category(BaseModel):
    """One entry of the county's list of subjects, three levels deep; `code` is two digits a level."""

    field_classes: ClassVar[dict[str, FieldClass]] = dict.fromkeys(
        (
            "code",
            "name_zh",
            "name_en",
            "sentence_zh",
            "sentence_en",
            "words",
            "kind",
            "urgency",
            "department_code",
        ),
        FieldClass.PUBLIC,
    )

    code = models.CharField(max_length=8, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    depth = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    sentence_zh = models.CharField(max_length=200, blank=True)
    sentence_en = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16)
    urgency = models.CharField(max_length=16)
    department_code = models.CharField(max_length=32, blank=True)
    """Which bureau handles it by default, by unit code."""
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
