"""The page of one matter for the holder of its receipt, and looking it up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.cases import rules
from gongzhi.cases.forms.resident import RatingForm, TrackForm
from gongzhi.cases.queries import tracking
from gongzhi.cases.views.pictures import picture_response
from gongzhi.cases.views.resident import looking_up, mine
from gongzhi.cases.views.resident.presses import PRESSES
from gongzhi.cases.views.resident.private import opened, private_page
from gongzhi.core import clock
from gongzhi.rulebook.queries import in_force


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and receipt code, or number and telephone. The number may come in the address, never the
    code."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40]})
    case, status = looking_up.find(request, form)
    if case is not None:
        receipt = (case.number, tracking.code_of(case))
        response = redirect("cases:matter", *receipt)
        mine.remember(request, response, receipt)
        return response
    at = clock.now()
    matters = tracking.own_matters(mine.remembered(request), at=at)
    return render(request, "cases/resident/track.html", {"form": form, "matters": matters}, status=status)


@require_safe
@private_page
def matter(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Where it stands, what was answered, what may be said now, and the story."""
    at = clock.now()
    case = opened(request, number, code)
    done = request.GET.get("done", "")
    press = PRESSES.get(done)
    values = {
        "matter": tracking.tracked(case, at=at),
        "done": done if press and tracking.last_own_move(case) in press.moves else "",
        "is_late": "late" in request.GET,
        "rating": RatingForm(intake=in_force(rules.INTAKE, at=at).params),
        "is_kept": any(row[0] == case.number for row in mine.remembered(request)),
    }
    return render(request, "cases/resident/matter.html", values)


@require_safe
@private_page
def picture(request: HttpRequest, number: str, code: str, position: int) -> HttpResponse:
    """A picture of the matter that its reporter may see, with `?small` a small one; everything else is not
    there."""
    case = opened(request, number, code)
    return picture_response(tracking.picture(case, position, small="small" in request.GET))
