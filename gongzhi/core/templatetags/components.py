"""The component tags: every piece of interface that more than one page uses.

A tag only arranges values it is given; it reads no database. Its markup is the template of the same name in
`templates/_components/`. COMPONENTS.md beside the app's README lists them with their arguments; the gallery at
`/components` shows each in every state.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, HiddenInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple, Select, Textarea
from django.template import Context
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongzhi.core import clock, icons, phrases

register = template.Library()

TONES = ("quiet", "info", "good", "soon", "late")
BUTTON_KINDS = ("primary", "secondary", "danger", "link")
TONE_ICONS = {"good": "circle-check", "soon": "clock-exclamation", "late": "alert-triangle", "info": "info-circle", "quiet": ""}


def _render(name: str, values: Mapping[str, Any]) -> SafeString:
    return mark_safe(render_to_string(f"_components/{name}.html", dict(values)))  # noqa: S308 (an own template)


def _known(value: str, known: Iterable[str], what: str) -> str:
    if value not in known:
        raise template.TemplateSyntaxError(f"{what} {value!r} is not one of {', '.join(known)}")
    return value


def _attributes(extra: Mapping[str, Any]) -> SafeString:
    """Return extra tag arguments as attributes: `hx_post` becomes `hx-post`, True a bare one, False and None none."""
    pairs = [(key.rstrip("_").replace("_", "-"), value) for key, value in extra.items() if value not in (None, False)]
    return format_html_join("", " {}{}", ((k, "" if v is True else format_html('="{}"', v)) for k, v in pairs))


# --- small things ---------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw an icon of the sprite; decorative unless it has a label. Raises for a name not in `frontend/icons.json`."""
    icons.require(name)
    classes = f"icon icon-{size}" if size else "icon"
    naming: SafeString = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} width="20" height="20" focusable="false"><use href="{}#{}"></use></svg>',
        classes, naming, icons.sprite_address(), name,
    )  # fmt: skip


@register.simple_tag
def button(
    label: str, kind: str = "secondary", href: str = "", icon: str = "", size: str = "", type: str = "submit",
    hint: str = "", disabled: bool = False, **extra: Any,
) -> SafeString:  # fmt: skip
    """Draw a button, or a link that looks like one when `href` is given. `hint` is a second, quieter line."""
    _known(kind, BUTTON_KINDS, "button kind")
    values = {
        "label": label, "kind": kind, "href": href, "icon": icon, "size": size, "type": type,
        "hint": hint, "disabled": disabled, "extra": _attributes(extra),
    }  # fmt: skip
    return _render("button", values)


@register.simple_tag
def badge(label: str, tone: str = "quiet", icon: str | None = None) -> SafeString:
    """Draw a state: a word, a sign and a colour, never the colour alone."""
    _known(tone, TONES, "tone")
    return _render("badge", {"label": label, "tone": tone, "icon": TONE_ICONS[tone] if icon is None else icon})


