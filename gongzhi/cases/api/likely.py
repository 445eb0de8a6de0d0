"""Matters that are likely the same as one, for programs. Merging is the move `merge`."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongzhi.cases.actions import pairing
from gongzhi.cases.queries import access, pairs
from gongzhi.cases.queries.pairs import LikelyShown
from gongzhi.core import clock
from gongzhi.core.actions.idempotency import Answer
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, Key, answered_once
from gongzhi.core.errors import NotAllowed
from gongzhi.orgs.api import caller_with
from gongzhi.orgs.permissions import Permission

router = Router(tags=["cases"])
Number = Annotated[str, Field(max_length=24)]


class LikelyCase(Schema):
    """A matter that may be the same. `reason` says why in words; `lead` is the number of the one of the two
    that would lead if the caller merged them, empty when they cannot."""

    number: str
    title: str
    place: str
    registered_at: datetime
    likeness: float
    words: list[str]
    reason: str
    said_same: Annotated[bool, Field(description="The reporter of the younger one said so.")]
    lead: str


class LikelyCases(Schema):
    items: list[LikelyCase]
    not_the_same: Annotated[list[str], Field(description="Numbers that somebody said are another matter.")]


class NotTheSame(Schema):
    """The number of the other matter; with `back`, take that they are not the same back."""

    model_config = {"extra": "forbid"}

    other: Number
    back: bool = False


def _actor(request: HttpRequest) -> Actor:
    return caller_with(request, Permission.CASE_VIEW)


@router.get("/cases/{number}/likely", response={200: LikelyCases, **ERRORS}, operation_id="list_likely")
def list_likely(request: HttpRequest, number: Number) -> LikelyCases:
    """List matters in the caller's sight that are likely the same, the likeliest first, each with the
    reason."""
    actor = _actor(request)
    return _listed(actor, number)


@router.post(
    "/cases/{number}/not-the-same", response={200: LikelyCases, **ERRORS}, operation_id="keep_not_the_same"
)
def keep_not_the_same(request: HttpRequest, number: Number, body: NotTheSame, key: Key) -> Any:
    """Say that two matters are not the same, for good: nobody is shown the pair again. For the desk of the
    matter; calling it twice changes nothing."""
    actor, at = _actor(request), clock.now()
    case = access.get_case(viewer=actor, number=number)

    def run() -> Answer:
        press = pairing.take_back_apart if body.back else pairing.keep_apart
        press(case=case, number=body.other, by=actor, at=at)
        return Answer(200, _listed(actor, number).model_dump(mode="json"))

    content = ("not-the-same", case.number, body.model_dump(mode="json"))
    return answered_once(key, actor, at=at, content=content, run=run)


def _listed(actor: Actor, number: str) -> LikelyCases:
    case = access.get_case(viewer=actor, number=number)
    if not access.reads_words(actor):
        raise NotAllowed
    shown = pairs.panel(actor, case, at=clock.now())
    return LikelyCases(
        items=[_row(row) for row in shown.rows], not_the_same=[row.number for row in shown.apart]
    )


def _row(row: LikelyShown) -> LikelyCase:
    found = row.likely
    return LikelyCase(
        number=found.number,
        title=found.title,
        place=found.place,
        registered_at=found.registered_at,
        likeness=found.score,
        words=list(found.words),
        reason=found.reason,
        said_same=found.said_same,
        lead=row.lead,
    )
