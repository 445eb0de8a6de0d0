"""Who spoke and who typed, over every door by which a matter or an addition comes in: one table."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import export_columns, words
from gongzhi.cases.actions.merging import merge_case
from gongzhi.cases.lifecycle import Channel, Move
from gongzhi.cases.models import Case, Transition
from gongzhi.cases.queries import tracking
from gongzhi.cases.tests.test_importing import sheet
from gongzhi.channels.rules import OPEN311
from gongzhi.channels.tests import test_inbound as inbound
from gongzhi.channels.tests.deciding import decide
from gongzhi.channels.tests.test_open311 import GOOD, post
from gongzhi.channels.tests.test_wechat import Server
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.hotline.tests.conftest import SECRET, Switchboard
from gongzhi.orgs.actions import issue_token
from tests.cast import Person
from tests.doors import doors_to
from tests.stage import NAME, PHONE, TEXT, Program, Stage, lasting_stage, undone

pytestmark = pytest.mark.django_db
INTAKE = "gongzhi.cases.actions.intake"
STAFF_CHANNELS = (Channel.VISIT, Channel.RECEPTION, Channel.COUNTER, Channel.GRID)


@pytest.fixture(scope="module")
def _lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), lasting_stage() as stage:
        yield stage


@pytest.fixture
def _django_db_helper(_lasting: Stage) -> Iterator[None]:
    with undone():
        yield


@dataclass
class World:
    """A resident's client, the people of the cast, and the doors with their secrets."""

    stage: Stage
    settings: Any
    folder: Path
    client: Client

    @property
    def village(self) -> str:
        return self.stage.cast.units.village.code

    @property
    def place(self) -> dict[str, str]:
        return {"token": str(uuid4()), "text": TEXT, "place": self.village}

    def signed_in(self, person: Person) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def key(self) -> str:
        """The key of a program of the village clerk."""
        user = self.stage.cast.clerk.user
        return issue_token(user=user, name="app", days=30, by=SYSTEM, at=clock.now())[1]


@pytest.fixture
def world(_django_db_helper: None, _lasting: Stage, settings: Any, tmp_path: Path) -> World:
    settings.MAIL_IN_SECRET, settings.SMS_IN_SECRET = "mail-secret", "sms-secret"
    settings.WECHAT_TOKEN, settings.WECHAT_AES_KEY = "token", ""
    settings.WECHAT_APP_ID, settings.WECHAT_SECRET = "wx0123456789abcdef", "secret"
    return World(_lasting, settings, tmp_path, Client(raise_request_exception=False))


# The ways in


def by_page(world: World) -> None:
    world.client.post("/raise/", {**world.place, "spoke": "family", "asked": "on"})


def by_poster(world: World) -> None:
    page = world.client.get(f"/q/{world.village}/")
    poster = page.context["form"]["poster"].value()
    world.client.post("/raise/", {**world.place, "spoke": "self", "asked": "on", "poster": poster})


def by_staff(channel: Channel, spoke: str) -> Callable[[World], None]:
    def way(world: World) -> None:
        said = {**world.place, "channel": str(channel), "spoke": spoke, "name": NAME, "phone": PHONE}
        world.signed_in(world.stage.cast.clerk).post("/cases/new/", said)

    return way


def on_the_spot(world: World) -> None:
    said = {**world.place, "category": "0101", "result": "已经清理干净。", "spoke": "staff"}
    world.signed_in(world.stage.cast.line_person).post("/cases/settled/", said)


def by_call(world: World) -> None:
    said = {**world.place, "do": "matter", "opened": clock.now().isoformat(), "spoke": "other", "name": NAME}
    world.signed_in(world.stage.cast.county_dispatcher).post(f"/desk/call?from={PHONE}", said)


def by_call_of_a_program(world: World) -> None:
    said = {"outcome": "matter", "text": TEXT, "place": world.village, "spoke": "family", "caller": PHONE}
    program = Program(world.stage.cast.county_dispatcher)
    assert program.post("/hotline/calls", {**said, "spoke": "staff"}).status_code == 422
    assert program.post("/hotline/calls", said).status_code == 201


