"""What the case file says: the full one for staff, and the one for the holder of the receipt.

Both are built from what their pages show (`case_page`, `tracking`), so a paper never holds more than the page
of the same reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gongzhi.audit.queries import InclusionProof, proofs_for
from gongzhi.cases import anonymous, evidence_rules, files, pictures, words
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Attachment, Case, CaseFile, Rating, Transition
from gongzhi.cases.queries import access, case_page, evidence, receipts, story, tracking
from gongzhi.cases.resident_words import place_name
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.rulebook.queries import in_force

_PRINTED_SIDE = 800
"""Longest side of a picture on paper, in pixels: 170 to 250 dots an inch as they are set, small in memory."""
MOST_SHOWN = 20
"""Technical: files made in the background that the page of a case lists."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A piece of evidence with the bytes to print; None for a document, or a picture beyond the rule."""

    piece: evidence.Piece
    content: bytes | None


@dataclass(frozen=True, slots=True)
class SignedShot:
    """What was signed with the drawing; None where the name is covered, for it is a name too."""

    statement: evidence.StatementShown
    content: bytes | None


@dataclass(frozen=True, slots=True)
class RatingShown:
    at: datetime
    solved: bool
    score: str
    words: str


@dataclass(frozen=True, slots=True)
class Proofs:
    """How whole the history is, and the proof of the first record, which is that of the receipt."""

    checked: receipts.Verification
    first: InclusionProof | None


@dataclass(frozen=True, slots=True)
class StaffFile:
    """The full file. `page` is the page of the case as the viewer reads it."""

    case: Case
    page: case_page.CasePage
    steps: Sequence[story.StoryStep]
    """Oldest first, as files are read."""
    place: str
    channel: str
    outcome: str
    state: str
    tier: str
    ratings: Sequence[RatingShown]
    shots: Sequence[Shot]
    papers: Sequence[evidence.Piece]
    signed: Sequence[SignedShot]
    proofs: Proofs

    @property
    def number(self) -> str:
        return self.case.number


@dataclass(frozen=True, slots=True)
class ResidentFile:
    """What the holder of the receipt may see, and nothing else."""

    matter: tracking.Tracked
    name: str
    steps: Sequence[tracking.Step]
    shots: Sequence[Shot]
    papers: Sequence[evidence.Piece]
    signed: Sequence[SignedShot]
    proofs: Proofs

    @property
    def number(self) -> str:
        return self.matter.number


def for_staff(*, viewer: Actor, number: str, at: datetime, contact_open: bool) -> StaffFile:
    """Return the full file of a case the viewer reads. Raises CaseNotFound, NotFound for who reads no words.

    `contact_open` is set by the action only after it has recorded the look at the reporter's contact.
    """
    page = case_page.case_page(viewer=viewer, number=number, at=at, contact_open=contact_open)
    if not page.reads_words:
        raise NotFound
    case = page.case
    found = evidence.pieces(case, words_too=True)
    signed = evidence.statements(case, found)
    if not contact_open:
        signed = [replace(row, name=anonymous.masked_name(row.name)) for row in signed]
    rows = story.told(story.steps(viewer=viewer, case=case), words_too=True, at=at)
    return StaffFile(
        case=case,
        page=page,
        steps=rows[::-1],
        place=place_name(case.place.name),
        channel=str(words.name_in(words.CHANNELS, Channel(case.channel))),
        outcome=str(words.name_in(words.OUTCOMES, case.outcome)),
        state=str(words.name_in(words.STATES, case.status)),
        tier=str(words.name_in(words.TIERS, case.tier)),
        ratings=_ratings(case),
        shots=_shots(found, at=at),
        papers=[piece for piece in found if piece.is_document],
        signed=[SignedShot(row, _printed(row.key) if contact_open else None) for row in signed],
        proofs=_proofs(case),
    )


def for_resident(case: Case, *, at: datetime) -> ResidentFile:
    """Return the file for the holder of the receipt that opened the case."""
    matter = tracking.tracked(case, at=at)
    everything = evidence.pieces(case, words_too=True)
    open_ones = [piece for piece in everything if piece.public]
    hidden = _internal_captions(case)
    found = [replace(p, caption="") if p.key in hidden else p for p in open_ones]
    return ResidentFile(
        matter=matter,
        name=case.reporter_name,
        steps=matter.steps[::-1],
        shots=_shots(found, at=at),
        papers=[piece for piece in found if piece.is_document],
        signed=[SignedShot(row, _printed(row.key)) for row in matter.signed],
        proofs=_proofs(case),
    )


