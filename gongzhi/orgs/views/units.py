"""Units and posts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.core import clock
from gongzhi.core.errors import Invalid
from gongzhi.orgs import actions, queries
from gongzhi.orgs.forms import AppointForm, EndForm, MoveForm, RenameForm, UnitForm
from gongzhi.orgs.pages import staff_page
from gongzhi.orgs.permissions import ROLES, Permission, can, posts_granting, require, why
from gongzhi.orgs.queries.days import list_days
from gongzhi.orgs.requests import StaffRequest
from gongzhi.orgs.views.filling import fill

_POSTED = frozenset({"town", "village", "grid"})
"""Kinds of units whose place can stand on a poster; the page of the poster asks again."""
Crumbs = list[tuple[str, str]]


@require_safe
@staff_page(Permission.UNIT_VIEW)
def units(request: StaffRequest) -> HttpResponse:
    """The units at which the viewer's scope begins, with what stands below; or what a search finds."""
    day = queries.day_of(clock.now())
    text = request.GET.get("q", "")[:80]
    context: dict[str, Any] = {
        "text": text,
        "limit": queries.SEARCH_LIMIT,
        "can_manage_accounts": bool(posts_granting(request.actor, Permission.ACCOUNT_CHANGE)),
    }
    if text.strip():
        context["found"] = queries.search_units(request.actor, text, on=day)
    else:
        tops = queries.top_units(request.actor)
        context["tops"] = [(top, queries.lines_below(top, on=day)) for top in tops]
    return render(request, "orgs/units.html", context)


