"""Reading the arguments of GeoReport v2 into plain values. An empty argument is one that was not sent. Pure.

Everything wrong is collected, so that a client hears all of it at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from gongzhi.channels.open311.answers import Refused
from gongzhi.channels.rules import Attribute, AttributesParams, Open311Params
from gongzhi.core.phones import normal_phone

OPEN, CLOSED = "open", "closed"
_STATUSES = frozenset({OPEN, CLOSED})
POLE, DATE_LINE = 90, 180
"""Degrees; what lies beyond is nowhere on earth."""
_MOST_IDS = 1000
_PAGE = re.compile(r"[0-9]{1,6}")
_DATE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?)?)?"
)
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\d*\])?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?")
_FOREIGN_PHONE = re.compile(r"\+?[\d\s().-]{5,24}")
_URL = URLValidator(schemes=["http", "https"])
_URL_SIGNS = 500
_NAME_SIGNS = 60
_ACCOUNT_SIGNS = 120
_ADDRESS_SIGNS = 120
_COORDINATE_PLACES = Decimal("0.000001")

Said = Mapping[str, Sequence[str]]
"""Arguments as they came: each name with its values, in the order they were sent."""


def values_of(said: Said, name: str) -> list[str]:
    """Return the values of an argument that may be sent several times or with commas between."""
    parts = (part.strip() for value in said.get(name, ()) for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def one(said: Said, name: str) -> str:
    """Return the only value of an argument, or "". Raises Refused when two different ones were sent."""
    given = {value.strip() for value in said.get(name, ()) if value.strip()}
    if len(given) > 1:
        raise Refused(_("%(name)s was sent twice with different values.") % {"name": name})
    return given.pop() if given else ""


def w3_moment(text: str) -> datetime:
    """Return the moment of a text in the form of the W3C note. Raises ValueError.

    A time needs its zone. A plain day begins in the county's zone. A plus that came as a blank, as it does
    from clients that do not quote it, is read as a plus.
    """
    match = _DATE.fullmatch(re.sub(r"(?<=\d) (?=\d{2}:?\d{2}$)", "+", text.strip()))
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, zone = match.groups()
    at = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=UTC,
    )
    if zone is None:
        return at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    if zone == "Z":
        return at
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    if offset >= timedelta(hours=24):
        raise ValueError(text)
    return at - offset if zone[0] == "+" else at + offset


@dataclass(frozen=True, slots=True)
class Search:
    """Which matters are asked for."""

    numbers: tuple[str, ...]
    """When any are named, everything else is passed over."""
    services: tuple[str, ...]
    statuses: frozenset[str]
    start: datetime
    end: datetime
    page: int
    page_size: int
    extensions: bool


def read_search(said: Said, limits: Open311Params, *, at: datetime) -> Search:
    """Return what a list of requests is asked for. Raises Refused with every reason."""
    wrong: list[str] = []
    start, end = _period(said, limits, wrong, at=at)
    statuses = frozenset(value.lower() for value in values_of(said, "status"))
    if statuses - _STATUSES:
        wrong.append(_("status is open or closed."))
    numbers = tuple(values_of(said, "service_request_id"))
    if len(numbers) > _MOST_IDS:
        wrong.append(_("No more than %(most)d service_request_id at once.") % {"most": _MOST_IDS})
    page = _whole(said, "page", 1, wrong)
    size = _whole(said, "page_size", limits.rows, wrong)
    if wrong:
        raise Refused(*wrong)
    return Search(
        numbers=numbers,
        services=tuple(values_of(said, "service_code")),
        statuses=statuses or _STATUSES,
        start=start,
        end=end,
        page=page,
        page_size=min(size, limits.rows),
        extensions=one(said, "extensions").lower() in ("true", "1", "v1"),
    )


def _whole(said: Said, name: str, otherwise: int, wrong: list[str]) -> int:
    text = _single(said, name, wrong)
    if not text:
        return otherwise
    if not _PAGE.fullmatch(text) or int(text) < 1:
        wrong.append(_("%(name)s is a whole number from 1.") % {"name": name})
        return otherwise
    return int(text)


def _single(said: Said, name: str, wrong: list[str]) -> str:
    try:
        return one(said, name)
    except Refused as refused:
        wrong.extend(str(reason) for reason in refused.reasons)
        return ""


def _period(
    said: Said, limits: Open311Params, wrong: list[str], *, at: datetime
) -> tuple[datetime, datetime]:
    span = timedelta(days=limits.span_days)
    start, end = _moment(said, "start_date", wrong), _moment(said, "end_date", wrong)
    try:
        if start is None:
            start = (end or at) - span
        if end is None:
            end = start + span
    except OverflowError:
        wrong.append(_("start_date and end_date: no such moment."))
        return at - span, at
    if start > end:
        wrong.append(_("start_date is after end_date."))
    elif end - start > span:
        words = _("start_date and end_date are more than %(days)d days apart.")
        wrong.append(words % {"days": limits.span_days})
    return start, end


def _moment(said: Said, name: str, wrong: list[str]) -> datetime | None:
    text = _single(said, name, wrong)
    if not text:
        return None
    try:
        return w3_moment(text)
    except (ValueError, OverflowError):
        words = _("%(name)s is no moment with its zone, such as 2026-03-01T00:00:00+08:00.")
        wrong.append(words % {"name": name})
        return None


@dataclass(frozen=True, slots=True)
class Point:
    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one question of a service, as stored: keys of a list, or the text itself."""

    code: str
    label: str
    values: tuple[str, ...]
    words: str
    """As people read it."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A request to be made."""

    description: str
    point: Point | None
    address: str
    address_id: str
    mail: str
    phone: str
    name: str
    account: str
    media: tuple[str, ...]
    answers: tuple[Answered, ...]


