"""The agreement as a PDF for print and for screen readers (PDF/UA). Pure but for fonts.

It holds what Article 29 of the people's mediation law lists, with the signatures and the seal it asks for.
The form that the Ministry of Justice issued in December 2010 was not at hand: the order of parts and the
particulars of the parties follow what offices print, not a text that was read.

Nothing is fetched: signatures are put in as data, and every other address is refused.
"""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation

from gongzhi.core.typesetting import typeset

if TYPE_CHECKING:
    from gongzhi.mediation.queries.paper import Paper

_STYLE = Path(__file__).with_name("paper.css")


def agreement_pdf(paper: "Paper") -> bytes:
    """Return the paper as PDF/UA-1 in Chinese, whatever language the reader's pages are in."""
    with translation.override("zh-hans"):
        html = render_to_string(
            "mediation/paper/agreement.html",
            {
                "paper": paper,
                "party_lines": [(line, data_address(line.picture)) for line in paper.party_lines],
                "mediator_lines": [(line, data_address(line.picture)) for line in paper.mediator_lines],
            },
        )
    return typeset(html, style=_STYLE)


def data_address(picture: bytes | None) -> str:
    """Return a picture as an address that holds it, or "" without one."""
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}" if picture else ""
