"""Pages of figures: who reads them, what they cost, and that the file gives away nothing."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import figures
from gongzhi.cases.models import Case, UnitFigure
from gongzhi.cases.tests.test_figures import answered, raise_matter
from gongzhi.core import clock
from gongzhi.orgs.models import Unit, UnitKind
from tests.cast import SINCE, Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=4))


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield


def county_with(cast: Cast, at: datetime, matters: int) -> None:
    for _number in range(matters):
        answered(raise_matter(cast.units.village, at), cast.clerk, at)
    figures.refresh(at=at, seconds=60)


@pytest.mark.parametrize(
    ("person", "unit", "status"),
    [
        ("clerk", "village", 200),
        ("clerk", "town", 404),
        ("clerk", "other_village", 404),
        ("village_head", "village", 200),
        ("line_person", "village", 403),
        ("town_head", "village", 200),
        ("town_dispatcher", "town", 200),
        ("town_dispatcher", "other_town", 404),
        ("peer_clerk", "village", 404),
        ("officer", "department", 200),
        ("officer", "county", 404),
        ("supervisor", "other_village", 200),
        ("analyst", "village", 200),
        ("manager", "county", 403),
    ],
)
def test_figures_are_read_at_and_below_ones_posts_only(
    cast: Cast, sign_in: SignIn, at: datetime, person: str, unit: str, status: int
) -> None:
    county_with(cast, at, 1)
    code = getattr(cast.units, unit).code
    client = sign_in(getattr(cast, person))
    for path in ("", "solution/", "solution/list.csv"):
        assert client.get(f"/figures/{code}/{path}", headers=ENGLISH).status_code == status, path
    posted = client.post(f"/figures/{code}/count/", {"month": "2026-02"}).status_code
    assert posted == (302 if status == 200 else status)


def test_a_stranger_goes_to_sign_in(cast: Cast) -> None:
    answer = Client().get(f"/figures/{cast.units.village.code}/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"] or "login" in answer["Location"]


@pytest.mark.parametrize(
    "address",
    [
        "?month=2026-13",
        "?month=9999-99",
        "?month=1500-01",
        "?month=2030-01",
        "?month=%00",
        "?trend=nothing",
        "?sort=-nothing",
        "outcome/?part=nothing",
        "nothing/",
        "outcome/?only=hits",
        "solution/?only=nothing&page=-1",
        "solution/?page=99999999999999999999",
    ],
)
def test_an_unusable_address_is_answered_in_words(
    cast: Cast, sign_in: SignIn, at: datetime, address: str
) -> None:
    county_with(cast, at, 1)
    answer = sign_in(cast.clerk).get(f"/figures/{cast.units.village.code}/{address}", headers=ENGLISH)
    assert answer.status_code in (200, 404, 422)


def test_the_dashboard_costs_the_same_with_three_and_with_thirty_matters_and_villages(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    client = sign_in(cast.town_head)

    def cost(path: str) -> int:
        client.get(path, headers=ENGLISH)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(path, headers=ENGLISH).status_code == 200
        return len(seen)

    paths = ("/figures/", f"/figures/{cast.units.village.code}/registered/")
    county_with(cast, at, 3)
    before = [cost(path) for path in paths]
    county_with(cast, at, 27)
    for number in range(30):
        code = f"6109211003{number:02d}"
        Unit.objects.create(
            code=code,
            name=f"第{number}村",
            kind=UnitKind.VILLAGE,
            parent=cast.units.town,
            path=f"{cast.units.town.path}{code}/",
            depth=4,
            valid_from=SINCE,
        )
    assert [cost(path) for path in paths] == before


def test_an_empty_month_can_be_counted_by_a_press(cast: Cast, sign_in: SignIn, at: datetime) -> None:
    client = sign_in(cast.clerk)
    address = f"/figures/{cast.units.village.code}/"
    assert "Count this month now" in client.get(address, headers=ENGLISH).content.decode()
    client.post(f"{address}count/", {"month": "2026-03"})
    assert UnitFigure.objects.filter(unit=cast.units.village).exists()
    assert "Count this month now" not in client.get(address, headers=ENGLISH).content.decode()


def test_the_list_says_when_it_has_moved_on_since_the_count(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    county_with(cast, at, 2)
    client, address = sign_in(cast.clerk), f"/figures/{cast.units.village.code}/registered/"
    assert "The list has moved on" not in client.get(address, headers=ENGLISH).content.decode()
    raise_matter(cast.units.village, at)
    said = client.get(address, headers=ENGLISH).content.decode()
    assert "The list has moved on" in said
    assert "there were 2 matters, now there are 3" in said


def test_an_analyst_reads_the_list_without_titles(cast: Cast, sign_in: SignIn, at: datetime) -> None:
    county_with(cast, at, 1)
    title = Case.objects.get().title
    address = f"/figures/{cast.units.village.code}/registered/"
    assert title in sign_in(cast.clerk).get(address, headers=ENGLISH).content.decode()
    assert title not in sign_in(cast.analyst).get(address, headers=ENGLISH).content.decode()


def test_the_file_holds_the_rows_of_the_list_and_no_words_and_no_formula(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    county_with(cast, at, 3)
    Unit.objects.filter(pk=cast.units.village.pk).update(name='=HYPERLINK("http://x")')
    answer = sign_in(cast.clerk).get(
        f"/figures/{cast.units.village.code}/registered/list.csv", headers=ENGLISH
    )
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    head, *rows = list(csv.reader(io.StringIO(text[1:])))
    assert len(rows) == 3
    assert {len(row) for row in rows} == {len(head)}
    assert rows[0][head.index("Place")] == '\'=HYPERLINK("http://x")'
    case = Case.objects.first()
    assert case is not None
    assert case.title not in text
    assert "王桂芳" not in text


def test_who_took_a_list_as_a_file_stands_in_the_log_with_its_filter_and_length(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    county_with(cast, at, 3)
    address = f"/figures/{cast.units.village.code}/registered/list.csv"
    client, rows = sign_in(cast.clerk), AuditEvent.objects.filter(code="cases.list.exported").order_by("id")
    client.head(address)
    assert not rows.exists(), "nothing left the house"
    lines = list(client.get(address).streaming_content)  # type: ignore[attr-defined]
    assert len(lines) == 4
    row = rows.get()
    assert (row.actor_key, row.unit_code) == (f"staff:{cast.clerk.user.pk}", cast.units.village.code)
    assert json.loads(row.data) == {
        "measure": "registered", "month": f"{at:%Y-%m}", "filter": {}, "rows": 3, "whole": True
    }  # fmt: skip

    cut = client.get(address)
    going = iter(cut.streaming_content)  # type: ignore[attr-defined]
    assert [next(going), next(going)] == lines[:2]
    # As the server does; all of close() would end the database too.
    for closer in cut._resource_closers:  # type: ignore[attr-defined]
        closer()
    said = json.loads(rows[1].data)
    assert (said["rows"], said["whole"]) == (1, False)


def test_no_whole_file_leaves_without_its_row_in_the_log(
    cast: Cast, sign_in: SignIn, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    county_with(cast, at, 2)

    def full(*_words: object, **_more: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("gongzhi.cases.actions.exporting.record", full)
    answer = sign_in(cast.clerk).get(f"/figures/{cast.units.village.code}/registered/list.csv")
    got: list[bytes] = []
    with pytest.raises(OSError, match="no space"):
        got.extend(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(got) < 3


def test_the_month_before_and_the_rule_stand_beside_each_figure(
    cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    answered(raise_matter(cast.units.village, at - timedelta(days=30)), cast.clerk, at - timedelta(days=30))
    county_with(cast, at, 2)
    said = sign_in(cast.clerk).get("/figures/", headers=ENGLISH).content.decode()
    assert "against the month before" in said
    assert "/desk/rules/cases.measures/" in said
    assert "version 1" in said
