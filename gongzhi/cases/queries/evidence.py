"""Pictures, documents and signatures of a case, as pages and papers show them. Who may see it was checked by
the caller, which holds the case of its viewer or of its receipt."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gongzhi.cases import anonymous, evidence_words, files, pictures
from gongzhi.cases.models import Attachment, Case, SignedStatement
from gongzhi.core.actor import Actor

_SIGNATURE_SIDE = 600
"""Technical: longest side, in pixels, of a signature on a page."""
_PAIRED = (Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER)


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture or document. `position` counts all of the case from 1, as their addresses do."""

    position: int
    purpose: str
    purpose_words: str
    caption: str
    """What was written with it, as far as who looks may read that."""
    at: datetime
    key: str
    mime: str
    size: int
    width: int
    height: int
    pages: int
    sha256: str
    public: bool
    on_board: bool

    @property
    def is_document(self) -> bool:
        return self.pages > 0


@dataclass(frozen=True, slots=True)
class StatementShown:
    """A signature given in somebody's presence; it says so, and judges nothing."""

    position: int
    about: str
    words: str
    """What was confirmed, as it was read out."""
    signer: str
    name: str
    """Who signed; covered like the reporter's name unless that was opened."""
    way: str
    held_by: str
    unit: str
    """In whose name who held the phone acted; said to residents, who read no names of staff."""
    at: datetime
    key: str
    sha256: str
    image: str = ""
    """The drawing as a `data:` address, where the name is open; "" where it is covered."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How it was and how it is now, to be put side by side; either side may be empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def is_there(self) -> bool:
        return bool(self.before or self.after)

    @property
    def is_whole(self) -> bool:
        return bool(self.before and self.after)


def pieces(case: Case, *, words_too: bool) -> list[Piece]:
    """Return all attachments of the case, oldest first; captions only for who reads words. One query."""
    rows = Attachment.objects.filter(case=case).select_related("transition").order_by("id")
    return [_piece(position, row, words_too) for position, row in enumerate(rows, 1)]


def _piece(position: int, row: Attachment, words_too: bool) -> Piece:
    step = row.transition
    said = step.words if words_too and step.move == "attach" else ""
    return Piece(
        position=position,
        purpose=row.purpose,
        purpose_words=str(evidence_words.PURPOSES[row.purpose]),
        caption=said,
        at=row.at,
        key=row.key,
        mime=row.mime,
        size=row.size,
        width=row.width,
        height=row.height,
        pages=row.pages,
        sha256=row.sha256,
        public=row.public,
        on_board=row.on_board,
    )


def pair_of(found: Iterable[Piece]) -> Pair:
    """Return the pictures of before and after among the pieces."""
    rows = [piece for piece in found if not piece.is_document]
    before, after = ([row for row in rows if row.purpose == side] for side in _PAIRED)
    return Pair(tuple(before), tuple(after))


def statements(case: Case, found: Iterable[Attachment | Piece]) -> list[StatementShown]:
    """Return what was signed in this case, oldest first, with names. `found` are all pieces of the case,
    oldest first, for the places by which they are fetched. One query."""
    places = {piece.key: position for position, piece in enumerate(found, 1)}
    return [_statement(row, places.get(row.attachment.key, 0)) for row in _signed_rows(case)]


def _signed_rows(case: Case) -> list[SignedStatement]:
    rows = SignedStatement.objects.filter(case=case).order_by("id")
    return list(rows.select_related("held_by", "attachment__transition__by_unit"))


def _statement(row: SignedStatement, position: int) -> StatementShown:
    step = row.attachment.transition
    return StatementShown(
        position=position,
        about=str(evidence_words.ABOUT[row.about]),
        words=step.words,
        signer=str(evidence_words.SIGNERS[row.signer]),
        name=row.name,
        way=str(evidence_words.WAYS[row.way]),
        held_by=row.held_by.get_full_name(),
        unit=step.by_unit.name if step.by_unit else "",
        at=row.at,
        key=row.attachment.key,
        sha256=row.attachment.sha256,
    )


def statements_for_staff(case: Case, *, viewer: Actor, is_open: bool) -> list[StatementShown]:
    """Return what was signed, for who reads the words of the case. One query.

    A handwritten name is a name: it is covered unless the contact was opened (`is_open`), or the viewer held
    the phone.
    """
    shown = []
    for row in _signed_rows(case):
        said = _statement(row, 0)
        if is_open or row.held_by_id == viewer.user_id:
            shown.append(replace(said, image=_image(said.key)))
        else:
            shown.append(replace(said, name=anonymous.masked_name(said.name)))
    return shown


def _image(key: str) -> str:
    try:
        small = pictures.thumbnail(files.read(key), side=_SIGNATURE_SIDE)
    except FileNotFoundError:
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
