"""Small pieces: icons, buttons, states, moments, codes."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from django.core.exceptions import DisallowedHost
from django.template import Context
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongzhi.core import clock, icons, phrases
from gongzhi.core.components.drawing import TONE_ICONS, TONES, attributes, known, register, render

BUTTON_KINDS = ("primary", "secondary", "danger", "link")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw an icon of the sprite; decorative unless it has a label. Raises UnknownIcon."""
    icons.require(name)
    classes = f"icon icon-{size}" if size else "icon"
    naming: SafeString = (
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="{}" {} width="20" height="20" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        naming,
        icons.sprite_address(),
        name,
    )


@register.simple_tag
def button(
    label: str,
    kind: str = "secondary",
    href: str = "",
    icon: str = "",
    size: str = "",
    type: str = "submit",
    hint: str = "",
    disabled: bool = False,
    **extra: Any,
) -> SafeString:
    """Draw a button, or a link that looks like one when `href` is given. `hint` is a second, quieter line."""
    known(kind, BUTTON_KINDS, "button kind")
    values = {
        "label": label,
        "kind": kind,
        "href": href,
        "icon": icon,
        "size": size,
        "type": type,
        "hint": hint,
        "disabled": disabled,
        "extra": attributes(extra),
    }
    return render("button", values)


@register.simple_tag
def badge(label: str, tone: str = "quiet", icon: str | None = None) -> SafeString:
    """Draw a state: a word, a sign and a colour, never the colour alone."""
    known(tone, TONES, "tone")
    return render("badge", {"label": label, "tone": tone, "icon": TONE_ICONS[tone] if icon is None else icon})


@register.simple_tag
def moment(value: datetime | None, at: datetime | None = None, exact: bool = False) -> SafeString | str:
    """Say a moment as people do, with the exact time on hover; empty for None."""
    if value is None:
        return ""
    words = phrases.say_exact(value) if exact else phrases.say_moment(value, at=at or clock.now())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', phrases.say_iso(value), phrases.say_exact(value), words
    )


@register.filter
def grouped(value: Any) -> str:
    """Group the digits of a number: 18,204."""
    return phrases.group_digits(value)


@register.simple_tag
def qr(text: str, label: str, caption: str = "") -> SafeString:
    """Draw a QR code as SVG in the page. `label` says to a screen reader where it leads."""
    code = segno.make(text, error="m")
    return render(
        "qr",
        {"path": _qr_path(code), "side": code.symbol_size(border=2)[0], "label": label, "caption": caption},
    )


@register.simple_tag
def signature_pad() -> SafeString:
    """Draw the field one signs in with a finger; put it before `photo` of `core.forms.SignatureFields`.

    Hidden until the script has found that this device can draw.
    """
    return render("signature_pad", {})


def _qr_path(code: segno.QRCode) -> str:
    runs: list[str] = []
    for y, row in enumerate(code.matrix_iter(border=2)):
        runs.extend(f"M{x} {y}h1v1h-1z" for x, dark in enumerate(row) if dark)
    return "".join(runs)


@register.simple_tag
def copy(text: str, label: str = "") -> SafeString:
    """Draw a button that copies `text`; without script it is absent and the text is marked by hand."""
    return render("copy", {"text": text, "label": label or _("Copy")})


@register.simple_tag
def phone(masked: str, reveal_href: str = "", why: str = "") -> SafeString:
    """Show a masked telephone number, and how to open it. `why` says what opening it records."""
    return render("phone", {"masked": masked, "reveal_href": reveal_href, "why": why})


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """Return the address of the page the person came from if it is ours and another than this, else ""."""
    request = context.get("request")
    if request is None:
        return ""
    came_from = request.META.get("HTTP_REFERER", "")
    try:
        host = request.get_host()
    except DisallowedHost:  # The page that refuses a foreign host name has nowhere to lead back to.
        return ""
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={host}, require_https=request.is_secure())
    parts = urlsplit(came_from)
    address = parts._replace(scheme="", netloc="").geturl()
    return (
        address
        if ours and parts.netloc and (address != request.get_full_path() or request.method == "POST")
        else ""
    )
