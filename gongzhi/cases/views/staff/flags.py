"""What looks suspicious by itself: the list, one flag with its matters, the ruling of a person."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import flag_words, rules
from gongzhi.cases.actions import flagging
from gongzhi.cases.figure_words import say_month
from gongzhi.cases.forms.flags import FlagListForm, RulingForm
from gongzhi.cases.queries import flags, lines, lists
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_safe
@staff_page(Permission.FLAG_RULE)
def flag_list(request: StaffRequest) -> HttpResponse:
    """Flags of the units below, those that wait for a ruling first in mind: they are a filter."""
    at, chosen = clock.now(), FlagListForm(request.GET).chosen()
    page = paging.page_for_people(flags.list_flags(viewer=request.actor, **chosen), request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(flag) for flag in page],
        "at": at,
        "states": _links(chosen, "state", {flags.WAITING: flag_words.WAITING, **flag_words.RULINGS}),
        "kinds": _links(chosen, "kind", {code: kind.title for code, kind in flag_words.KINDS.items()}),
        "is_narrowed": any(chosen.values()),
        "rule_href": reverse("rulebook:rule", args=["cases.flags"]),
    }
    return render(request, "cases/staff/flags.html", context)


def _row(flag: Any) -> dict[str, Any]:
    return {
        "flag": flag,
        "title": flag_words.KINDS[flag.kind].title,
        "why": flag_words.why(flag.kind, flag.rows, flag.facts),
        "month": say_month(flag.month),
        "state": flag_words.WAITING if flag.waits else flag_words.RULINGS[flag.ruling],
        "tone": "soon" if flag.waits else flag_words.TONES[flag.ruling],
    }


def _links(chosen: dict[str, str], name: str, labels: Any) -> list[dict[str, Any]]:
    def link(value: str, label: Any) -> dict[str, Any]:
        query = {key: held for key, held in {**chosen, name: value}.items() if held}
        href = reverse("cases:flags") + (f"?{urlencode(query)}" if query else "")
        return {"label": str(label), "href": href, "count": None, "current": chosen[name] == value}

    return [link("", _("All")), *(link(code, label) for code, label in labels.items())]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.FLAG_RULE)
def flag_page(request: StaffRequest, key: int) -> HttpResponse:
    """One flag: why, when it is harmless, the matters behind it, every ruling, and the form of the next."""
    at, actor = clock.now(), request.actor
    flag = flags.get_flag(viewer=actor, key=key)
    form, status = _form(request, at), 200
    if request.method == "POST":
        status = _rule(request, flag, form, at)
        if status == 200:
            messages.success(request, _("Your ruling was written down."))
            return redirect("cases:flag", key=key)
    matters = flags.matters_of(viewer=actor, flag=flag)
    page = paging.page_for_people(matters, request.GET.get("page"))
    soon = lists.soon_until(at)
    context = {
        **_row(flag),
        "harmless": flag_words.KINDS[flag.kind].harmless,
        "page": page,
        "lines": lines.lines_of(page, viewer=actor, at=at, soon_until=soon),
        "at": at,
        "rulings": [
            {
                "made": made,
                "label": flag_words.RULINGS[made.ruling],
                "rows": _("%(rows)s matters then") % {"rows": made.rows},
            }
            for made in flags.rulings_of(flag)
        ],
        "form": None if flags.is_own(actor, flag) else form,
        "crumbs": [
            (_("What looks suspicious"), reverse("cases:flags")),
            (str(flag_words.KINDS[flag.kind].title), ""),
        ],
        "rule_href": reverse("rulebook:rule", args=["cases.flags"]),
    }
    return render(request, "cases/staff/flag.html", context, status=status)


def _form(request: HttpRequest, at: Any) -> RulingForm:
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    return (
        RulingForm(request.POST, longest=longest) if request.method == "POST" else RulingForm(longest=longest)
    )


def _rule(request: StaffRequest, flag: Any, form: RulingForm, at: Any) -> int:
    """Write the ruling of the form once however often it is pressed; return the status of the answer."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data

    def run() -> Answer:
        flagging.rule_on(flag=flag, ruling=said["ruling"], words=said["words"], by=request.actor, at=at)
        return Answer(201, "")

    try:
        content = fingerprint_of("flag", flag.pk, said["ruling"], said["words"])
        once(key=said["token"], by=request.actor, at=at, fingerprint=content, run=run)
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        form.refuse(refusal)
        return refusal.status
    return 200
