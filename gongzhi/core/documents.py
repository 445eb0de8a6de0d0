"""PDF documents that people send: written anew by a process of its own, or refused with words.

The parser reads hostile bytes, so it gets neither our memory nor our keys: another process with limits of
the system for memory, time and files, an empty environment, and its answer bounded. A document that takes
too long or too much is refused like one that is broken.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import Invalid

_WORKER = Path(__file__).with_name("pdf_worker.py")
_MEMORY_SPARE = 400_000_000
"""Technical: what the interpreter and the parser take beside the content."""


class Limits(Protocol):
    """What a rule allows; bytes, pages, bytes once unpacked, seconds."""

    @property
    def bytes_each(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def unpacked(self) -> int: ...
    @property
    def seconds(self) -> int: ...


class DocumentRefused(Invalid):
    code: ClassVar[str] = "document_refused"
    message = _("This document cannot be read, or is no PDF.")
    hint = _("Please save it as a PDF again, or take photos of its pages.")


class DocumentTooLarge(DocumentRefused):
    code = "document_too_large"
    message = _("This document is too large.")
    hint = _("Please send fewer pages, or scan them with a lower resolution.")


class DocumentLocked(DocumentRefused):
    code = "document_locked"
    message = _("This document is locked with a password.")
    hint = _("Please save it without a password and send it again.")


class DocumentActs(DocumentRefused):
    code = "document_acts"
    message = _("This document holds parts that do something when it is opened.")
    hint = _("Please print it as a new PDF, or take photos of its pages.")


_REASONS: dict[str, type[DocumentRefused]] = {
    "broken": DocumentRefused,
    "encrypted": DocumentLocked,
    "pages": DocumentTooLarge,
    "large": DocumentTooLarge,
    "acting": DocumentActs,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document written anew."""

    content: bytes
    pages: int
    mime: str = "application/pdf"


def looks_like_one(content: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return content.lstrip()[:5] == b"%PDF-"


def clean(content: bytes, limits: Limits, *, pixels: int, field: str = "documents") -> Document:
    """Return the document written anew within the limits; `pixels` bounds each picture in it.

    Raises DocumentTooLarge, DocumentLocked, DocumentActs, DocumentRefused.
    """
    if len(content) > limits.bytes_each:
        raise DocumentTooLarge(field=field)
    if not looks_like_one(content):
        raise DocumentRefused(field=field)
    wanted = {
        "pages": limits.pages,
        "unpacked": limits.unpacked,
        "pixels": pixels,
        "seconds": limits.seconds,
        "memory": _MEMORY_SPARE + limits.unpacked + 4 * limits.bytes_each,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file; the words are our own numbers
            [sys.executable, "-I", str(_WORKER), json.dumps(wanted)],
            input=content,
            capture_output=True,
            env={},
            timeout=limits.seconds * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise DocumentTooLarge(field=field) from late
    return _answer(done.stdout, limits, field)


def _answer(output: bytes, limits: Limits, field: str) -> Document:
    head, _newline, body = output.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError as died:  # Killed by a limit before it could speak.
        raise DocumentTooLarge(field=field) from died
    if "refused" in said:
        raise _REASONS[said["refused"]](field=field)
    if len(body) > 2 * limits.bytes_each:
        raise DocumentTooLarge(field=field)
    return Document(body, int(said["pages"]))
