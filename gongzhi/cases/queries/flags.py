"""Flags for those who supervise: the list, one flag with its matters, who may rule on it."""

from django.db.models import QuerySet

from gongzhi.cases.models import Case, Flag, FlagRow, FlagRuling
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.permissions import Permission, can, posts_granting, visible

WAITING = "waiting"


def list_flags(*, viewer: Actor, kind: str = "", state: str = "") -> QuerySet[Flag]:
    """Return the flags of units in the viewer's reach, the newest first. One query, served by an index."""
    found = Flag.objects.all()
    if not any(post.unit_kind == UnitKind.COUNTY for post in posts_granting(viewer, Permission.FLAG_RULE)):
        found = found.filter(visible(viewer, Permission.FLAG_RULE, "unit__path"))
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(waits=True) if state == WAITING else found.filter(ruling=state, waits=False)
    return found.select_related("unit").order_by("-last_seen", "-id")


def get_flag(*, viewer: Actor, key: int) -> Flag:
    """Return a flag in the viewer's reach. Raises NotFound."""
    flag = Flag.objects.select_related("unit").filter(pk=key).first()
    if flag is None or not can(viewer, Permission.FLAG_RULE, unit_path=flag.unit.path):
        raise NotFound
    return flag


def matters_of(*, viewer: Actor, flag: Flag) -> QuerySet[Case]:
    """Return the matters behind a flag that the viewer sees, the newest first."""
    behind = FlagRow.objects.filter(flag=flag).values("case")
    seen = access.visible_cases(viewer).filter(pk__in=behind)
    return seen.select_related("place", "unit", "category", "owner").order_by("-pk")


def rulings_of(flag: Flag) -> list[FlagRuling]:
    """Return every ruling on a flag, the newest first. One query."""
    return list(FlagRuling.objects.filter(flag=flag).order_by("-id"))


def is_own(viewer: Actor, flag: Flag) -> bool:
    """Whether the flag is about the viewer's own work: a post at its unit, or a matter behind it signed for.

    At the county centre, above which nobody stands, whoever watches and does not handle is not its own.
    """
    handles = {
        post.post_id
        for permission in (Permission.CASE_HANDLE, Permission.CASE_DISPATCH)
        for post in posts_granting(viewer, permission)
    }
    at_county = flag.unit.kind == UnitKind.COUNTY
    here = [post for post in viewer.posts if post.unit_id == flag.unit_id]
    if any(post.post_id in handles or not at_county for post in here):
        return True
    return FlagRow.objects.filter(flag=flag, case__owner=viewer.user_id).exists()
