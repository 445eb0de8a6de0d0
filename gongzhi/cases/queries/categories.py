"""The list of subjects. Public: everybody may read it."""

from django.db.models import QuerySet
from django.utils import translation

from gongzhi.cases.models import Category
from gongzhi.core.errors import Invalid


def list_categories() -> QuerySet[Category]:
    """Return the entries in use, in the order of their codes."""
    return Category.objects.filter(valid_until__isnull=True).order_by("code")


LEVEL_SIGNS = 2
"""Digits of a level in the code of a subject."""


def get_category(code: str) -> Category:
    """Return the entry with this code. Raises Invalid when there is none in use."""
    found = Category.objects.filter(code=code, valid_until__isnull=True).first()
    if found is None:
        raise Invalid(field="category")
    return found


def name_of(category: Category) -> str:
    """Return the name in the active language."""
    return category.name_zh if (translation.get_language() or "").startswith("zh") else category.name_en
