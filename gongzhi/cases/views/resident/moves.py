"""The presses of a resident: each asks once on its own page (GET) and acts with one press (POST).

Links in mails lead to the page; only the press moves anything. A second press finds the same result page.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongzhi.cases import rules
from gongzhi.cases.actions import judging, raising
from gongzhi.cases.actions.moves import MoveNotPossible
from gongzhi.cases.forms.resident import AddForm, RatingForm, WordsForm
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.queries import tracking
from gongzhi.cases.views.resident.presses import PRESSES, Press
from gongzhi.cases.views.resident.private import opened, private_page, reporter
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import KeyReused
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.core.forms import Form
from gongzhi.orgs.requests import PageRequest
from gongzhi.rulebook.queries import in_force


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def press(request: HttpRequest, number: str, code: str, name: str) -> HttpResponse:
    """Show or do one press of the table in `presses`."""
    found = PRESSES.get(name)
    if found is None or name == "add":
        raise Http404
    case = opened(request, number, code)
    form = _form_of(request, name, found)
    if request.method != "POST":
        return _page(request, case, name, found, form)
    if found.is_judgement and _answered_it(request, case):
        raise judging.OwnAnswer
    if not form.is_valid():
        return _page(request, case, name, found, form, status=422)
    try:
        found.act(case, form.cleaned_data, by=reporter(request), at=clock.now())
    except (MoveNotPossible, judging.NothingToRate):
        return _second_press(case, name, found)
    except Unavailable:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(request, case, name, found, form, status=refusal.status)
    return _done(case, name)


def _answered_it(request: HttpRequest, case: Any) -> bool:
    actor = cast(PageRequest, request).actor
    return actor.is_staff and actor.user_id == case.owner_id


def _form_of(request: HttpRequest, name: str, found: Press) -> Form:
    intake = in_force(rules.INTAKE, at=clock.now()).params
    data = request.POST if request.method == "POST" else None
    if name == "rate":
        return RatingForm(data, intake=intake)
    return WordsForm(data, intake=intake, label=str(found.ask or ""), required=found.needs_words)


def _page(
    request: HttpRequest, case: Any, name: str, found: Press, form: Form, *, status: int = 200
) -> HttpResponse:
    """The page that asks; or the page of the matter, when there is nothing to ask any more."""
    matter = tracking.tracked(case, at=clock.now())
    if not any(matter.may(move) for move in found.moves) and status == 200:
        return redirect(reverse("cases:matter", args=[matter.number, matter.code]) + "?late=1")
    values = {"matter": matter, "press": found, "name": name, "form": form}
    return render(request, "cases/resident/press.html", values, status=status)


def _done(case: Any, name: str) -> HttpResponse:
    address = reverse("cases:matter", args=[case.number, tracking.code_of(case)])
    return redirect(f"{address}?done={name}")


def _second_press(case: Any, name: str, found: Press) -> HttpResponse:
    """The matter has moved on. If the resident's own first press did it, show its result; else say so."""
    if tracking.last_own_move(case) in found.moves:
        return _done(case, name)
    return redirect(reverse("cases:matter", args=[case.number, tracking.code_of(case)]) + "?late=1")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def add(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """More words or pictures; what the resident adds reaches whoever has the matter, and ends a pause."""
    at = clock.now()
    case = opened(request, number, code)
    matter = tracking.tracked(case, at=at)
    form = AddForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        intake=in_force(rules.INTAKE, at=at).params,
        attachments=in_force(rules.ATTACHMENTS, at=at).params if matter.may(Move.ATTACH) else None,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _add(request, case, form)
                return _done(case, "add")
            except Unavailable:
                raise
            except DomainError as refusal:
                if isinstance(refusal, KeyReused):
                    form.renew_token()
                form.refuse(refusal)
                status = refusal.status
    values = {"matter": matter, "press": PRESSES["add"], "form": form}
    return render(request, "cases/resident/add.html", values, status=status)


def _add(request: HttpRequest, case: Any, form: AddForm) -> None:
    said = form.cleaned_data
    raising.add_to_matter(
        case=case,
        words=said["words"],
        pictures=[upload.read() for upload in said.get("pictures", [])],
        token=said["token"],
        by=reporter(request),
        at=clock.now(),
    )
