"""Lists and the desk: who sees which rows, what filters leave, and at which cost."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from gongzhi.cases.actions import dispatching, handling, intake
from gongzhi.cases.lifecycle import Channel, Kind, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories
from gongzhi.core import clock
from gongzhi.core.actor import resident
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

RESIDENT = resident("王桂芳")
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The doors see the moment of the cast, a few hours on."""
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4))


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield


def raise_matter(
    place: Unit, at: datetime, *, text: str = "路面塌陷，校车不敢过。", channel: Channel = Channel.WEB
) -> Case:
    matter = intake.Matter(text=text, place=place)
    return intake.register_case(
        matter=matter, reporter=intake.Reporter(name="王桂芳"), channel=channel, by=RESIDENT, at=at
    )


def accept(
    case: Case, by: Person, at: datetime, *, category: str = "0101", kind: Kind = Kind.REQUEST
) -> Case:
    chosen = dispatching.Assessment(categories.get_category(category), kind, Tier.COMPLEX, Urgency.ORDINARY)
    return dispatching.accept_case(case=case, assessment=chosen, by=by.actor, at=at)


def in_hand(case: Case, unit: Unit, by: Person, at: datetime) -> Case:
    """Accepted, dispatched to the unit and signed for by `by`."""
    case = dispatching.dispatch_case(case=accept(case, by, at), unit=unit, by=by.actor, at=at)
    return handling.sign_case(case=case, by=by.actor, at=at)


def many(cast: Cast, at: datetime, count: int) -> None:
    for number in range(count):
        raise_matter(cast.units.village, at, text=f"第{number}件事。")
        in_hand(raise_matter(cast.units.village, at), cast.units.village, cast.clerk, at)


@pytest.mark.parametrize(
    "person", ["clerk", "town_head", "supervisor", "line_person", "analyst", "manager", "officer"]
)
def test_every_role_has_a_desk(cast: Cast, sign_in: SignIn, at: datetime, person: str) -> None:
    many(cast, at, 2)
    answer = sign_in(getattr(cast, person)).get("/desk/", headers={"accept-language": "en"})
    assert answer.status_code == 200


@pytest.mark.parametrize("person", ["clerk", "town_head", "supervisor", "line_person", "analyst", "officer"])
def test_every_role_that_sees_matters_has_lists(
    cast: Cast, sign_in: SignIn, at: datetime, person: str
) -> None:
    many(cast, at, 2)
    answer = sign_in(getattr(cast, person)).get("/cases/", headers={"accept-language": "en"})
    assert answer.status_code == 200
