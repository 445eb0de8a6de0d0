"""Ways through lists, and figures: crumbs, filters, tabs, pages, steps, key figures, bars."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.core import phrases
from gongzhi.core.components.drawing import (
    register,
    render,
)


@register.inclusion_tag("_components/crumbs.html")
def crumbs(items: Sequence[Any]) -> dict[str, Any]:
    """The way down to this page: `[(label, href), …]`, the last without href."""
    return {"items": [_pair(item) for item in items]}


def _pair(item: Any) -> dict[str, Any]:
    if isinstance(item, tuple | list):
        label, href = (*item, "")[:2]
        return {"label": label, "href": href}
    return (
        {"label": str(item), "href": ""}
        if isinstance(item, str)
        else {"label": item["label"], "href": item.get("href", "")}
    )


@register.inclusion_tag("_components/filters.html")
def filters(items: Sequence[Any], label: str = "") -> dict[str, Any]:
    """Filters as links in plain words; items have `label`, `href`, `count` (or None), `current`."""
    return {"items": items, "label": label or _("Show")}


@register.inclusion_tag("_components/tabs.html")
def tabs(items: Sequence[Any], label: str = "") -> dict[str, Any]:
    """Views of the same thing as links; items have `label`, `href`, `current` and maybe `count`."""
    return {"items": items, "label": label or _("Views")}


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(context: Context, page: Any, noun: str = "") -> dict[str, Any]:
    """Move through the pages of a list; keeps every other part of the address.

    `page` has `number`, `has_next` and maybe `has_previous`, `pages`, `total`.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    number = int(page.number)
    before = bool(_value(page, "has_previous", number > 1))
    return {
        "number": number,
        "pages": _value(page, "pages", None),
        "total": _value(page, "total", None),
        "noun": noun,
        "previous": address(number - 1) if before else "",
        "next": address(number + 1) if _value(page, "has_next", False) else "",
    }


def _value(thing: Any, name: str, default: Any) -> Any:
    value = getattr(thing, name, default)
    return value() if callable(value) else value


@register.inclusion_tag("_components/stepper.html")
def stepper(steps: Sequence[Any], current: int) -> dict[str, Any]:
    """Show where one is in a short form; `steps` are labels or (label, href), `current` counts from 1."""
    rows = [
        {
            **_pair(step),
            "number": n,
            "state": "done" if n < current else "current" if n == current else "next",
        }
        for n, step in enumerate(steps, 1)
    ]
    return {"steps": rows, "current": current, "total": len(rows)}


@register.simple_tag
def figure(
    label: str,
    value: Any,
    unit: str = "",
    href: str = "",
    definition: str = "",
    rule: str = "",
    version: int | str = "",
    rule_href: str = "",
    note: str = "",
    tone: str = "",
    list_label: str = "",
) -> SafeString:
    """Show a key figure with its unit, its definition and a link to the rows behind it. None shows a dash."""
    shown = "—" if value is None else phrases.group_digits(value)
    return render(
        "figure",
        {
            "label": label,
            "value": shown,
            "unit": "" if value is None else unit,
            "href": href,
            "definition": definition,
            "rule": rule,
            "version": version,
            "rule_href": rule_href,
            "note": note,
            "tone": tone,
            "list_label": list_label or _("See the list"),
        },
    )


@register.simple_tag
def bars(
    title: str,
    rows: Sequence[Any],
    unit: str = "",
    maximum: float | None = None,
    table_label: str = "",
    note: str = "",
) -> SafeString:
    """Draw labelled bars from zero, without script, with the table behind.

    `title` states the finding. `rows` are (label, value) or (label, value, href) or objects with these names.
    """
    parsed = [_bar(row) for row in rows]
    top = maximum or max((row["value"] or 0 for row in parsed), default=0) or 1
    for row in parsed:
        row["width"] = f"{min(100, 100 * (row['value'] or 0) / top):.2f}"
        row["shown"] = "—" if row["value"] is None else phrases.group_digits(row["value"])
    return render("bars", {"title": title, "rows": parsed, "unit": unit, "note": note})


def _bar(row: Any) -> dict[str, Any]:
    if isinstance(row, tuple | list):
        label, value, href = (*row, "")[:3]
        return {"label": label, "value": value, "href": href}
    if isinstance(row, Mapping):
        return {"label": row["label"], "value": row["value"], "href": row.get("href", "")}
    return {"label": row.label, "value": row.value, "href": getattr(row, "href", "")}
