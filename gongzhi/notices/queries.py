"""Reading notices and the delivery log. A person reads only the notices written to that person's account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import Count, Model, Q, QuerySet

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotAllowed, NotFound
from gongzhi.notices.kinds import Channel
from gongzhi.notices.lifecycle import DeliveryState
from gongzhi.notices.models import ChatTarget, Delivery, Notice, OptOut
from gongzhi.notices.ports import Message
from gongzhi.orgs.permissions import Permission, posts_granting

PAGE_ROWS = 30
LAST_PAGE = 1000
"""Technical: further back, filters lead to what is sought sooner, and the database would count every row."""

R = TypeVar("R", bound=Model)


@dataclass(frozen=True, slots=True)
class Slice(Generic[R]):
    """One page of rows. There is no total, because counting a log that only grows costs more than it
    tells."""

    number: int
    rows: Sequence[R]
    has_next: bool


def list_notices(*, viewer: Actor, unread_only: bool = False) -> QuerySet[Notice]:
    """Return the notices of `viewer`, newest first."""
    if viewer.user_id is None:
        return Notice.objects.none()
    own = Notice.objects.filter(user_id=viewer.user_id)
    return own.filter(read_at__isnull=True) if unread_only else own


def page_of_notices(*, viewer: Actor, page: int, unread_only: bool = False) -> Slice[Notice]:
    """Return one page of the notices of `viewer`, newest first. One query."""
    return _slice(list_notices(viewer=viewer, unread_only=unread_only), page)


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
    """Return deliveries that are due at `at`, the longest due first. One query.

    Without their notices: a sealed address that cannot be opened is then the trouble of its own delivery.
    """
    return list(Delivery.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")[:limit])


def is_never_held(delivery: Delivery, *, kinds: Sequence[str]) -> bool:
    """Whether quiet hours do not hold the delivery: an emergency, or a kind of the rule. One query."""
    exempt = Q(is_urgent=True) | Q(kind__in=kinds)
    return Notice.objects.filter(exempt, pk=delivery.notice_id).exists()


def is_turned_off(delivery: Delivery) -> bool:
    """Whether the one it goes to does not want to be told this way. One query."""
    notice = delivery.notice
    return delivery.channel in turned_off(holder_of(notice.user_id, notice.subject_ref))


def holder_of(user_id: int | None, subject_ref: str) -> str:
    """Return who chooses the ways of a notice: the account, else the holder of the receipt of its subject."""
    return f"user:{user_id}" if user_id else subject_ref


def turned_off(who: str) -> frozenset[Channel]:
    """Return the channels that `who` turned off. One query."""
    rows = OptOut.objects.filter(who=who).values_list("channel", flat=True)
    return frozenset(Channel(channel) for channel in rows if channel in set(Channel))


def ways_of_accounts() -> tuple[Channel, ...]:
    """Return the channels that this installation serves for accounts and that may be turned off."""
    return tuple(channel for channel in (Channel.MAIL, Channel.CHAT) if settings.NOTICE_PORTS.get(channel))


def ways_of_residents(*, mail: str, phone: str) -> tuple[Channel, ...]:
    """Return the served channels through which somebody who left these is told."""
    left = {Channel.MAIL: mail, Channel.SMS: phone}
    return tuple(
        channel for channel, address in left.items() if address and settings.NOTICE_PORTS.get(channel)
    )


def target_of(*, viewer: Actor) -> ChatTarget | None:
    """Return the work messenger that `viewer` named for the own account, or None. One query."""
    return ChatTarget.objects.filter(user_id=viewer.user_id).first() if viewer.user_id else None


def message_of(delivery: Delivery) -> Message | None:
    """Return what to send for a delivery, or None when no address is known."""
    notice = delivery.notice
    address = _address(notice, Channel(delivery.channel))
    if not address:
        return None
    name = notice.name or (notice.user.get_full_name() if notice.user is not None else "")
    link = settings.PUBLIC_ADDRESS.rstrip("/") + notice.link if notice.link else ""
    return Message(address, name, notice.title, notice.body, link, f"notice-{delivery.pk}")


def _address(notice: Notice, channel: Channel) -> str:
    """Return where the notice goes by this channel, as it is known now; "" when it is not."""
    own = {Channel.MAIL: notice.mail, Channel.SMS: notice.phone}.get(channel, "")
    if own or notice.user is None or not notice.user.is_active:
        return own
    if channel is Channel.MAIL:
        return notice.user.email
    target = ChatTarget.objects.filter(user=notice.user).first() if channel is Channel.CHAT else None
    return f"{target.service}:{target.key}" if target else ""


def page_of_deliveries(*, viewer: Actor, page: int, state: str = "") -> Slice[Delivery]:
    """Return one page of the delivery log, newest first. Raises NotAllowed. One query."""
    _require_log(viewer)
    deliveries = Delivery.objects.select_related("notice")
    # What was said to whom stays sealed, also from those who keep the system running.
    deliveries = deliveries.defer("notice__mail", "notice__phone", "notice__body", "notice__link")
    return _slice(deliveries.filter(state=state) if state else deliveries, page)


def count_unsent(*, viewer: Actor) -> Mapping[DeliveryState, int]:
    """Return how many deliveries are in each state but "sent", which only grows. Raises NotAllowed. One
    query."""
    _require_log(viewer)
    unsent = [state for state in DeliveryState if state is not DeliveryState.SENT]
    rows = Delivery.objects.order_by().filter(state__in=unsent).values("state").annotate(rows=Count("id"))
    counts = {row["state"]: row["rows"] for row in rows}
    return {state: counts.get(state, 0) for state in unsent}


def _slice(rows: QuerySet[R], page: int) -> "Slice[R]":
    number = max(1, min(page, LAST_PAGE))
    start = (number - 1) * PAGE_ROWS
    found = list(rows[start : start + PAGE_ROWS + 1])
    return Slice(number, found[:PAGE_ROWS], has_next=len(found) > PAGE_ROWS and number < LAST_PAGE)


def _require_log(viewer: Actor) -> None:
    if not posts_granting(viewer, Permission.AUDIT_VIEW):
        raise NotAllowed
