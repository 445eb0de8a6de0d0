"""Pages of the rulebook: public ones for everybody, and for staff the way to change a rule."""

from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.core import clock
from gongzhi.core.errors import DomainError, NotAllowed
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import PageRequest, StaffRequest
from gongzhi.rulebook import actions, presentation, previews, queries
from gongzhi.rulebook.forms import DayForm, DecisionForm, ParamsForm, WithdrawForm
from gongzhi.rulebook.kinds import Confidence, Level
from gongzhi.rulebook.queries import RuleShown, VersionShown
from gongzhi.rulebook.words import (
    CONFIDENCE_NAMES,
    CONFIDENCE_SENTENCES,
    LEVEL_NAMES,
    LEVEL_SENTENCES,
    STANDING_NAMES,
    STANDING_TONES,
    TYPE_NAMES,
)


def _moment(request: HttpRequest) -> tuple[datetime, DayForm]:
    """Return the moment asked for: the end of the day in `?at=`, else now. A day that is none counts as
    now."""
    form = DayForm(request.GET if "at" in request.GET else None)
    now = clock.now()
    day = form.cleaned_data["at"] if form.is_bound and form.is_valid() else None
    if day is None or day == timezone.localdate(now):
        return now, form
    return timezone.make_aware(datetime.combine(day, time.max)), form


