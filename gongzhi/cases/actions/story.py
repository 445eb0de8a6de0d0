"""Words and pictures added to a case, and its release to the public notice board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, evidence_rules, files, notice_kinds, pictures, rules, speaking
from gongzhi.cases.actions import merging, moves, pausing, telling
from gongzhi.cases.lifecycle import Channel, Move, State
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.queries import access, merged
from gongzhi.cases.speaking import Speaker
from gongzhi.core import documents
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force

Cleaned = pictures.Picture | documents.Document


class TooManyPictures(Invalid):
    code = "too_many_pictures"
    message = _("There are too many pictures.")


class NotPublished(Conflict):
    code = "not_published"
    message = _("This matter is not on the notice board.")


@transaction.atomic
def comment_case(
    *,
    case: Case,
    words: str,
    public: bool,
    channel: Channel | None = None,
    spoke: Speaker = Speaker.SELF,
    by: Actor,
    at: datetime,
) -> Case:
    """Write a comment. What the resident writes ends a pause and reaches the owner.

    `public` says whether the resident reads it; a resident's own words always are. Staff who write down what
    was said to them name the `channel` and who `spoke`; without, the words are their own. Raises Invalid,
    NotYourMove.
    """
    case, at = moves.begin(case, Move.COMMENT, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    by_resident = not by.is_staff
    if by_resident and case.status != State.MERGED:
        pausing.end_pause(case, at=at)
    said = speaking.of_addition(by, channel=channel, spoke=spoke)
    moves.finish(case, Move.COMMENT, by=by, at=at, words=words, public=public or by_resident, data=said)
    if by_resident:
        reached = merged.answer_of(case)
        telling.owner_or_unit(
            reached, notice_kinds.RESIDENT_WROTE, words, by=by, at=at, rung=f"{case.pk}-{case.moves}"
        )
    elif public:
        telling.news(case, words, by=by, at=at)
        merging.tell_followers(case, words, answered=False, by=by, at=at)
    return case


def attach_pictures(
    *, case: Case, contents: Sequence[bytes], public: bool, by: Actor, at: datetime
) -> list[Attachment]:
    """Add pictures, cleaned and within the rule. Raises PictureRefused, TooManyPictures, NotYourMove.

    A file is written before its row, so a row never names a missing file; if the transaction fails the files
    are removed again.
    """
    return attach_cleaned(case=case, cleaned=clean_pictures(contents, at=at), public=public, by=by, at=at)


def clean_pictures(contents: Sequence[bytes], *, at: datetime) -> list[pictures.Picture]:
    """Return the pictures of one message re-encoded. Raises PictureRefused, TooManyPictures.

    Apart from the transaction on purpose: decoding photographs takes seconds, and SQLite has one writer.
    """
    limits = in_force(rules.ATTACHMENTS, at=at).params
    if len(contents) > limits.per_message:
        raise _too_many(limits)
    return [pictures.clean(content, limits) for content in contents]


def clean_files(contents: Sequence[bytes], *, at: datetime) -> list[Cleaned]:
    """Return pictures re-encoded and PDF documents written anew. Raises PictureRefused, DocumentRefused,
    TooManyPictures."""
    limits = in_force(rules.ATTACHMENTS, at=at).params
    if len(contents) > limits.per_message:
        raise _too_many(limits)
    papers = in_force(evidence_rules.DOCUMENTS, at=at).params
    return [
        documents.clean(content, papers, pixels=limits.pixels, field="pictures")
        if documents.looks_like_one(content)
        else pictures.clean(content, limits)
        for content in contents
    ]


@transaction.atomic
def attach_cleaned(
    *,
    case: Case,
    cleaned: Sequence[Cleaned],
    public: bool,
    purpose: str = "",
    words: str = "",
    channel: Channel | None = None,
    by: Actor,
    at: datetime,
) -> list[Attachment]:
    """Add pictures and documents that `clean_files` gave; the resident's, like their words, end a pause.

    `purpose` says what the pictures show; left open, what comes before the work is done counts as before.
    `words` is the caption. Raises TooManyPictures, NotYourMove, MoveNotPossible, Invalid.
    """
    if not cleaned:
        return []
    case, at = moves.begin(case, Move.ATTACH, by=by, at=at)
    limits = in_force(rules.ATTACHMENTS, at=at)
    room_for(case, len(cleaned), limits.params)
    purpose = _purpose(case, purpose, by=by)
    caption = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    resumed = not by.is_staff and case.status == State.HANDLING and pausing.end_pause(case, at=at)
    step = moves.finish(
        case,
        Move.ATTACH,
        by=by,
        at=at,
        words=caption,
        rule=limits.label,
        public=public,
        data={
            "pictures": [_digest(p) for p in cleaned],
            "purpose": purpose,
            **speaking.of_addition(by, channel=channel, spoke=Speaker.SELF),
        },
    )
    if resumed:
        telling.owner_or_unit(case, notice_kinds.RESIDENT_WROTE, "", by=by, at=at)
    return store(case, step, cleaned, purpose, public=public or not by.is_staff, at=at)


def room_for(case: Case, more: int, limits: rules.AttachmentParams) -> None:
    """Raise TooManyPictures unless so many more pictures may lie with the case."""
    present = Attachment.objects.filter(case=case).count()
    if more > limits.per_message or present + more > limits.per_case:
        raise _too_many(limits)


def _too_many(limits: rules.AttachmentParams) -> TooManyPictures:
    return TooManyPictures(
        hint=_("At most %(each)d at a time and %(all)d in all.")
        % {"each": limits.per_message, "all": limits.per_case},
        field="pictures",
    )


_NOT_DONE = frozenset({State.REGISTERED, State.ACCEPTED, State.DISPATCHED})
_SAID = frozenset({Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER, Attachment.Purpose.OTHER})


def _purpose(case: Case, purpose: str, *, by: Actor) -> str:
    """Return what pictures show: as it was said, else before while nobody has done anything yet."""
    if purpose:
        if purpose not in _SAID:
            raise Invalid(_("Please choose what the pictures show."), field="purpose")
        return purpose
    return str(Attachment.Purpose.BEFORE if case.status in _NOT_DONE else Attachment.Purpose.OTHER)


def _digest(picture: Cleaned) -> str:
    return sha256(picture.content).hexdigest()


def store(
    case: Case, step: Transition, cleaned: Sequence[Cleaned], purpose: str, *, public: bool, at: datetime
) -> list[Attachment]:
    """Write the files and rows of what came with a step; called inside its transaction. A file is written
    before its row, and removed again when a later one fails."""
    written: list[str] = []
    try:
        rows = []
        for picture in cleaned:
            written.append(files.write(picture.content))
            rows.append(
                Attachment(
                    case=case,
                    transition=step,
                    key=written[-1],
                    mime=picture.mime,
                    size=len(picture.content),
                    **_shape(picture, purpose),
                    sha256=_digest(picture),
                    public=public,
                    at=at,
                )
            )
        return Attachment.objects.bulk_create(rows)
    except BaseException:
        for key in written:
            files.remove(key)
        raise


def _shape(piece: Cleaned, purpose: str) -> dict[str, Any]:
    if isinstance(piece, documents.Document):
        return {"width": 0, "height": 0, "pages": piece.pages, "purpose": Attachment.Purpose.DOCUMENT}
    return {"width": piece.width, "height": piece.height, "purpose": purpose}


@dataclass(frozen=True, slots=True)
class PublicText:
    """What the notice board shows: written by a person who took names and places of persons out."""

    title: str
    text: str
    answer: str
    pictures: tuple[int, ...] = ()
    """Which pictures of before and after are shown, by their places among those of the case."""


@transaction.atomic
def publish_case(*, case: Case, public: PublicText, by: Actor, at: datetime) -> Case:
    """Release an answered matter to the public notice board, anonymised. Raises Invalid, NotYourMove."""
    case, at = moves.begin(case, Move.PUBLISH, by=by, at=at)
    limits = in_force(rules.INTAKE, at=at).params
    case.public_title = moves.need_words(public.title, longest=limits.title_signs, field="title")
    case.public_text = moves.need_words(public.text, longest=limits.text_signs, field="text")
    case.public_answer = moves.need_words(public.answer, longest=limits.words_signs, field="answer")
    _no_personal_fields(case)
    case.published_at = at
    released = _release(case, public.pictures)
    moves.finish(
        case,
        Move.PUBLISH,
        by=by,
        at=at,
        data={"released": released} if released else {},
        changed=["public_title", "public_text", "public_answer", "published_at"],
    )
    return case


def _release(case: Case, positions: Sequence[int]) -> list[str]:
    """Show these pictures on the board and no others; return their digests. Raises Invalid."""
    rows = list(Attachment.objects.filter(case=case).order_by("id"))
    sides = (Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER)
    chosen = [row for place, row in enumerate(rows, 1) if place in positions]
    if len(chosen) != len(set(positions)) or any(row.purpose not in sides or row.pages for row in chosen):
        raise Invalid(_("Only pictures of before and after the work can be shown."), field="pictures")
    Attachment.objects.filter(case=case, on_board=True).update(on_board=False)
    Attachment.objects.filter(pk__in=[row.pk for row in chosen]).update(on_board=True)
    return [row.sha256 for row in chosen]


def _no_personal_fields(case: Case) -> None:
    """Refuse a public text that still holds the reporter's name, telephone or mail."""
    shown = "\n".join((case.public_title, case.public_text, case.public_answer))
    for value in (case.reporter_name, case.reporter_phone, case.reporter_mail):
        if len(value) > 1 and value in shown:
            raise Invalid(
                _("The text still holds the reporter's name, telephone or mail address. Please take it out."),
                field="text",
            )


@transaction.atomic
def unpublish_case(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Take a matter off the notice board, saying why. Raises NotPublished, Invalid, NotYourMove."""
    case, at = moves.begin(case, Move.UNPUBLISH, by=by, at=at)
    if case.published_at is None:
        raise NotPublished
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    case.published_at = None
    moves.finish(case, Move.UNPUBLISH, by=by, at=at, words=words, public=False, changed=["published_at"])
    return case


@transaction.atomic
def read_contact(*, case: Case, purpose: str, by: Actor, at: datetime) -> Case:
    """Open the masked name and address of the reporter for a stated purpose; the look leaves an audit row.

    Raises Invalid without a purpose, NotYourMove without `case.contact`.
    """
    purpose = moves.need_words(
        purpose, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="purpose"
    )
    if not access.may_read_contact(by, case):
        raise moves.NotYourMove
    record(
        audit_events.CONTACT_READ,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=case.unit.code,
        data={"purpose": purpose, "permission": str(Permission.CASE_CONTACT)},
    )
    return case