def read_posting(
    said: Said,
    *,
    category: str,
    limits: Open311Params,
    questions: AttributesParams,
    language: str,
) -> Posting:
    """Return what is to be made. Raises Refused with every reason."""
    wrong: list[str] = []
    point = _point(said, wrong)
    address = _text(said, "address_string", _ADDRESS_SIGNS, wrong)
    address_id = _single(said, "address_id", wrong)
    location_named = any(one_of in said for one_of in ("lat", "long"))
    if point is None and not address and not address_id and not (wrong and location_named):
        wrong.append(_("Say where: lat and long, or address_string, or address_id."))
    description = _text(said, "description", limits.description_signs, wrong, lines=True)
    posting = Posting(
        description=description,
        point=point,
        address=address,
        address_id=address_id,
        mail=_mail(said, wrong),
        phone=_phone(said, wrong),
        name=_name(said, wrong),
        account=_text(said, "account_id", _ACCOUNT_SIGNS, wrong),
        media=_media(said, wrong),
        answers=tuple(_answers(said, questions.of(category), questions.answer_signs, wrong, language)),
    )
    if wrong:
        raise Refused(*wrong)
    return posting


def _text(said: Said, name: str, longest: int, wrong: list[str], *, lines: bool = False) -> str:
    text = _single(said, name, wrong).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split())
    if len(text) > longest:
        wrong.append(_("%(name)s is longer than %(most)d signs.") % {"name": name, "most": longest})
    return text


def _point(said: Said, wrong: list[str]) -> Point | None:
    latitude = _coordinate(said, "lat", POLE, wrong)
    longitude = _coordinate(said, "long", DATE_LINE, wrong)
    if _given(said, "lat") != _given(said, "long"):
        wrong.append(_("lat and long belong together: send both."))
    return Point(latitude, longitude) if latitude is not None and longitude is not None else None


def _given(said: Said, name: str) -> bool:
    return any(value.strip() for value in said.get(name, ()))


def _coordinate(said: Said, name: str, most: int, wrong: list[str]) -> Decimal | None:
    text = _single(said, name, wrong)
    if not text:
        return None
    try:
        value = Decimal(text)
        if not value.is_finite() or abs(value) > most:
            raise ValueError
        return value.quantize(_COORDINATE_PLACES)
    except (InvalidOperation, ValueError):
        words = _("%(name)s is a number between -%(most)d and %(most)d.")
        wrong.append(words % {"name": name, "most": most})
        return None


