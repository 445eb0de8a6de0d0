"""What the signed doors share: reading no more than allowed, checking who sent it, and saying no.

A refusal is a status and a code, logged once, without a word of what was sent.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from gongzhi.core import signatures
from gongzhi.core.errors import DomainError
from gongzhi.core.faults import TooLarge, Unreadable

log = logging.getLogger("gongzhi.doors")


def note(door: str, refusal: DomainError) -> None:
    """Log a refusal, once."""
    log.warning("refused", extra={"door": door, "reason": refusal.code, "status": refusal.status})


def plain(door: str, refusal: DomainError) -> HttpResponse:
    note(door, refusal)
    return HttpResponse(refusal.code, status=refusal.status, content_type="text/plain; charset=utf-8")


def as_json(door: str, refusal: DomainError) -> HttpResponse:
    note(door, refusal)
    body = {"error": {"code": refusal.code, "message": str(refusal.message), "field": refusal.field}}
    response = JsonResponse(body, status=refusal.status)
    if refusal.status in (429, 503, 507):
        response.headers["Retry-After"] = "60"
    return response


def body_of(request: HttpRequest, *, most: int) -> bytes:
    """Return what was sent, reading no more than allowed. Raises TooLarge."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared) > most:
        raise TooLarge
    body = request.read(most + 1)
    if len(body) > most:
        raise TooLarge
    return body


def proof_of(request: HttpRequest, secret: str, body: bytes, *, at: datetime, window: timedelta) -> str:
    """Return what proves the message: its moment and the word used once. Raises Forged."""
    given, moment, nonce = (
        request.headers.get(f"X-Gongzhi-{name}", "") for name in ("Signature", "Timestamp", "Nonce")
    )
    signatures.check(secret, given=given, moment=moment, nonce=nonce, body=body, at=at, window=window)
    return f"{moment}.{nonce}"


def json_of(body: bytes) -> Any:
    """Return what the JSON says. Raises Unreadable."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Unreadable from broken
