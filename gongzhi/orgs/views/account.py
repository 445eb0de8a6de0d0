"""One's own account: posts, ways to sign in, access tokens."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.core import clock
from gongzhi.orgs import actions, queries
from gongzhi.orgs.requests import StaffRequest


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here: my posts now and before, how I sign in, which programs act for me."""
    staff, at = cast(StaffRequest, request), clock.now()
    current, former = queries.posts_of(staff.user, on=queries.day_of(at))
    context = {"posts": current, "former": former, "tokens": queries.tokens_of(staff.user, at=at)}
    return render(request, "orgs/account.html", context)


@require_POST
@login_required
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Stop one of my tokens."""
    staff = cast(StaffRequest, request)
    token = queries.get_own_token(staff.actor, token_id)
    actions.revoke_token(token=token, by=staff.actor, at=clock.now())
    messages.success(request, _("The token no longer works."))
    return redirect("orgs:account")
