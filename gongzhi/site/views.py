"""Doors for machines that look after the system: is it well, and its figures for Prometheus."""

from datetime import timedelta

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.core import clock, metrics
from gongzhi.core import queries as core

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
