"""The world of the sweep: one case of each sort, a dispute, and a signed-in browser for each of the cast."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.audit.actions import record, seal
from gongzhi.cases.actions import (
    experts,
    judging,
    posting_up,
    taking_out,
)
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, Expert, Export, Flag, FlagRow, PosterLink
from gongzhi.cases.queries import exports, lists
from gongzhi.core.actions.calendar import set_override
from gongzhi.followup.models import Draw, FollowUp
from gongzhi.hotline.actions import closing
from gongzhi.hotline.actions.closing import Ending, Heard
from gongzhi.hotline.lifecycle import Outcome as CallOutcome
from gongzhi.hotline.models import Call
from gongzhi.knowledge.models import Article
from gongzhi.knowledge.tests import stage as articles
from gongzhi.mediation.models import Dispute
from gongzhi.mediation.tests.stage import Stage as Disputes
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import AccessToken, Post
from gongzhi.workbench.actions import batching, foreseeing, saving
from gongzhi.workbench.lifecycle import Kind
from gongzhi.workbench.models import Batch, SavedView
from tests.cast import AT, Cast, Person
from tests.stage import PHONE, RESIDENT, Program, Stage, lasting_stage, undone
from tests.sweep.people import (
    EVERYONE,
    PUBLIC,
)


@dataclass(frozen=True)
class World:
    """What the addresses of the sweep point to; all of it belongs to the village."""

    stage: Stage
    case: Case
    published: Case
    typed: Case
    notice: Notice
    token: AccessToken
    post: Post
    sessions: dict[str, str]
    expert: Expert
    dispute: Dispute
    """Agreed, led by the clerk of the village."""
    flag: Flag
    export: Export
    """Asked for by the clerk; not begun."""
    call: Call
    """A question answered by the town dispatcher, without a telephone system."""
    batch: Batch
    """Pressed by the clerk; on hold."""
    view: SavedView
    """The clerk's own."""
    article: Article
    """Published; written by the clerk of the village."""
    poster: PosterLink
    """Printed by the clerk; it holds."""
    followup: FollowUp
    """An answer of the village that was drawn, to be called about by its town."""

    def client(self, visitor: str) -> Client:
        """Return a fresh browser of one visitor; "anonymous" has no account."""
        client = Client(raise_request_exception=False)
        if visitor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[visitor]
        return client

    def visitors(self) -> Iterator[tuple[str, Client]]:
        for name in sorted(PUBLIC):
            yield name, self.client(name)

    @property
    def cast(self) -> Cast:
        return self.stage.cast


@pytest.fixture
def _django_db_helper(one_world: World) -> Iterator[None]:
    """Stand in for pytest-django's, whose end of a test would close the connection that holds the world."""
    with undone():
        yield


@pytest.fixture(scope="module")
def one_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world is made once for all tests here; each takes back what it wrote."""
    with django_db_blocker.unblock(), lasting_stage() as stage:
        yield make_world(stage)


@pytest.fixture
def world(_django_db_helper: None, one_world: World) -> World:
    return one_world


def make_world(stage: Stage) -> World:
    cast = stage.cast
    case = stage.register()
    stage.attach(case)
    published = stage.published()
    typed = stage.register(by=cast.clerk.actor)
    complained = stage.in_state(State.RESOLVED)
    judging.say_not_solved(case=complained, words="还是不行。", by=RESIDENT, at=stage.later(70))
    notice = Notice.objects.filter(user_id=cast.clerk.user.pk)[0]
    assert Program(cast.clerk).headers
    post = Post.objects.get(user=cast.line_person.user)
    set_override(day=AT.date(), is_working=False, note="停电", by=cast.manager.actor, at=AT, record=record)
    person = experts.Person("周医生", "镇卫生院", "0915-5210002", "公共卫生")
    expert = experts.add_expert(
        unit=cast.units.town, person=person, by=cast.town_dispatcher.actor, at=stage.at
    )
    seal(at=AT)
    sessions = {name: _session_of(getattr(cast, name)) for name in sorted(EVERYONE)}
    dispute = Disputes(cast, AT).agreed()
    return World(
        stage,
        case,
        published,
        typed,
        notice,
        AccessToken.objects.get(),
        post,
        sessions,
        expert,
        dispute=dispute,
        flag=planted_flag(stage, published),
        export=_export(stage),
        call=_call(stage),
        batch=pressed_batch(stage, cast.clerk),
        view=saving.save_view(
            name="待签收",
            base="cases:list",
            query="queue=unit&state=dispatched",
            by=cast.clerk.actor,
            at=stage.at,
        ),
        article=articles.published(cast, AT),
        poster=_poster(stage),
        followup=planted_followup(stage),
    )


def _poster(stage: Stage) -> PosterLink:
    clerk, village = stage.cast.clerk, stage.cast.units.village
    posting_up.print_poster(unit=village, spot="井边", by=clerk.actor, at=AT)
    return PosterLink.objects.get(place=village)


def planted_followup(stage: Stage) -> FollowUp:
    case, village = stage.in_state(State.RESOLVED), stage.cast.units.village
    draw = Draw.objects.create(
        unit=village,
        day=AT.date(),
        batch=1,
        digest="ab" * 32,
        rule="followup.sample@1",
        heaps={"waiting": [case.number]},
        stood=1,
        drawn=1,
        at=stage.at,
    )
    return FollowUp.objects.create(
        case=case,
        round=0,
        unit=village,
        caller=stage.cast.units.town,
        reason="drawn",
        stratum="waiting",
        draw=draw,
        rule=draw.rule,
        listed_at=stage.at,
        due_at=stage.later(600),
        next_at=stage.at,
    )


def pressed_batch(stage: Stage, person: Person) -> Batch:
    """A press of a member of the village that is on hold."""
    by = person.actor
    asked = foreseeing.Asked(Kind.ACCEPT, tier="small")
    numbers = [stage.register().number]
    will = foreseeing.foresee(viewer=by, asked=asked, numbers=numbers, at=stage.at).will
    marks = {each.case.number: each.mark for each in will}
    return batching.ask(asked=asked, marks=marks, language="zh-hans", by=by, at=stage.at)


def _export(stage: Stage) -> Export:
    clerk = stage.cast.clerk.actor
    query = exports.pack_list(lists.Queue.ALL, lists.Filters())
    return taking_out.ask(
        source="list", query=query, format="csv", with_words=False, language="zh-hans", by=clerk, at=stage.at
    )


def _call(stage: Stage) -> Call:
    ending = Ending(CallOutcome.CONSULT, question="医保在哪里交？", answer="在村委会交。")
    by = stage.cast.town_dispatcher.actor
    return closing.write_ending(heard=Heard(caller=PHONE), ending=ending, by=by, at=stage.at)


def planted_flag(stage: Stage, case: Case) -> Flag:
    """Something about the village that looks suspicious."""
    flag = Flag.objects.create(
        kind=Flag.Kind.QUICK,
        unit=stage.cast.units.village,
        mark="2026-03",
        month=AT.date().replace(day=1),
        facts={"minutes": 10},
        rule="cases.flags@1",
        rows=1,
        first_seen=stage.at,
        last_seen=stage.at,
    )
    FlagRow.objects.create(flag=flag, case=case, at=stage.at)
    return flag


def _session_of(person: Person) -> str:
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