def _mail(said: Said, wrong: list[str]) -> str:
    mail = _single(said, "email", wrong)
    try:
        if mail:
            validate_email(mail)
    except ValidationError:
        wrong.append(_("email is no mail address."))
    return mail


def _phone(said: Said, wrong: list[str]) -> str:
    """A number of this country tidied; one of another as its digits."""
    text = _single(said, "phone", wrong)
    if not text:
        return ""
    try:
        return normal_phone(text)
    except ValidationError:
        if _FOREIGN_PHONE.fullmatch(text) and text.isascii():
            return re.sub(r"\D", "", text)
    wrong.append(_("phone is no telephone number."))
    return ""


def _name(said: Said, wrong: list[str]) -> str:
    """The names in the order of their writing: family name first where it is written in Chinese."""
    first = _text(said, "first_name", _NAME_SIGNS, wrong)
    last = _text(said, "last_name", _NAME_SIGNS, wrong)
    name = f"{last}{first}" if not (first + last).isascii() else f"{first} {last}".strip()
    return name[:_NAME_SIGNS]


def _media(said: Said, wrong: list[str]) -> tuple[str, ...]:
    found = [v.strip() for name in ("media_url", "media_url[]") for v in said.get(name, ()) if v.strip()]
    for address in found:
        try:
            _URL(address)
        except ValidationError:
            wrong.append(_("media_url is no address of the web."))
            continue
        if len(address) > _URL_SIGNS:
            wrong.append(
                _("%(name)s is longer than %(most)d signs.") % {"name": "media_url", "most": _URL_SIGNS}
            )
    return tuple(dict.fromkeys(found))


def _answers(
    said: Said, questions: Iterable[Attribute], longest: int, wrong: list[str], language: str
) -> Iterable[Answered]:
    given: dict[str, list[str]] = {}
    for name, values in said.items():
        if match := _ATTRIBUTE.fullmatch(name):
            given.setdefault(match.group(1), []).extend(value.strip() for value in values if value.strip())
    asked = {row.code: row for row in questions}
    unasked = _("attribute[%(code)s] is not asked for this service.")
    wrong.extend(unasked % {"code": code} for code in sorted(given.keys() - asked.keys()))
    for code, question in asked.items():
        values = list(dict.fromkeys(given.get(code, ())))
        if not values:
            if question.required:
                wrong.append(_("attribute[%(code)s] must be answered.") % {"code": code})
            continue
        if problem := _misfit(question, values, longest):
            wrong.append(f"attribute[{code}]: {problem}")
            continue
        chinese = language.startswith("zh")
        names = {key: zh if chinese else en for key, zh, en in question.choices}
        words = "、".join(names.get(value, value) for value in values)
        yield Answered(code, question.zh if chinese else question.en, tuple(values), words)


def _misfit(question: Attribute, values: Sequence[str], longest: int) -> str:
    """Return why the values do not fit the question; "" when they do."""
    keys = {key for key, _zh, _en in question.choices}
    if question.datatype != "multivaluelist" and len(values) > 1:
        return _("only one answer.")
    if any(len(value) > longest for value in values):
        return _("longer than %(most)d signs.") % {"most": longest}
    match question.datatype:
        case "singlevaluelist" | "multivaluelist":
            return "" if keys.issuperset(values) else _("not one of the answers to choose from.")
        case "number":
            return "" if _NUMBER.fullmatch(values[0]) else _("a number is asked for.")
        case "datetime":
            try:
                w3_moment(values[0])
            except (ValueError, OverflowError):
                return _("a moment with its zone is asked for.")
        case "string" if "\n" in values[0] or "\r" in values[0]:
            return _("one line is asked for.")
    return ""


def canonical(said: Said) -> list[tuple[str, tuple[str, ...]]]:
    """Return the arguments so that the same request sent twice gives the same value; the key is left out."""
    return sorted((name, tuple(values)) for name, values in said.items() if name != "api_key" and any(values))


def plain(query: Any) -> dict[str, list[str]]:
    """Return the arguments of a Django request as plain lists."""
    return {str(name): [str(value) for value in values] for name, values in query.lists()}
