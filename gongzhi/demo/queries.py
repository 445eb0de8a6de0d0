"""What the demonstration knows about the database it fills or has filled. For commands and checks."""

from dataclasses import dataclass

from gongzhi.cases.lifecycle import Route, State
from gongzhi.cases.models import Case, Flag
from gongzhi.demo.county import DEMO_ACCOUNTS, DEMO_PASSWORD
from gongzhi.followup.models import IS_OPEN, FollowUp
from gongzhi.followup.queries import access as followups
from gongzhi.orgs.models import Post, User
from gongzhi.orgs.permissions import role_of


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account of the demonstration as a visitor needs it."""

    username: str
    password: str
    role: str
    unit: str
    name: str


def is_empty_for_command() -> bool:
    """Whether nobody has an account and nothing was ever raised. Rules, categories and units do not count."""
    return not User.objects.exists() and not Case.objects.exists()


def demo_accounts_for_command() -> list[ShownAccount]:
    """Return the accounts of the demonstration that are here and open, from the village up. One query."""
    order = list(DEMO_ACCOUNTS)
    posts = Post.objects.filter(user__username__in=order, user__is_active=True).select_related("user", "unit")
    rows = [
        ShownAccount(
            post.user.username,
            DEMO_PASSWORD,
            str(role_of(post.role).name),
            post.unit.name,
            post.user.full_name,
        )
        for post in posts
        if DEMO_ACCOUNTS[post.user.username] == post.role
    ]
    return sorted(rows, key=lambda row: order.index(row.username))


def shown_passwords_for_check() -> list[str]:
    """Return the names of open accounts that still have the published password."""
    users = User.objects.filter(username__in=list(DEMO_ACCOUNTS), is_active=True)
    return [user.username for user in users if user.check_password(DEMO_PASSWORD)]


def mergeable_for_command(*, most: int) -> list[Case]:
    """Return the newest matters in hand at village desks."""
    rows = Case.objects.filter(
        status__in=[State.ACCEPTED, State.DISPATCHED, State.HANDLING], desk__kind="village", route=""
    )
    rows = rows.exclude(place__kind="grid").select_related("place", "desk", "unit")
    return list(rows.order_by("-registered_at", "title")[:most])


def answered_petitions_for_command() -> list[Case]:
    """Return petitions that were answered, the newest answer first."""
    rows = Case.objects.filter(route=Route.PETITION, status__in=[State.RESOLVED, State.CLOSED])
    return list(rows.select_related("place", "desk", "unit").order_by("-resolved_at"))


def oldest_flags_for_command() -> list[Flag]:
    return list(Flag.objects.select_related("unit").order_by("first_seen", "kind", "unit__code")[:1])


def open_calls_for_command() -> list[FollowUp]:
    """Return residents who are to be called back, as they came onto the lists."""
    return list(FollowUp.objects.filter(IS_OPEN).select_related(*followups.WITH).order_by("pk"))
