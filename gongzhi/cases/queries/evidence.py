"""Pictures, documents and signatures of a case, as pages and papers show them. Who may see it was checked by
the caller, which holds the case of its viewer or of its receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import evidence_words
from gongzhi.cases.models import Attachment, Case, SignedStatement

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
    signer: str
    name: str
    way: str
    held_by: str
    unit: str
    """In whose name who held the phone acted; said to residents, who read no names of staff."""
    at: datetime
    key: str
    sha256: str


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


def statements(case: Case, found: Sequence[Piece]) -> list[StatementShown]:
    """Return what was signed in this case, oldest first, with names. One query."""
    places = {piece.key: piece.position for piece in found}
    rows = SignedStatement.objects.filter(case=case).order_by("id")
    rows = rows.select_related("held_by", "attachment__transition__by_unit")
    return [
        StatementShown(
            position=places.get(row.attachment.key, 0),
            about=str(evidence_words.ABOUT[row.about]),
            signer=str(evidence_words.SIGNERS[row.signer]),
            name=row.name,
            way=str(evidence_words.WAYS[row.way]),
            held_by=row.held_by.get_full_name(),
            unit=unit.name if (unit := row.attachment.transition.by_unit) else "",
            at=row.at,
            key=row.attachment.key,
            sha256=row.attachment.sha256,
        )
        for row in rows
    ]
