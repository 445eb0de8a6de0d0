"""Parts of forms: fields, the summary of mistakes, the rating."""

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, HiddenInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple, Select, Textarea
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongzhi.core.components.drawing import attribute_name, attributes, register, render


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    hint: str = "",
    counter: bool = False,
    preview: bool = True,
    size: str = "",
    **extra: Any,
) -> SafeString:
    """Draw a form field: label, help, error, counter, preview of files; tied together for screen readers.

    Groups of choices come as a fieldset. Extra arguments become attributes of the input.
    """
    if isinstance(bound.field.widget, HiddenInput):
        return mark_safe(str(bound))  # noqa: S308 (Django's own escaped widget)
    kind = _widget_kind(bound)
    help_text = hint or bound.help_text
    limit = getattr(bound.field, "max_length", None) if counter else None
    described = [
        f"{bound.auto_id}_{part}"
        for part, there in (("helptext", help_text), ("error", bound.errors), ("counter", limit))
        if there
    ]
    attrs = {attribute_name(key): value for key, value in extra.items() if value not in (None, False)}
    attrs.update({"class": _widget_class(kind, bound)})
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    values = {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "help_text": help_text,
        "limit": limit,
        "size": size,
        "described": " ".join(described),
        "preview": preview and kind == "file",
        "optional": not bound.field.required,
        "widget": bound.as_widget(attrs=attrs) if kind != "group" else "",
        "extra": attributes(extra),
    }
    return render("field", values)


def _widget_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    for kind, classes in (
        ("group", (RadioSelect, CheckboxSelectMultiple)),
        ("check", CheckboxInput),
        ("file", FileInput),
        ("select", Select),
        ("area", Textarea),
    ):
        if isinstance(widget, classes):
            return kind
    return "text"


def _widget_class(kind: str, bound: BoundField) -> str:
    own = bound.field.widget.attrs.get("class", "")
    return " ".join(
        filter(None, ["" if kind == "check" else "input", f"input-{kind}" if kind != "text" else "", own])
    )


@register.inclusion_tag("_components/form_errors.html")
def form_errors(*forms: BaseForm) -> dict[str, Any]:
    """Sum up what has to be mended, with links to the fields; takes the focus when the page loads."""
    rows = [
        {
            "field": form[name].auto_id if name in form.fields else "",
            "label": form[name].label if name in form.fields else "",
            "message": error,
        }
        for form in forms
        if form.is_bound
        for name, errors in form.errors.items()
        for error in errors
    ]
    return {"rows": rows}


@register.simple_tag
def rating(bound: BoundField, label: str = "", hint: str = "") -> SafeString:
    """Ask how satisfied someone is: five large choices, each a face and a word. Values must be 1 to 5."""
    faces = [
        {"value": 5, "word": _("very satisfied"), "mouth": "M7 13.5c1.2 3 8.8 3 10 0"},
        {"value": 4, "word": _("satisfied"), "mouth": "M8 14c1.4 1.8 6.6 1.8 8 0"},
        {"value": 3, "word": _("so-so"), "mouth": "M8 15h8"},
        {"value": 2, "word": _("dissatisfied"), "mouth": "M8 16c1.4-1.8 6.6-1.8 8 0"},
        {"value": 1, "word": _("very dissatisfied"), "mouth": "M7 16.8c1.2-3 8.8-3 10 0"},
    ]
    chosen = str(bound.value() or "")
    for face in faces:
        face["checked"] = str(face["value"]) == chosen
    return render(
        "rating",
        {
            "bound": bound,
            "faces": faces,
            "label": label or bound.label,
            "hint": hint or bound.help_text,
            "required": bound.field.required,
        },
    )
