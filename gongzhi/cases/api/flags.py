"""What looks suspicious by itself, for programs: the list, one flag with the matters behind it, the ruling
of a person. The rows, rights and words of the pages."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from gongzhi.cases import flag_words
from gongzhi.cases.actions import flagging
from gongzhi.cases.api.bodies import Words
from gongzhi.cases.api.schemas import CasePage, row_of
from gongzhi.cases.queries import access, flags
from gongzhi.core import clock, paging
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, Paged, PageNumber, RowNumber, answered_once, example, paged, row_key
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

if TYPE_CHECKING:
    from gongzhi.cases.models import Flag, FlagRuling

router = Router(tags=["flags"])
Kind = Literal[
    "same_reply", "quick", "own_network", "longer_limit", "late_asking", "unrated", "told_otherwise"
]
Ruling = Literal["founded", "unfounded", "explained"]


class FlagRow(Schema):
    """Something about the work of a unit that a person should look at; it accuses nobody. `waits` says that
    nobody has ruled on it since its newest matter, `ruling` is the last one or empty."""

    number: str
    kind: str
    title: str
    why: str
    unit: str
    unit_name: str
    month: date
    rows: int
    first_seen: datetime
    last_seen: datetime
    waits: bool
    ruling: str
    rule: str


class FlagPage(Paged):
    items: list[FlagRow]


class RulingRow(Schema):
    ruling: str
    words: str
    by: str
    at: datetime
    rows: int


class FlagDetail(FlagRow):
    """A flag with when it is harmless, every ruling (newest first) and a page of the matters behind it that
    the caller sees. `may_rule` is false where it is about the caller's own work."""

    harmless: str
    may_rule: bool
    rulings: list[RulingRow]
    matters: CasePage


class NewRuling(Schema):
    model_config = {
        "extra": "forbid",
        "json_schema_extra": example(ruling="explained", words="同一天停电，二十户报修，统一答复。"),
    }

    ruling: Ruling
    words: Words


def _row(flag: "Flag") -> dict[str, Any]:
    return {
        "number": str(flag.pk),
        "kind": flag.kind,
        "title": str(flag_words.KINDS[flag.kind].title),
        "why": flag_words.why(flag.kind, flag.rows, flag.facts),
        "unit": flag.unit.code,
        "unit_name": flag.unit.name,
        "month": flag.month,
        "rows": flag.rows,
        "first_seen": flag.first_seen,
        "last_seen": flag.last_seen,
        "waits": flag.waits,
        "ruling": flag.ruling,
        "rule": flag.rule,
    }


def _ruling(made: "FlagRuling") -> RulingRow:
    return RulingRow(ruling=made.ruling, words=made.words, by=made.by_name, at=made.at, rows=made.rows)


def _detail(actor: Actor, key: int, page: int = 1) -> FlagDetail:
    flag = flags.get_flag(viewer=actor, key=key)
    cut = paging.page_for_machines(flags.matters_of(viewer=actor, flag=flag), page)
    words = access.reads_words(actor)
    return FlagDetail(
        **_row(flag),
        harmless=str(flag_words.KINDS[flag.kind].harmless),
        may_rule=not flags.is_own(actor, flag),
        rulings=[_ruling(made) for made in flags.rulings_of(flag)],
        matters=CasePage(**paged(cut), items=[row_of(case, words=words) for case in cut]),
    )


@router.get("/flags", response={200: FlagPage, **ERRORS}, operation_id="list_flags")
def list_flags(
    request: HttpRequest,
    kind: Kind | None = None,
    state: Literal["waiting"] | Ruling | None = None,
    page: PageNumber = 1,
) -> FlagPage:
    """List what looks suspicious in the work of the units below, the newest first."""
    actor = caller_with(request, Permission.FLAG_RULE)
    found = flags.list_flags(viewer=actor, kind=kind or "", state=state or "")
    cut = paging.page_for_machines(found, page)
    return FlagPage(**paged(cut), items=[FlagRow(**_row(flag)) for flag in cut])


@router.get("/flags/{number}", response={200: FlagDetail, **ERRORS}, operation_id="get_flag")
def get_flag(request: HttpRequest, number: RowNumber, page: PageNumber = 1) -> FlagDetail:
    """Read one flag with its rulings and a page of the matters behind it."""
    return _detail(caller_with(request, Permission.FLAG_RULE), row_key(number), page)


@router.post("/flags/{number}/rulings", response={200: FlagDetail, **ERRORS}, operation_id="rule_on_flag")
def rule_on_flag(request: HttpRequest, number: RowNumber, body: NewRuling, key: Key) -> Any:
    """Write down what was found out about a flag. A later ruling takes its place; both stay to be read."""
    actor, at = caller_with(request, Permission.FLAG_RULE), clock.now()
    flag = flags.get_flag(viewer=actor, key=row_key(number))

    def run() -> Answer:
        flagging.rule_on(flag=flag, ruling=body.ruling, words=body.words, by=actor, at=at)
        return Answer(200, _detail(actor, flag.pk).model_dump(mode="json"))

    content = ("rulings", flag.pk, body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)
