"""One move of many matters: choose, look at what would happen, press once, take it back while it is held."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.cases.queries import access, picking
from gongzhi.cases.rules import INTAKE
from gongzhi.cases.views import list_flow
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, DomainError, Invalid, NotAllowed, Unavailable
from gongzhi.core.forms import new_token
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import rules, words
from gongzhi.workbench.actions import batching, foreseeing
from gongzhi.workbench.actions.foreseeing import Foreseen, asked_of
from gongzhi.workbench.forms import FORMS, ChoiceForm, KindForm, PressForm
from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind
from gongzhi.workbench.queries import batches, tools

_LONGEST_LIST = 400
"""Technical: signs of the carried address of a list, as `list_flow` bounds it."""
_BETWEEN = "~"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_VIEW)
def new(request: StaffRequest) -> HttpResponse:
    """What would happen to the chosen matters (GET), and the one press that holds it (POST)."""
    at = clock.now()
    said = request.POST if request.method == "POST" else request.GET
    carried = said.get("list", "")[:_LONGEST_LIST]
    kind = KindForm(said).kind()
    marks = dict(row.partition(_BETWEEN)[::2] for row in said.getlist("m"))
    numbers = list(marks) if request.method == "POST" else said.getlist("n")
    can = tools.kinds_of(request.actor)
    if not can or (kind is not None and kind not in can):
        raise NotAllowed
    try:
        foreseeing.check_number(numbers, at=at)
    except DomainError as refusal:
        if request.method != "POST":
            messages.warning(request, f"{refusal.message} {refusal.hint}")
            return redirect(list_flow.back_of(carried))
        raise
    if kind is None:
        raise Invalid(field="do")
    chosen = batches.chosen_cases(request.actor, numbers)
    form = _form(request.actor, kind, said, [c for c in chosen.values() if c is not None], at=at)
    page = _Page(request, kind, form, numbers, carried, at)
    return page.press(marks) if request.method == "POST" else page.show()


def _form(
    viewer: Actor, kind: Kind, said: Mapping[str, str], cases: Sequence[Any], *, at: datetime
) -> ChoiceForm:
    options: Sequence[picking.Option] = ()
    proposed: Sequence[picking.Option] = ()
    data: dict[str, str] = dict(said.items())
    reads = access.reads_words(viewer)
    match kind:
        case Kind.ACCEPT:
            options = picking.subjects()
            data.setdefault("tier", "small")
        case Kind.DISPATCH:
            desks = {case.desk_id: case.desk for case in cases}
            options = picking.reach_of_desks(desks.values(), at=at)
            proposed = picking.dispatch_reach(cases[0], at=at).proposed if cases else ()
        case Kind.REASSIGN:
            found = batches.colleagues_of([case.unit_id for case in cases], at=at)
            options = [picking.Option(user.username, user.get_full_name()) for user in found]
        case Kind.MERGE:
            named = sorted(cases, key=lambda case: case.pk)
            options = [picking.Option(c.number, c.title if reads else c.number) for c in named]
            data.setdefault("main", options[0].code if options else "")
    form_class = FORMS[kind]
    is_asked = form_class.is_complete_unasked or "shown" in said
    longest = in_force(INTAKE, at=at).params.words_signs
    return form_class(data if is_asked else None, options=options, proposed=proposed, longest=longest)


class _Page:
    """The page of a preview, and what a press on it does."""

    def __init__(
        self,
        request: StaffRequest,
        kind: Kind,
        form: ChoiceForm,
        numbers: Sequence[str],
        carried: str,
        at: datetime,
    ) -> None:
        self.request, self.kind, self.form = request, kind, form
        self.numbers, self.carried, self.at = numbers, carried, at
        self.window: timedelta = in_force(rules.BATCHES, at=at).params.window

    def show(self, *, status: int = 200, refusal: DomainError | None = None) -> HttpResponse:
        foreseen = self._foreseen()
        if refusal is not None:
            self.form.refuse(refusal)
        if self.form.is_bound and foreseen is None and status == 200:
            status = 422
        context = {
            "kind": str(self.kind),
            "title": words.KINDS[self.kind],
            "form": self.form,
            "numbers": self.numbers,
            "list": self.carried,
            "back": list_flow.back_of(self.carried),
            "at": self.at,
            "seconds": int(self.window.total_seconds()),
            "token": new_token(),
            "reads": access.reads_words(self.request.actor),
            "will": [self._row(will) for will in foreseen.will] if foreseen else [],
            "left": foreseen.left if foreseen else [],
            "is_shown": foreseen is not None,
            "chosen": self.form.chosen().items() if foreseen else (),
            "many": self._many(foreseen),
        }
        return render(self.request, "workbench/new.html", context, status=status)

    def _foreseen(self) -> Foreseen | None:
        if not (self.form.is_bound and self.form.is_valid()):
            return None
        try:
            asked = asked_of(self.kind, self.form.chosen(), at=self.at)
            begins = self.at + self.window
            return foreseeing.foresee(viewer=self.request.actor, asked=asked, numbers=self.numbers, at=begins)
        except DomainError as refusal:
            self.form.refuse(refusal)
            return None

    def _row(self, will: foreseeing.Will) -> dict[str, Any]:
        return {
            "will": will,
            "case": will.case,
            "mark": f"{will.case.number}{_BETWEEN}{will.mark}",
            "told": foreseeing.said_of(will.told),
        }

    def _many(self, foreseen: Foreseen | None) -> str:
        count = len(foreseen.will) if foreseen else len(self.numbers)
        return ngettext("%(count)d matter", "%(count)d matters", count) % {"count": count}

    def press(self, marks: Mapping[str, str]) -> HttpResponse:
        """Hold it, once however often it is pressed, and lead to its page."""
        press = PressForm(self.request.POST)
        if not (press.is_valid() and self.form.is_valid()):
            return self.show(status=422)
        made = fingerprint_of("batch", self.kind, sorted(marks.items()), self.form.chosen())

        def run() -> Answer:
            batch = batching.ask(
                asked=asked_of(self.kind, self.form.chosen(), at=self.at),
                marks=marks,
                language=get_language() or "zh-hans",
                by=self.request.actor,
                at=self.at,
            )
            return Answer(201, batch.pk)

        try:
            key = press.cleaned_data["token"]
            answer, _old = once(key=key, by=self.request.actor, at=self.at, fingerprint=made, run=run)
        except Unavailable:
            raise
        except KeyReused:
            return self.show(status=409)
        except (Conflict, DomainError) as refusal:
            return self.show(status=refusal.status, refusal=refusal)
        return redirect("workbench:batch", answer.body)


@require_safe
@staff_page(Permission.CASE_VIEW)
def mine(request: StaffRequest) -> HttpResponse:
    """The presses of the viewer for many matters, the newest first."""
    rows = [
        {"batch": batch, "kind": words.KINDS[Kind(batch.kind)], **_state(batch)}
        for batch in batches.list_batches(viewer=request.actor)
    ]
    return render(request, "workbench/mine.html", {"rows": rows, "at": clock.now()})


def _state(batch: Any) -> dict[str, Any]:
    state = BatchState(batch.state)
    return {"state": words.STATES[state], "tone": words.TONES[state]}


@require_safe
@staff_page(Permission.CASE_VIEW)
def batch(request: StaffRequest, key: int) -> HttpResponse:
    """How one stands: on hold with what is left of the window, or what became of each matter. Asked by the
    page itself, only its part."""
    found, at = batches.get_batch(viewer=request.actor, key=key), clock.now()
    items = batches.items_of(found, viewer=request.actor)
    rows = [
        {
            "case": case,
            "reason": item.reason,
            "state": words.ITEM_STATES[ItemState(item.state)],
            "tone": words.ITEM_TONES[ItemState(item.state)],
        }
        for item, case in items
    ]
    states = [item.state for item, _case in items]
    left = (found.begins_at - at).total_seconds()
    context = {
        "batch": found,
        "title": words.KINDS[Kind(found.kind)],
        **_state(found),
        "rows": rows,
        "at": at,
        "seconds": max(0, int(left) + 1) if left > 0 else 0,
        "is_open": found.state in (BatchState.HELD, BatchState.RUNNING),
        "reads": access.reads_words(request.actor),
        "counts": {name: states.count(name) for name in ("waiting", "done", "refused")},
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "workbench/_batch.html" if part else "workbench/batch.html", context)


@require_POST
@staff_page(Permission.CASE_VIEW)
def undo(request: StaffRequest, key: int) -> HttpResponse:
    """Take one back while it is held."""
    found = batches.get_batch(viewer=request.actor, key=key)
    batching.undo(batch=found, by=request.actor, at=clock.now())
    messages.success(request, _("Taken back. Nothing was changed and nobody was told."))
    return redirect("workbench:batch", key)