def by_outcome_of_a_program(world: World) -> None:
    world.settings.HOTLINE_SECRET = SECRET
    call = Switchboard().ring("a-1", caller=PHONE, agent="county_dispatcher")
    said = {"outcome": "matter", "text": TEXT, "place": world.village, "spoke": "neighbour"}
    program = Program(world.stage.cast.county_dispatcher)
    assert program.post(f"/hotline/calls/{call.number}/outcome", said).status_code == 200


def by_wechat(world: World) -> None:
    Server(world.client, world.settings).say(Content="城关镇三元村三组的路灯全坏了。")


def by_mail(world: World) -> None:
    inbound.mailed(world.client, inbound.raw())


def by_sms(world: World) -> None:
    inbound.texted(world.client)


def by_open311(world: World) -> None:
    decide(OPEN311, posting="open")
    post(world.client, **GOOD)


def by_open311_with_a_key(world: World) -> None:
    post(world.client, world.key(), **GOOD, first_name="芳", phone=PHONE)


def by_api(world: World) -> None:
    said = {"text": TEXT, "place": world.village, "reporter_name": NAME, "spoke": "neighbour"}
    assert Program(world.stage.cast.clerk).post("/cases", said).status_code == 201


def by_import(world: World) -> None:
    row = [1, "A1", "路坏了", "2019/4/25 9:32:09", "路坏了三个月。", "", ""]
    call_command("import_messages", str(sheet(world.folder / "one.xlsx", row)), unit=world.village)


@dataclass(frozen=True)
class Way:
    """One row of the table: through which door, and what must be recorded."""

    door: str
    come: Callable[[World], None]
    channel: Channel
    spoke: str
    typed: str
    account: str = ""
    """The account of who typed, by the name in the cast; "" when nobody of the staff did."""


