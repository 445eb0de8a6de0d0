"""Questions and answers for everybody: look, read, say whether it helped."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.core import clock, paging
from gongzhi.core.actor import resident
from gongzhi.knowledge import numbers
from gongzhi.knowledge.actions import uses
from gongzhi.knowledge.lifecycle import Where
from gongzhi.knowledge.queries import access, reading, search
from gongzhi.orgs.network import network_mark

_TYPED_SIGNS = 60
"""Longest search; more than that is no search."""
_WRITTEN_SIGNS = 500
"""As much of what is being written is looked at."""
_MOST_FOUND = 20
"""Rows of a page of results."""


def _language() -> str:
    return get_language() or "zh-hans"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The address holds the whole view: words, or subject and page."""
    at, text = clock.now(), request.GET.get("q", "").strip()[:_TYPED_SIGNS]
    subject = "" if text else request.GET.get("subject", "")[:32]
    subjects = reading.subjects(at=at, language=_language())
    page = (
        None if text else paging.page_for_people(reading.by_subject(subject, at=at), request.GET.get("page"))
    )
    values = {
        "text": text,
        "subjects": _links(subjects, subject),
        "found": search.public(text, at, most=_MOST_FOUND) if text else [],
        "page": page,
        "rows": [(numbers.article_number(row.pk), row) for row in page] if page else [],
        "at": at,
    }
    return render(request, "knowledge/help.html", values)


def _links(subjects: Any, chosen: str) -> list[dict[str, Any]]:
    every = {
        "label": _("All subjects"),
        "href": reverse("knowledge:index"),
        "count": None,
        "current": not chosen,
    }
    return [
        every,
        *(
            {
                "label": row.label,
                "href": f"{reverse('knowledge:index')}?{urlencode({'subject': row.code})}",
                "count": row.count,
                "current": row.code == chosen,
            }
            for row in subjects
        ),
    ]


@require_safe
def article(request: HttpRequest, number: str) -> HttpResponse:
    """One answer, who answers for it and until when it holds."""
    at = clock.now()
    found = access.get_public(number=number, at=at)
    values = {"article": reading.reading(found, at=at, language=_language()), "at": at}
    return render(request, "knowledge/help_article.html", values)


@require_POST
def used(request: HttpRequest, number: str) -> HttpResponse:
    """Count that it answered the question or did not; no account, nothing kept of who."""
    at, where = clock.now(), request.POST.get("where", "page")
    is_solved = request.POST.get("solved") == "yes"
    uses.record_use(
        number,
        Where.RAISE if where == Where.RAISE else Where.PAGE,
        is_solved,
        resident(network=network_mark(request)),
        at,
        visitor=_visitor(request.session),
    )
    if request.headers.get("X-Part") == "yes":
        return render(request, "knowledge/_glad.html", {})
    return redirect(reverse("knowledge:thanks", args=[number]) + ("" if is_solved else "?helped=no"))


@require_safe
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """Where somebody goes on after saying whether it helped."""
    at = clock.now()
    found = access.get_public(number=number, at=at)
    values = {
        "article": reading.reading(found, at=at, language=_language()),
        "helped": request.GET.get("helped") != "no",
    }
    return render(request, "knowledge/thanks.html", values)


@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """Note that something was looked for in vain, because somebody told us."""
    text = request.POST.get("q", "").strip()[:_TYPED_SIGNS]
    by = resident(network=network_mark(request))
    uses.record_miss(text=text, by=by, at=clock.now(), visitor=_visitor(request.session))
    return render(request, "knowledge/missed.html", {"text": text})


@require_POST
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """What may answer the words that are being written; nothing of them is kept."""
    found = search.proposals(request.POST.get("text", "")[:_WRITTEN_SIGNS], clock.now())
    return render(request, "knowledge/_proposals.html", {"found": found})


def _visitor(session: SessionBase) -> str:
    """The key of the session; one begins when somebody presses, and never by only reading."""
    if not session.session_key:
        session.create()
    return session.session_key or ""
