"""Raise a matter: first where, then what; and the receipt that comes back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from gongzhi.cases import rules
from gongzhi.cases.actions import raising
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.forms.resident import RaiseForm
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.queries import choosing, posters, tracking
from gongzhi.cases.resident_words import place_name
from gongzhi.cases.speaking import Speaker
from gongzhi.cases.views.resident import mine
from gongzhi.cases.views.resident.likely import Offered, offered
from gongzhi.cases.views.resident.private import opened, private_page, reporter
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import KeyReused
from gongzhi.core.actions.rates import TooOften
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.rulebook.queries import in_force


@require_http_methods(["GET", "HEAD", "POST"])
def raise_matter(request: HttpRequest) -> HttpResponse:
    """Without a place: choose one. With `?place=CODE`: the form. What is wrong comes back with what was
    typed."""
    if request.method == "POST":
        return _send(request)
    at = clock.now()
    asked = request.GET.get("place", "")
    place = choosing.find_place(asked, at=at)
    if place is None:
        return _where(request, unknown=bool(asked))
    return _form_page(request, _form(request, initial={"place": place.code}), place_name(place.name))


@require_http_methods(["GET", "HEAD"])
def from_poster(request: HttpRequest, place: str, packed: str = "", signature: str = "") -> HttpResponse:
    """The form as the code on a poster opens it; words that we did not sign are left out."""
    found = choosing.find_place(place, at=clock.now())
    if found is None:
        return redirect("cases:raise")
    hanging = posters.scanned(place, packed, signature, viewer=reporter(request))
    if not hanging.holds:
        return _where(request, taken_back=True)
    initial = {
        "place": found.code,
        "place_detail": hanging.spot,
        "poster": "/".join(part for part in (place, packed, signature) if part),
    }
    return _form_page(request, _form(request, initial=initial), place_name(found.name))


def _where(request: HttpRequest, *, unknown: bool = False, taken_back: bool = False) -> HttpResponse:
    at = clock.now()
    text = request.GET.get("q", "").strip()
    values = {
        "towns": choosing.search(text, at=at) if text else choosing.list_towns(at=at),
        "county": choosing.county_place(at=at),
        "q": text,
        "unknown": unknown,
        "taken_back": taken_back,
    }
    return render(request, "cases/resident/where.html", values)


def _form(request: HttpRequest, **kwargs: Any) -> RaiseForm:
    at = clock.now()
    county = choosing.county_place(at=at)
    return RaiseForm(
        intake=in_force(rules.INTAKE, at=at).params,
        attachments=in_force(rules.ATTACHMENTS, at=at).params,
        county=choosing.Place(county.code, county.name) if county else None,
        towns=choosing.list_towns(at=at),
        **kwargs,
    )


def _form_page(
    request: HttpRequest,
    form: RaiseForm,
    chosen: str,
    *,
    likely: Sequence[Offered] = (),
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    values = {
        "likely": likely,
        "form": form,
        "chosen": chosen,
        "first_word": tracking.first_word(at=at),
        "pictures": in_force(rules.ATTACHMENTS, at=at).params.per_message,
    }
    return render(request, "cases/resident/raise.html", values, status=status)


def _send(request: HttpRequest) -> HttpResponse:
    form = _form(request, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _form_page(request, form, "", status=422)
    if likely := _unasked(request, form):
        return _form_page(request, form, "", likely=likely)
    try:
        raised = _raise(request, form)
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        form.refuse(refusal)
        return _form_page(request, form, "", status=refusal.status)
    response = redirect("cases:receipt", raised.number, raised.code)
    if form.cleaned_data["remember"]:
        mine.remember(request, response, (raised.number, raised.code))
    return response


def _unasked(request: HttpRequest, form: RaiseForm) -> Sequence[Offered]:
    """Return what looks the same and was not shown yet, as without a script; nobody is asked twice.

    Not with photos: a browser does not give them back, and they would have to be chosen anew.
    """
    said = form.cleaned_data
    if said["asked"] or said["same"] or said["pictures"]:
        return ()
    try:
        found = offered(request, said["text"], said["place"], at=clock.now())
    except TooOften:
        return ()
    # What this phone raised itself is shown beside the rest; alone it holds nothing up.
    return found if any(not each.is_own for each in found) else ()


def _raise(request: HttpRequest, form: RaiseForm) -> raising.Raised:
    at, said = clock.now(), form.cleaned_data
    place = choosing.get_place(said["place"], at=at)
    return raising.raise_matter(
        matter=Matter(
            text=said["text"],
            place=place,
            place_detail=said["place_detail"],
            spoke=said["spoke"] or Speaker.SELF,
        ),
        reporter=Reporter(name=said["name"], phone=said["phone"], mail=said["mail"]),
        pictures=[upload.read() for upload in said["pictures"]],
        token=said["token"],
        same=said["same"],
        channel=_channel(request, said["poster"]),
        language=get_language() or "zh-hans",
        by=reporter(request),
        at=at,
    )


def _channel(request: HttpRequest, poster: str) -> Channel:
    """By a poster if the link that opened the page is one of ours that holds; else by the page itself."""
    place, packed, signature = (*poster.split("/"), "", "")[:3]
    if not place:
        return Channel.WEB
    hanging = posters.scanned(place, packed, signature, viewer=reporter(request))
    return Channel.POSTER if hanging.holds and hanging.is_ours else Channel.WEB


@require_http_methods(["GET", "HEAD"])
@private_page
def receipt(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What the resident takes home: number, code, link and QR code, to save or to print."""
    at = clock.now()
    case = opened(request, number, code)
    values = {
        "matter": tracking.tracked(case, at=at),
        "address": tracking.public_address(case),
        "is_kept": any(row[0] == case.number for row in mine.remembered(request)),
    }
    return render(request, "cases/resident/receipt.html", values)
