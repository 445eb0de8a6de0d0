"""Small tags for the pages of the rulebook."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def at_key(words: Mapping[str, Any], key: str) -> Any:
    """Return the words for a code; raises KeyError for an unknown one."""
    return words[key]


@register.filter
def bound(form: forms.Form, name: str) -> BoundField:
    """Return the field of the form with this name, for the component `field`."""
    return form[name]
