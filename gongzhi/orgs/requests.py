"""The request as doors see it: Django's, plus who asks and what htmx said. Types only."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from gongzhi.orgs.models import User


class PageRequest(HttpRequest):
    """A request after the middleware: `actor` is a resident unless somebody is signed in."""

    actor: Actor
    htmx: HtmxDetails


class StaffRequest(PageRequest):
    """A request that passed `staff_page`: somebody is signed in and holds at least one post."""

    user: "User"
