"""What the demonstration knows about the database it fills or has filled. For commands and checks."""

from dataclasses import dataclass

from gongzhi.cases.models import Case
from gongzhi.demo.county import DEMO_ACCOUNTS, DEMO_PASSWORD
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
