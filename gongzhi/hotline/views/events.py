"""The webhook of the telephone system: signed events of calls, taken once each."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from gongzhi.core import clock, webhooks
from gongzhi.core.errors import DomainError
from gongzhi.core.faults import Unreadable
from gongzhi.core.middleware import WrongMethod
from gongzhi.hotline import rules, telephone
from gongzhi.hotline.actions import events as actions
from gongzhi.hotline.actions.events import Taken
from gongzhi.rulebook.queries import in_force

_DOOR = "hotline"


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    """Check method, size and signature, take the event, and say what became of it."""
    if not settings.HOTLINE_SECRET:
        raise Http404
    at = clock.now()
    try:
        if request.method != "POST":
            raise WrongMethod
        with translation.override(settings.LANGUAGE_CODE):
            taken = _taken(request, at=at)
    except DomainError as refusal:
        return webhooks.as_json(_DOOR, refusal)
    if taken.outcome == "ignored":
        webhooks.log.warning("ignored", extra={"door": _DOOR, "reason": taken.reason, "status": 200})
    said = {
        "outcome": taken.outcome,
        "reason": taken.reason,
        "number": taken.number,
        "repeated": taken.is_repeat,
    }
    return JsonResponse(said)


def _taken(request: HttpRequest, *, at: datetime) -> Taken:
    limits = in_force(rules.EVENTS, at=at).params
    body = webhooks.body_of(request, most=limits.event_bytes)
    window = timedelta(minutes=limits.window_minutes)
    proof = webhooks.proof_of(request, settings.HOTLINE_SECRET, body, at=at, window=window)
    if request.content_type != "application/json":
        raise Unreadable
    told = telephone.read(webhooks.json_of(body))
    return actions.take_event(told=told, content=body.decode("utf-8", "replace"), proof=proof, at=at)
