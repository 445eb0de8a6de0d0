"""The yardstick: insert one row, durably, and answer its key."""

import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from bench.bare.models import Row


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    row = Row.objects.create(text=json.loads(request.body)["text"])
    return JsonResponse({"id": row.pk}, status=201)


def well(request: HttpRequest) -> JsonResponse:
    """Answer without touching anything."""
    return JsonResponse({})
