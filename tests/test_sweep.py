"""Every address and every operation of the API, for everybody: who may, who may not, who is not told.

`PAGES` declares for each route who may use it; a route without a row fails. What is written here is a second
statement of the rights, made by hand from the duties of each role, and never computed from the code.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from gongzhi.audit.actions import record, seal
from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import (
    experts,
    extending,
    intake,
    judging,
    merging,
    pausing,
    petitions,
    supervising,
    together,
)
from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case, Expert, SpotCheck
from gongzhi.cases.queries import categories
from gongzhi.core.actions.calendar import set_override
from gongzhi.mediation import numbers as dispute_numbers
from gongzhi.mediation.models import Dispute
from gongzhi.mediation.tests.stage import Stage as Disputes
from gongzhi.notices.models import Notice
from gongzhi.orgs.models import AccessToken, Post
from tests.cast import AT, Cast, Person
from tests.stage import RESIDENT, Program, Stage, lasting_stage, picture, receipt_of, undone

pytestmark = pytest.mark.django_db

DESKS = frozenset({"clerk", "village_head", "town_dispatcher", "town_head", "county_dispatcher"})
"""Keep the desk of the village, or of a centre above it."""
HANDLERS = frozenset({"clerk", "village_head"})
REGISTRARS = DESKS | {"line_person"}
ANALYST, MANAGER = frozenset({"analyst"}), frozenset({"manager"})
VILLAGE = REGISTRARS | {"supervisor"} | ANALYST
"""Whose posts have the village 三元村, and what is raised there, in sight."""
STRANGERS = frozenset({"peer_clerk", "peer_dispatcher", "officer"})
UNIT = VILLAGE | MANAGER
EVERYONE = UNIT | STRANGERS
PUBLIC = EVERYONE | {"anonymous"}
AUDITORS = frozenset({"supervisor", "manager"})
APPOINTERS = frozenset({"village_head", "town_head", "manager"})
DISPATCH_SOMEWHERE = DESKS | {"peer_clerk", "peer_dispatcher"}
REGISTER_SOMEWHERE = REGISTRARS | {"peer_clerk", "peer_dispatcher"}
SETTLE_SOMEWHERE = HANDLERS | {"line_person", "town_head", "peer_clerk"}
HANDLE_SOMEWHERE = DISPATCH_SOMEWHERE | {"officer"}
NO_FIGURES = MANAGER | {"line_person"}
FIGURES_SOMEWHERE = EVERYONE - NO_FIGURES
NOBODY: frozenset[str] = frozenset()


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


Args = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """Who may use a route: `may` is served, the rest of `sees` gets 403, everybody else 404."""

    may: frozenset[str]
    sees: frozenset[str] = PUBLIC
    args: Args = field(default=lambda world: {})
    methods: str = "GET"
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    gone: bool = False
    """Answers 404 to all on purpose: an address of a library that is not offered here."""


def _unit(world: World) -> dict[str, Any]:
    return {"code": world.cast.units.village.code}


def _post(world: World) -> dict[str, Any]:
    return _unit(world) | {"post_id": world.post.pk}


def _person(world: World) -> dict[str, Any]:
    return {"username": world.cast.line_person.user.username}


def _day(world: World) -> dict[str, Any]:
    return {"day": world.stage.at.date()}


def _receipt(world: World) -> dict[str, Any]:
    return receipt_of(world.case)


def _json(world: World) -> dict[str, Any]:
    return {"ext": "json"}


def _rule(world: World) -> dict[str, Any]:
    return {"code": "cases.windows"}


def _notice(world: World) -> dict[str, Any]:
    return {"pk": world.notice.pk}


def _staff(may: frozenset[str] = EVERYONE, **more: Any) -> Row:
    return Row(may, EVERYONE, **more)


def _number(world: World) -> dict[str, Any]:
    return {"number": world.case.number}


def _of_case(may: frozenset[str], *, args: Args = _number, methods: str = "GET") -> Row:
    return Row(may, VILLAGE, args=args, methods=methods)


def _of_figures(*, args: Args = _unit, methods: str = "GET") -> Row:
    return Row(VILLAGE - NO_FIGURES, VILLAGE | NO_FIGURES, args=args, methods=methods)


def _of_unit(may: frozenset[str], *, args: Args = _unit, methods: str = "GET POST") -> Row:
    return Row(may, UNIT, args=args, methods=methods)


MEDIATION = VILLAGE - {"line_person"}
"""Who knows of a dispute in the village; a three-line person only of those he mediates."""
MEDIATORS = frozenset({"clerk", "village_head"})
"""The mediator of the dispute, and the head of its committee."""
TAKE_UP = REGISTER_SOMEWHERE
MEDIATION_FIGURES = EVERYONE - MANAGER - {"line_person", "officer"}


def _dispute(world: World) -> dict[str, Any]:
    return {"number": world.dispute.number}


def _of_party(world: World) -> dict[str, Any]:
    return _dispute(world) | {"code": dispute_numbers.party_code(world.dispute.number, 1)}


CLOSED = Row(NOBODY, PUBLIC, methods="GET POST", gone=True)

PAGES: dict[str, Row] = {
    # Residents: no account; the receipt is the key.
    "cases:home": Row(PUBLIC),
    "cases:forget": Row(PUBLIC, methods="POST"),
    "cases:raise": Row(PUBLIC, methods="GET POST"),
    "cases:track": Row(PUBLIC, methods="GET POST"),
    "cases:matter": Row(PUBLIC, args=_receipt),
    "cases:receipt": Row(PUBLIC, args=_receipt),
    "cases:picture": Row(PUBLIC, args=lambda w: _receipt(w) | {"position": 1}),
    "cases:add": Row(PUBLIC, args=_receipt, methods="GET POST"),
    # The world's case is no petition: its documents are there for nobody.
    "cases:document": Row(NOBODY, NOBODY, args=lambda w: _receipt(w) | {"name": "answer"}, gone=True),
    "cases:press": Row(PUBLIC, args=lambda w: _receipt(w) | {"name": "withdraw"}, methods="GET POST"),
    "cases:verify": Row(PUBLIC, methods="GET POST"),
    "cases:verified": Row(PUBLIC, args=_receipt),
    "cases:proof": Row(PUBLIC, args=_receipt),
    "cases:board": Row(PUBLIC),
    "cases:board_feed": Row(PUBLIC),
    "cases:published": Row(PUBLIC, args=lambda w: {"number": w.published.number}),
    # Other systems: what is public without a key; posting asks for one, whoever is signed in.
    "open311:discovery": Row(PUBLIC, args=_json),
    "open311:v2_discovery": Row(PUBLIC, args=_json),
    "open311:services": Row(PUBLIC, args=_json),
    "open311:service": Row(PUBLIC, args=lambda w: _json(w) | {"code": "0101"}),
    "open311:requests": Row(PUBLIC, args=_json),
    "open311:request": Row(PUBLIC, args=lambda w: _json(w) | {"number": w.published.number}),
    "open311:token": Row(
        PUBLIC, args=lambda w: _json(w) | {"token": "{number}.{code}".format(**receipt_of(w.case))}
    ),
    "open311:updates": Row(PUBLIC, args=_json),
    "open311:elsewhere": Row(NOBODY, PUBLIC, gone=True, args=lambda w: {"rest": "v2/nothing"}),
    # Signed doors: closed while the settings hold no secret. What they ask for: gongzhi/channels/tests.
    "channels:wechat": Row(NOBODY, PUBLIC, gone=True, methods="GET POST"),
    "channels:mail": Row(NOBODY, PUBLIC, gone=True, methods="POST"),
    "channels:sms": Row(NOBODY, PUBLIC, gone=True, methods="POST"),
    # Open to all by their nature.
    "audit:roots": Row(PUBLIC),
    "audit:roots_json": Row(PUBLIC),
    "audit:proof_json": Row(PUBLIC, args=lambda w: {"row": AuditEvent.objects.order_by("id")[0].pk}),
    "rulebook:public_list": Row(PUBLIC),
    "rulebook:public_rule": Row(PUBLIC, args=_rule),
    "rulebook:list_json": Row(PUBLIC),
    "rulebook:rule_json": Row(PUBLIC, args=_rule),
    "site:healthz": Row(PUBLIC),
    "site:metrics": Row(PUBLIC),
    "set_language": Row(PUBLIC, methods="POST"),
    "appearance:type_size": Row(PUBLIC, args=lambda w: {"size": "large"}),
    # For builders; absent unless the setting says otherwise.
    "gallery:staff": Row(NOBODY, PUBLIC, gone=True),
    "gallery:resident": Row(NOBODY, PUBLIC, gone=True),
    "gallery:error": Row(NOBODY, PUBLIC, gone=True, args=lambda w: {"status": 404}),
    # Signing in, and one's own account.
    "account_login": Row(PUBLIC, methods="GET POST"),
    "account_logout": Row(PUBLIC, methods="GET POST"),
    "account_inactive": Row(PUBLIC),
    "account_reauthenticate": _staff(methods="GET POST"),
    "account_change_password": _staff(methods="GET POST"),
    "orgs:account": _staff(),
    "orgs:revoke_token": Row(
        frozenset({"clerk"}), frozenset({"clerk"}), methods="POST", args=lambda w: {"token_id": w.token.pk}
    ),
    "mfa_index": _staff(),
    "mfa_authenticate": _staff(methods="GET POST"),
    "mfa_login_webauthn": _staff(),
    "mfa_reauthenticate": _staff(methods="GET POST"),
    "mfa_activate_totp": _staff(methods="GET POST"),
    "mfa_deactivate_totp": Row(NOBODY, NOBODY, methods="GET POST"),
    "mfa_view_recovery_codes": Row(NOBODY, NOBODY),
    "mfa_generate_recovery_codes": _staff(methods="GET POST"),
    "mfa_download_recovery_codes": Row(NOBODY, NOBODY),
    "mfa_list_webauthn": _staff(),
    "mfa_add_webauthn": _staff(methods="GET POST"),
    "mfa_reauthenticate_webauthn": _staff(methods="POST"),
    "mfa_remove_webauthn": Row(NOBODY, NOBODY, methods="GET POST", args=lambda w: {"pk": 1}),
    "mfa_edit_webauthn": Row(NOBODY, NOBODY, methods="GET POST", args=lambda w: {"pk": 1}),
    **dict.fromkeys(
        (
            "account_signup",
            "account_email",
            "account_email_verification_sent",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "account_confirm_login_code",
        ),
        CLOSED,
    ),
    # Units and posts.
    "orgs:units": _staff(),
    "orgs:unit": _of_unit(UNIT, methods="GET"),
    "orgs:create_unit": _of_unit(MANAGER),
    "orgs:rename_unit": _of_unit(MANAGER),
    "orgs:move_unit": _of_unit(MANAGER),
    "orgs:end_unit": _of_unit(MANAGER),
    "orgs:unit_days": _of_unit(MANAGER),
    "orgs:clear_unit_day": Row(NOBODY, VILLAGE - NOBODY, methods="POST", args=lambda w: _unit(w) | _day(w)),
    "orgs:appoint": _of_unit(APPOINTERS),
    "orgs:end_post": _of_unit(APPOINTERS, args=_post),
    # Calendar and accounts belong to the whole county.
    "orgs:calendar": _staff(),
    "orgs:calendar_day": _staff(MANAGER, args=_day, methods="GET POST"),
    "orgs:calendar_clear": _staff(MANAGER, args=_day, methods="POST"),
    "orgs:accounts": _staff(MANAGER),
    "orgs:create_account": _staff(MANAGER, methods="GET POST"),
    "orgs:person": _staff(MANAGER, args=_person),
    "orgs:reset_password": _staff(MANAGER, args=_person, methods="POST"),
    "orgs:close_account": _staff(MANAGER, args=_person, methods="POST"),
    "orgs:reopen_account": _staff(MANAGER, args=_person, methods="POST"),
    # Rules: everybody reads, the system manager enters what was decided.
    "rulebook:list": _staff(),
    "rulebook:rule": _staff(args=_rule),
    "rulebook:change": _staff(MANAGER, args=_rule, methods="GET POST"),
    "rulebook:withdraw": _staff(MANAGER, args=lambda w: _rule(w) | {"number": 1}, methods="POST"),
    # Staff pages of cases.
    "site:desk": _staff(),
    "cases:list": _staff(EVERYONE - MANAGER),
    "cases:dispatch_queue": _staff(DISPATCH_SOMEWHERE),
    "cases:case": _of_case(VILLAGE),
    "cases:staff_picture": Row(
        # An analyst reads no words, so for them a case has no pictures either.
        VILLAGE - ANALYST,
        VILLAGE - ANALYST,
        args=lambda w: _number(w) | {"position": 1},
    ),
    "cases:staff_document": Row(
        NOBODY, NOBODY, args=lambda w: _number(w) | {"name": "answer"}, methods="GET"
    ),
    "cases:reporter": _of_case(REGISTRARS | {"supervisor"}, methods="GET POST"),
    "cases:move": _of_case(DESKS, args=lambda w: _number(w) | {"name": "accept"}, methods="GET POST"),
    "cases:waiting": _staff(DISPATCH_SOMEWHERE, args=lambda w: {"name": "checks"}),
    "cases:experts": _staff(HANDLE_SOMEWHERE),
    "cases:end_expert": Row(
        frozenset({"town_dispatcher", "town_head", "county_dispatcher"}),
        EVERYONE - {"peer_dispatcher"},
        args=lambda w: {"key": w.expert.pk},
        methods="POST",
    ),
    "cases:register": _staff(REGISTER_SOMEWHERE, methods="GET POST"),
    "cases:settle_new": _staff(SETTLE_SOMEWHERE, methods="GET POST"),
    # The receipt is shown to nobody but who typed the matter in.
    "cases:handed": Row(
        frozenset({"clerk"}),
        EVERYONE - REGISTER_SOMEWHERE | {"clerk"},
        args=lambda w: {"number": w.typed.number},
    ),
    # Figures: of the village for whose posts read figures and have it in sight.
    "cases:dashboard": _staff(FIGURES_SOMEWHERE),
    "cases:unit_figures": _of_figures(),
    "cases:count_figures": _of_figures(methods="POST"),
    "cases:help_figures": _of_figures(),
    "cases:help_list": _of_figures(),
    "cases:figure_list": _of_figures(args=lambda w: _unit(w) | {"measure": "registered"}),
    "cases:figure_file": _of_figures(args=lambda w: _unit(w) | {"measure": "registered"}),
    # Mediation: dated facts for who has the village in sight, words for mediator and head.
    "mediation:list": _staff(EVERYONE - MANAGER),
    "mediation:open": _staff(TAKE_UP, methods="GET POST"),
    "mediation:figures": _staff(MEDIATION_FIGURES),
    "mediation:dispute": Row(MEDIATION, MEDIATION, args=_dispute),
    "mediation:agreement": Row(MEDIATORS, MEDIATORS, args=_dispute),
    "mediation:contacts": Row(MEDIATORS, MEDIATION, args=_dispute, methods="GET POST"),
    "mediation:answer": Row(NOBODY, MEDIATION, args=_dispute, methods="GET POST"),
    "mediation:signature": Row(MEDIATORS, MEDIATORS, args=lambda w: _dispute(w) | {"position": 1}),
    "mediation:move": Row(
        MEDIATORS, MEDIATION, args=lambda w: _dispute(w) | {"name": "visit"}, methods="GET POST"
    ),
    "mediation:party": Row(PUBLIC, args=_of_party),
    "mediation:party_agreement": Row(PUBLIC, args=_of_party),
    "mediation:party_press": Row(
        PUBLIC, args=lambda w: _of_party(w) | {"name": "statement"}, methods="GET POST"
    ),
    # Records and notices.
    "audit:log": _staff(AUDITORS),
    "notices:deliveries": _staff(AUDITORS),
    "notices:mine": _staff(),
    "notices:mark_all_read": _staff(methods="POST"),
    "notices:open": Row(frozenset({"clerk"}), frozenset({"clerk"}), args=_notice, methods="POST"),
    "notices:mark_read": Row(frozenset({"clerk"}), frozenset({"clerk"}), args=_notice, methods="POST"),
}
WITH_A_SECOND_FACTOR = frozenset(
    {"mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}
    | {"mfa_remove_webauthn", "mfa_edit_webauthn"}
)
"""Pages for who has set up a second factor, which nobody of the cast has: shown to none of them."""
API_ROUTES = frozenset({"api:openapi-json", "api:api-root"})


def routes() -> Iterator[str]:
    """Give the name of every route, with its namespace; one without a name by its pattern."""

    def walk(patterns: list[Any], before: str, names: str) -> Iterator[str]:
        for each in patterns:
            text = before + str(each.pattern)
            if isinstance(each, URLResolver):
                space = f"{names}{each.namespace}:" if each.namespace else names
                yield from walk(each.url_patterns, text, space)
            elif isinstance(each, URLPattern):
                yield f"{names}{each.name}" if each.name else text

    yield from walk(get_resolver().url_patterns, "", "")


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
    )


def _session_of(person: Person) -> str:
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def verdict(answer: Any) -> str:
    """Return what an answer says of rights: sign in, refused, absent, or served (with or without success)."""
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/account/login/"):
        return "sign in"
    return {401: "sign in", 403: "refused", 404: "absent"}.get(answer.status_code, "served")


def expected(row: Row, name: str) -> str:
    if row.gone:
        return "absent"
    if name in row.may:
        return "served"
    if name == "anonymous":
        return "sign in"
    return "refused" if name in row.sees else "absent"


def test_every_route_is_in_the_table() -> None:
    known = set(PAGES) | API_ROUTES | {f"api:{operation}" for operation in OPERATIONS}
    listed = set(routes())
    assert listed - known == set(), "say in PAGES who may use them"
    assert known - listed == set(), "in the table, but nowhere else"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_serves_whom_it_is_for_and_nobody_else_and_looking_at_it_changes_nothing(
    name: str, world: World
) -> None:
    row = PAGES[name]
    address = reverse(name, kwargs=row.args(world))
    wrong = []
    for visitor, client in world.visitors():
        for method in row.methods.split():
            with undone(), CaptureQueriesContext(connection) as said:
                answer = client.get(address) if method == "GET" else client.post(address)
            wanted = expected(row, visitor)
            if name in WITH_A_SECOND_FACTOR and visitor != "anonymous":
                # Sent on to where it is set up, or told there is nothing; never shown.
                wanted = verdict(answer) if answer.status_code in (302, 404) else "absent"
            if verdict(answer) != wanted or answer.status_code >= 500:
                wrong.append(f"{visitor} {method}: {answer.status_code}, should be {wanted}")
            if method == "GET":
                wrong += [f"{visitor} looked: {each['sql'][:90]}" for each in said if is_write(each["sql"])]
    assert wrong == []


HARMLESS = ("django_session", "axes_accessattempt")
"""Tables of libraries that keep who is signed in."""


def is_write(sql: str) -> bool:
    first = sql.split(None, 1)[0].upper()
    return first in {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"} and not any(
        f'"{table}"' in sql for table in HARMLESS
    )


RECEIPT_ROUTES = (
    *(name for name, row in PAGES.items() if row.args is _receipt),
    "cases:picture",
    "cases:press",
)


@pytest.mark.parametrize("name", RECEIPT_ROUTES)
@pytest.mark.parametrize("whose", ["another case", "nobody"])
def test_a_wrong_receipt_opens_nothing_for_anybody(name: str, whose: str, world: World) -> None:
    wrong = receipt_of(world.published)["code"] if whose == "another case" else "AAAA-AAAA-AAAA"
    row = PAGES[name]
    address = reverse(name, kwargs=row.args(world) | {"code": wrong})
    for visitor in ("anonymous", "clerk", "supervisor"):
        for method in row.methods.split():
            answer = world.client(visitor).generic(method, address)
            assert answer.status_code == 404, f"{visitor} {method}"


def test_a_case_that_was_not_released_is_not_on_the_board(world: World) -> None:
    assert Client().get(reverse("cases:published", args=[world.case.number])).status_code == 404


# The API


def _accept() -> dict[str, Any]:
    return {"move": "accept", "category": "0101", "kind": "request", "tier": "small"}


@dataclass(frozen=True)
class MoveRow:
    """Who of those who see the case may make a move, tried from a state in which it is possible."""

    start: Callable[[Stage], Case]
    body: Callable[[Cast], dict[str, Any]]
    may: frozenset[str]
    sees: frozenset[str] = VILLAGE


def _state(state: State) -> Callable[[Stage], Case]:
    return lambda stage: stage.in_state(state)


def _paused(stage: Stage) -> Case:
    case = stage.in_state(State.HANDLING)
    clerk = stage.cast.clerk.actor
    return pausing.pause_case(case=case, reason="weather", waiting_for="天晴", by=clerk, at=stage.later(20))


def _supervised(stage: Stage) -> Case:
    case = stage.in_state(State.HANDLING)
    return supervising.supervise_case(
        case=case, words="请说明。", by=stage.cast.town_head.actor, at=stage.later(20)
    )


def _at_town(stage: Stage) -> Case:
    return stage.accept(stage.register(place=stage.cast.units.town), by=stage.cast.town_dispatcher)


def _called(stage: Stage) -> Case:
    return together.call_help(
        case=stage.in_state(State.HANDLING),
        unit=stage.cast.units.department,
        words="请来看看。",
        by=stage.cast.clerk.actor,
        at=stage.later(20),
    )


def _helped(stage: Stage) -> Case:
    return together.answer_help(
        case=_called(stage), answer="看过。", by=stage.cast.officer.actor, at=stage.later(25)
    )


def _two(stage: Stage) -> Case:
    """Two matters about the same; the older one is returned."""
    case = stage.register()
    stage.in_state(State.HANDLING)
    return case


def _newest() -> Case:
    return Case.objects.order_by("-pk")[0]


def _merged(stage: Stage) -> Case:
    case = _two(stage)
    return merging.merge_case(case=case, main=_newest(), by=stage.cast.clerk.actor, at=stage.later(30))


def _merged_answered(stage: Stage) -> Case:
    case = stage.register()
    clerk = stage.cast.clerk.actor
    return merging.merge_case(case=case, main=stage.in_state(State.RESOLVED), by=clerk, at=stage.later(65))


def _petition_answered(stage: Stage) -> Case:
    case = petitions.take_as_petition(case=stage.register(), by=stage.cast.clerk.actor, at=stage.later(1))
    return stage.bring(case, State.RESOLVED)


def _under_review(stage: Stage) -> Case:
    return petitions.ask_review(
        case=_petition_answered(stage), words="我不服。", by=RESIDENT, at=stage.later(70)
    )


def _published(stage: Stage) -> Case:
    return stage.published()


def _answered_order(stage: Stage) -> Case:
    case = _supervised(stage)
    clerk = stage.cast.clerk.actor
    return supervising.answer_supervision(case=case, answer="明天完工。", by=clerk, at=stage.later(30))


def _drawn(stage: Stage) -> Case:
    """Settled by the line person and drawn for a check."""
    case = intake.settle_case(
        case=stage.register(),
        result="换了灯泡。",
        category=categories.get_category("1001"),
        by=stage.cast.line_person.actor,
        at=stage.later(5),
    )
    SpotCheck.objects.get_or_create(case=case, defaults={"desk": case.desk, "drawn_at": stage.later(5)})
    return case


def _of_tier(tier: str) -> Callable[[Stage], Case]:
    def start(stage: Stage) -> Case:
        case = stage.in_state(State.HANDLING)
        Case.objects.filter(pk=case.pk).update(tier=tier)
        return case

    return start


def _asked_time(stage: Stage) -> Case:
    case, clerk = stage.in_state(State.HANDLING), stage.cast.clerk.actor
    until = date(2026, 3, 25)
    return extending.ask_extension(case=case, until=until, reason="等挖机。", by=clerk, at=stage.later(20))


def _with_expert(stage: Stage) -> Case:
    person = experts.Person("郑律师", "法律援助中心", "0915-5210001", "土地")
    experts.add_expert(
        unit=stage.cast.units.town, person=person, by=stage.cast.town_dispatcher.actor, at=stage.later(1)
    )
    return stage.in_state(State.HANDLING)


def _ask_expert() -> dict[str, Any]:
    newest = Expert.objects.order_by("-pk").first()
    return {"move": "ask_expert", "expert": str(newest.pk if newest else 0), "question": "归谁？"}


def _asked_expert(stage: Stage) -> Case:
    case, clerk = _with_expert(stage), stage.cast.clerk.actor
    expert = Expert.objects.order_by("-pk")[0]
    return experts.ask_expert(case=case, expert=expert, question="归谁？", by=clerk, at=stage.later(20))


def _advised(stage: Stage) -> Case:
    case, clerk = _asked_expert(stage), stage.cast.clerk.actor
    return experts.answer_expert(case=case, position=1, answer="归村。", by=clerk, at=stage.later(25))


HIGHER = frozenset({"town_dispatcher", "town_head", "county_dispatcher", "supervisor"})
"""Stand above the village and may give it more time."""
PASS_ON = REGISTRARS - HANDLERS
"""May pass on what the resident said: all who register for others, but not the unit that answered."""
ABOVE = frozenset({"town_head", "supervisor"})
OFFICER = frozenset({"officer"})
_WORDS = {"words": "几句话。"}

MOVES: dict[str, MoveRow] = {
    "accept": MoveRow(_state(State.REGISTERED), lambda c: _accept(), DESKS),
    "decline": MoveRow(
        _state(State.REGISTERED),
        lambda c: {"move": "decline", "reason": "not_ours", "responsible": "省公路局"},
        DESKS,
    ),
    "dispatch": MoveRow(
        _state(State.ACCEPTED), lambda c: {"move": "dispatch", "unit": c.units.village.code}, DESKS
    ),
    "settle": MoveRow(
        _state(State.REGISTERED),
        lambda c: {"move": "settle", "result": "当场劝好了。", "category": "1001"},
        frozenset({"line_person", "clerk", "village_head", "town_head"}),
    ),
    "sign": MoveRow(_state(State.DISPATCHED), lambda c: {"move": "sign"}, HANDLERS),
    "return": MoveRow(
        _state(State.HANDLING), lambda c: {"move": "return", "reason": "other_unit", **_WORDS}, HANDLERS
    ),
    "escalate": MoveRow(
        _state(State.HANDLING),
        lambda c: {"move": "escalate", "tried": "试过。", "why_not": "没有机械。"},
        HANDLERS,
    ),
    "refer_down": MoveRow(
        _at_town,
        lambda c: {"move": "refer_down", "unit": c.units.village.code, "reason": "村里办得了。"},
        frozenset({"town_dispatcher", "town_head", "county_dispatcher"}),
        frozenset({"town_dispatcher", "town_head", "county_dispatcher", "supervisor", "analyst"}),
    ),
    "resolve": MoveRow(
        _state(State.HANDLING),
        lambda c: {"move": "resolve", "outcome": "solved", "answer": "修好了。"},
        HANDLERS,
    ),
    "contact": MoveRow(
        _state(State.DISPATCHED),
        lambda c: {"move": "contact", **_WORDS},
        DESKS | {"line_person", "supervisor"},
    ),
    "pause": MoveRow(
        _state(State.HANDLING),
        lambda c: {"move": "pause", "reason": "weather", "waiting_for": "天晴"},
        HANDLERS,
    ),
    "resume": MoveRow(_paused, lambda c: {"move": "resume"}, HANDLERS),
    "supervise": MoveRow(_state(State.HANDLING), lambda c: {"move": "supervise", **_WORDS}, ABOVE),
    "answer_supervision": MoveRow(
        _supervised, lambda c: {"move": "answer_supervision", "answer": "已在办。"}, DESKS
    ),
    "confirm": MoveRow(
        _state(State.RESOLVED), lambda c: {"move": "confirm", "solved": True, "score": 5}, PASS_ON
    ),
    "not_solved": MoveRow(_state(State.RESOLVED), lambda c: {"move": "not_solved", **_WORDS}, PASS_ON),
    "rate": MoveRow(_state(State.CLOSED), lambda c: {"move": "rate", "score": 4}, PASS_ON),
    "reopen": MoveRow(_state(State.CLOSED), lambda c: {"move": "reopen", **_WORDS}, ABOVE),
    "object": MoveRow(_state(State.DECLINED), lambda c: {"move": "object", **_WORDS}, REGISTRARS),
    "withdraw": MoveRow(_state(State.REGISTERED), lambda c: {"move": "withdraw", **_WORDS}, REGISTRARS),
    "comment": MoveRow(
        _state(State.REGISTERED), lambda c: {"move": "comment", **_WORDS}, VILLAGE - {"analyst"}
    ),
    "publish": MoveRow(
        _state(State.RESOLVED),
        lambda c: {"move": "publish", "title": "路修通了", "text": "路塌了。", "answer": "修了。"},
        DESKS,
    ),
    "call_help": MoveRow(
        _state(State.HANDLING),
        lambda c: {"move": "call_help", "unit": c.units.department.code, **_WORDS},
        DESKS,
    ),
    "sign_help": MoveRow(_called, lambda c: {"move": "sign_help"}, OFFICER, VILLAGE | OFFICER),
    "answer_help": MoveRow(
        _called, lambda c: {"move": "answer_help", "answer": "看过。"}, OFFICER, VILLAGE | OFFICER
    ),
    "rate_help": MoveRow(
        _helped,
        lambda c: {"move": "rate_help", "unit": c.units.department.code, "score": 4},
        HANDLERS,
        VILLAGE | OFFICER,
    ),
    "call_off": MoveRow(
        _called,
        lambda c: {"move": "call_off", "unit": c.units.department.code, **_WORDS},
        HANDLERS,
        VILLAGE | OFFICER,
    ),
    "merge": MoveRow(_two, lambda c: {"move": "merge", "main": _newest().number}, DESKS),
    "unmerge": MoveRow(_merged, lambda c: {"move": "unmerge", **_WORDS}, DESKS),
    "judge_merged": MoveRow(
        _merged_answered, lambda c: {"move": "judge_merged", "solved": True, "score": 4}, PASS_ON
    ),
    "take_as_petition": MoveRow(_state(State.REGISTERED), lambda c: {"move": "take_as_petition"}, DESKS),
    "ask_review": MoveRow(_petition_answered, lambda c: {"move": "ask_review", **_WORDS}, REGISTRARS),
    "decide_review": MoveRow(
        _under_review,
        lambda c: {"move": "decide_review", "result": "upheld", "decision": "维持。"},
        frozenset({"town_dispatcher", "town_head"}),
    ),
    "unpublish": MoveRow(_published, lambda c: {"move": "unpublish", **_WORDS}, DESKS),
    # Governing: what the level above, the village and the law ask for.
    "judge_answer": MoveRow(_answered_order, lambda c: {"move": "judge_answer", "sufficient": True}, ABOVE),
    "check": MoveRow(_drawn, lambda c: {"move": "check", "as_written": True, **_WORDS}, DESKS),
    "reissue": MoveRow(
        _state(State.RESOLVED),
        lambda c: {"move": "reissue", "identity": "card", "purpose": "丢了。"},
        PASS_ON,
    ),
    "panel": MoveRow(
        _of_tier("complex"),
        lambda c: {"move": "panel", "members": [{"role": "cadre", "name": "陈大山"}]},
        HANDLERS,
    ),
    "decision": MoveRow(
        _of_tier("major"),
        lambda c: {
            "move": "decision",
            "meeting": "村民代表会",
            "held_on": "2026-01-05",
            "number": "2026-3",
            **_WORDS,
        },
        HANDLERS,
    ),
    "ask_extension": MoveRow(
        _state(State.HANDLING),
        lambda c: {"move": "ask_extension", "until": "2026-03-25", "reason": "等挖机。"},
        HANDLERS,
    ),
    "decide_extension": MoveRow(
        _asked_time, lambda c: {"move": "decide_extension", "granted": True, **_WORDS}, HIGHER
    ),
    "ask_expert": MoveRow(_with_expert, lambda c: _ask_expert(), HANDLERS),
    "answer_expert": MoveRow(
        _asked_expert, lambda c: {"move": "answer_expert", "position": 1, "answer": "归村集体。"}, DESKS
    ),
    "rate_expert": MoveRow(_advised, lambda c: {"move": "rate_expert", "position": 1, "score": 4}, DESKS),
}
NO_CASES = frozenset({"manager"})
"""Whose role sees no case at all: told so, whatever the case."""

OPERATIONS = frozenset({"register_case", "list_cases", "get_case", "move_case"}) | {
    "open_dispute",
    "list_disputes",
    "get_dispute",
    "move_dispute",
}


def _described() -> dict[str, Any]:
    described: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return described


@pytest.mark.once
def test_every_operation_and_every_move_of_the_api_is_in_a_table() -> None:
    described = _described()
    operations = {each["operationId"] for path in described["paths"].values() for each in path.values()}
    assert operations == OPERATIONS
    body = described["paths"]["/api/v1/cases/{number}/moves"]["post"]["requestBody"]
    offered = body["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert set(offered) == set(MOVES)


def _expected_status(name: str, may: frozenset[str], sees: frozenset[str], served: int) -> int:
    if name in may:
        return served
    return 403 if name in sees | NO_CASES else 404


@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_move_through_the_api_is_made_by_whom_it_belongs_to_and_nobody_else(
    move: str, world: World
) -> None:
    row = MOVES[move]
    case = row.start(world.stage)
    body = row.body(world.cast)
    wrong = []
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post(f"/cases/{case.number}/moves", body)
        wanted = _expected_status(name, row.may, row.sees, 200)
        if answer.status_code != wanted:
            wrong.append(f"{name}: {answer.status_code}, should be {wanted}: {answer.content.decode()[:160]}")
    assert wrong == []


@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_move_on_the_pages_is_offered_to_whom_it_belongs_and_nobody_else(move: str, world: World) -> None:
    row = MOVES[move]
    case = row.start(world.stage)
    # Whoever answered reads the question too, and is refused when pressing.
    offered = row.may | HANDLERS if row.may == PASS_ON else row.may
    wrong = []
    for visitor, client in world.visitors():
        said = verdict(client.get(f"/cases/{case.number}/{move}/"))
        wanted = expected(Row(offered, row.sees), visitor)
        if said != wanted:
            wrong.append(f"{visitor}: {said}, should be {wanted}")
    assert wrong == []


def test_a_case_is_read_and_listed_by_the_same_people(world: World) -> None:
    village = world.cast.units.village.code
    for name in sorted(EVERYONE):
        program = Program(getattr(world.cast, name))
        read = program.get(f"/cases/{world.case.number}")
        listed = program.get("/cases")
        by_unit = program.get("/cases", unit=village)
        assert read.status_code == _expected_status(name, VILLAGE, NOBODY, 200), name
        assert by_unit.status_code == read.status_code, name
        numbers = {row["number"] for row in listed.json().get("items", ())}
        assert (world.case.number in numbers) is (name in VILLAGE), name


def test_a_matter_is_registered_through_the_api_only_in_ones_own_area(world: World) -> None:
    body = {"text": "路灯不亮。", "place": world.cast.units.village.code}
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post("/cases", body)
        assert answer.status_code == (201 if name in REGISTRARS else 403), name


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("token", [None, "Bearer ", "Bearer forged", f"Bearer {'0' * 40}", "Basic YTpi"])
def test_without_a_token_that_holds_the_api_answers_401(
    operation: str, token: str | None, world: World
) -> None:
    whole = ("register_case", "list_cases", "open_dispute", "list_disputes")
    number = {} if operation in whole else {"number": world.case.number}
    address = reverse(f"api:{operation}", kwargs=number)
    method = "GET" if operation.startswith(("list_", "get_")) else "POST"
    answer = Client().generic(
        method,
        address,
        json.dumps({"move": "sign"}),
        content_type="application/json",
        headers={"authorization": token} if token is not None else {},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_required")


def test_a_session_of_the_pages_does_not_open_the_api(world: World) -> None:
    assert world.client("clerk").get("/api/v1/cases").status_code == 401


# Mediation through the API

DISPUTE_MOVES: dict[str, tuple[str, dict[str, Any], frozenset[str]]] = {
    "start": ("opened", {"consents": [1, 2]}, frozenset({"clerk"})),
    "hold": (
        "mediating",
        {"held_at": AT.isoformat(), "place": "村部", "present": "双方", "minutes": "谈了。"},
        frozenset({"clerk"}),
    ),
    "schedule": ("mediating", {"held_at": "2026-03-20T02:00:00Z", "place": "村部"}, frozenset({"clerk"})),
    "statement": ("mediating", {"party": 1, **_WORDS}, frozenset({"clerk"})),
    "agree_orally": ("mediating", {"terms": "道歉。"}, frozenset({"clerk"})),
    "draft": (
        "mediating",
        {
            "terms": "退半米。",
            "facts": "占了。",
            "matter": "边界。",
            "responsibility": "主要在李。",
            "duties": [{"party": 2, "what": "拆墙", "way": "自行", "due_on": "2026-03-30"}],
        },
        frozenset({"clerk"}),
    ),
    "sign": ("drafted", {"party": 1, "picture": "", "way": "drawn"}, frozenset({"clerk"})),
    "seal": ("signed", {}, frozenset({"village_head"})),
    "talk_again": ("drafted", _WORDS, MEDIATORS),
    "refer_up": ("mediating", _WORDS, MEDIATORS),
    "to_law": ("mediating", {"ways": ["court"], **_WORDS}, MEDIATORS),
    "end": ("mediating", {"reason": "refused", "ways": ["court"]}, MEDIATORS),
    "perform": ("agreed", {"duty": 1, "outcome": "performed"}, MEDIATORS),
    "apply": ("agreed", {"court": "汉阴县人民法院", "on": "2026-03-04", "together": True}, MEDIATORS),
    "decide": ("asked", {"outcome": "confirmed", "on": "2026-03-04"}, MEDIATORS),
    "visit": ("agreed", {"kept": True, **_WORDS}, MEDIATORS),
    "finish": ("agreed_orally", {}, MEDIATORS),
    "add_party": ("mediating", {"party": {"name": "王二"}}, MEDIATORS),
    "assign": ("mediating", {"leader": "line_person"}, frozenset({"village_head"})),
    "object": ("mediating", {"party": 1, "mediator": "clerk"}, MEDIATORS),
    "assess": ("mediating", {"signs": ["money"]}, MEDIATORS),
}
"""Move -> the state it is tried from, its body, and who of those who know of the dispute may make it."""


@pytest.mark.once
def test_every_move_of_a_dispute_is_in_the_table() -> None:
    body = _described()["paths"]["/api/v1/disputes/{number}/moves"]["post"]["requestBody"]
    assert set(body["content"]["application/json"]["schema"]["discriminator"]["mapping"]) == set(
        DISPUTE_MOVES
    )


@pytest.mark.parametrize("move", sorted(DISPUTE_MOVES))
def test_a_move_of_a_dispute_is_made_by_whom_it_belongs_to_and_nobody_else(move: str, world: World) -> None:
    state, more, may = DISPUTE_MOVES[move]
    dispute = getattr(Disputes(world.cast, AT), state)()
    if move == "sign":
        more = more | {"picture": base64.b64encode(picture()).decode()}
    wrong = []
    for name in sorted(EVERYONE):
        program = Program(getattr(world.cast, name))
        with undone():
            answer = program.post(f"/disputes/{dispute.number}/moves", {"move": move, **more})
        wanted = 200 if name in may else 403 if name in MEDIATION | NO_CASES else 404
        if answer.status_code != wanted:
            wrong.append(f"{name}: {answer.status_code}, should be {wanted}: {answer.content.decode()[:160]}")
        read = program.get(f"/disputes/{dispute.number}")
        assert read.status_code == (200 if name in MEDIATION else 403 if name in NO_CASES else 404), name
        if read.status_code == 200:
            assert bool(read.json()["parties"]) is (name in MEDIATORS), name
    assert wrong == []


def test_a_dispute_is_taken_up_through_the_api_only_at_ones_own_committee(world: World) -> None:
    body = {"committee": world.cast.units.village.code, "kind": "land", "title": "山林边界"}
    for name in sorted(EVERYONE):
        with undone():
            answer = Program(getattr(world.cast, name)).post("/disputes", body)
        here = {"clerk", "village_head", "line_person"}
        outside = 403 if name in {"supervisor", "analyst", "manager"} else 404
        assert answer.status_code == (201 if name in here else outside), name


def test_disputes_are_listed_to_whom_they_are_known_and_named_to_whom_they_are_told(world: World) -> None:
    for name in sorted(EVERYONE - MANAGER):
        rows = Program(getattr(world.cast, name)).get("/disputes").json()["items"]
        found = {row["number"]: row["title"] for row in rows}
        assert (world.dispute.number in found) is (name in MEDIATION), name
        assert bool(found.get(world.dispute.number)) is (name in MEDIATORS), name
