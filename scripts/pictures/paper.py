"""Pages as people print them: PDF on A4, and each sheet as a picture.

The sheets are drawn by pdftoppm, of Debian's poppler-utils; without it there are only the PDFs.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser

from scripts.pictures.shown import PAPER, Finding, Shown
from scripts.pictures.taking import opened, path_of


def print_all(browser: Browser, pages: Sequence[Shown], base: str, out: Path) -> Iterator[Finding]:
    """Print each page; give those that could not be shown."""
    for shown in pages:
        path = path_of(shown)
        if isinstance(path, Finding):
            yield path
            continue
        with opened(browser, shown, PAPER[0], base + path) as page:
            if isinstance(page, Finding):
                yield page
                continue
            pdf = out / f"{shown.name}.pdf"
            page.pdf(path=str(pdf), format="A4", print_background=False)
        if shutil.which("pdftoppm"):
            subprocess.run(["pdftoppm", "-r", "60", "-png", str(pdf), str(out / shown.name)], check=True)