_RAISE = "gongzhi.cases.views.resident.raising.raise_matter"
_REGISTER = "gongzhi.cases.views.staff.registering.register"
_OPEN311 = "gongzhi.channels.views.open311.requests"
WAYS = {
    "page": Way(_RAISE, by_page, Channel.WEB, "family", "person"),
    "poster": Way(_RAISE, by_poster, Channel.POSTER, "self", "person"),
    **{
        str(channel): Way(_REGISTER, by_staff(channel, spoke), channel, spoke, "account", "clerk")
        for channel, spoke in zip(STAFF_CHANNELS, ("self", "family", "neighbour", "other"), strict=True)
    },
    "spot": Way(
        "gongzhi.cases.views.staff.registering.settle",
        on_the_spot,
        Channel.VISIT,
        "staff",
        "account",
        "line_person",
    ),
    "call": Way(
        "gongzhi.hotline.views.desk.screen", by_call, Channel.HOTLINE, "other", "account", "county_dispatcher"
    ),
    "call-api": Way(
        "gongzhi.hotline.api.write_call",
        by_call_of_a_program,
        Channel.HOTLINE,
        "family",
        "account",
        "county_dispatcher",
    ),
    "outcome-api": Way(
        "gongzhi.hotline.api.write_outcome",
        by_outcome_of_a_program,
        Channel.HOTLINE,
        "neighbour",
        "account",
        "county_dispatcher",
    ),
    "wechat": Way("gongzhi.channels.views.wechat.callback", by_wechat, Channel.WECHAT, "self", "person"),
    "mail": Way("gongzhi.channels.views.inbound.mail_in", by_mail, Channel.MAIL, "self", "person"),
    "sms": Way("gongzhi.channels.views.inbound.sms_in", by_sms, Channel.SMS, "self", "person"),
    "open311": Way(_OPEN311, by_open311, Channel.API, "self", "person"),
    "open311-key": Way(_OPEN311, by_open311_with_a_key, Channel.API, "self", "account", "clerk"),
    "api": Way("gongzhi.cases.api.register_case", by_api, Channel.API, "neighbour", "account", "clerk"),
    "import": Way(
        "gongzhi.cases.management.commands.import_messages.Command",
        by_import,
        Channel.IMPORT,
        "unsaid",
        "system",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_whoever_brings_a_matter_in_channel_speaker_and_typist_are_recorded_and_shown(
    name: str, world: World
) -> None:
    way = WAYS[name]
    way.come(world)
    case = Case.objects.get()
    typist = getattr(world.stage.cast, way.account).user if way.account else None
    assert (case.channel, case.spoke, case.typed, case.registered_by) == (
        way.channel,
        way.spoke,
        way.typed,
        typist,
    )
    facts = {"channel": str(way.channel), "spoke": way.spoke, "typed": way.typed}
    assert facts.items() <= Transition.objects.get(case=case, seq=1).data.items()
    event = AuditEvent.objects.filter(subject=f"case:{case.number}").order_by("pk")[0]
    assert facts.items() <= json.loads(event.data).items()
    key = {"account": f"staff:{typist.pk}" if typist else "", "person": "resident", "system": "system"}
    assert event.actor_key == key[way.typed]
    _stands_on_the_page(world, case, typist.full_name if typist else words.name_in(words.TYPISTS, case.typed))
    _stands_in_the_export(case)


def _stands_on_the_page(world: World, case: Case, typed: str) -> None:
    read = world.signed_in(world.stage.cast.supervisor).get(f"/cases/{case.number}/").content.decode()
    for shown in (
        words.name_in(words.CHANNELS, case.channel),
        words.name_in(words.SPEAKERS, case.spoke),
        typed,
    ):
        assert shown in read
    analyst = world.signed_in(world.stage.cast.analyst).get(f"/cases/{case.number}/").content.decode()
    assert typed not in analyst or typed in map(str, words.TYPISTS.values())


def _stands_in_the_export(case: Case) -> None:
    shown = export_columns.columns(with_words=False)
    (row,) = Case.objects.values_list(*(column.field for column in shown))
    said = dict(
        zip((c.key for c in shown), export_columns.say(export_columns.raw(row), shown, {}), strict=True)
    )
    assert said["channel"] == words.name_in(words.CHANNELS, case.channel)
    assert (said["spoke"], said["typed"]) == (
        words.name_in(words.SPEAKERS, case.spoke),
        words.name_in(words.TYPISTS, case.typed),
    )


@pytest.mark.once
def test_every_door_that_brings_matters_in_and_every_channel_has_a_row() -> None:
    assert doors_to([f"{INTAKE}.register_case", f"{INTAKE}.settle_new_case"]) == {
        way.door for way in WAYS.values()
    }
    assert {way.channel for way in WAYS.values()} == set(Channel)


@pytest.mark.once
def test_mediation_brings_no_matters_in_so_it_needs_no_row() -> None:
    doors = doors_to([f"{INTAKE}.register_case", f"{INTAKE}.settle_new_case"])
    assert not [door for door in doors if ".mediation." in door]


def test_a_matter_merged_with_another_keeps_its_own_channel_speaker_and_typist(world: World) -> None:
    by_wechat(world)
    by_staff(Channel.VISIT, "family")(world)
    main, second = Case.objects.order_by("pk")
    merge_case(case=second, main=main, words="", by=world.stage.cast.clerk.actor, at=clock.now())
    second.refresh_from_db()
    assert (second.status, second.channel, second.spoke, second.typed) == (
        "merged",
        "visit",
        "family",
        "account",
    )


def test_only_staff_can_say_that_nobody_spoke_and_then_nobody_is_named(world: World) -> None:
    world.client.post("/raise/", {**world.place, "spoke": "staff", "asked": "on"})
    by_staff(Channel.GRID, "staff")(world)
    assert not Case.objects.exists()


# Additions


def add_by_page(world: World, case: Case) -> None:
    address = f"/t/{case.number}/{tracking.code_of(case)}/add/"
    world.client.post(address, {"token": str(uuid4()), "words": "还有一盏。"})


def add_by_wechat(world: World, case: Case) -> None:
    server = Server(world.client, world.settings)
    server.say(Content=f"绑定 {case.number} {tracking.code_of(case)}")
    server.say(Content=f"{case.number} 还有一盏。")


def add_by_mail(world: World, case: Case) -> None:
    inbound.mailed(world.client, inbound.raw(f"{case.number} {tracking.code_of(case)}\n还有一盏。"))


def add_by_sms(world: World, case: Case) -> None:
    inbound.texted(world.client, f"{case.number} {tracking.code_of(case)} 还有一盏。")


def add_by_call(world: World, case: Case) -> None:
    said = {**world.place, "do": "added", "opened": clock.now().isoformat(), "spoke": "family"}
    agent = world.signed_in(world.stage.cast.county_dispatcher)
    agent.post(f"/desk/call?from={PHONE}", {**said, "number": case.number})


def add_by_desk(world: World, case: Case) -> None:
    clerk = world.signed_in(world.stage.cast.clerk)
    clerk.post(
        f"/cases/{case.number}/comment/", {"token": str(uuid4()), "words": "已经去看过。", "public": "no"}
    )


def add_by_api(world: World, case: Case) -> None:
    said = {"move": "comment", "words": "已经去看过。"}
    assert Program(world.stage.cast.clerk).post(f"/cases/{case.number}/moves", said).status_code == 200


OWN_WORDS: dict[str, str | None] = {"channel": None, "spoke": None, "typed": None}
"""What staff say in their own name: the one who moves is who spoke and who typed."""
ADDITIONS: dict[str, tuple[set[str], Callable[[World, Case], None], dict[str, str | None]]] = {
    "page": (
        {"gongzhi.cases.views.resident.moves.add"},
        add_by_page,
        {"channel": "web", "spoke": "self", "typed": "person"},
    ),
    "wechat": (
        {"gongzhi.channels.views.wechat.callback"},
        add_by_wechat,
        {"channel": "wechat", "spoke": "self", "typed": "person"},
    ),
    "mail": (
        {"gongzhi.channels.views.inbound.mail_in"},
        add_by_mail,
        {"channel": "mail", "spoke": "self", "typed": "person"},
    ),
    "sms": (
        {"gongzhi.channels.views.inbound.sms_in"},
        add_by_sms,
        {"channel": "sms", "spoke": "self", "typed": "person"},
    ),
    "call": (
        {
            "gongzhi.hotline.views.desk.screen",
            "gongzhi.hotline.api.write_call",
            "gongzhi.hotline.api.write_outcome",
        },
        add_by_call,
        {"channel": "hotline", "spoke": "family", "typed": "account"},
    ),
    "desk": (
        {"gongzhi.cases.views.staff.moving.move", "gongzhi.cases.views.staff.presses.PRESSES"},
        add_by_desk,
        OWN_WORDS,
    ),
    "api": (
        {
            "gongzhi.cases.api.move_case",
            "gongzhi.cases.api.moves.AnyMove",
            "gongzhi.cases.api.moves.Comment",
        },
        add_by_api,
        OWN_WORDS,
    ),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_words_added_to_a_matter_say_by_which_channel_who_spoke_and_who_typed(
    name: str, world: World
) -> None:
    case = world.stage.register()
    _doors, add, facts = ADDITIONS[name]
    add(world, case)
    step = Transition.objects.get(case=case, move=Move.COMMENT)
    assert {key: step.data.get(key) for key in facts} == facts
    assert step.by_key.startswith("resident" if facts["typed"] == "person" else "staff")
    event = AuditEvent.objects.get(subject=f"case:{case.number}", code="cases.case.commented")
    assert {key: json.loads(event.data).get(key) for key in facts} == facts
    if facts["spoke"]:
        read = world.signed_in(world.stage.cast.clerk).get(f"/cases/{case.number}/").content.decode()
        names = (
            words.name_in(words.CHANNELS, facts["channel"] or ""),
            words.name_in(words.SPEAKERS, facts["spoke"]),
        )
        shown = " · ".join(names)
        assert shown in read


@pytest.mark.once
def test_every_door_through_which_words_are_added_has_a_row() -> None:
    named = set().union(*(doors for doors, _add, _facts in ADDITIONS.values()))
    assert doors_to(["gongzhi.cases.actions.story.comment_case"]) == named
