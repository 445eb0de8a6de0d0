"""Values as JSON and as XML of the shape of GeoReport v2. Pure.

The two are one structure: JSON leaves out the root, and XML puts every entry of a list into an element with
the name of one (`services` holds `service`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from django.conf import settings

JSON, XML = "json", "xml"
TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}

_ONE_OF = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "media_urls": "media_url",
}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""

Value = Mapping[str, Any] | Sequence[Any]


def write(ext: str, root: str, value: Value) -> bytes:
    """Return the body in the format of the extension."""
    if ext == JSON:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
    _element(parts, root, value)
    return "".join(parts).encode()


def _element(parts: list[str], name: str, value: Any) -> None:
    if value is None or value == "":
        parts.append(f"<{name}/>")
        return
    parts.append(f"<{name}>")
    match value:
        case bool():
            parts.append("true" if value else "false")
        case str():
            parts.append(escape(xml_text(value)))
        case int() | float():
            parts.append(str(value))
        case Mapping():
            for key, inner in value.items():
                _element(parts, key, inner)
        case _:
            for inner in value:
                _element(parts, _ONE_OF[name], inner)
    parts.append(f"</{name}>")


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)


_ZONE = ZoneInfo(settings.TIME_ZONE)


def moment(at: datetime | None) -> str | None:
    """Return a moment in the form of the W3C note, to the second, with the offset of the county."""
    return at.astimezone(_ZONE).isoformat(timespec="seconds") if at else None
