"""Lists taken out as files: asking for one, watching it grow, fetching it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.cases import export_files, export_words
from gongzhi.cases.actions import taking_out
from gongzhi.cases.forms.exports import ExportForm, ExportSourceForm
from gongzhi.cases.forms.figures import BehindForm, MonthForm
from gongzhi.cases.forms.lists import EVERY_STATE, ListForm
from gongzhi.cases.queries import access, exports, figures
from gongzhi.cases.queries.lists import Filters, Queue
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer, KeyReused, fingerprint_of, once
from gongzhi.core.errors import DomainError, Unavailable
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest

_PERCENT = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CASE_VIEW)
def ask(request: StaffRequest) -> HttpResponse:
    """Ask for the list of the address as a file."""
    at, actor = clock.now(), request.actor
    source, query, back = _asked(request, at)
    exports.rows_of(viewer=actor, source=source, query=query, at=at)
    words = access.reads_words(actor)
    form, status = ExportForm(words=words), 200
    if request.method == "POST":
        form = ExportForm(request.POST, words=words)
        status = _ask(request, form, source, query, at)
        if status == 200:
            messages.success(request, _("The file is being written. It appears here when it is ready."))
            return redirect("cases:exports")
    values = {"form": form, "source": export_words.SOURCES[source], "back": back}
    return render(request, "cases/staff/export_ask.html", values, status=status)


def _asked(request: StaffRequest, at: datetime) -> tuple[str, dict[str, Any], str]:
    """Read which list the address names: the list of matters as its page has it, or one behind a figure."""
    named = ExportSourceForm(request.GET).chosen()
    if named["measure"]:
        month = MonthForm(request.GET).chosen(latest=figures.this_month(at))
        chosen = BehindForm(request.GET).chosen()
        query = exports.pack_figure(unit=named["code"], measure=named["measure"], month=month, **chosen)
        return "figure", query, reverse("cases:dashboard")
    chosen = ListForm(request.GET).chosen()
    return (
        "list",
        exports.pack_list(Queue(chosen.get("queue", Queue.ALL)), _filters(request, chosen)),
        f"{reverse('cases:list')}?{request.GET.urlencode()}",
    )


def _filters(request: StaffRequest, chosen: dict[str, str]) -> Filters:
    unit, state = chosen.get("unit"), chosen.get("state", "")
    narrowed: dict[str, Any] = {
        name: chosen.get(name, "")
        for name in ("due", "kind", "urgency", "channel", "level", "category", "sort")
    }
    return Filters(
        status="" if state == EVERY_STATE else state,
        open_only=state != EVERY_STATE,
        unit=orgs.get_unit(request.actor, unit, permission=Permission.CASE_VIEW) if unit else None,
        words=chosen.get("q", ""),
        **narrowed,
    )


def _ask(request: StaffRequest, form: ExportForm, source: str, query: dict[str, Any], at: datetime) -> int:
    """Ask once however often it is pressed; return the status of the answer."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data

    def run() -> Answer:
        taking_out.ask(
            source=source,
            query=query,
            format=said["format"],
            with_words=said.get("with_words", False),
            language=get_language() or "zh-hans",
            by=request.actor,
            at=at,
        )
        return Answer(201, "")

    try:
        content = fingerprint_of("export", source, query, said["format"])
        once(key=said["token"], by=request.actor, at=at, fingerprint=content, run=run)
    except Unavailable:
        raise
    except DomainError as refusal:
        if isinstance(refusal, KeyReused):
            form.renew_token()
        form.refuse(refusal)
        return refusal.status
    return 200


@require_safe
@staff_page(Permission.CASE_VIEW)
def mine(request: StaffRequest) -> HttpResponse:
    """What the viewer asked for, and how far each is. Asked by the page itself, only its table."""
    rows = [_row(export) for export in exports.list_exports(viewer=request.actor)]
    context = {"rows": rows, "at": clock.now(), "grows": any(row["export"].is_open for row in rows)}
    part = bool(getattr(request, "htmx", False))
    return render(request, "cases/staff/_exports.html" if part else "cases/staff/exports.html", context)


def _row(export: Any) -> dict[str, Any]:
    about = max(export.about or 0, export.rows)
    return {
        "export": export,
        "source": export_words.SOURCES[export.source],
        "format": export_words.FORMATS[export.format],
        "state": export_words.STATES[export.state],
        "tone": export_words.TONES[export.state],
        "problem": export_words.PROBLEMS.get(export.problem, ""),
        "about": about,
        "percent": export.rows * _PERCENT // about if about else 0,
    }


@require_POST
@staff_page(Permission.CASE_VIEW)
def cancel(request: StaffRequest, key: int) -> HttpResponse:
    """Stop one that is being written."""
    export = exports.get_export(viewer=request.actor, key=key)
    taking_out.cancel(export=export, by=request.actor, at=clock.now())
    messages.success(request, _("It was cancelled, and what was written is removed."))
    return redirect("cases:exports")


@require_safe
@staff_page(Permission.CASE_VIEW)
def fetch(request: StaffRequest, key: int) -> HttpResponseBase:
    """The file, for who asked for it and still may."""
    export = exports.get_export(viewer=request.actor, key=key)
    return file_of(export, request.actor)


def file_of(export: Any, viewer: Any) -> HttpResponseBase:
    taking_out.require_file(export=export, by=viewer, at=clock.now())
    name = f"matters-{export.asked_at:%Y-%m-%d}-{export.pk}.{export.format}"
    return FileResponse(
        export_files.result(export.folder).open("rb"),
        as_attachment=True,
        filename=name,
        content_type=export_files.TYPES[export.format],
    )