def _list_context(request: PageRequest | StaffRequest) -> dict[str, Any]:
    at, form = _moment(request)
    rules = queries.list_rules(viewer=request.actor, at=at)
    groups = [
        {"level": level, "name": LEVEL_NAMES[level], "sentence": LEVEL_SENTENCES[level],
         "rules": [rule for rule in rules if rule.kind.level is level]}
        for level in (Level.CONSTITUTIONAL, Level.COLLECTIVE, Level.OPERATIONAL)
    ]  # fmt: skip
    return {
        "groups": groups,
        "at": at,
        "day_form": form,
        "asked_day": form.is_bound and form.is_valid(),
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {
        "types": TYPE_NAMES,
        "confidences": CONFIDENCE_NAMES,
        "confidence_words": [(CONFIDENCE_NAMES[each], CONFIDENCE_SENTENCES[each]) for each in Confidence],
        "standings": STANDING_NAMES,
        "tones": STANDING_TONES,
    }


@require_safe
def public_list(request: PageRequest) -> HttpResponse:
    return render(request, "rulebook/public_list.html", _list_context(request))


@require_safe
def public_rule(request: PageRequest, code: str) -> HttpResponse:
    at, _form = _moment(request)
    rule = queries.get_rule(viewer=request.actor, code=code, at=at)
    return render(
        request,
        "rulebook/public_rule.html",
        {"rule": rule, "at": at, "level": LEVEL_NAMES[rule.kind.level], **_words()},
    )


@require_safe
def list_json(request: PageRequest) -> JsonResponse:
    at, _form = _moment(request)
    rules = queries.list_rules(viewer=request.actor, at=at)
    return _json({"at": at.isoformat(), "rules": [_rule_json(rule) for rule in rules]})


@require_safe
def rule_json(request: PageRequest, code: str) -> JsonResponse:
    at, _form = _moment(request)
    rule = queries.get_rule(viewer=request.actor, code=code, at=at)
    return _json(
        {"at": at.isoformat(), **_rule_json(rule), "versions": [_version_json(v) for v in rule.versions]}
    )


def _json(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _rule_json(rule: RuleShown) -> dict[str, Any]:
    kind = rule.kind
    return {
        "code": kind.code, "level": kind.level, "type": kind.type, "title": str(kind.title),
        "sentence": str(kind.sentence), "in_force": _version_json(rule.holding) if rule.holding else None,
    }  # fmt: skip


def _version_json(version: VersionShown) -> dict[str, Any]:
    until = version.valid_until
    return {
        "version": version.number,
        "standing": version.standing,
        "params": version.stored,
        "source": version.source,
        "confidence": version.confidence,
        "note": version.note,
        "decided_by": version.decided_by,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else None,
    }


@require_safe
@staff_page(Permission.RULE_VIEW)
def staff_list(request: StaffRequest) -> HttpResponse:
    return render(request, "rulebook/list.html", _list_context(request))


@require_safe
@staff_page(Permission.RULE_VIEW)
def staff_rule(request: StaffRequest, code: str) -> HttpResponse:
    return _staff_rule(request, code, WithdrawForm())


def _staff_rule(
    request: StaffRequest, code: str, form: WithdrawForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    at = clock.now()
    rule = queries.get_rule(viewer=request.actor, code=code, at=at)
    context = {
        "rule": rule, "at": at, "level": LEVEL_NAMES[rule.kind.level], "withdraw_form": form,
        "may_change": queries.can_change_rules(request.actor), **_words(),
    }  # fmt: skip
    return render(request, "rulebook/rule.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.RULE_CHANGE)
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Show the form; show what would change; adopt it when the person has seen that and presses again."""
    if not queries.can_change_rules(request.actor):
        raise NotAllowed
    at = clock.now()
    rule = queries.get_rule(viewer=request.actor, code=code, at=at)
    data = request.POST if request.method == "POST" else None
    last = rule.last
    params_form = ParamsForm(rule.kind, last.stored if last else {}, data)
    decision_form = DecisionForm(rule.kind, data, earliest=_next_midnight(at))
    context = {
        "rule": rule,
        "form": params_form,
        "decision": decision_form,
        "level": LEVEL_NAMES[rule.kind.level],
        **_words(),
    }
    if data is None:
        return render(request, "rulebook/change.html", context)
    if params_form.is_valid() & decision_form.is_valid():
        if data.get("step") == "edit":
            return render(request, "rulebook/change.html", context)
        try:
            if data.get("step") == "adopt":
                return _adopt(request, rule, params_form, decision_form, at=at)
            new = actions.check_params(rule.kind, params_form.values())
            shown = _preview(request, rule, new, data, at=at)
            return render(request, "rulebook/preview.html", {**context, **shown})
        except DomainError as error:
            _show_refusal(error, params_form, decision_form)
    return render(request, "rulebook/change.html", context, status=422)


def _next_midnight(at: datetime) -> datetime:
    """A change usually begins with a day; the day after tomorrow leaves one whole day to read it."""
    return timezone.make_aware(datetime.combine(timezone.localdate(at) + timedelta(days=2), time.min))


def _adopt(
    request: StaffRequest,
    rule: RuleShown,
    params_form: ParamsForm,
    decision_form: DecisionForm,
    *,
    at: datetime,
) -> HttpResponse:
    decision = decision_form.cleaned_data
    actions.adopt_version(
        code=rule.kind.code, params=params_form.values(), source=decision["source"], note=decision["note"],
        valid_from=decision["valid_from"], confidence=Confidence(decision["confidence"]),
        decided_by=decision["decided_by"], by=request.actor, at=at,
    )  # fmt: skip
    return HttpResponseRedirect(reverse("rulebook:rule", args=[rule.kind.code]))


def _preview(request: StaffRequest, rule: RuleShown, new: Any, data: Any, *, at: datetime) -> dict[str, Any]:
    old = rule.last.params if rule.last else None
    typed = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "step")
    ]
    return {
        "changes": presentation.compare(old, new) if old is not None else [],
        "lines": presentation.describe(new), "typed": typed,
        "meanings": previews.meanings(rule.kind, old=old, new=new, viewer=request.actor, at=at)
        if old is not None and old != new else [],
    }  # fmt: skip


def _show_refusal(error: DomainError, params_form: ParamsForm, decision_form: DecisionForm) -> None:
    if isinstance(error, actions.ParamsInvalid):
        params_form.show_errors(error.errors)
        return
    words = " ".join(str(part) for part in (error.message, error.hint) if part)
    decision_form.add_error(error.field if error.field in decision_form.fields else None, words)


@require_POST
@staff_page(Permission.RULE_CHANGE)
def withdraw(request: StaffRequest, code: str, number: int) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _staff_rule(request, code, form, status=422)
    try:
        actions.withdraw_version(
            code=code, number=number, note=form.cleaned_data["note"], by=request.actor, at=clock.now()
        )
    except actions.AlreadyHolds as error:
        form.add_error(None, _("%(message)s %(hint)s") % {"message": error.message, "hint": error.hint})
        return _staff_rule(request, code, form, status=error.status)
    return HttpResponseRedirect(reverse("rulebook:rule", args=[code]))
