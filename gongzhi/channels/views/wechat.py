"""The callback address of the WeChat official account: GET proves it is ours, POST brings a message.

Signed with the token of the account; with an EncodingAESKey only sealed messages are taken. The answer is the
passive reply, within the five seconds that WeChat waits.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from gongzhi.channels import rules
from gongzhi.channels.actions import wechat as actions
from gongzhi.channels.wechat import messages, sealing
from gongzhi.core import clock, webhooks
from gongzhi.core.actions.rates import TooOften
from gongzhi.core.errors import DomainError
from gongzhi.core.middleware import WrongMethod
from gongzhi.core.signatures import Forged
from gongzhi.rulebook.queries import in_force

_MESSAGE_BYTES = 64_000
"""No callback of WeChat comes near it."""
_MOMENT_SIGNS = 11
_NOTHING = b"success"
"""What WeChat takes for "heard, no answer"."""
_XML = "application/xml; charset=utf-8"


@csrf_exempt
def callback(request: HttpRequest) -> HttpResponse:
    """Serve WeChat, and nobody else: without an account of the settings there is nothing here."""
    if not settings.WECHAT_TOKEN:
        raise Http404
    at = clock.now()
    try:
        _check_address(request, at=at)
        if request.method == "GET":
            return HttpResponse(request.GET.get("echostr", ""), content_type="text/plain; charset=utf-8")
        if request.method != "POST":
            raise WrongMethod
        with translation.override("zh-hans"):
            return _message(request, at=at)
    except DomainError as refusal:
        return webhooks.plain("wechat", refusal)


def _said(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")


def _check_address(request: HttpRequest, *, at: datetime) -> None:
    """Raise Forged unless the address is signed with our token and not older than the rule allows."""
    timestamp, nonce = _said(request, "timestamp"), _said(request, "nonce")
    sealing.check(_said(request, "signature"), settings.WECHAT_TOKEN, timestamp, nonce)
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOMENT_SIGNS):
        raise Forged
    window = timedelta(minutes=in_force(rules.INBOUND, at=at).params.window_minutes)
    if abs(at.timestamp() - int(timestamp)) > window.total_seconds():
        raise Forged


def _message(request: HttpRequest, *, at: datetime) -> HttpResponse:
    body = webhooks.body_of(request, most=_MESSAGE_BYTES)
    fields = messages.read(body)
    seal = _seal()
    content = body
    if seal is not None:
        content = seal.open(
            fields.get("Encrypt", ""),
            given=_said(request, "msg_signature"),
            timestamp=_said(request, "timestamp"),
            nonce=_said(request, "nonce"),
        )
        fields = messages.read(content)
    message = messages.message_of(fields)
    reply = _reply(request, message, content, at=at)
    if not reply:
        return HttpResponse(_NOTHING, content_type="text/plain; charset=utf-8")
    answer = messages.text_reply(message, reply, at=int(at.timestamp()))
    if seal is not None:
        timestamp, nonce = str(int(at.timestamp())), _said(request, "nonce")
        sealed, signature = seal.close(answer, timestamp=timestamp, nonce=nonce)
        answer = messages.sealed_reply(sealed, signature, timestamp=timestamp, nonce=nonce)
    return HttpResponse(answer, content_type=_XML)


def _seal() -> sealing.Seal | None:
    if not settings.WECHAT_AES_KEY:
        return None
    return sealing.Seal(settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY, settings.WECHAT_APP_ID)


def _reply(request: HttpRequest, message: messages.Message, content: bytes, *, at: datetime) -> str:
    """What the follower reads. Too many messages are answered too, or WeChat would send each three times."""
    try:
        received = actions.take(
            message=message,
            content=sha256(content).hexdigest(),
            proof=_said(request, "signature"),
            at=at,
        )
    except TooOften as refusal:
        webhooks.note("wechat", refusal)
        return f"{refusal.message} {refusal.hint}"
    if received.outcome == "refused" and not received.is_repeat:
        webhooks.log.warning("refused", extra={"door": "wechat", "reason": received.reason, "status": 200})
    return received.reply
