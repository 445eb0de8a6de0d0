"""Doors that belong to no subject: the desk of a member of staff, and for machines health and metrics."""

from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.cases.queries import desk as cases_desk
from gongzhi.core import clock, metrics
from gongzhi.core import queries as core
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest
from gongzhi.site import looking
from gongzhi.workbench.queries import pulse, saved
from gongzhi.workbench.views.pulse import answer_unless_same

_WORKER_SILENT_AFTER = timedelta(minutes=2)
"""Several of the worker's signs of life; operational, not a rule of governance."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503; say whether a worker is alive, which alone is no
    503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = core.worker_seen_at()
    except Error:
        return JsonResponse({"database": "unreachable", "worker": "unknown"}, status=503)
    alive = seen is not None and clock.now() - seen < _WORKER_SILENT_AFTER
    return JsonResponse({"database": "ok", "worker": "ok" if alive else "silent"})


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Answer the metrics in the exposition format."""
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


_LOOK_KEPT_SECONDS = 90 * 86_400
_KEY_DIGITS = 18


@require_safe
@staff_page()
def desk(request: StaffRequest) -> HttpResponse:
    """What waits for the person, what is late, what changed."""
    at, user_id = clock.now(), request.user.pk
    looked = looking.look(request.COOKIES.get(looking.COOKIE), user_id=user_id, at=at)
    # Before what it stands for: what happens in between is told once more, not missed.
    seen = pulse.newest_step()
    context = {
        "desk": cases_desk.desk_of(viewer=request.actor, at=at, since=looked.since),
        "views": saved.shown(saved.views_of(request.actor), request.actor, at=at),
        "at": at,
        "can": _doors(request),
        "own_place": request.actor.posts[0].unit_name,
        "seen": seen,
    }
    response = render(request, "site/desk.html", context)
    response.set_cookie(
        looking.COOKIE,
        looking.written(looked, user_id=user_id),
        max_age=_LOOK_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
@staff_page()
def pulse_desk(request: StaffRequest) -> HttpResponse:
    """Whether anything in sight changed since the step `seen` of the address, and what is unread."""
    asked = request.GET.get("seen", "")
    seen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _KEY_DIGITS else 0
    now = pulse.look(request.actor, seen)
    said = {"seen": now.seen, "changed": now.is_changed, "unread": now.unread}
    return answer_unless_same(request, said, mark=f"{now.seen}:{now.is_changed}:{now.unread}")


def _doors(request: StaffRequest) -> dict[str, bool]:
    """Which short cuts the person's posts open."""
    wanted = {
        "register": Permission.CASE_REGISTER,
        "settle": Permission.CASE_SETTLE,
        "view": Permission.CASE_VIEW,
        "words": Permission.CASE_WORDS,
        "handle": Permission.CASE_HANDLE,
        "figures": Permission.FIGURES_VIEW,
        "rules": Permission.RULE_VIEW,
        "change_rules": Permission.RULE_CHANGE,
        "units": Permission.UNIT_VIEW,
        "accounts": Permission.ACCOUNT_CHANGE,
        "audit": Permission.AUDIT_VIEW,
    }
    return {name: bool(posts_granting(request.actor, need)) for name, need in wanted.items()}
