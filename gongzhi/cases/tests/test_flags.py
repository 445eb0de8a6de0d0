"""Flags: each detector finds the planted rows and nothing else; a person rules, and nothing else happens."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import jobs
from gongzhi.cases.actions import dispatching, extending, flagging, handling, intake, judging
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, Tier, Urgency
from gongzhi.cases.models import AnswerNetwork, Case, Flag, FlagRow, FlagRuling
from gongzhi.cases.queries import categories
from gongzhi.core.actor import SYSTEM, Actor, resident
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.core.forms import new_token
from gongzhi.orgs.models import Unit
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


class County:
    """Two villages at work. Ordinary matters differ in words, take an hour and are judged from elsewhere."""

    def __init__(self, cast: Cast, at: datetime) -> None:
        self.cast, self.at, self.serial = cast, at, count(1)

    def handled(
        self,
        *,
        by: Actor | None = None,
        place: Unit | None = None,
        raised_as: str = "0101",
        accepted_as: str = "0101",
        kind: str = Kind.REQUEST,
        at: datetime | None = None,
    ) -> Case:
        by, at = by or self.cast.clerk.actor, at or self.at
        place = place or self.cast.units.village
        matter = intake.Matter(text="路面塌陷。", place=place, category=categories.get_category(raised_as))
        case = intake.register_case(
            matter=matter, reporter=intake.Reporter(), channel=Channel.WEB, by=resident(), at=at
        )
        chosen = dispatching.Assessment(
            categories.get_category(accepted_as), kind, Tier.SMALL, Urgency.ORDINARY
        )
        case = dispatching.accept_case(case=case, assessment=chosen, by=by, at=at)
        case = dispatching.dispatch_case(case=case, unit=place, by=by, at=at)
        return handling.sign_case(case=case, by=by, at=at)

    def answered(
        self,
        *,
        answer: str = "",
        minutes: int = 60,
        contact: bool = False,
        by: Actor | None = None,
        **how: Any,
    ) -> Case:
        case = self.handled(by=by, **how)
        by, at = by or self.cast.clerk.actor, case.moved_at
        if contact:
            case = handling.record_contact(case=case, words="打了电话。", by=by, at=at)
        return handling.resolve_case(
            case=case,
            outcome=Outcome.SOLVED,
            answer=answer or f"第{next(self.serial)}处已经修好。",
            by=by,
            at=at + timedelta(minutes=minutes),
        )

    def judged(self, *, network: str = "", solved: bool = True, **how: Any) -> Case:
        case = self.answered(**how)
        at = case.moved_at + timedelta(minutes=5)
        if not solved:
            return judging.say_not_solved(case=case, words="没修。", by=resident(network=network), at=at)
        return judging.confirm_case(case=case, solved=True, score=5, by=resident(network=network), at=at)

    def filed(self, count: int, *, rated: int, at: datetime, unit: Unit | None = None) -> list[Case]:
        """Matters closed at this moment, so many of them rated; the shares are what counts here."""
        rows = []
        for number in range(count):
            case = self.answered(at=at)
            Case.objects.filter(pk=case.pk).update(
                status="closed", closed_at=at, rated_at=at if number < rated else None, rate_by=None
            )
            rows.append(case)
        return rows


@pytest.fixture
def county(cast: Cast, at: datetime) -> County:
    return County(cast, at)


def look(at: datetime) -> int:
    return jobs.find_flags(at=at + timedelta(days=2))


def found() -> dict[str, set[int]]:
    """Give the matters behind each kind of flag."""
    rows: dict[str, set[int]] = {}
    for kind, case in FlagRow.objects.values_list("flag__kind", "case"):
        rows.setdefault(kind, set()).add(case)
    return rows


def keys(*cases: Case) -> set[int]:
    return {case.pk for case in cases}


def test_work_as_usual_raises_no_flag(county: County, at: datetime) -> None:
    for _number in range(6):
        county.judged(network="home")
    assert look(at) == 0
    assert not Flag.objects.exists()


def test_the_same_answer_on_many_matters_of_one_unit_is_one_flag(county: County, at: datetime) -> None:
    same = [county.answered(answer="已安排人员到场处理。") for _number in range(5)]
    for _number in range(5):
        county.answered(answer="好的。")  # shorter than what is compared
    for _number in range(4):
        county.answered(answer="已转村民小组。")  # too few
    county.answered(
        answer="已安排人员到场处理。", by=county.cast.peer_clerk.actor, place=county.cast.units.other_village
    )
    look(at)
    assert found() == {"same_reply": keys(*same)}
    flag = Flag.objects.get()
    assert (flag.unit, flag.rows, flag.waits) == (county.cast.units.village, 5, True)


def test_answers_within_minutes_of_signing_without_contact_are_found(county: County, at: datetime) -> None:
    quick = [county.answered(minutes=9) for _number in range(3)]
    county.answered(minutes=10)
    county.answered(minutes=9, contact=True)
    other: dict[str, Any] = {"by": county.cast.peer_clerk.actor, "place": county.cast.units.other_village}
    for _number in range(2):
        county.answered(minutes=9, **other)  # too few at this unit
    look(at)
    assert found() == {"quick": keys(*quick)}
    assert Flag.objects.get().unit == county.cast.units.village


def test_good_ratings_from_the_connection_of_the_unit_are_found(county: County, at: datetime) -> None:
    at_office = replace(county.cast.clerk.actor, network="office")
    own = [county.judged(network="office", by=at_office) for _number in range(2)]
    county.judged(network="home", by=at_office)
    county.judged(network="", by=at_office)
    county.judged(network="office", by=at_office, solved=False)
    other: dict[str, Any] = {"by": county.cast.peer_clerk.actor, "place": county.cast.units.other_village}
    for _number in range(2):
        county.judged(network="office", **other)  # another unit's connection
    passed_on = county.answered(by=at_office)
    by = replace(county.cast.line_person.actor, network="office")
    judging.confirm_case(
        case=passed_on, solved=True, score=5, words="电话里说好了。", by=by, at=at + timedelta(hours=2)
    )
    look(at)
    assert found() == {"own_network": keys(*own)}


def test_a_connection_used_long_ago_is_not_the_units_own(county: County, at: datetime) -> None:
    at_office = replace(county.cast.clerk.actor, network="office")
    county.answered(by=at_office, at=at - timedelta(days=33))
    for _number in range(2):
        county.judged(network="office")
    look(at)
    assert found() == {}


def test_a_subject_changed_to_one_with_a_longer_limit_is_found(
    county: County, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = next(c.code for c in categories.list_categories() if c.kind == Kind.CONSULTATION)
    longer = [
        county.answered(raised_as=consultation, accepted_as="0101", kind=Kind.REQUEST) for _number in range(2)
    ]
    county.answered(raised_as="0101", accepted_as=consultation, kind=Kind.CONSULTATION)  # shorter
    county.answered(raised_as="0101", accepted_as="0102", kind=Kind.REQUEST)  # as long
    look(at)
    assert found() == {"longer_limit": keys(*longer)}


def test_more_time_asked_in_the_last_moments_is_found(county: County, at: datetime) -> None:
    def asked(case: Case, before: timedelta) -> Case:
        due = case.clocks.get(kind="finish").due_at
        until = timezone.localdate(due) + timedelta(days=5)
        return extending.ask_extension(
            case=case, until=until, reason="等挖机。", by=county.cast.clerk.actor, at=due - before
        )

    # The rule lets one ask until a working day before; the due moment lies at 10:00 on a working day.
    late = [asked(county.handled(), timedelta(days=1, minutes=30)) for _number in range(3)]
    asked(county.handled(), timedelta(days=4))
    due = late[0].clocks.get(kind="finish").due_at
    jobs.find_flags(at=due)
    assert found() == {"late_asking": keys(*late)}


def test_a_month_with_more_filed_unrated_than_usual_is_found_when_it_is_over(
    county: County, at: datetime
) -> None:
    county.filed(10, rated=8, at=at - timedelta(days=30))
    month = county.filed(10, rated=5, at=at)
    jobs.find_flags(at=at + timedelta(days=10))
    assert found() == {}, "the month still runs"
    jobs.find_flags(at=at + timedelta(days=30))
    assert found() == {"unrated": keys(*month[5:])}
    assert Flag.objects.get().facts == {"share": 0.5, "usual": 0.2}


def test_a_share_within_what_is_usual_raises_no_flag(county: County, at: datetime) -> None:
    county.filed(10, rated=8, at=at - timedelta(days=30))
    county.filed(10, rated=6, at=at)
    jobs.find_flags(at=at + timedelta(days=30))
    assert found() == {}


def snapshot() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Flag, FlagRow, FlagRuling)]


def test_looking_twice_changes_nothing_and_a_new_row_joins_the_same_flag(
    county: County, at: datetime
) -> None:
    for _number in range(3):
        county.answered(minutes=5)
    assert look(at) == 1
    before, audited = snapshot(), AuditEvent.objects.count()
    assert look(at) == 0
    assert look(at + timedelta(days=1)) == 0
    assert (snapshot(), AuditEvent.objects.count()) == (before, audited)
    flag = Flag.objects.get()
    flagging.rule_on(
        flag=flag, ruling="explained", words="先做后录。", by=county.cast.supervisor.actor, at=at
    )
    county.answered(minutes=5, at=at + timedelta(minutes=1))
    assert look(at) == 1
    flag.refresh_from_db()
    assert (flag.rows, flag.waits, flag.ruling) == (4, True, "explained"), (
        "a new row waits for a person again"
    )


def test_imported_history_is_nobodys_work_here(county: County, at: datetime) -> None:
    for _number in range(3):
        county.answered(minutes=5)
    Case.objects.update(channel=Channel.IMPORT)
    assert look(at) == 0


def test_marks_of_connections_are_deleted_when_nothing_looks_back_to_them(
    county: County, at: datetime
) -> None:
    county.answered(by=replace(county.cast.clerk.actor, network="office"))
    look(at)
    assert AnswerNetwork.objects.count() == 1
    jobs.find_flags(at=at + timedelta(days=120))
    assert AnswerNetwork.objects.count() == 0


@pytest.fixture
def flag(county: County, at: datetime) -> Flag:
    for _number in range(3):
        county.answered(minutes=5)
    look(at)
    return Flag.objects.get()


def test_a_ruling_is_recorded_revised_with_history_and_starts_nothing(
    flag: Flag, cast: Cast, at: datetime
) -> None:
    before = list(Case.objects.order_by("pk").values())
    by = cast.supervisor.actor
    flagging.rule_on(flag=flag, ruling="founded", words="三件都没有打电话。", by=by, at=at)
    flagging.rule_on(flag=flag, ruling="explained", words="村里补录。", by=cast.town_head.actor, at=at)
    flag.refresh_from_db()
    assert (flag.ruling, flag.waits) == ("explained", False)
    assert [(r.ruling, r.by_name, r.rows) for r in FlagRuling.objects.order_by("pk")] == [
        ("founded", cast.supervisor.name, 3),
        ("explained", cast.town_head.name, 3),
    ]
    events = AuditEvent.objects.filter(code="cases.flag.ruled").order_by("pk")
    assert [json.loads(event.data)["before"] for event in events] == ["", "founded"]
    assert "打电话" not in str([event.data for event in events])
    assert list(Case.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("name", ["clerk", "village_head", "town_dispatcher", "analyst", "peer_dispatcher"])
def test_who_does_not_supervise_the_unit_rules_on_nothing(
    flag: Flag, cast: Cast, at: datetime, name: str
) -> None:
    with pytest.raises(NotAllowed):
        flagging.rule_on(flag=flag, ruling="unfounded", words="没事。", by=getattr(cast, name).actor, at=at)


def test_nobody_rules_on_the_own_unit_nor_on_own_matters(flag: Flag, cast: Cast, at: datetime) -> None:
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.town)
    with pytest.raises(flagging.OwnUnit):
        flagging.rule_on(flag=flag, ruling="unfounded", words="没事。", by=cast.town_head.actor, at=at)
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.village)
    Case.objects.update(owner=cast.supervisor.user)
    with pytest.raises(flagging.OwnUnit):
        flagging.rule_on(flag=flag, ruling="unfounded", words="没事。", by=cast.supervisor.actor, at=at)


def test_the_county_supervisor_rules_on_the_county_centre(flag: Flag, cast: Cast, at: datetime) -> None:
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.county)
    flagging.rule_on(flag=flag, ruling="unfounded", words="没事。", by=cast.supervisor.actor, at=at)


@pytest.mark.parametrize(("ruling", "words"), [("guilty", "有问题。"), ("founded", "  "), ("", "有问题。")])
def test_a_ruling_needs_a_known_finding_and_words(
    flag: Flag, cast: Cast, at: datetime, ruling: str, words: str
) -> None:
    with pytest.raises(Invalid):
        flagging.rule_on(flag=flag, ruling=ruling, words=words, by=cast.supervisor.actor, at=at)


def test_the_system_rules_on_nothing(flag: Flag, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        flagging.rule_on(flag=flag, ruling="founded", words="自动。", by=SYSTEM, at=at)


def test_the_pages_show_why_the_matters_and_every_ruling(flag: Flag, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.supervisor)
    listed = client.get(reverse("cases:flags"), {"kind": "quick", "state": "waiting"}).content.decode()
    assert "签收后不到10分钟" in listed
    assert cast.units.village.name in listed
    assert "签收后不到10分钟" not in client.get(reverse("cases:flags"), {"kind": "unrated"}).content.decode()
    address = reverse("cases:flag", args=[flag.pk])
    shown = client.get(address).content.decode()
    for case in Case.objects.all():
        assert case.number in shown
    said = {"token": new_token(), "ruling": "founded", "words": "都没有联系群众。"}
    assert client.post(address, {**said, "words": ""}).status_code == 422
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302, "a second press does it once"
    assert FlagRuling.objects.count() == 1
    after = client.get(address).content.decode()
    assert "都没有联系群众。" in after
    assert "属实" in after


def test_units_next_door_see_nothing_of_a_flag(flag: Flag, cast: Cast, sign_in: SignIn) -> None:
    other = sign_in(cast.town_head)
    Flag.objects.filter(pk=flag.pk).update(unit=cast.units.other_village)
    assert other.get(reverse("cases:flag", args=[flag.pk])).status_code == 404
    assert "签收后不到" not in other.get(reverse("cases:flags")).content.decode()
    assert sign_in(cast.clerk).get(reverse("cases:flags")).status_code == 403


def test_a_flag_names_its_month_by_local_time(county: County, at: datetime) -> None:
    last = datetime(2026, 3, 31, 15, 30, tzinfo=at.tzinfo)  # 23:30 in Shanghai
    for _number in range(3):
        county.answered(minutes=5, at=last)
    jobs.find_flags(at=last + timedelta(days=1))
    assert Flag.objects.get().month == date(2026, 3, 1)