@register.simple_tag
def moment(value: datetime | None, at: datetime | None = None, exact: bool = False) -> SafeString | str:
    """Say a moment as people do, with the exact time on hover; empty for None."""
    if value is None:
        return ""
    words = phrases.say_exact(value) if exact else phrases.say_moment(value, at=at or clock.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', phrases.say_iso(value), phrases.say_exact(value), words)


@register.filter
def grouped(value: Any) -> str:
    """Group the digits of a number: 18,204."""
    return phrases.group_digits(value)


@register.simple_tag
def deadline(
    due_at: datetime, label: str = "", started_at: datetime | None = None, done_at: datetime | None = None,
    at: datetime | None = None, remaining: int | None = None, working_day: int | None = None, paused: str = "",
    rule: str = "", version: int | str = "", rule_href: str = "", soon: bool | None = None, compact: bool = False,
) -> SafeString:  # fmt: skip
    """Say what is left of a limit.

    `remaining` is signed minutes as the clock's own calendar counts them (plain minutes when it is not given);
    `working_day` is the minutes of an office day and makes the words say working days. `paused` names who is
    waited for. `soon` overrides the usual sign (80 % of the way gone).
    """
    now = done_at or at or clock.now()
    left = remaining if remaining is not None else int((due_at - now).total_seconds() // 60)
    gone = _share_gone(started_at, due_at, now)
    tone = _deadline_tone(left=left, gone=gone, done=done_at is not None, paused=bool(paused), soon=soon)
    return _render("deadline", {
        "label": label, "due_at": due_at, "at": now, "done_at": done_at, "paused": paused, "tone": tone,
        "words": _deadline_words(left, working_day, done=done_at is not None, paused=paused),
        "icon": "player-pause" if paused else TONE_ICONS[tone], "gone": gone, "rule": rule, "version": version,
        "rule_href": rule_href, "compact": compact,
    })  # fmt: skip


def _share_gone(started_at: datetime | None, due_at: datetime, now: datetime) -> int | None:
    if started_at is None or due_at <= started_at:
        return None
    return max(0, min(100, round(100 * ((now - started_at) / (due_at - started_at)))))


def _deadline_tone(*, left: int, gone: int | None, done: bool, paused: bool, soon: bool | None) -> str:
    if left < 0:
        return "late"
    if done:
        return "good"
    if paused:
        return "quiet"
    near = soon if soon is not None else (gone is not None and gone >= 80)
    return "soon" if near else "quiet"


def _deadline_words(left: int, working_day: int | None, *, done: bool, paused: str) -> str:
    if done:
        return _("done late, %(span)s") % {"span": phrases.say_remaining(left, working_day=working_day)} if left < 0 else _("done in time")
    if paused:
        return _("paused, waiting for %(whom)s") % {"whom": paused}
    return phrases.say_remaining(left, working_day=working_day)


@register.simple_tag
def qr(text: str, label: str, caption: str = "") -> SafeString:
    """Draw a QR code as SVG in the page. `label` says to a screen reader where it leads."""
    code = segno.make(text, error="m")
    return _render("qr", {"path": _qr_path(code), "side": code.symbol_size(border=2)[0], "label": label, "caption": caption})


def _qr_path(code: segno.QRCode) -> str:
    runs = []
    for y, row in enumerate(code.matrix_iter(border=2)):
        runs.extend(f"M{x} {y}h1v1h-1z" for x, dark in enumerate(row) if dark)
    return "".join(runs)


@register.simple_tag
def copy(text: str, label: str = "") -> SafeString:
    """Draw a button that copies `text`; without script it is simply absent and the text can be marked by hand."""
    return _render("copy", {"text": text, "label": label or _("Copy")})


@register.simple_tag
def phone(masked: str, reveal_href: str = "", why: str = "") -> SafeString:
    """Show a masked telephone number, and how to open it. `why` says what opening it records."""
    return _render("phone", {"masked": masked, "reveal_href": reveal_href, "why": why})


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """Return the address of the page the person came from when it is one of ours and another than this, else ""."""
    request = context.get("request")
    if request is None:
        return ""
    came_from = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(came_from)
    address = parts._replace(scheme="", netloc="").geturl()
    return address if ours and parts.netloc and (address != request.get_full_path() or request.method == "POST") else ""


# --- blocks that wrap content ---------------------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, title: str = "", level: int = 2, tone: str = "", href: str = "", id: str = "", icon: str = "", hint: str = "") -> SafeString:
    """Frame a part of the page. `tone` marks it with a colour and needs a title that says the same."""
    return _render("card", {"content": content, "title": title, "level": level, "tone": tone, "href": href, "id": id, "icon": icon, "hint": hint})


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "info", live: bool = False, icon: str | None = None) -> SafeString:
    """Say something that matters now. `live` announces it to screen readers."""
    _known(tone, TONES, "tone")
    return _render("notice", {"content": content, "title": title, "tone": tone, "live": live, "icon": (TONE_ICONS[tone] or "info-circle") if icon is None else icon})


@register.simple_block_tag
def timeline(content: str, label: str = "") -> SafeString:
    """Frame the entries of a story, newest first."""
    return _render("timeline", {"content": content, "label": label or _("What happened")})


@register.simple_block_tag
def entry(
    content: str, at: datetime | None = None, who: str = "", what: str = "", tone: str = "", current: bool = False,
    id: str = "", now: datetime | None = None,
) -> SafeString:  # fmt: skip
    """One event of a story: when, who, what, and its words in a frame (none when the content is empty)."""
    return _render("entry", {"content": mark_safe(content.strip()), "at": at, "now": now, "who": who, "what": what, "tone": tone, "current": current, "id": id})


@register.simple_block_tag
def table(content: str, caption: str, show_caption: bool = False, dense: bool = False, cards: bool = True) -> SafeString:
    """Frame `<thead>` and `<tbody>`; on a phone each row becomes a card (give each cell `data-label`)."""
    return _render("table", {"content": content, "caption": caption, "show_caption": show_caption, "dense": dense, "cards": cards})


@register.simple_block_tag
def explain(content: str, label: str = "", icon: str = "help-circle") -> SafeString:
    """Explain in place: a word that opens, works without script."""
    return _render("explain", {"content": content, "label": label or _("What is this?"), "icon": icon})


@register.simple_block_tag
def nothing(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Say what would appear here and how, when a list is empty."""
    return _render("nothing", {"content": content, "title": title, "icon": icon})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, href: str = "") -> SafeString:
    """A native dialog, opened by a link with `data-dialog="<id>"` whose `href` is the same thing as a page."""
    return _render("dialog", {"content": content, "id": id, "title": title, "href": href})


# --- lists of links and figures -------------------------------------------------------------------------------


@register.inclusion_tag("_components/crumbs.html")
def crumbs(items: Sequence[Any]) -> dict[str, Any]:
    """The way down to this page: `[(label, href), …]`, the last without href."""
    return {"items": [_pair(item) for item in items]}


def _pair(item: Any) -> dict[str, Any]:
    if isinstance(item, tuple | list):
        label, href = (*item, "")[:2]
        return {"label": label, "href": href}
    return {"label": str(item), "href": ""} if isinstance(item, str) else {"label": item["label"], "href": item.get("href", "")}


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
        "number": number, "pages": _value(page, "pages", None), "total": _value(page, "total", None), "noun": noun,
        "previous": address(number - 1) if before else "",
        "next": address(number + 1) if _value(page, "has_next", False) else "",
    }  # fmt: skip


def _value(thing: Any, name: str, default: Any) -> Any:
    value = getattr(thing, name, default)
    return value() if callable(value) else value


@register.inclusion_tag("_components/stepper.html")
def stepper(steps: Sequence[Any], current: int) -> dict[str, Any]:
    """Show where one is in a short form; `steps` are labels or (label, href), `current` counts from 1."""
    rows = [{**_pair(step), "number": n, "state": "done" if n < current else "current" if n == current else "next"} for n, step in enumerate(steps, 1)]
    return {"steps": rows, "current": current, "total": len(rows)}


@register.simple_tag
def figure(
    label: str, value: Any, unit: str = "", href: str = "", definition: str = "", rule: str = "", version: int | str = "",
    rule_href: str = "", note: str = "", tone: str = "", list_label: str = "",
) -> SafeString:  # fmt: skip
    """Show a key figure with its unit, its definition and a link to the rows behind it. None shows a dash."""
    shown = "—" if value is None else phrases.group_digits(value)
    return _render("figure", {
        "label": label, "value": shown, "unit": "" if value is None else unit, "href": href, "definition": definition, "rule": rule,
        "version": version, "rule_href": rule_href, "note": note, "tone": tone, "list_label": list_label or _("See the list"),
    })  # fmt: skip


@register.simple_tag
def bars(title: str, rows: Sequence[Any], unit: str = "", maximum: float | None = None, table_label: str = "", note: str = "") -> SafeString:
    """Draw labelled bars from zero, without script, with the table behind.

    `title` states the finding. `rows` are (label, value) or (label, value, href) or objects with these names.
    """
    parsed = [_bar(row) for row in rows]
    top = maximum or max((row["value"] or 0 for row in parsed), default=0) or 1
    for row in parsed:
        row["width"] = f"{min(100, 100 * (row['value'] or 0) / top):.2f}"
        row["shown"] = "—" if row["value"] is None else phrases.group_digits(row["value"])
    return _render("bars", {"title": title, "rows": parsed, "unit": unit, "note": note})


def _bar(row: Any) -> dict[str, Any]:
    if isinstance(row, tuple | list):
        label, value, href = (*row, "")[:3]
        return {"label": label, "value": value, "href": href}
    if isinstance(row, Mapping):
        return {"label": row["label"], "value": row["value"], "href": row.get("href", "")}
    return {"label": row.label, "value": row.value, "href": getattr(row, "href", "")}


# --- forms ----------------------------------------------------------------------------------------------------


@register.simple_tag
def field(
    bound: BoundField, label: str = "", hint: str = "", counter: bool = False, preview: bool = True, size: str = "", **extra: Any
) -> SafeString:  # fmt: skip
    """Draw a form field: label, help, error, counter and, for files, a preview; tied together for screen readers.

    Groups of choices come as a fieldset. Extra arguments become attributes of the input.
    """
    if isinstance(bound.field.widget, HiddenInput):
        return mark_safe(str(bound))  # noqa: S308 (Django's own escaped widget)
    kind = _widget_kind(bound)
    help_text = hint or bound.help_text
    limit = getattr(bound.field, "max_length", None) if counter else None
    described = [f"{bound.auto_id}_{part}" for part, there in (("helptext", help_text), ("error", bound.errors), ("counter", limit)) if there]
    attrs = {key.rstrip("_").replace("_", "-"): value for key, value in extra.items() if value not in (None, False)}
    attrs.update({"class": _widget_class(kind, bound)})
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    values = {
        "bound": bound, "kind": kind, "label": label or bound.label, "help_text": help_text, "limit": limit, "size": size,
        "described": " ".join(described), "preview": preview and kind == "file", "optional": not bound.field.required,
        "widget": bound.as_widget(attrs=attrs) if kind != "group" else "", "extra": _attributes(extra),
    }  # fmt: skip
    return _render("field", values)


def _widget_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    for kind, classes in (("group", (RadioSelect, CheckboxSelectMultiple)), ("check", CheckboxInput), ("file", FileInput), ("select", Select), ("area", Textarea)):
        if isinstance(widget, classes):  # type: ignore[arg-type]
            return kind
    return "text"


def _widget_class(kind: str, bound: BoundField) -> str:
    own = bound.field.widget.attrs.get("class", "")
    return " ".join(filter(None, ["" if kind == "check" else "input", f"input-{kind}" if kind != "text" else "", own]))


@register.inclusion_tag("_components/form_errors.html")
def form_errors(*forms: BaseForm) -> dict[str, Any]:
    """Sum up what has to be mended, with links to the fields; takes the focus when the page loads."""
    rows = [
        {"field": form[name].auto_id if name in form.fields else "", "label": form[name].label if name in form.fields else "", "message": error}
        for form in forms if form.is_bound for name, errors in form.errors.items() for error in errors
    ]  # fmt: skip
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
    return _render("rating", {"bound": bound, "faces": faces, "label": label or bound.label, "hint": hint or bound.help_text, "required": bound.field.required})
