"""What every component tag uses: the library they register in, their templates, tones, attributes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TONES = ("quiet", "info", "good", "soon", "late")
TONE_ICONS = {
    "good": "circle-check",
    "soon": "clock-exclamation",
    "late": "alert-triangle",
    "info": "info-circle",
    "quiet": "",
}


def render(name: str, values: Mapping[str, Any]) -> SafeString:
    """Draw `templates/_components/<name>.html`."""
    return mark_safe(render_to_string(f"_components/{name}.html", dict(values)))  # noqa: S308 (our own template)


def known(value: str, choices: Iterable[str], what: str) -> str:
    """Return `value`, or raise TemplateSyntaxError when it is none of the choices."""
    if value not in choices:
        raise template.TemplateSyntaxError(f"{what} {value!r} is not one of {', '.join(choices)}")
    return value


def attribute_name(argument: str) -> str:
    """Return the attribute that a tag's argument stands for: `hx_post` is `hx-post`, `class_` is `class`."""
    return argument.rstrip("_").replace("_", "-")


def attributes(extra: Mapping[str, Any]) -> SafeString:
    """Return extra arguments of a tag as attributes; True makes a bare one, False and None make none."""
    pairs = [(attribute_name(key), value) for key, value in extra.items() if value not in (None, False)]
    values = ((key, "" if value is True else format_html('="{}"', value)) for key, value in pairs)
    return format_html_join("", " {}{}", values)
