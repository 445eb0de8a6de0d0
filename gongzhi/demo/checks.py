"""A system check: the published password of the demonstration has no place on a public address."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from gongzhi.demo import queries

_HERE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})


@register(Tags.security)
def demo_accounts_are_not_public(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Warn when the published password works, debugging is off and others can reach the address."""
    public = [
        host for host in settings.ALLOWED_HOSTS if host not in _HERE and not host.endswith(".localhost")
    ]
    if settings.DEBUG or not public:
        return []
    try:
        names = queries.shown_passwords_for_check()
    except DatabaseError:  # before the first migration there are no tables, and no accounts
        return []
    if not names:
        return []
    return [
        Warning(
            f"Demonstration accounts with the published password can be used at {', '.join(public)}: "
            f"{', '.join(sorted(names))}.",
            hint="Start real work with an empty database, or close these accounts.",
            id="demo.W001",
        )
    ]
