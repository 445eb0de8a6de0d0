"""Pages of the audit log: the log for those who may read it, the roots and proofs for everyone."""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongzhi.audit import queries, signing
from gongzhi.audit.forms import LogFilterForm, RootPageForm
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound


class AuditRequest(HttpRequest):
    """A request after the middleware that says who asks."""

    actor: Actor


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The log, newest first, for holders of `audit.view`."""
    form = LogFilterForm(request.GET or {})
    shown = _asked_for(form) if form.is_valid() else None
    page = queries.list_events(viewer=cast(AuditRequest, request).actor, shown=shown)
    values = {"form": form, "page": page if form.is_valid() else None, "older": _older(request, page)}
    return render(request, "audit/log.html", values, status=200 if form.is_valid() else 422)


@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The published roots with plain words, for everyone."""
    page = queries.published_roots(_page_number(request))
    return render(request, "audit/roots.html", {"page": page, "public_key": signing.public_key()})


@require_safe
def roots_json(request: HttpRequest) -> HttpResponse:
    """The published roots for machines, newest first."""
    page = queries.published_roots(_page_number(request))
    body = {
        "format": "gongzhi-audit-roots-1",
        "public_key": signing.public_key(),
        "page": page.number,
        "has_next": page.has_next,
        "roots": [root.as_json() for root in page.rows],
    }
    return _for_everyone(JsonResponse(body))


@require_safe
def proof_json(request: HttpRequest, row: int) -> HttpResponse:
    """The inclusion proof of one row: hashes and numbers only."""
    return _for_everyone(JsonResponse(queries.published_proof(row).as_json()))


def _asked_for(form: LogFilterForm) -> queries.EventFilter:
    values = form.cleaned_data
    return queries.EventFilter(
        subject=values["subject"],
        actor_key=values["actor"],
        code=values["code"],
        day=values["day"],
        before=values["before"],
    )


def _older(request: HttpRequest, page: queries.EventPage) -> str:
    """The address of the next page, keeping the filters; empty on the last one."""
    if page.older_before is None:
        return ""
    query = request.GET.copy()
    query["before"] = str(page.older_before)
    return f"?{query.urlencode()}"


def _page_number(request: HttpRequest) -> int:
    form = RootPageForm(request.GET)
    if not form.is_valid():
        raise NotFound
    return cast(int, form.cleaned_data["page"] or 1)


def _for_everyone(response: JsonResponse) -> JsonResponse:
    """Let pages of other sites read it too: a checker need not trust this site's own pages."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
