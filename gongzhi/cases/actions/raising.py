"""Raising a matter from the resident's own phone: matter, pictures, limit and double press in one call."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from gongzhi.cases import numbers, rules
from gongzhi.cases.actions import intake, story
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.core.actions import rates
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force

_PURPOSE = "cases.raise"


@dataclass(frozen=True, slots=True)
class Raised:
    """What the resident takes home: the number and the receipt code."""

    number: str
    code: str


def raise_matter(
    *,
    matter: Matter,
    reporter: Reporter,
    pictures: Sequence[bytes],
    token: str,
    channel: Channel,
    language: str,
    by: Actor,
    at: datetime,
) -> Raised:
    """Register what a resident sent, once for each `token` however often it is sent, pictures included.

    Only a matter that is really registered counts against the hour's limit of its network. Raises Invalid,
    PictureRefused, TooManyPictures, TooOften, KeyReused, StillRunning.
    """
    cleaned = story.clean_pictures(pictures, at=at)
    fingerprint = fingerprint_of(
        matter.text,
        matter.place.code,
        matter.place_detail,
        matter.for_other,
        asdict(reporter),
        [sha256(content).hexdigest() for content in pictures],
    )

    def run() -> Answer:
        limit = in_force(rules.INTAKE, at=at).params.per_network_an_hour
        rates.check_rate(purpose=_PURPOSE, mark=by.network, limit=limit, at=at)
        rates.note_try(purpose=_PURPOSE, mark=by.network, at=at)
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=channel, language=language, by=by, at=at
        )
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        return Answer(201, case.number)

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return Raised(answer.body, numbers.receipt_code(answer.body))
