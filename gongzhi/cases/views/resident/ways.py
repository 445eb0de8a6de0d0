"""How the holder of a receipt is told of the matter: each way can be turned off and on again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.cases.queries import tracking
from gongzhi.cases.views.resident.private import private_page, reporter
from gongzhi.core import clock
from gongzhi.notices import actions, queries
from gongzhi.notices.forms import WaysForm


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def ways(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Choose for this matter: the receipt proves the matter, not that a telephone is one's own."""
    case = tracking.find_by_receipt(number=number, code=code)
    who = queries.holder_of(None, f"case:{case.number}")
    offered = queries.ways_of_residents(mail=case.reporter_mail, phone=case.reporter_phone)
    form = WaysForm(
        request.POST if request.method == "POST" else None, offered=offered, stopped=queries.turned_off(who)
    )
    if request.method == "POST" and offered and form.is_valid():
        actions.choose_ways(
            who=who, offered=frozenset(offered), wanted=form.wanted, by=reporter(request), at=clock.now()
        )
        messages.success(request, _("Kept. You are told like this from now on."))
        return redirect("cases:ways", number, code)
    values = {"form": form, "offered": offered, "number": case.number, "code": code}
    return render(request, "cases/resident/ways.html", values)
