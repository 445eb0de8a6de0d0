"""Making a matter from a request of GeoReport v2, once however often it is sent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from gongzhi.cases.actions import intake, story
from gongzhi.cases.actions import limits as limits_of
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case, Category
from gongzhi.cases.queries import tracking
from gongzhi.channels import rules
from gongzhi.channels.models import Origin
from gongzhi.channels.open311.arguments import Point, Posting
from gongzhi.channels.queries import locating
from gongzhi.core.actions import rates
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force


def post_request(
    *,
    posting: Posting,
    service: Category,
    pictures: Sequence[bytes],
    content: object,
    key: str,
    language: str,
    by: Actor,
    at: datetime,
) -> dict[str, str | None]:
    """Register what was posted and return number, notice and the client's own name of the person.

    `content` is everything that was sent: the same again, from the same caller, is the same matter; so is the
    same `key`. Raises Invalid, CannotRegisterHere, PictureRefused, TooManyPictures, TooOften, KeyReused,
    StillRunning.
    """
    limits = in_force(rules.OPEN311, at=at).params
    cleaned = story.clean_pictures(pictures, at=at)
    fingerprint = fingerprint_of(content, [sha256(each).hexdigest() for each in pictures])
    place = locating.locate(
        code=posting.address_id,
        words=f"{posting.address} {posting.description}",
        point=posting.point,
        centres=limits.centres,
        within_km=limits.centre_km,
        at=at,
    )
    matter = Matter(
        text=_text(posting, service), place=place, place_detail=_detail(posting), category=service
    )
    reporter = Reporter(name=posting.name, phone=posting.phone, mail=posting.mail)

    def run() -> Answer:
        if not by.is_staff:
            rates.spend(limits_of.raising(phone=posting.phone, by=by, at=at), at=at)
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=Channel.API, language=language, by=by, at=at
        )
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=by, at=at)
        _keep_origin(case, posting)
        return Answer(200, _receipt(case, posting))

    # Whoever has no account is known by the connection only, so that strangers do not share an answer.
    token = sha256(f"{key or fingerprint}|{by.network if not by.is_staff else ''}".encode()).hexdigest()
    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    body: dict[str, str | None] = answer.body
    return body


def _text(posting: Posting, service: Category) -> str:
    """The words of the resident, then the answers to the questions, then where pictures lie."""
    lines = [posting.description or service.name_zh]
    lines += [f"{answer.label} {answer.words}" for answer in posting.answers]
    lines += [_("Picture at: %(address)s") % {"address": address} for address in posting.media]
    return "\n".join(lines)


def _detail(posting: Posting) -> str:
    """Where exactly, so that staff read it: the address in words, and the coordinates."""
    return place_detail(posting.address, posting.point)


def place_detail(words: str, point: Point | None) -> str:
    """Return an address in words with the coordinates behind it, as long as staff pages show."""
    if point is None:
        return words[:120]
    mark = f"({point.latitude:f}, {point.longitude:f})"
    return f"{words[: 119 - len(mark)]} {mark}".strip()


def _keep_origin(case: Case, posting: Posting) -> None:
    point = posting.point
    if not (point or posting.media or posting.account or posting.answers):
        return
    Origin.objects.create(
        case=case,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        media=list(posting.media),
        account=posting.account,
        attributes=[[answer.code, answer.label, list(answer.values)] for answer in posting.answers],
    )


def _receipt(case: Case, posting: Posting) -> dict[str, str | None]:
    words = _("%(unit)s has it. Receipt code %(code)s; see how it stands: %(link)s")
    notice = words % {
        "unit": case.unit.name,
        "code": tracking.code_of(case),
        "link": tracking.public_address(case),
    }
    return {
        "service_request_id": case.number,
        "service_notice": notice,
        "account_id": posting.account or None,
    }
