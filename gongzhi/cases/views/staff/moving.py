"""A move of a case: asked on a page (GET), made with one press (POST), safe against a second one.

Who does not see the case gets 404, who may not make the move 403; a move that the case has outrun is answered
409 with what happened, what is possible now and every word that was typed.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.cases import panels, rules, words
from gongzhi.cases.actions import moves, statements, story
from gongzhi.cases.forms.staff.moves import Lists, MoveForm
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.queries import access, case_moves, case_page
from gongzhi.cases.queries.shown import rule_ref
from gongzhi.cases.views.staff import asking
from gongzhi.cases.views.staff.offers import Offer
from gongzhi.cases.views.staff.presses import PRESSES, Press
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, KeyReused, StillRunning, fingerprint_of, once
from gongzhi.core.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def move(request: StaffRequest, number: str, name: str) -> HttpResponse:
    """Ask for a move, or make it."""
    at = clock.now()
    case = access.get_case(viewer=request.actor, number=number)
    press = PRESSES.get(Move(name)) if name in list(Move) else None
    if press is None:
        raise NotFound
    wanted = Move(name)
    form = _form(request, case, wanted, press, at=at)
    if request.method == "POST":
        return _make(request, case, wanted, press, form, at=at)
    try:
        moves.check(case, wanted, by=request.actor)
    except Conflict as outrun:
        return _outrun(request, case, wanted, form, outrun, at=at)
    return _page(request, case, wanted, press, form, at=at)


def _form(request: StaffRequest, case: Any, wanted: Move, press: Press, *, at: datetime) -> MoveForm:
    asked = {"by": request.actor} if press.asks_viewer else {}
    offer = press.offer(case, at=at, **asked) if press.offer else Offer()
    lists = Lists(
        intake=in_force(rules.INTAKE, at=at).params,
        reasons=in_force(rules.REASONS, at=at).params,
        attachments=in_force(rules.ATTACHMENTS, at=at).params,
        options=offer.options,
        proposed=offer.proposed,
        waiting=offer.waiting,
        **asking.evidence_of(case, wanted, at=at),
        guesses=offer.guesses,
    )
    if request.method == "POST":
        return press.form(request.POST, request.FILES, lists=lists)
    return press.form(lists=lists, initial=_initial(case, wanted))


def _initial(case: Any, wanted: Move) -> dict[str, str]:
    """Return what a form begins with: the public text without the reporter, the tier there is."""
    if wanted is Move.PUBLISH:
        return asking.public_draft(case)
    return {"tier": case.tier} if wanted is Move.ACCEPT and case.tier else {}


class _NotFilled(Invalid):
    """The form has to be looked at again; what is wrong stands in it."""


def _make(
    request: StaffRequest, case: Any, wanted: Move, press: Press, form: MoveForm, *, at: datetime
) -> HttpResponse:
    try:
        is_repeat = _press_once(request, case, wanted, press, form, at=at)
    except Unavailable:
        raise
    except _NotFilled:
        return _page(request, case, wanted, press, form, at=at, status=422)
    except DomainError as refusal:
        if not access.may(request.actor, case, wanted):
            raise
        return _refused(request, case, wanted, press, form, refusal, at=at)
    if not is_repeat:
        messages.success(request, _("Done: %(move)s.") % {"move": words.BUTTONS[wanted]})
    return redirect(press.after, case.number)


def _press_once(
    request: StaffRequest, case: Any, wanted: Move, press: Press, form: MoveForm, *, at: datetime
) -> bool:
    """Make the move unless this very form has made it already; say whether it had.

    Right and form are looked at only for a first press: the move itself may have taken the case out of the
    presser's hands, and what could be chosen before need not be on offer after.
    """
    filled = form.is_valid()
    uploads = [upload.read() for upload in request.FILES.getlist("pictures")]
    # Decoded before the transaction: it takes seconds, and SQLite has one writer.
    cleaned = _cleaned(wanted, form, uploads, at=at) if filled else []
    signed = form.cleaned_data.get("content")
    sent = [*uploads, signed] if signed else uploads

    def run() -> Answer:
        if not access.may(request.actor, case, wanted):
            raise moves.NotYourMove
        if not filled:
            raise _NotFilled
        press.act(case, {**form.cleaned_data, "cleaned": cleaned}, by=request.actor, at=at)
        return Answer(200, case.number)

    if "token" in form.errors:
        run()
    said = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    fingerprint = fingerprint_of(case.number, wanted, said, [sha256(u).hexdigest() for u in sent])
    key = form.cleaned_data["token"]
    _answer, is_repeat = once(key=key, by=request.actor, at=at, fingerprint=fingerprint, run=run)
    return is_repeat


def _cleaned(wanted: Move, form: MoveForm, uploads: list[bytes], *, at: datetime) -> list[Any]:
    """Documents only where they are asked for: minutes and the work itself are shown by photos."""
    if wanted is Move.SIGN_STATEMENT:
        signed = form.cleaned_data
        return [statements.clean_signature(signed["content"], way=signed["way"], at=at)]
    return [*(story.clean_files if wanted is Move.ATTACH else story.clean_pictures)(uploads, at=at)]


def _refused(
    request: StaffRequest,
    case: Any,
    wanted: Move,
    press: Press,
    form: MoveForm,
    refusal: DomainError,
    *,
    at: datetime,
) -> HttpResponse:
    if isinstance(refusal, KeyReused):
        form.renew_token()
    elif isinstance(refusal, Conflict) and not isinstance(refusal, StillRunning):
        return _outrun(request, case, wanted, form, refusal, at=at)
    form.refuse(refusal)
    return _page(request, case, wanted, press, form, at=at, status=refusal.status)


def _page(
    request: StaffRequest,
    case: Any,
    wanted: Move,
    press: Press,
    form: MoveForm,
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    rule = rule_ref(in_force(press.rule, at=at).label) if press.rule else None
    values: dict[str, Any] = {
        "case": case,
        "move": wanted,
        "title": words.BUTTONS[wanted],
        "consequence": words.CONSEQUENCES.get(wanted, ""),
        "form": form,
        "rule": rule,
        "panels": panels.shown(request.actor, case, at=at, kind=panels.Kind.NEWS),
        "crumbs": asking.crumbs(case, words.BUTTONS[wanted]),
        **asking.beside(case, wanted, at=at),
    }
    return render(request, press.template, values, status=status)


def _outrun(
    request: StaffRequest, case: Any, wanted: Move, form: MoveForm, refusal: DomainError, *, at: datetime
) -> HttpResponse:
    """The case has moved on: what happened since, what is possible now, and every word that was typed."""
    case = access.get_case(viewer=request.actor, number=case.number)
    values: Mapping[str, Any] = {
        "case": case,
        "title": words.BUTTONS[wanted],
        "error": refusal,
        "last": case_page.last_steps(viewer=request.actor, case=case, at=at),
        "state": words.STATES[case.status],
        "buttons": case_moves.buttons(viewer=request.actor, case=case, at=at),
        "typed": form.typed_words if form.is_bound else [],
        "crumbs": asking.crumbs(case, words.BUTTONS[wanted]),
    }
    return render(request, "cases/staff/outrun.html", values, status=refusal.status)
