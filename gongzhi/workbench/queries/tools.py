"""What this app hangs on a list of matters: saved views above it, choosing many and news below it."""

from datetime import datetime
from urllib.parse import unquote_plus, urlencode
from uuid import uuid4

from django.urls import reverse

from gongzhi.cases.list_tools import Shown, Tool
from gongzhi.cases.models import Case
from gongzhi.cases.panels import Panel
from gongzhi.core.actor import Actor
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force
from gongzhi.workbench import rules, words
from gongzhi.workbench.lifecycle import Kind
from gongzhi.workbench.queries import saved

_NEEDS = {
    Kind.ACCEPT: Permission.CASE_ACCEPT,
    Kind.DISPATCH: Permission.CASE_DISPATCH,
    Kind.REASSIGN: Permission.CASE_HANDLE,
    Kind.MERGE: Permission.CASE_DISPATCH,
}


def kinds_of(viewer: Actor) -> list[Kind]:
    """Return what the viewer's posts let them do to many matters somewhere."""
    return [kind for kind, need in _NEEDS.items() if posts_granting(viewer, need)]


def batch_tool(viewer: Actor, shown: Shown) -> Tool | None:
    """Choosing many of the rows; nothing for who moves none."""
    kinds = kinds_of(viewer)
    if not kinds or not shown.numbers:
        return None
    page = {"page": str(shown.page)} if shown.page > 1 else {}
    every = {**shown.chosen, **page, "choose": "all"}
    values = {
        "kinds": [(str(kind), words.KINDS[kind]) for kind in kinds],
        "choose_all": f"{reverse(shown.base)}?{urlencode(every)}#batch",
        "back": unquote_plus(shown.back.removeprefix("?list=")),
        "list_query": shown.back,
        "most": in_force(rules.BATCHES, at=shown.at).params.most,
    }
    return Tool("workbench/_choosing.html", values, chooses=True)


def news_tool(viewer: Actor, shown: Shown) -> Tool | None:
    """Noticing what changed in the rows while they are looked at."""
    base = {"base": "dispatch-queue"} if shown.base == saved.DISPATCH else {}
    said = {**shown.chosen, **base, **({"page": str(shown.page)} if shown.page > 1 else {})}
    query = urlencode(said)
    values = {"address": f"{reverse('workbench:pulse_list')}{'?' if query else ''}{query}"}
    return Tool("workbench/_news.html", values, is_above=True)


def case_news(viewer: Actor, case: Case, at: datetime) -> Panel | None:
    """Noticing what others do to a matter while it is read or written about."""
    address = f"{reverse('workbench:pulse_case', args=[case.number])}?seen={case.moves}"
    return Panel("workbench/_case_news.html", {"address": address})


def views_tool(viewer: Actor, shown: Shown) -> Tool | None:
    """The viewer's saved views as links, and keeping the present one."""
    query = urlencode(shown.chosen)
    views = saved.shown(saved.views_of(viewer), viewer, at=shown.at, base=shown.base, query=query)
    values = {
        "views": views,
        "base": shown.base,
        "query": query,
        "can_save": bool(query) and not any(view.current for view in views),
        "token": str(uuid4()),
    }
    return Tool("workbench/_views.html", values, is_above=True)


def landing(viewer: Actor, base: str) -> str:
    """The query of the view that a list opens with."""
    return saved.first_of(viewer, base)
