"""The case file as PDF/UA-1: tagged, named, in Chinese, with bookmarks and numbered pages. Pure but fonts.

Across every page stands who had it made and when: a copy that wanders tells where it came from.
"""

import base64
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import segno
from django.template.loader import render_to_string
from django.utils import timezone, translation

from gongzhi.core import links
from gongzhi.core.typesetting import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongzhi.cases.queries.case_file import ResidentFile, Shot, StaffFile

    Pictured = tuple[Shot, str]

_STYLE = Path(__file__).with_name("case_file.css")
_LANGUAGE = "zh-hans"


def staff_pdf(file: "StaffFile", *, maker: str, at: datetime) -> bytes:
    """Return the full file. `maker` is who had it made: unit and name."""
    # Never the receipt code: whoever handles a matter does not read it. The page asks for it.
    address = links.public(f"/receipt/?number={file.number}")
    return _made("cases/documents/case_file.html", file, address=address, maker=maker, at=at)


def resident_pdf(file: "ResidentFile", *, maker: str, at: datetime) -> bytes:
    """Return the file for the holder of the receipt; its code leads to the check of this very receipt."""
    address = links.public(f"/receipt/{file.number}/{file.matter.code}/")
    return _made("cases/documents/own_file.html", file, address=address, maker=maker, at=at)


def _made(
    template: str, file: "StaffFile | ResidentFile", *, address: str, maker: str, at: datetime
) -> bytes:
    held: dict[str, bytes] = {}
    code = segno.make(address, error="m", micro=False)
    with translation.override(_LANGUAGE):
        values: dict[str, Any] = {
            "file": file,
            **_arranged([(shot, _hold(held, shot.content)) for shot in file.shots]),
            "signed": [(row, _hold(held, row.content)) for row in file.signed],
            "code": code.svg_data_uri(border=2, light="#fff", omitsize=True),
            "address": address,
            "maker": maker,
            "at": at,
        }
        html = render_to_string(template, values)
    behind = _watermark(f"{maker} {timezone.localtime(at):%Y-%m-%d %H:%M}")
    return typeset(html, style=_STYLE, behind=behind, held=held)


def _hold(held: dict[str, bytes], content: bytes | None) -> str:
    """Keep a picture for the typesetter and return its address; "" for one that is only listed."""
    if content is None:
        return ""
    address = f"held:{len(held) + 1}"
    held[address] = content
    return address


def _arranged(shots: "Sequence[Pictured]") -> "dict[str, Sequence[Any]]":
    """Put what was before beside what came after, pair by pair. What has no other side stands in the same two
    columns after them, so that no column is left empty."""
    before, after = (
        [each for each in shots if each[0].piece.purpose == purpose] for purpose in ("before", "after")
    )
    whole = min(len(before), len(after))
    lone = [*before[whole:], *after[whole:]]
    return {
        "shots": shots,
        "pairs": list(zip(before, after, strict=False)),
        "lone": [lone[at : at + 2] for at in range(0, len(lone), 2)],
        "others": [each for each in shots if each[0].piece.purpose not in ("before", "after")],
    }


def _watermark(words: str) -> str:
    """Return a pale slanted line of text as the address of a picture, laid behind every page."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300" viewBox="0 0 600 300">'
        '<text x="300" y="160" transform="rotate(-24 300 150)" text-anchor="middle" font-size="22"'
        f' font-family="Noto Sans CJK SC" fill="#e4e4e4">{escape(words)}</text></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
