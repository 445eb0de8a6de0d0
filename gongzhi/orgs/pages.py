"""The gate of staff pages: who is let in, who is sent to sign in, who is told why not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import NotAllowed
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.orgs.requests import StaffRequest

P = ParamSpec("P")
StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class HoldsNoPost(NotAllowed):
    code = "holds_no_post"
    message = _("You are signed in, but you hold no post today.")
    hint = _("Rights come from posts only. Ask the head of your unit or your system manager for one.")


class PostNotEnough(NotAllowed):
    code = "post_not_enough"
    message = _("None of your posts opens this page.")
    hint = _("Ask the person in charge of your unit, or your system manager.")


def staff_page(permission: Permission | None = None) -> Callable[[StaffView[P]], View[P]]:
    """Let in who is signed in and holds a post, with `permission` a post that grants it somewhere.

    The rest of the world goes to sign in and comes back here; somebody whose password was set by another
    person first chooses his own. Raises HoldsNoPost, PostNotEnough. What the page then shows is decided by
    its query.
    """
    if permission is not None:
        permission = Permission(permission)

    def gate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def entered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if request.user.must_change_password:
                return redirect("account_change_password")
            staff = cast(StaffRequest, request)
            if not staff.actor.posts:
                raise HoldsNoPost
            if permission is not None and not posts_granting(staff.actor, permission):
                raise PostNotEnough
            response = view(staff, *args, **kwargs)
            if "Cache-Control" not in response.headers:
                add_never_cache_headers(cast(Any, response))
            return response

        return cast(View[P], entered)

    return gate
