"""The one screen, from hello to what became of the call; a telephone system opens it by its address.

    /desk/call?from=13900002207&call=1764-88

The number leaves the address at once: the screen itself stands at one with a token. `from` and `call` may
both be missing: then it is a call that no telephone system tells of.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Urgency
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.queries import categories, picking, places
from gongzhi.cases.resident_words import place_name
from gongzhi.cases.speaking import Speaker
from gongzhi.cases.views.staff import offered
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import KeyReused
from gongzhi.core.errors import DomainError, Invalid, Unavailable
from gongzhi.hotline import addresses, rules, words
from gongzhi.hotline.actions import closing, looking
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.forms import LOOK, CallForm, PopForm
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.queries import access
from gongzhi.hotline.queries import answers as knowledge
from gongzhi.hotline.queries.caller import Caller
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class _Ringing:
    """The call on the screen and who calls."""

    ref: str
    heard: Heard
    caller: Caller
    is_lost: bool = False
    """The address stood for a number, and no longer does."""


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest) -> HttpResponseBase:
    """Take the number out of the address, signed in or not; then the screen."""
    if request.method != "POST" and "from" in request.GET:
        return _without_number(request)
    return _screen(request)


def _without_number(request: HttpRequest) -> HttpResponse:
    """Lead to the same call with a token in place of the number."""
    popped, at = PopForm(request.GET).popped(), clock.now()
    mark = addresses.mark_of(request.COOKIES.get(addresses.COOKIE))
    kept = {
        "who": addresses.seal(popped.number, mark=mark, at=at) if popped.number else "",
        "call": popped.ref,
    }
    query = urlencode({name: value for name, value in kept.items() if value})
    here = reverse("hotline:screen")
    response = redirect(f"{here}?{query}" if query else here)
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.set_cookie(
        addresses.COOKIE,
        mark,
        max_age=int(_good_for(at).total_seconds()),
        path=here,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _good_for(at: datetime) -> timedelta:
    return timedelta(minutes=in_force(rules.EVENTS, at=at).params.address_minutes)


@staff_page(Permission.HOTLINE_ANSWER)
def _screen(request: StaffRequest) -> HttpResponse:
    """Show who calls beside the form, and take what becomes of the call."""
    at = clock.now()
    popped = PopForm(request.GET).popped()
    ref = popped.ref
    call = access.find_call(viewer=request.actor, ref=ref)
    if call is not None and call.is_written and request.method != "POST":
        return redirect("hotline:call", call.number)
    number = (call.caller if call else "") or popped.number or _number_of(request, popped.token, at=at)
    heard = Heard(ref=ref, call=call, caller=number, opened_at=at)
    looked = request.method != "HEAD"
    caller = looking.recognise(number=number, call=call, by=request.actor, at=at) if looked else Caller()
    ringing = _Ringing(ref, heard, caller, is_lost=bool(popped.token and not number))
    form = _form(request, ringing, at=at)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if form.wish == LOOK:
                return _page(request, form, ringing, at=at)
            try:
                return _ended(request, form, ringing, at=at)
            except Unavailable:
                raise
            except DomainError as refusal:
                if isinstance(refusal, KeyReused):
                    form.renew_token()
                form.refuse(refusal)
                status = refusal.status
    return _page(request, form, ringing, at=at, status=status)


def _number_of(request: StaffRequest, token: str, *, at: datetime) -> str:
    mark = request.COOKIES.get(addresses.COOKIE)
    return addresses.unseal(token, mark=mark, at=at, good_for=_good_for(at)) if token else ""


def _form(request: StaffRequest, ringing: _Ringing, *, at: datetime) -> CallForm:
    here = picking.places_to_register(request.actor, at=at)
    known_lists: dict[str, Any] = {
        "intake": in_force(case_rules.INTAKE, at=at).params,
        "emergency": in_force(rules.EMERGENCY, at=at).params,
        "places": here,
        "subjects": picking.short_subjects(),
    }
    if request.method == "POST":
        return CallForm(request.POST, **known_lists)
    caller = ringing.caller
    codes = {option.code for option in here}
    known = caller.place.code if caller.place and caller.place.code in codes else ""
    start = {
        "place": known or picking.own_place(request.actor, here),
        "name": caller.name,
        "phone": caller.number,
        "opened": at.isoformat(),
    }
    return CallForm(initial=start, **known_lists)


def _page(
    request: StaffRequest, form: CallForm, ringing: _Ringing, *, at: datetime, status: int = 200
) -> HttpResponse:
    call, caller = ringing.heard.call, ringing.caller
    said = str(form["text"].value() or "")
    opened = form.cleaned_data.get("opened") if form.is_bound and form.is_valid() else at
    values = {
        "form": form,
        "proposed": _proposed(form, said, at=at),
        "caller": caller,
        "call": call,
        "is_lost": ringing.is_lost,
        "since": (call.since if call else None) or opened or at,
        "draft": f"call-{ringing.ref}" if ringing.ref else "call",
        "place": place_name(caller.place.name) if caller.place else "",
        "outcomes": [(earlier, words.OUTCOMES.get(earlier.outcome, "")) for earlier in caller.calls],
        "chosen": str(form["matter"].value() or ""),
        "crumbs": [(_("Hotline"), reverse("hotline:list")), (_("Call"), "")],
        **_said(request, said, at=at),
    }
    return render(request, "hotline/screen.html", values, status=status)


def _proposed(form: CallForm, text: str, *, at: datetime) -> offered.Said | None:
    """What is proposed for a call that was sent and is still open."""
    if not form.is_bound:
        return None
    chosen, before = str(form["category"].value() or ""), form.cleaned_data.get("proposed")
    return offered.on_form(text, form.subjects, chosen=chosen, before=before, at=at)


def _said(request: StaffRequest, text: str, *, at: datetime) -> dict[str, Any]:
    """What is shown beside the words of the caller: articles, and whom to pass danger on to."""
    zh = (get_language() or "").startswith("zh")
    services = in_force(rules.EMERGENCY, at=at).params.services
    return {
        "asked": bool(text.strip()),
        "found": knowledge.find(viewer=request.actor, text=text, at=at) if text.strip() else [],
        "danger": [(s.number, s.zh if zh else s.en) for s in services if s.is_meant(text)],
        "article": request.POST.get("article", "")[:40],
    }


@require_POST
@staff_page(Permission.HOTLINE_ANSWER)
def answers(request: StaffRequest) -> HttpResponse:
    """The articles for what is typed, as a part of the screen. Nothing is kept of it."""
    longest = in_force(case_rules.INTAKE, at=clock.now()).params.text_signs
    text = request.POST.get("text", "")[:longest]
    return render(request, "hotline/_answers.html", _said(request, text, at=clock.now()))


def _ended(request: StaffRequest, form: CallForm, ringing: _Ringing, *, at: datetime) -> HttpResponse:
    said = form.cleaned_data
    heard = Heard(
        ref=ringing.heard.ref,
        call=ringing.heard.call,
        caller=ringing.heard.caller or said["phone"],
        opened_at=said["opened"] or at,
    )
    ending = _ending(request, form, at=at)
    number = closing.end_call(heard=heard, ending=ending, token=said["token"], by=request.actor, at=at)
    messages.success(request, _("Written down: %(outcome)s.") % {"outcome": words.OUTCOMES[ending.outcome]})
    return redirect("hotline:call", number)


def _ending(request: StaffRequest, form: CallForm, *, at: datetime) -> Ending:
    said = form.cleaned_data
    outcome = Outcome(form.wish)
    place = places.get_place(said["place"], at=at, field="place") if said["place"] else None
    category = categories.get_category(said["category"]) if said["category"] else None
    language = get_language() or "zh-hans"
    matter = None
    if outcome is Outcome.MATTER and place is not None:
        matter = Matter(
            text=said["text"],
            place=place,
            place_detail=said["place_detail"],
            category=category,
            urgency=Urgency.URGENT if said["urgent"] else Urgency.ORDINARY,
        )
    return Ending(
        outcome=outcome,
        question=said["text"],
        answer=said["answer"] if outcome is Outcome.CONSULT else "",
        spoke=Speaker(said["spoke"] or Speaker.SELF),
        place=place,
        category=category,
        article=said["article"] if outcome is Outcome.CONSULT else "",
        service=said["service"] if outcome is Outcome.EMERGENCY else "",
        matter=matter,
        reporter=Reporter(name=said["name"], phone=said["phone"]),
        case=chosen_case(request, said["number"] or said["matter"]) if outcome is Outcome.ADDED else None,
        language=language,
        shown=said["proposed"],
    )


def chosen_case(request: StaffRequest, number: str) -> Any:
    """Return the matter that was chosen or typed. Raises Invalid for one that is not there to see."""
    if not number:
        raise Invalid(_("Please choose the matter, or write its number."), field="number")
    try:
        return case_access.get_case(viewer=request.actor, number=number)
    except case_access.CaseNotFound as absent:
        raise Invalid(_("There is no matter with this number in your sight."), field="number") from absent
