"""Who may read the log. Posts and permissions stand in a layer above, so that layer hands its rule down."""

from collections.abc import Callable

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotAllowed, SignInRequired

Rule = Callable[[Actor], bool]
_rules: list[Rule] = []


def readers_are(rule: Rule) -> None:
    """Set the rule that says who may read the log; called once, when the organisation layer starts."""
    _rules[:] = [rule]


def require_reader(viewer: Actor) -> None:
    """Raise SignInRequired for people who are not staff, NotAllowed when no post of `viewer` opens the log.

    Raises RuntimeError while nobody has set the rule: nothing becomes "no", or "yes", in silence.
    """
    if not viewer.is_staff:
        raise SignInRequired
    if not _rules:
        raise RuntimeError("nobody has said who may read the audit log (audit.access.readers_are)")
    if not _rules[0](viewer):
        raise NotAllowed
