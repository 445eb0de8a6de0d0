"""Reading notices and the delivery log. A person reads only the notices written to that person's account."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotAllowed, NotFound
from gongzhi.notices.kinds import Channel
from gongzhi.notices.lifecycle import DeliveryState
from gongzhi.notices.models import Delivery, Notice
from gongzhi.notices.ports import Message
from gongzhi.orgs.permissions import Permission, posts_granting

PAGE_ROWS = 30


def list_notices(*, viewer: Actor, unread_only: bool = False) -> QuerySet[Notice]:
    """Return the notices of `viewer`, newest first."""
    if viewer.user_id is None:
        return Notice.objects.none()
    own = Notice.objects.filter(user_id=viewer.user_id)
    return own.filter(read_at__isnull=True) if unread_only else own


def page_of_notices(*, viewer: Actor, page: int, unread_only: bool = False) -> Page[Notice]:
    """Return one page of the notices of `viewer`, the nearest when there is no such page. Two queries."""
    return Paginator(list_notices(viewer=viewer, unread_only=unread_only), PAGE_ROWS).get_page(page)


def get_notice(*, viewer: Actor, pk: int) -> Notice:
    """Return a notice of `viewer`. Raises NotFound, also for the notice of somebody else."""
    notice = list_notices(viewer=viewer).filter(pk=pk).first()
    if notice is None:
        raise NotFound
    return notice


def count_unread(viewer: Actor) -> int:
    """Return how many notices `viewer` has not read. One query, served by a partial index."""
    return list_notices(viewer=viewer, unread_only=True).count()


def list_due_for_job(*, at: datetime, limit: int) -> Sequence[Delivery]:
    """Return deliveries that are due at `at`, the longest due first, with notice and account. One query."""
    due = Delivery.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")
    return list(due.select_related("notice__user")[:limit])


def message_of(delivery: Delivery) -> Message | None:
    """Return what to send for a delivery, or None when no address is known."""
    notice = delivery.notice
    address = notice.phone if delivery.channel == Channel.SMS else notice.mail
    if not address and delivery.channel == Channel.MAIL and notice.user is not None and notice.user.is_active:
        address = notice.user.email
    if not address:
        return None
    name = notice.name or (notice.user.get_full_name() if notice.user is not None else "")
    link = settings.PUBLIC_ADDRESS.rstrip("/") + notice.link if notice.link else ""
    return Message(address, name, notice.title, notice.body, link, f"notice-{delivery.pk}")


def page_of_deliveries(*, viewer: Actor, page: int, state: str = "") -> Page[Delivery]:
    """Return one page of the delivery log, newest first. Raises NotAllowed. Two queries."""
    _require_log(viewer)
    deliveries = Delivery.objects.select_related("notice").defer(
        "notice__mail", "notice__phone", "notice__body"
    )
    chosen = deliveries.filter(state=state) if state else deliveries.all()
    return Paginator(chosen, PAGE_ROWS).get_page(page)


def count_deliveries(*, viewer: Actor) -> Mapping[str, int]:
    """Return how many deliveries are in each state. Raises NotAllowed."""
    _require_log(viewer)
    rows = Delivery.objects.order_by().values("state").annotate(rows=Count("id")).values_list("state", "rows")
    counts = dict(rows)
    return {state: counts.get(state, 0) for state in DeliveryState}


def _require_log(viewer: Actor) -> None:
    if not posts_granting(viewer, Permission.AUDIT_VIEW):
        raise NotAllowed
