"""PDF documents that people send: written anew without anything that acts, or refused with words."""

import io
import zlib
from dataclasses import dataclass
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from gongzhi.core import documents

pytestmark = [pytest.mark.once]
PIXELS = 60_000_000


@dataclass(frozen=True)
class Limits:
    bytes_each: int = 2_000_000
    pages: int = 3
    unpacked: int = 5_000_000
    seconds: int = 10


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pages(count: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(300, 400)
    return writer


def drawn(content: bytes) -> bytes:
    """A page that draws this content, packed."""
    writer = pages()
    stream = StreamObject()
    stream._data = zlib.compress(content, 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    return written(writer)


def test_scripts_files_links_and_particulars_are_left_behind() -> None:
    writer = pages(2)
    writer.add_attachment("secret.exe", b"MZ-embedded-file")
    writer.add_metadata({"/Author": "writer-of-it"})
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://outside.example/"))
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")}
    )
    opened = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(opened)
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    found = documents.clean(written(writer), Limits(), pixels=PIXELS)
    assert found.pages == 2
    reader = PdfReader(io.BytesIO(found.content), strict=True)
    assert len(reader.pages) == 2
    root: Any = reader.trailer["/Root"]
    assert set(root) == {"/Type", "/Pages"}
    assert not reader.attachments
    for word in (
        b"alert",
        b"MZ-embedded",
        b"writer-of-it",
        b"outside.example",
        b"/JavaScript",
        b"/AA",
        b"x()",
    ):
        assert word not in found.content, word
    assert not {"/AA", "/Annots"} & set(reader.pages[0])


def test_what_is_drawn_stays() -> None:
    found = documents.clean(drawn(b"0 0 1 rg 10 10 50 50 re f"), Limits(), pixels=PIXELS)
    contents = PdfReader(io.BytesIO(found.content)).pages[0].get_contents()
    assert contents is not None
    assert b"10 10 50 50 re" in contents.get_data()


def test_a_locked_document_is_refused_with_words() -> None:
    writer = pages()
    writer.encrypt("secret", algorithm="RC4-128")
    with pytest.raises(documents.DocumentLocked) as refused:
        documents.clean(written(writer), Limits(), pixels=PIXELS)
    assert refused.value.hint


def test_too_many_pages_and_too_many_bytes_are_refused() -> None:
    with pytest.raises(documents.DocumentTooLarge):
        documents.clean(written(pages(4)), Limits(), pixels=PIXELS)
    with pytest.raises(documents.DocumentTooLarge):
        documents.clean(written(pages()) + b"0" * 2_000_000, Limits(), pixels=PIXELS)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"%PDF-1.7", b"%PDF-1.7\n" + b"\xff" * 4000, b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF"],
)
def test_what_is_broken_or_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(documents.DocumentRefused):
        documents.clean(content, Limits(), pixels=PIXELS)


def test_a_document_small_as_a_file_and_huge_when_opened_is_refused() -> None:
    bomb = drawn(b"q Q " * 10_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(documents.DocumentTooLarge):
        documents.clean(bomb, Limits(), pixels=PIXELS)


def test_a_picture_of_too_many_dots_inside_is_refused() -> None:
    writer = pages()
    picture = StreamObject()
    picture._data = b"\xff\xd8\xff\xd9"
    for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image"), ("/Filter", "/DCTDecode")):
        picture[NameObject(name)] = NameObject(value)
    from pypdf.generic import NumberObject

    picture[NameObject("/Width")], picture[NameObject("/Height")] = NumberObject(60_000), NumberObject(60_000)
    shown = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    with pytest.raises(documents.DocumentTooLarge):
        documents.clean(written(writer), Limits(), pixels=PIXELS)


def test_a_document_that_takes_its_content_from_another_file_is_refused() -> None:
    writer = pages()
    stream = StreamObject()
    stream._data = b""
    stream[NameObject("/F")] = TextStringObject("/etc/passwd")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    with pytest.raises(documents.DocumentActs):
        documents.clean(written(writer), Limits(), pixels=PIXELS)
