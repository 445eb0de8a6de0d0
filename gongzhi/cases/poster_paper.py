"""A poster as one sheet of A4. Pure but for fonts."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import segno
from django.template.loader import render_to_string
from django.utils import translation

from gongzhi.core.typesetting import typeset

if TYPE_CHECKING:
    from gongzhi.cases.actions.posting_up import Poster

_ENGLISH = "Scan to tell us what is the matter. No account needed. You will get a number and an answer."
"""The one line for who reads no Chinese; a poster hangs for everybody, so it follows no setting."""
_STYLE = Path(__file__).with_name("poster.css")


def poster_pdf(poster: "Poster") -> bytes:
    """Return the poster as PDF/UA-1 in Chinese, whatever language the reader's pages are in."""
    # Level Q: a quarter of it may be torn or dirty.
    code = segno.make(poster.address, error="q", micro=False)
    with translation.override("zh-hans"):
        values = {
            "poster": poster,
            "code": code.svg_data_uri(border=4, light="#fff", omitsize=True),
            "english": _ENGLISH,
            "host": urlsplit(poster.address).netloc,
        }
        html = render_to_string("cases/documents/poster.html", values)
    return typeset(html, style=_STYLE)
