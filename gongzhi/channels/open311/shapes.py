"""Services, requests and updates as the dictionaries that GeoReport v2 lays down, in its order of fields."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from gongzhi.channels.open311.formats import moment
from gongzhi.channels.rules import Attribute, Open311Params

if TYPE_CHECKING:
    from gongzhi.channels.queries.open311 import Note, Request, Service

_DESCRIPTION_SIGNS = 4000
"""The specification's own limit of a description."""


def service(row: "Service", *, asks: bool) -> dict[str, Any]:
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.description,
        "metadata": asks,
        "type": "realtime",
        "keywords": row.keywords,
        "group": row.group,
    }


def definition(code: str, questions: Sequence[Attribute], *, language: str) -> dict[str, Any]:
    chinese = language.startswith("zh")
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": row.code,
                "datatype": row.datatype,
                "required": row.required,
                "datatype_description": _hint(row.datatype),
                "order": order,
                "description": row.zh if chinese else row.en,
                "values": [{"key": key, "name": zh if chinese else en} for key, zh, en in row.choices],
            }
            for order, row in enumerate(questions, 1)
        ],
    }


def _hint(datatype: str) -> str | None:
    hints = {
        "number": _("A number."),
        "datetime": _("A moment with its zone, such as 2026-03-01T08:00:00+08:00."),
        "multivaluelist": _("Several answers are possible."),
    }
    return hints.get(datatype)


def request(
    row: "Request",
    limits: Open311Params,
    *,
    notice: str | None,
    point: tuple[float, float] | None,
    extensions: bool,
) -> dict[str, Any]:
    """Return one request; with the de-facto extensions when they are asked for."""
    media = list(row.origin.media) if row.origin and row.is_whole else []
    shape: dict[str, Any] = {
        "service_request_id": row.number,
        "status": row.status,
        "status_notes": row.answer or None,
        "service_name": row.service_name,
        "service_code": row.service_code,
        "description": cut(row.description) or None,
        "agency_responsible": row.row["unit__name"],
        "service_notice": notice,
        "requested_datetime": moment(row.row["registered_at"]),
        "updated_datetime": moment(row.updated_at),
        "expected_datetime": moment(row.expected_at),
        "address": row.address,
        "address_id": row.row["place__code"],
        "zipcode": limits.zipcode or None,
        "lat": point[0] if point else None,
        "long": point[1] if point else None,
        "media_url": media[0] if media else None,
    }
    return shape | _extended(row, media) if extensions else shape


def _extended(row: "Request", media: Sequence[str]) -> dict[str, Any]:
    answers = row.origin.attributes if row.origin and row.is_whole else []
    return {
        "media_urls": list(media),
        "attributes": [
            {"code": code, "label": label, "value": "、".join(values)} for code, label, values in answers
        ],
        "extended_attributes": {
            "title": row.title,
            "state": row.row["status"],
            "level": row.row["level"],
            "kind": row.row["kind"] or None,
            "urgency": row.row["urgency"],
            "outcome": row.row["outcome"] or None,
            "solved": row.row["solved"],
            "published": not row.is_own,
        },
        "notes": [note(each) for each in row.notes],
    }


def note(row: "Note") -> dict[str, Any]:
    return {"datetime": moment(row.at), "description": row.words, "type": row.move}


def update(row: "Note", status: str) -> dict[str, Any]:
    return {
        "update_id": str(row.key),
        "service_request_id": row.number,
        "status": status,
        "updated_datetime": moment(row.at),
        "description": row.words,
        "media_url": None,
    }


def cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION_SIGNS else text[: _DESCRIPTION_SIGNS - 1] + "…"


def discovery(
    *, endpoint: str, changed_at: datetime | None, contact: str, keys: str, formats: Mapping[str, str]
) -> dict[str, Any]:
    """Return the discovery document: where the endpoint is and whom to ask."""
    changed = moment(changed_at)
    return {
        "changeset": changed,
        "contact": contact,
        "key_service": keys,
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": endpoint,
                "changeset": changed,
                "type": "production",
                "formats": [value.split(";")[0] for value in formats.values()],
            }
        ],
    }