@require_safe
@staff_page(Permission.UNIT_VIEW)
def unit(request: StaffRequest, code: str) -> HttpResponse:
    """One unit: what stands below it, who holds which post now and before."""
    day = queries.day_of(clock.now())
    row = queries.get_unit(request.actor, code)
    current, former = queries.posts_at(row, on=day)
    context = {
        "unit": row,
        "crumbs": _crumbs(row),
        "below": queries.lines_below(row, on=day),
        "ended_below": queries.lines_below(row, on=day, ended=True),
        "posts": current,
        "former": former,
        "has_ended": row.valid_until is not None and row.valid_until <= day,
        "can_change": can(request.actor, Permission.UNIT_CHANGE, unit_path=row.path),
        "can_appoint": can(request.actor, Permission.POST_CHANGE, unit_path=row.path),
        "can_post": row.kind in _POSTED and can(request.actor, Permission.CASE_PUBLISH, unit_path=row.path),
        "own_days": list_days(row, since=day),
        "can_set_days": can(request.actor, Permission.CALENDAR_CHANGE, unit_path=row.path),
        "why": why(request.actor, Permission.UNIT_VIEW, row.path),
    }
    return render(request, "orgs/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def create_unit(request: StaffRequest, code: str) -> HttpResponse:
    parent = queries.get_unit(request.actor, code)
    require(request.actor, Permission.UNIT_CHANGE, unit_path=parent.path)
    at = clock.now()
    kinds = [(kind.value, str(kind.label)) for kind in actions.kinds_below(parent.kind)]
    form = UnitForm(request.POST or None, initial={"valid_from": queries.day_of(at)}, kinds=kinds)
    return fill(
        request,
        form,
        lambda entered: actions.create_unit(parent=parent, by=request.actor, at=at, **entered),
        done=_address(parent.code),
        done_words=_("The unit is made."),
        title=_("New unit below %(unit)s") % {"unit": parent.name},
        button=_("Make the unit"),
        **_below(parent),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def rename_unit(request: StaffRequest, code: str) -> HttpResponse:
    row = queries.get_unit(request.actor, code)
    require(request.actor, Permission.UNIT_CHANGE, unit_path=row.path)
    form = RenameForm(request.POST or None, initial={"name": row.name, "phone": row.phone})
    return fill(
        request,
        form,
        lambda entered: actions.rename_unit(unit=row, by=request.actor, at=clock.now(), **entered),
        done=_address(code),
        done_words=_("Name and telephone are kept."),
        title=_("Name and telephone of %(unit)s") % {"unit": row.name},
        button=_("Keep"),
        **_below(row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def move_unit(request: StaffRequest, code: str) -> HttpResponse:
    row = queries.get_unit(request.actor, code)
    require(request.actor, Permission.UNIT_CHANGE, unit_path=row.path)

    def act(entered: dict[str, Any]) -> None:
        parent = queries.find_unit(entered["parent"])
        # A unit out of scope is answered like one that does not exist.
        if parent is None or not can(request.actor, Permission.UNIT_VIEW, unit_path=parent.path):
            raise Invalid(_("There is no unit with this code."), field="parent")
        actions.move_unit(unit=row, parent=parent, by=request.actor, at=clock.now())

    return fill(
        request,
        MoveForm(request.POST or None),
        act,
        done=_address(code),
        done_words=_("The unit is moved, with everything below it."),
        title=_("Move %(unit)s") % {"unit": row.name},
        lead=_(
            "Everything below it moves along. Whoever holds a post above the new place sees it from now on."
        ),
        button=_("Move the unit"),
        **_below(row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def end_unit(request: StaffRequest, code: str) -> HttpResponse:
    row = queries.get_unit(request.actor, code)
    require(request.actor, Permission.UNIT_CHANGE, unit_path=row.path)
    at = clock.now()
    return fill(
        request,
        EndForm(request.POST or None, initial={"on": queries.day_of(at)}),
        lambda entered: actions.end_unit(unit=row, on=entered["on"], by=request.actor, at=at),
        done=_address(code),
        done_words=_("The unit ends, and the posts there with it."),
        title=_("End %(unit)s") % {"unit": row.name},
        lead=_("It stays in the history. The posts held there end on the same day."),
        button=_("End the unit"),
        kind="danger",
        **_below(row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def appoint(request: StaffRequest, code: str) -> HttpResponse:
    row = queries.get_unit(request.actor, code)
    require(request.actor, Permission.POST_CHANGE, unit_path=row.path)
    at = clock.now()

    def act(entered: dict[str, Any]) -> None:
        user = queries.appointable(request.actor, entered["user"])
        if user is None:
            raise Invalid(
                _("There is no open account with this name. A system manager makes accounts."), field="user"
            )
        actions.appoint(unit=row, by=request.actor, at=at, **(entered | {"user": user}))

    form = AppointForm(
        request.POST or None, initial={"valid_from": queries.day_of(at)}, roles=_roles(request, row)
    )
    return fill(
        request,
        form,
        act,
        done=_address(code),
        done_words=_("The person holds the post."),
        title=_("Appoint at %(unit)s") % {"unit": row.name},
        lead=_("You can give the roles whose rights you have here yourself."),
        button=_("Appoint"),
        **_below(row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.UNIT_VIEW)
def end_post(request: StaffRequest, code: str, post_id: int) -> HttpResponse:
    row = queries.get_unit(request.actor, code)
    require(request.actor, Permission.POST_CHANGE, unit_path=row.path)
    post = queries.get_post(request.actor, row, post_id)
    at = clock.now()
    names = {"person": post.user.get_full_name(), "unit": row.name}
    return fill(
        request,
        EndForm(request.POST or None, initial={"on": queries.day_of(at)}),
        lambda entered: actions.end_post(post=post, on=entered["on"], by=request.actor, at=at),
        done=_address(code),
        done_words=_("The post ends."),
        title=_("End the post of %(person)s at %(unit)s") % names,
        lead=_("With today's date the rights end at once."),
        button=_("End the post"),
        kind="danger",
        **_below(row),
    )


def _roles(request: StaffRequest, row: Any) -> list[tuple[str, str]]:
    fitting = (role for role in ROLES.values() if row.kind in role.unit_kinds)
    return [
        (role.code, f"{role.name}: {role.sentence}")
        for role in fitting
        if actions.may_grant(request.actor, role, row)
    ]


def _address(code: str) -> str:
    return reverse("orgs:unit", args=[code])


def _crumbs(row: Any) -> Crumbs:
    above = [(unit.name, _address(unit.code)) for unit in queries.ancestors(row)]
    return [(_("Units and posts"), reverse("orgs:units")), *above, (row.name, "")]


def _below(row: Any) -> dict[str, Any]:
    crumbs = _crumbs(row)
    crumbs[-1] = (row.name, _address(row.code))
    return {"crumbs": crumbs, "back": _address(row.code)}
