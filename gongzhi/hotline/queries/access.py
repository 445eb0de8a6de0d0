"""Who sees a call and who may write down what became of it: one rule each.

A call is seen by whose post views the hotline at the centre whose line it is. What was said in it is read by
those who read the words of matters; the number of the caller only by a recorded look.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor, HeldPost
from gongzhi.core.errors import NotFound
from gongzhi.hotline import numbers
from gongzhi.hotline.models import Call
from gongzhi.orgs.permissions import Permission, can, posts_granting, visible

_WITH = ("unit", "agent", "typed_by", "place", "category", "case")


class CallNotFound(NotFound):
    """No such call, or not within the viewer's sight: the same on purpose."""


def visible_calls(viewer: Actor) -> QuerySet[Call]:
    """Return the calls the viewer may know of."""
    return Call.objects.filter(visible(viewer, Permission.HOTLINE_VIEW, "unit__path"))


def get_call(*, viewer: Actor, number: str) -> Call:
    """Return the call with this public number. Raises CallNotFound when absent or out of sight."""
    key, printed = numbers.parse_number(number)
    call = visible_calls(viewer).select_related(*_WITH).filter(pk=key).first()
    if call is None or call.number != printed:
        raise CallNotFound
    return call


def find_call(*, viewer: Actor, ref: str) -> Call | None:
    """Return the call that the telephone system, or we, name so; None when absent or out of sight."""
    if not ref:
        return None
    key, printed = numbers.parse_number(ref)
    found = visible_calls(viewer).select_related(*_WITH)
    for call in found.filter(Q(system_ref=ref) | Q(pk=key)).order_by("pk"):
        if call.system_ref == ref or call.number == printed:
            return call
    return None


def steps_of(call: Call) -> list[tuple[str, datetime]]:
    """Return what a telephone system told of the call, in order: kind and moment. One query."""
    return list(call.events.order_by("moment", "pk").values_list("kind", "moment"))


def lock_call(call: Call) -> Call:
    """Return the call as it is now, locked until the end of the transaction."""
    return Call.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=call.pk)


def answering_post(actor: Actor) -> HeldPost | None:
    """Return the post by which the actor takes calls, or None."""
    return next(iter(posts_granting(actor, Permission.HOTLINE_ANSWER)), None)


def may_answer(actor: Actor, call: Call) -> bool:
    return can(actor, Permission.HOTLINE_ANSWER, unit_path=call.unit.path)


def reads_words(viewer: Actor) -> bool:
    """Whether the viewer reads what was said; a data analyst sees dated facts only."""
    return case_access.reads_words(viewer)