def _internal_captions(case: Case) -> set[str]:
    """Keys of attachments that the resident sees, though the words with them are for colleagues."""
    rows = Attachment.objects.filter(case=case, transition__public=False)
    return set(rows.values_list("key", flat=True))


def _ratings(case: Case) -> list[RatingShown]:
    rows = Rating.objects.filter(case=case).order_by("pk")
    return [
        RatingShown(row.at, row.solved, story.score_words(row.score) if row.score else "", row.words)
        for row in rows
    ]


def _shots(found: Sequence[evidence.Piece], *, at: datetime) -> list[Shot]:
    """Return the pictures to print, as many with their bytes as the rule shows."""
    room = in_force(evidence_rules.CASE_FILES, at=at).params.pictures
    rows = [
        piece for piece in found if not piece.is_document and piece.purpose != Attachment.Purpose.SIGNATURE
    ]
    return [Shot(piece, _printed(piece.key) if i < room else None) for i, piece in enumerate(rows)]


def _printed(key: str) -> bytes | None:
    try:
        return pictures.thumbnail(files.read(key), side=_PRINTED_SIDE)
    except FileNotFoundError:
        return None


def _proofs(case: Case) -> Proofs:
    return Proofs(receipts.verify(case), next(iter(proofs_for(f"case:{case.number}")), None))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a case file will be."""

    steps: int
    pictures: int
    at_once: bool


def size_of(case: Case, *, at: datetime) -> Size:
    """Return how large the file of a case is, and whether it is made at once. Two queries."""
    rule = in_force(evidence_rules.CASE_FILES, at=at).params
    steps = Transition.objects.filter(case=case).count()
    shots = Attachment.objects.filter(case=case, pages=0).count()
    return Size(steps, shots, steps <= rule.steps_at_once and shots <= rule.pictures_at_once)


def made_for(*, viewer: Actor, case: Case) -> list[CaseFile]:
    """Return the files of a case that the viewer asked for, newest first."""
    return list(CaseFile.objects.filter(case=case, owner=viewer.user_id).order_by("-id")[:MOST_SHOWN])


def made_for_receipt(case: Case) -> list[CaseFile]:
    """Return the files of a case that its receipt asked for, newest first."""
    return list(CaseFile.objects.filter(case=case, owner__isnull=True).order_by("-id")[:MOST_SHOWN])


def get_made(*, viewer: Actor, case: Case, key: int) -> CaseFile:
    """Return a file the viewer asked for. Raises NotFound for anybody else's."""
    return _get(case, key, owner=viewer.user_id)


def get_own(*, viewer: Actor, key: int) -> CaseFile:
    """Return a file the viewer asked for, whatever case it is of, while the case is in sight. Raises
    CaseNotFound."""
    row = CaseFile.objects.select_related("case").filter(pk=key, owner=viewer.user_id).first()
    if row is None or not access.sees(viewer, row.case):
        raise access.CaseNotFound
    return row


def get_made_for_receipt(case: Case, *, key: int) -> CaseFile:
    return _get(case, key, owner=None)


def _get(case: Case, key: int, *, owner: int | None) -> CaseFile:
    row = CaseFile.objects.filter(pk=key, case=case, owner=owner).first()
    if row is None:
        raise access.CaseNotFound
    return row


def get_for_job(key: int) -> CaseFile | None:
    """Return a file that waits to be made, or None."""
    waiting = CaseFile.objects.filter(pk=key, state=CaseFile.State.WAITING)
    return waiting.select_related("case", "case__place", "case__desk", "case__unit", "owner").first()


def expired_for_job(*, at: datetime, most: int) -> list[CaseFile]:
    rows = CaseFile.objects.filter(state=CaseFile.State.DONE, expires_at__lte=at)
    return list(rows.order_by("expires_at")[:most])


def stuck_for_job(*, before: datetime, most: int) -> list[CaseFile]:
    rows = CaseFile.objects.filter(state=CaseFile.State.WAITING, asked_at__lte=before)
    return list(rows.order_by("asked_at")[:most])
