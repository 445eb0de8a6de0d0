"""What somebody signs on the spot, on the phone of whoever handles the matter: evidence, and no judgement.

The reporter is told of every statement, so that one they never signed is noticed by the one who knows.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gongzhi.cases import pictures, rules
from gongzhi.cases.actions import moves, story, telling
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Attachment, Case, SignedStatement
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.rulebook.queries import in_force

About, Signer, Way = SignedStatement.About, SignedStatement.Signer, SignedStatement.Way
NAME_SIGNS = 60
"""Technical: longer is no name."""


class NothingDrawn(Invalid):
    code = "nothing_drawn"
    message = _("Nothing is drawn on it.")
    hint = _("Please have it signed again, or send a photo of the signed paper.")


class NoNameGiven(Invalid):
    code = "no_name_given"
    message = _("Please write the name of who signs.")


class RaisedWithoutName(Invalid):
    """A signature would tell who an anonymous reporter is."""

    code = "raised_without_name"
    message = _("This matter was raised without a name, so its reporter does not sign.")
    hint = _("Somebody else who was there can sign as a witness.")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed, and by whom."""

    about: str
    words: str
    signer: str
    name: str = ""
    """Left open for the reporter: the name of the matter stands."""


def clean_signature(content: bytes, *, way: str, at: datetime) -> pictures.Picture:
    """Return a signature re-encoded. Raises PictureRefused, NothingDrawn. Before any transaction: it takes
    long, and SQLite has one writer."""
    picture = pictures.clean(content, in_force(rules.ATTACHMENTS, at=at).params, field="photo")
    if way == Way.DRAWN and pictures.is_blank(picture):
        raise NothingDrawn(field="photo")
    return picture


@transaction.atomic
def sign_statement(
    *, case: Case, statement: Statement, picture: pictures.Picture, way: str, by: Actor, at: datetime
) -> Case:
    """Keep what somebody signed in the presence of `by`. The state stays, no clock stops.

    The reporter reads the words; drawing and name only where they are their own or their representative's.
    Raises Invalid, NoNameGiven, RaisedWithoutName, TooManyPictures, NotYourMove, MoveNotPossible.
    """
    case, at = moves.begin(case, Move.SIGN_STATEMENT, by=by, at=at)
    if by.user_id is None:
        raise moves.NotYourMove
    _known(statement, way)
    limits = in_force(rules.ATTACHMENTS, at=at)
    story.room_for(case, 1, limits.params)
    words = moves.need_words(statement.words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    name = _name(case, statement)
    step = moves.finish(
        case,
        Move.SIGN_STATEMENT,
        by=by,
        at=at,
        words=words,
        rule=limits.label,
        data={
            "about": statement.about,
            "signer": statement.signer,
            "way": way,
            "pictures": [sha256(picture.content).hexdigest()],
        },
    )
    own = statement.signer != Signer.WITNESS
    [row] = story.store(case, step, [picture], Attachment.Purpose.SIGNATURE, public=own, at=at)
    SignedStatement.objects.create(
        case=case,
        attachment=row,
        about=statement.about,
        signer=statement.signer,
        name=name,
        way=way,
        held_by_id=by.user_id,
        at=at,
    )
    telling.news(case, _said(case, words), by=by, at=at)
    return case


def _known(statement: Statement, way: str) -> None:
    """Raise Invalid for a value no table has."""
    for field, value, known in (
        ("about", statement.about, About),
        ("signer", statement.signer, Signer),
        ("way", way, Way),
    ):
        if value not in known.values:
            raise Invalid(field=field)


def _name(case: Case, statement: Statement) -> str:
    """Return who signs: as it was said, for the reporter else as the matter says."""
    if case.anonymous and statement.signer != Signer.WITNESS:
        raise RaisedWithoutName(field="signer")
    given = moves.fit(statement.name, longest=NAME_SIGNS, field="name")
    if not given and statement.signer == Signer.REPORTER:
        given = case.reporter_name
    if not given:
        raise NoNameGiven(field="name")
    return given


def _said(case: Case, words: str) -> str:
    message = gettext_noop(
        "Somebody signed for this on the spot: %(words)s If you know nothing of it, please tell us."
    )
    return telling.in_language_of(case, message, words=words)
