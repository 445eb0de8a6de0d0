"""Check a receipt: is the history of the matter complete and unaltered? With the proof to take away."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases.forms.resident import TrackForm
from gongzhi.cases.queries import receipts, tracking
from gongzhi.cases.views.resident import looking_up
from gongzhi.cases.views.resident.private import opened, private_page


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def verify(request: HttpRequest) -> HttpResponse:
    """What a receipt proves, and the form that checks one."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40]})
    case, status = looking_up.find(request, form)
    if case is not None:
        return redirect("cases:verified", case.number, tracking.code_of(case))
    return render(request, "cases/resident/verify.html", {"form": form}, status=status)


@require_safe
@private_page
def verified(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The answer for one matter, record by record."""
    case = opened(request, number, code)
    values = {"number": case.number, "code": tracking.code_of(case), "checked": receipts.verify(case)}
    return render(request, "cases/resident/verified.html", values)


@require_safe
@private_page
def proof(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The proofs as a file: hashes and numbers only, nothing of what was said."""
    case = opened(request, number, code)
    response = JsonResponse(
        receipts.proof_document(case), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{case.number}-proof.json"'
    return response
