"""The mail door and the text-message door: signed webhooks for whatever gateway the county has.

A mail that a machine wrote is answered 200 with `ignored`: any other status would make the gateway send it
again or send it back, and the loop would go on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from gongzhi.channels import rules
from gongzhi.channels.actions import inbound as actions
from gongzhi.channels.actions.receiving import Reception
from gongzhi.channels.inbound import mail, sms
from gongzhi.core import clock, webhooks
from gongzhi.core.errors import DomainError
from gongzhi.core.faults import Unreadable
from gongzhi.core.middleware import WrongMethod
from gongzhi.rulebook.queries import in_force

_SMS_BYTES = 20_000
Take = Callable[[HttpRequest, bytes, str, datetime], Reception]


def _served(request: HttpRequest, door: str, secret: str, most: int, take: Take) -> HttpResponse:
    """Check method, size and signature, take the message, and say what became of it."""
    if not secret:
        raise Http404
    at = clock.now()
    try:
        if request.method != "POST":
            raise WrongMethod
        body = webhooks.body_of(request, most=most)
        proof = _checked(request, secret, body, at=at)
        with translation.override(settings.LANGUAGE_CODE):
            received = take(request, body, proof, at)
    except DomainError as refusal:
        return webhooks.as_json(door, refusal)
    if received.outcome == "ignored" and not received.is_repeat:
        webhooks.log.warning("ignored", extra={"door": door, "reason": received.reason, "status": 200})
    said = {
        "outcome": received.outcome,
        "reason": received.reason,
        "number": received.number,
        "reply": received.reply,
        "repeated": received.is_repeat,
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _checked(request: HttpRequest, secret: str, body: bytes, *, at: datetime) -> str:
    """Return what proves the message: moment, nonce and signature. Raises Forged."""
    window = timedelta(minutes=in_force(rules.INBOUND, at=at).params.window_minutes)
    return webhooks.proof_of(request, secret, body, at=at, window=window)


@csrf_exempt
def mail_in(request: HttpRequest) -> HttpResponse:
    """A mail: raw MIME as `message/rfc822`, or the JSON of a gateway."""
    most = in_force(rules.INBOUND, at=clock.now()).params.message_bytes
    return _served(request, "mail", settings.MAIL_IN_SECRET, most, _take_mail)


def _take_mail(request: HttpRequest, body: bytes, proof: str, at: datetime) -> Reception:
    own = settings.DEFAULT_FROM_EMAIL
    if request.content_type == "application/json":
        found = mail.read_json(webhooks.json_of(body), own=own)
    elif request.content_type == "message/rfc822":
        parts = in_force(rules.INBOUND, at=at).params.parts
        found = mail.read_raw(body, most_parts=parts, own=own)
    else:
        raise Unreadable
    return actions.take_mail(mail=found, body=sha256(body).hexdigest(), proof=proof, at=at)


@csrf_exempt
def sms_in(request: HttpRequest) -> HttpResponse:
    """A text message as JSON."""
    return _served(request, "sms", settings.SMS_IN_SECRET, _SMS_BYTES, _take_text)


def _take_text(request: HttpRequest, body: bytes, proof: str, at: datetime) -> Reception:
    text = sms.read(webhooks.json_of(body))
    return actions.take_text(text=text, content=f"{text.sender} {text.words}", proof=proof, at=at)
