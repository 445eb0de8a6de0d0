"""Frames around content: cards, notices, the story, tables, explanations, dialogs."""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.core.components.drawing import (
    TONE_ICONS,
    TONES,
    known,
    register,
    render,
)


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    level: int = 2,
    tone: str = "",
    href: str = "",
    id: str = "",
    icon: str = "",
    hint: str = "",
) -> SafeString:
    """Frame a part of the page. `tone` marks it with a colour and needs a title that says the same."""
    return render(
        "card",
        {
            "content": content,
            "title": title,
            "level": level,
            "tone": tone,
            "href": href,
            "id": id,
            "icon": icon,
            "hint": hint,
        },
    )


@register.simple_block_tag
def notice(
    content: str, title: str = "", tone: str = "info", live: bool = False, icon: str | None = None
) -> SafeString:
    """Say something that matters now. `live` announces it to screen readers."""
    known(tone, TONES, "tone")
    return render(
        "notice",
        {
            "content": content,
            "title": title,
            "tone": tone,
            "live": live,
            "icon": (TONE_ICONS[tone] or "info-circle") if icon is None else icon,
        },
    )


@register.simple_block_tag
def timeline(content: str, label: str = "") -> SafeString:
    """Frame the entries of a story, newest first."""
    return render("timeline", {"content": content, "label": label or _("What happened")})


@register.simple_block_tag
def entry(
    content: str,
    at: datetime | None = None,
    who: str = "",
    what: str = "",
    tone: str = "",
    current: bool = False,
    id: str = "",
    now: datetime | None = None,
) -> SafeString:
    """One event of a story: when, who, what, and its words in a frame (none when the content is empty)."""
    return render(
        "entry",
        {
            "content": content if content.strip() else "",
            "at": at,
            "now": now,
            "who": who,
            "what": what,
            "tone": tone,
            "current": current,
            "id": id,
        },
    )


@register.simple_block_tag
def table(
    content: str, caption: str, show_caption: bool = False, dense: bool = False, cards: bool = True
) -> SafeString:
    """Frame `<thead>` and `<tbody>`; on a phone each row becomes a card (give each cell `data-label`)."""
    return render(
        "table",
        {
            "content": content,
            "caption": caption,
            "show_caption": show_caption,
            "dense": dense,
            "cards": cards,
        },
    )


@register.simple_block_tag
def explain(content: str, label: str = "", icon: str = "help-circle") -> SafeString:
    """Explain in place: a word that opens, works without script."""
    return render("explain", {"content": content, "label": label or _("What is this?"), "icon": icon})


@register.simple_block_tag
def nothing(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Say what would appear here and how, when a list is empty."""
    return render("nothing", {"content": content, "title": title, "icon": icon})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, href: str = "") -> SafeString:
    """A native dialog, opened by a link with `data-dialog="<id>"` whose `href` is the same as a page."""
    return render("dialog", {"content": content, "id": id, "title": title, "href": href})
