"""Pages of the parties: their own dispute and agreement, by number and code, without an account."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases.actions import raising
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import resident
from gongzhi.core.errors import Conflict, DomainError, NotFound, Unavailable
from gongzhi.mediation import numbers
from gongzhi.mediation.actions.making import MAKES
from gongzhi.mediation.forms import PARTY_FORMS, MoveForm
from gongzhi.mediation.lifecycle import Move
from gongzhi.mediation.papers import agreement_pdf
from gongzhi.mediation.queries import access, choosing, paper, party_page
from gongzhi.mediation.views.disputes import form_lists, pdf_response
from gongzhi.mediation.views.private import private_page
from gongzhi.orgs.network import network_mark

T = TypeVar("T")


def _question(move: Move) -> str:
    return {
        Move.STATEMENT: _("Say something about it"),
        Move.OBJECT: _("I do not want this mediator"),
        Move.END: _("I do not want to go on with mediation"),
        Move.SIGN: _("Sign the agreement"),
    }[move]


def _guarded(request: HttpRequest, number: str, find: Callable[[], T]) -> T:
    """Return what the code of a party opens; wrong codes count as those of receipts do."""
    by = resident(network=network_mark(request))
    return raising.guarded(find, number=numbers.parse_number(number)[1] or number, by=by, at=clock.now())


@require_safe
@private_page
def dispute(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Where it stands, the next date, the agreement and what was promised."""
    page = _guarded(request, number, lambda: party_page.party_page(number=number, code=code, at=clock.now()))
    questions = [(move, _question(move)) for move in page.possible]
    return render(request, "mediation/party.html", {"page": page, "questions": questions})


@require_safe
@private_page
def agreement(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The agreement as PDF, for a party to it."""
    party = _guarded(request, number, lambda: access.get_by_code(number=number, code=code))
    return pdf_response(agreement_pdf(paper.paper_of(party.dispute)), "agreement.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def press(request: HttpRequest, number: str, code: str, name: str) -> HttpResponse:
    """What a party may say or do: a statement, an objection, a signature, the end."""
    at = clock.now()
    party = _guarded(request, number, lambda: access.get_by_code(number=number, code=code))
    wanted = Move(name) if name in list(Move) else None
    if wanted is None or wanted not in PARTY_FORMS:
        raise NotFound
    lists = form_lists(at, mediators=choosing.mediators(party.dispute))
    kind = PARTY_FORMS[wanted]
    form = kind(request.POST, request.FILES, lists=lists) if request.method == "POST" else kind(lists=lists)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                _make(request, party, wanted, form)
                return redirect("mediation:party", number, code)
        except Unavailable:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
    elif wanted not in party_page.possible(party):
        raise Conflict
    values = {
        "form": form,
        "question": _question(wanted),
        "move": wanted,
        "number": party.dispute.number,
        "code": code,
    }
    return render(request, "mediation/party_press.html", values, status=status)


def _make(request: HttpRequest, party: Any, wanted: Move, form: MoveForm) -> None:
    at, by = clock.now(), resident(network=network_mark(request))
    said = choosing.resolved(wanted, form.said())
    if wanted in (Move.STATEMENT, Move.OBJECT, Move.SIGN):
        said["party"] = party.position

    def run() -> Answer:
        MAKES[wanted](dispute=party.dispute, **said, by=by, at=at)
        return Answer(200, party.dispute.number)

    posted = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    content = sha256(said["content"]).hexdigest() if "content" in said else ""
    fingerprint = fingerprint_of(party.dispute.number, party.position, wanted, posted, content)
    once(key=form.cleaned_data["token"], by=by, at=at, fingerprint=fingerprint, run=run)
