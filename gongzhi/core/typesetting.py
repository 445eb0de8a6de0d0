"""The typesetter of printed papers. It fetches nothing: every address outside the paper is refused."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


class FetchRefused(ValueError):
    """A document tried to read something outside itself."""


@cache
def engine() -> Any:
    """Load the typesetter when the first paper is made: it costs a second and most processes need none."""
    import weasyprint
    from PIL import ImageFile

    # The typesetter lets half a picture pass, for the whole process: what residents send must be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class Inside(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def __init__(self, held: Mapping[str, bytes]) -> None:
            super().__init__()
            self.held = held

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in self.held:
                return weasyprint.urls.URLFetcherResponse(
                    url, body=self.held[url], headers={"Content-Type": "image/jpeg"}
                )
            if not url.startswith("data:"):
                raise FetchRefused(url[:40])
            return super().fetch(url, headers)

    return weasyprint, Inside


def _say_scope(_document: Any, pdf: Any) -> None:
    """Say of every header cell whether it heads its column or its row, which the typesetter leaves open.

    Rows of headers stand in `<thead>`; every other row begins with its header.
    """
    kept = {part.reference: part for part in pdf.objects if hasattr(part, "get")}
    for cell in [part for part in kept.values() if part.get("S") == "/TH"]:
        row = kept[cell["P"]]
        cell["A"]["Scope"] = "/Column" if kept[row["P"]]["S"] == "/THead" else "/Row"


def typeset(html: str, *, style: Path, behind: str = "", held: Mapping[str, bytes] | None = None) -> bytes:
    """Return a page as PDF/UA-1, readable by screen readers. Pure but for fonts.

    `behind` is the `data:` address of a picture that is repeated behind every page; `held` are JPEGs by the
    addresses (`held:1`) under which the page names them: as text within the page they would lie in memory
    many times over.
    """
    weasyprint, inside = engine()
    fetcher = inside(held or {})
    sheets = [weasyprint.CSS(filename=str(style), url_fetcher=fetcher)]
    if behind:
        under = f'@page {{ background: url("{behind}") repeat; }}'
        sheets.append(weasyprint.CSS(string=under, url_fetcher=fetcher))
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1", finisher=_say_scope)
    return pdf
