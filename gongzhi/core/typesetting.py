"""The typesetter of printed papers. It fetches nothing: every address outside the paper is refused."""

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
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FetchRefused(url[:40])
            return super().fetch(url, headers)

    return weasyprint, Inside()


def typeset(html: str, *, style: Path, behind: str = "") -> bytes:
    """Return a page as PDF/UA-1, readable by screen readers. Pure but for fonts.

    `behind` is the `data:` address of a picture that is repeated behind every page.
    """
    weasyprint, fetcher = engine()
    sheets = [weasyprint.CSS(filename=str(style), url_fetcher=fetcher)]
    if behind:
        under = f'@page {{ background: url("{behind}") repeat; }}'
        sheets.append(weasyprint.CSS(string=under, url_fetcher=fetcher))
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
    return pdf
