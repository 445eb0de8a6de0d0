"""Small tags for the pages of the rulebook."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from gongzhi.core.templatetags.components import field

register = template.Library()


@register.filter
def at_key(words: Mapping[str, Any], key: str) -> Any:
    """Return the words for a code; raises KeyError for an unknown one."""
    return words[key]


@register.filter
def bound(form: forms.Form, name: str) -> BoundField:
    return form[name]


@register.simple_tag
def bound_field(form: forms.Form, name: str) -> SafeString:
    """Draw the field with this name, as the component `field` does."""
    return field(form[name])
