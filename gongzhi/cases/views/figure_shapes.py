"""How the pages of figures are put together: tiles, distributions, the trend, the table of units below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gongzhi.cases import figure_words
from gongzhi.cases.figure_words import Said
from gongzhi.cases.measures import MEASURES, Measure, Shape
from gongzhi.cases.queries import figures
from gongzhi.cases.queries.figures import Behind, Counted, Dashboard
from gongzhi.cases.queries.measures import month_after


def crumbs(found: Dashboard) -> list[tuple[str, str]]:
    month = f"?month={found.month:%Y-%m}"
    above = [(row.name, reverse("cases:unit_figures", args=[row.code]) + month) for row in found.above]
    return [*above, (found.unit.name, "")] if above else []


def months(address: str, month: date, at: datetime) -> dict[str, str]:
    """Addresses of the month before and after; empty where there is none."""
    before, latest = figures.months_before(month, 2)[0], figures.this_month(at)
    after = month_after(month)
    return {
        "before": f"{address}?month={before:%Y-%m}",
        "before_words": figure_words.say_month(before),
        "after": f"{address}?month={after:%Y-%m}" if after <= latest else "",
        "after_words": figure_words.say_month(after),
    }


def _list_href(code: str, month: date, measure: Measure, **more: str) -> str:
    query = urlencode({"month": f"{month:%Y-%m}", **more})
    return f"{reverse('cases:figure_list', args=[code, measure.code])}?{query}"


def tile(found: Dashboard, counted: Counted, rule_href: str, day: int) -> dict[str, Any]:
    measure, figure = counted.measure, counted.now
    now, before = _said(measure, figure, day), _said(measure, counted.before, day)
    change = figure_words.say_change(measure, now, before)
    return {
        "label": measure.title,
        "value": now.number,
        "unit": now.unit,
        "href": _list_href(found.unit.code, found.month, measure) if figure else "",
        "definition": measure.sentence,
        "rule": _("How the figures are counted"),
        "version": (figure.rule if figure else found.rule.label).partition("@")[2],
        "rule_href": rule_href,
        "note": " · ".join(filter(None, (_of(measure, figure), change))),
    }


def _of(measure: Measure, figure: Any) -> str:
    """How many matters stand behind a value; a count says it itself."""
    if figure is None or measure.shape is Shape.COUNT:
        return ""
    if measure.shape is Shape.SHARE:
        return _("%(hits)s of %(base)s") % {"hits": f"{figure.hits:,}", "base": f"{figure.base:,}"}
    return _("of %(base)s matters") % {"base": f"{figure.base:,}"}


def split(found: Dashboard, measure: Measure, rows: Sequence[Any]) -> dict[str, Any]:
    labels = figure_words.PARTS[measure.code]
    named = [(str(labels[row.part]), row) for row in rows if row.hits]
    bars = [
        (
            f"{label} · {row.hits:,}",
            figure_words.say(measure, row.value, working_day=1).number,
            _list_href(found.unit.code, found.month, measure, part=row.part),
        )
        for label, row in named
    ]
    title = figure_words.split_title(measure, [(label, row.hits) for label, row in named], rows[0].base)
    return {"title": title, "bars": bars, "note": measure.sentence}


def trend(found: Dashboard, address: str, day: int) -> dict[str, Any]:
    measure = found.trend_measure
    points = [
        (month, row, figure_words.say(measure, row.value if row else None, working_day=day))
        for month, row in found.trend
    ]
    labels = [row.rule for _month, row, _said in points if row is not None]
    changed = [
        figure_words.say_month(month)
        for (_earlier, before, _before), (month, row, _said) in pairwise(points)
        if before is not None and row is not None and before.rule != row.rule
    ]
    note = _("Counted by another version of the rule from %(months)s on.") % {"months": ", ".join(changed)}
    return {
        "title": figure_words.trend_title(measure, [(month, said) for month, _row, said in points]),
        "bars": [
            (figure_words.say_month(month), said.number, f"{address}?month={month:%Y-%m}" if row else "")
            for month, row, said in points
        ],
        "unit": points[-1][2].unit,
        "maximum": figure_words.PERCENT if points[-1][2].unit == "%" else None,
        "note": note if len(set(labels)) > 1 else "",
        "has_any": bool(labels),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of the table, with what each column says."""

    unit: Any
    cells: list[tuple[Any, Said]]


def table(found: Dashboard, chosen: Mapping[str, str], address: str, day: int) -> dict[str, Any] | None:
    """The units directly below, side by side; None where there is none."""
    if not found.children:
        return None
    columns = [MEASURES[code] for code in figures.COMPARED]
    rows = [
        Row(unit, [(measure.title, _said(measure, row.get(measure.code), day)) for measure in columns])
        for unit, row in found.children
        if row
    ]
    sort = chosen["sort"]
    return {
        "heads": [_head(found, measure, sort, address) for measure in columns],
        "rows": _sorted(rows, sort),
    }


def _said(measure: Measure, figure: Any, day: int) -> Said:
    return figure_words.say(measure, figure.value if figure else None, working_day=day)


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    """Rows by a column, those without a value last; without a column in the order of the tree."""
    if not sort:
        return rows
    index = figures.COMPARED.index(sort.removeprefix("-"))

    def number(row: Row) -> float:
        return row.cells[index][1].number or 0

    known = [row for row in rows if row.cells[index][1].number is not None]
    unknown = [row for row in rows if row.cells[index][1].number is None]
    return sorted(known, key=number, reverse=sort.startswith("-")) + unknown


def _head(found: Dashboard, measure: Measure, sort: str, address: str) -> dict[str, Any]:
    """The head of a column: pressed first it shows the worst on top, where one direction is worse."""
    first, other = measure.code, f"-{measure.code}"
    if measure.good != "high":
        first, other = other, first
    query = urlencode({"month": f"{found.month:%Y-%m}", "sort": other if sort == first else first})
    order = "descending" if sort.startswith("-") else "ascending"
    is_sorted = sort.removeprefix("-") == measure.code
    return {"label": measure.title, "href": f"{address}?{query}#below", "order": order if is_sorted else ""}


def value(found: Behind, day: int) -> str:
    figure = found.figure
    if figure is None or (found.measure.values and not figure.part):
        return ""
    return str(figure_words.say(found.measure, figure.value, working_day=day))


def choices(found: Behind, address: str, month: date, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links between all rows and the hits, the misses or the parts."""
    measure, figure = found.measure, found.figure
    base = figure.base if figure else None
    options: list[tuple[str, str, Any, int | None]] = [("", "", _("All"), base)]
    if measure.hits is not None:
        hits = figure.hits if figure else None
        misses = base - hits if base is not None and hits is not None else None
        options += [("only", "hits", _("Counted as hits"), hits), ("only", "misses", _("The others"), misses)]
    options += [
        ("part", part, label, None) for part, label in figure_words.PARTS.get(measure.code, {}).items()
    ]
    return [
        {
            "label": str(label),
            "href": f"{address}?{urlencode({'month': f'{month:%Y-%m}', **({name: value} if name else {})})}",
            "count": amount,
            "current": (chosen.get(name) == value) if name else not any(chosen.values()),
        }
        for name, value, label, amount in options
    ]
