"""The agreement as a PDF in the official layout, readable by screen readers (PDF/UA). Pure but for fonts.

Nothing is fetched: signatures are put in as data, and every other address is refused.
"""

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import translation

if TYPE_CHECKING:
    from gongzhi.mediation.queries.paper import Paper

_STYLE = Path(__file__).with_name("paper.css")


class FetchRefused(ValueError):
    """A document tried to read something outside itself."""


@cache
def _engine() -> Any:
    """Load the typesetter when the first paper is made: it costs a second and most processes need none."""
    import weasyprint

    class Inside(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FetchRefused(url[:40])
            return super().fetch(url, headers)

    return weasyprint, Inside()


def agreement_pdf(paper: "Paper") -> bytes:
    """Return the paper as PDF/UA-1 in Chinese, whatever language the reader's pages are in."""
    weasyprint, fetcher = _engine()
    with translation.override("zh-hans"):
        html = render_to_string(
            "mediation/paper/agreement.html",
            {
                "paper": paper,
                "party_lines": [(line, data_address(line.picture)) for line in paper.party_lines],
                "mediator_lines": [(line, data_address(line.picture)) for line in paper.mediator_lines],
            },
        )
    style = weasyprint.CSS(filename=str(_STYLE), url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return pdf


def data_address(picture: bytes | None) -> str:
    """Return a picture as an address that holds it, or "" without one."""
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}" if picture else ""
