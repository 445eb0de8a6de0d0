"""Pages of notices: my own, and the delivery log for those who keep the system running."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.core import clock
from gongzhi.core.errors import DomainError
from gongzhi.core.forms import Form
from gongzhi.notices import actions, queries
from gongzhi.notices.forms import MessengerForm, WaysForm
from gongzhi.notices.kinds import CHANNEL_NAMES, Channel, audience_of
from gongzhi.notices.lifecycle import DeliveryState
from gongzhi.notices.robots import SERVICE_NAMES, Robot, Service, read_robot
from gongzhi.notices.rules import ALWAYS
from gongzhi.notices.words import STATE_NAMES, STATE_TONES
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import Permission
from gongzhi.orgs.requests import StaffRequest
from gongzhi.rulebook.queries import in_force


@require_safe
@staff_page()
def mine(request: StaffRequest) -> HttpResponse:
    unread_only = request.GET.get("show") == "unread"
    unread = queries.count_unread(request.actor)
    filters = [
        {"label": _("Not read yet"), "href": "?show=unread", "count": unread, "current": unread_only},
        {"label": _("All"), "href": "?", "count": None, "current": not unread_only},
    ]
    page = queries.page_of_notices(viewer=request.actor, page=_page(request), unread_only=unread_only)
    context = {"page": page, "filters": filters, "unread": unread, "at": clock.now()}
    return render(request, "notices/mine.html", context)


@require_POST
@staff_page()
def open_notice(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark the notice as read and go where it leads."""
    notice = queries.get_notice(viewer=request.actor, pk=pk)
    actions.mark_read(notice=notice, by=request.actor, at=clock.now())
    return HttpResponseRedirect(notice.link or reverse("notices:mine"))


@require_POST
@staff_page()
def mark_read(request: StaffRequest, pk: int) -> HttpResponse:
    notice = queries.get_notice(viewer=request.actor, pk=pk)
    actions.mark_read(notice=notice, by=request.actor, at=clock.now())
    return HttpResponseRedirect(reverse("notices:mine"))


@require_POST
@staff_page()
def mark_all_read(request: StaffRequest) -> HttpResponse:
    actions.mark_all_read(by=request.actor, at=clock.now())
    return HttpResponseRedirect(reverse("notices:mine"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def ways(request: StaffRequest) -> HttpResponse:
    """How I am told beside the application; what is told in any case."""
    actor, at = request.actor, clock.now()
    who = queries.holder_of(actor.user_id, "")
    offered = queries.ways_of_accounts()
    form = WaysForm(
        request.POST if request.method == "POST" else None, offered=offered, stopped=queries.turned_off(who)
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_ways(who=who, offered=frozenset(offered), wanted=form.wanted, by=actor, at=at)
        messages.success(request, _("Kept. You are told like this from now on."))
        return redirect("notices:ways")
    return _ways_page(request, form, MessengerForm())


@require_POST
@staff_page()
def messenger(request: StaffRequest) -> HttpResponse:
    """Name the robot that tells me, or remove it."""
    actor, at = request.actor, clock.now()
    form, status = MessengerForm(request.POST), 422
    if "remove" in request.POST:
        actions.name_messenger(robot=None, by=actor, at=at)
        messages.success(request, _("The robot is removed."))
        return redirect("notices:ways")
    if form.is_valid():
        try:
            actions.name_messenger(robot=read_robot(**form.cleaned_data), by=actor, at=at)
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("The robot is kept. Title and link of new notices go to it."))
            return redirect("notices:ways")
    ways = WaysForm(offered=queries.ways_of_accounts(), stopped=frozenset())
    return _ways_page(request, ways, form, status=status)


def _ways_page(request: StaffRequest, form: Form, robot: Form, *, status: int = 200) -> HttpResponse:
    target = queries.target_of(viewer=request.actor)
    context = {
        "form": form,
        "robot": robot,
        "target": target and Robot(Service(target.service), target.key),
        "service": target and SERVICE_NAMES[Service(target.service)],
        "has_mail": bool(request.user.email),
        "chat_served": Channel.CHAT in queries.ways_of_accounts(),
        "always": [audience_of(code) for code in in_force(ALWAYS, at=clock.now()).params.kinds],
    }
    return render(request, "notices/ways.html", context, status=status)


@require_safe
@staff_page(Permission.AUDIT_VIEW)
def deliveries(request: StaffRequest) -> HttpResponse:
    counts = queries.count_unsent(viewer=request.actor)
    asked = request.GET.get("state", "")
    state = asked if asked in set(DeliveryState) else ""
    filters: list[dict[str, Any]] = [{"label": _("All"), "href": "?", "count": None, "current": not state}]
    filters += [
        {"label": STATE_NAMES[s], "href": f"?state={s}", "count": counts.get(s), "current": state == s}
        for s in DeliveryState
    ]
    page = queries.page_of_deliveries(viewer=request.actor, page=_page(request), state=state)
    rows = [_in_words(delivery) for delivery in page.rows]
    context = {"rows": rows, "page": page, "filters": filters, "at": clock.now()}
    return render(request, "notices/deliveries.html", context)


def _in_words(delivery: Any) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    channel = CHANNEL_NAMES[Channel(delivery.channel)]
    return {
        "delivery": delivery,
        "subject": delivery.notice.subject_ref.rpartition(":")[2],
        "audience": audience_of(delivery.notice.kind),
        "state": STATE_NAMES[state],
        "tone": STATE_TONES[state],
        "channel": channel,
    }


def _page(request: HttpRequest) -> int:
    said = request.GET.get("page", "1")
    # Numbers of absurd length are not worth parsing; the nearest page is shown anyway.
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 1
