"""Pages of mediation, for staff and for the parties."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import dispatching, handling, intake
from gongzhi.cases.lifecycle import Channel, Kind, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories
from gongzhi.core import clock
from gongzhi.core.actor import resident
from gongzhi.mediation import numbers
from gongzhi.mediation.actions import opening
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import Agreement, Dispute, Mediator, Party, Signature, Statement
from gongzhi.mediation.tests.stage import MINUTES, Stage
from tests.cast import Cast, Person
from tests.stage import picture

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


@pytest.fixture
def stage(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))
    return Stage(cast, at)


def address(dispute: Dispute, name: str = "") -> str:
    return f"/mediation/{dispute.number}/" + (f"{name}/" if name else "")


def party_address(dispute: Dispute, position: int = 1, name: str = "") -> str:
    code = numbers.party_code(dispute.number, position)
    return f"/m/{dispute.number}/{code}/" + (f"{name}/" if name else "")


def case_in_hand(cast: Cast, at: datetime) -> Case:
    """Return a dispute matter that the village's clerk signed for."""
    matter = intake.Matter(text="邻居砌墙占了我家半米滴水地。", place=cast.units.village)
    case = intake.register_case(
        matter=matter, reporter=intake.Reporter(name="张守田"), channel=Channel.WEB, by=resident(), at=at
    )
    kind = dispatching.Assessment(categories.get_category("1301"), Kind.DISPUTE, Tier.SMALL, Urgency.ORDINARY)
    clerk = cast.clerk.actor
    case = dispatching.accept_case(case=case, assessment=kind, by=clerk, at=at)
    case = dispatching.dispatch_case(case=case, unit=cast.units.village, by=clerk, at=at)
    return handling.sign_case(case=case, by=clerk, at=at)


@pytest.mark.parametrize(
    "brought", ["opened", "mediating", "drafted", "signed", "agreed", "agreed_orally", "finished", "ended"]
)
def test_the_page_of_a_dispute_opens_in_every_state_with_each_button_it_offers(
    stage: Stage, sign_in: SignIn, brought: str
) -> None:
    dispute: Dispute = getattr(stage, brought)()
    for person in (stage.cast.clerk, stage.cast.village_head):
        client = sign_in(person)
        page = client.get(address(dispute))
        assert page.status_code == 200
        offered = [press for press in Move if f'{address(dispute, str(press))}"' in page.content.decode()]
        for press in offered:
            assert client.get(address(dispute, str(press))).status_code == 200, press
        if brought in ("opened", "mediating"):
            assert offered


def test_a_dispute_is_taken_up_from_a_matter_and_the_matter_answered_with_the_agreement(
    stage: Stage, sign_in: SignIn
) -> None:
    case = case_in_hand(stage.cast, stage.at)
    client = sign_in(stage.cast.clerk)
    assert f"/mediation/new/?case={case.number}" in client.get(f"/cases/{case.number}/").content.decode()
    form = {
        "token": str(uuid4()), "committee": stage.cast.units.village.code, "kind": "housing",
        "title": "滴水地纠纷", "account": case.text, "origin": "applied",
    }  # fmt: skip
    sent = client.post(f"/mediation/new/?case={case.number}", form)
    again = client.post(f"/mediation/new/?case={case.number}", form)
    assert sent.status_code == again.status_code == 302, sent.content.decode()[:400]
    dispute = Dispute.objects.get()
    assert dispute.case == case
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert dispute.number in page
    assert "/mediation/new/" not in page, "one at a time"
    form |= {"token": str(uuid4())}
    assert client.post(f"/mediation/new/?case={case.number}", form).status_code == 409
    other = stage.agreed(case=None)
    Dispute.objects.filter(pk=other.pk).update(case=case)
    assert address(other, "answer") in client.get(address(other)).content.decode()
    assert client.get(address(other, "answer")).status_code == 200
    done = client.post(address(other, "answer"), {"token": str(uuid4()), "answer": "两家已达成协议。"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.outcome, case.answer) == ("resolved", "solved", "两家已达成协议。")
    assert client.get(address(other, "answer")).status_code == 403


def test_a_party_is_added_and_the_talks_begin_on_the_page(stage: Stage, sign_in: SignIn) -> None:
    client, dispute = sign_in(stage.cast.clerk), stage.opened(parties=())
    for name in ("张守田", "李秀莲"):
        form = {"token": str(uuid4()), "kind": "person", "name": name, "address": "一组", "phone": ""}
        assert client.post(address(dispute, "add_party"), form).status_code == 302
    assert Party.objects.filter(dispute=dispute).count() == 2
    half = client.post(address(dispute, "start"), {"token": str(uuid4()), "consents": ["1"]})
    assert half.status_code == 409
    assert "没有" in half.content.decode() or "不" in half.content.decode()
    whole = client.post(address(dispute, "start"), {"token": str(uuid4()), "consents": ["1", "2"]})
    assert whole.status_code == 302
    dispute.refresh_from_db()
    assert dispute.state == State.MEDIATING


def test_an_incomplete_agreement_comes_back_with_what_is_missing_and_every_word(
    stage: Stage, sign_in: SignIn
) -> None:
    client, dispute = sign_in(stage.cast.clerk), stage.mediating()
    form = {"token": str(uuid4()), "facts": "占了半米。", "terms": "退半米。"}
    page = client.post(address(dispute, "draft"), form)
    assert page.status_code == 422
    text = page.content.decode()
    assert "第二十九条" in text
    assert "占了半米。" in text
    assert Agreement.objects.count() == 0
    form |= {
        "matter": "滴水地", "responsibility": "李秀莲主要责任", "who_1": "2", "what_1": "拆墙",
        "way_1": "自行", "due_1": (stage.at + timedelta(days=9)).date().isoformat(),
    }  # fmt: skip
    assert client.post(address(dispute, "draft"), form).status_code == 302
    assert Agreement.objects.get().duties.count() == 1


def _drawn() -> str:
    return "data:image/png;base64," + base64.b64encode(picture("PNG", (300, 100))).decode()


def test_a_signature_comes_from_the_screen_or_as_a_photo_and_nothing_else(
    stage: Stage, sign_in: SignIn
) -> None:
    client, dispute = sign_in(stage.cast.clerk), stage.drafted()
    for wrong in ({}, {"drawn": "data:text/html;base64,PHNjcmlwdD4="}, {"drawn": "data:image/png;base64,%%"}):
        empty = {"token": str(uuid4()), "signer": "1", **wrong}
        assert client.post(address(dispute, "sign"), empty).status_code == 422, wrong
    form: dict[str, Any] = {"token": str(uuid4()), "signer": "1", "drawn": _drawn()}
    assert client.post(address(dispute, "sign"), form).status_code == 302
    photo = SimpleUploadedFile("签字.jpg", picture(size=(400, 300)), "image/jpeg")
    form = {"token": str(uuid4()), "signer": "2", "photo": photo}
    assert client.post(address(dispute, "sign"), form).status_code == 302
    assert sorted(Signature.objects.values_list("way", flat=True)) == ["drawn", "paper"]
    shown = client.get(f"{address(dispute)}signatures/1/")
    assert shown["Content-Type"] == "image/jpeg"
    assert sign_in(stage.cast.supervisor).get(f"{address(dispute)}signatures/1/").status_code == 404


def test_a_party_sees_its_own_page_signs_there_and_reads_no_minutes(stage: Stage) -> None:
    dispute, client = stage.drafted(), Client()
    page = client.get(party_address(dispute, 2))
    text = page.content.decode()
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer, same-origin"
    assert "张*" in text
    assert "13900001001" not in text
    assert MINUTES not in text
    assert client.get(party_address(dispute, 2, "sign")).status_code == 200
    form = {"token": str(uuid4()), "drawn": _drawn()}
    assert client.post(party_address(dispute, 2, "sign"), form).status_code == 302
    assert Signature.objects.get().party == Party.objects.get(dispute=dispute, position=2)
    said = {"token": str(uuid4()), "words": "我愿意退半米。"}
    assert client.post(party_address(dispute, 2, "statement"), said).status_code == 302
    assert Statement.objects.get().by_party
    pdf = client.get(f"{party_address(dispute, 2)}agreement.pdf")
    assert pdf.content.startswith(b"%PDF-")


def test_a_party_ends_mediation_from_the_phone_and_objects_to_a_mediator(stage: Stage) -> None:
    dispute, client = stage.mediating(), Client()
    clerk = stage.cast.clerk.user.pk
    wrong = {"token": str(uuid4()), "mediator": str(stage.cast.town_head.user.pk)}
    assert client.post(party_address(dispute, 1, "object"), wrong).status_code == 422
    right = {"token": str(uuid4()), "mediator": str(clerk)}
    assert client.post(party_address(dispute, 1, "object"), right).status_code == 302
    assert Mediator.objects.get(dispute=dispute).objected_by_id is not None
    end = {"token": str(uuid4()), "reason": "refused"}
    assert client.post(party_address(dispute, 1, "end"), end).status_code == 302
    page = client.get(party_address(dispute, 2)).content.decode()
    assert "起诉" in page


@pytest.mark.parametrize("code", ["AAAAAAAA", "x", "%00", "张"])
def test_a_wrong_code_opens_nothing(stage: Stage, code: str) -> None:
    dispute = stage.agreed()
    other = stage.drafted()
    client = Client(raise_request_exception=False)
    codes = [code, numbers.party_code(other.number, 1), numbers.party_code(dispute.number, 3)]
    for wrong in codes:
        for tail in ("", "agreement.pdf", "sign/"):
            assert client.get(f"/m/{dispute.number}/{wrong}/{tail}").status_code in (400, 404, 422), wrong


def test_how_to_reach_a_party_is_shown_once_for_a_purpose_that_is_recorded(
    stage: Stage, sign_in: SignIn
) -> None:
    client, dispute = sign_in(stage.cast.clerk), stage.mediating()
    assert "13900001001" not in client.get(address(dispute)).content.decode()
    assert client.post(address(dispute, "parties"), {"token": str(uuid4())}).status_code == 422
    page = client.post(address(dispute, "parties"), {"token": str(uuid4()), "purpose": "约时间"})
    assert "13900001001" in page.content.decode()
    assert numbers.party_code(dispute.number, 1) in page.content.decode()
    assert AuditEvent.objects.filter(code="mediation.party.read").count() == 1
    assert sign_in(stage.cast.supervisor).get(address(dispute, "parties")).status_code == 403


def test_who_reads_no_words_sees_dated_facts_only(stage: Stage, sign_in: SignIn) -> None:
    dispute = stage.agreed()
    for person in (stage.cast.supervisor, stage.cast.analyst, stage.cast.town_head):
        client = sign_in(person)
        page = client.get(address(dispute)).content.decode()
        listed = client.get("/mediation/").content.decode()
        assert dispute.number in page
        assert dispute.number in listed
        for secret in ("滴水地", "张守田", "水沟", "刘芳"):
            assert secret not in page
            assert secret not in listed
        assert client.get(f"{address(dispute)}agreement.pdf").status_code == 404
    assert sign_in(stage.cast.peer_clerk).get(address(dispute)).status_code == 404
    assert sign_in(stage.cast.line_person).get(address(dispute)).status_code == 404


def test_every_figure_opens_its_rows(stage: Stage, sign_in: SignIn) -> None:
    stage.agreed()
    stage.finished()
    stage.ended()
    stage.at_town()
    client = sign_in(stage.cast.town_head)
    page = client.get("/mediation/figures/")
    assert page.status_code == 200
    figures = {row["label"]: row for row in page.context["rows"]}
    totals = {str(label): row["total"] for label, row in figures.items()}
    assert sorted(totals.values()) == [0, 1, 1, 1, 2, 4]
    for row in page.context["rows"]:
        for count, href in [(row["total"], row["href"])] + [(n, link) for _, n, link in row["cells"]]:
            assert client.get(href).context["page"].total == count, href


def test_lists_are_narrowed_by_their_address_and_leave_out_what_they_do_not_know(
    stage: Stage, sign_in: SignIn
) -> None:
    first, second = stage.opened(kind="land"), stage.at_town()
    client = sign_in(stage.cast.village_head)

    def numbers_of(query: str) -> set[str]:
        return {line.number for line in client.get(f"/mediation/?{query}").context["lines"]}

    assert numbers_of("") == {first.number, second.number}
    assert numbers_of("kind=land") == {first.number}
    assert numbers_of("level=town") == {second.number}
    assert numbers_of("mine=1") == set()
    assert numbers_of("state=nonsense&risk=x") == {first.number, second.number}


def test_a_list_asks_the_same_number_of_questions_for_two_and_for_ten(
    stage: Stage, sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(stage.cast.clerk)
    counts = []
    for more in (2, 8):
        for _ in range(more):
            stage.opened()
        with CaptureQueriesContext(connection) as said:
            assert client.get("/mediation/").status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_only_who_mediates_somewhere_comes_in(stage: Stage, sign_in: SignIn) -> None:
    stage.opened()
    assert sign_in(stage.cast.manager).get("/mediation/").status_code == 403
    assert sign_in(stage.cast.line_person).get("/mediation/").status_code == 200
    assert Client().get("/mediation/").status_code == 302


def test_a_three_line_person_named_mediator_leads_the_talks(stage: Stage, sign_in: SignIn) -> None:
    dispute = stage.opened()
    opening.name_mediators(
        dispute=dispute, leader=stage.cast.line_person.user, by=stage.head, at=stage.tick()
    )
    client = sign_in(stage.cast.line_person)
    assert "张守田" in client.get(address(dispute)).content.decode()
    whole = client.post(address(dispute, "start"), {"token": str(uuid4()), "consents": ["1", "2"]})
    assert whole.status_code == 302
    assert sign_in(stage.cast.clerk).get(address(dispute, "hold")).status_code == 403


@pytest.mark.parametrize("tail", ["", "agreement.pdf", "statement/"])
def test_the_code_of_a_party_is_not_guessed_on_any_of_its_pages(
    client: Client, stage: Stage, tail: str
) -> None:
    dispute = stage.opened()
    right = party_address(dispute)
    wrong = right.replace(numbers.party_code(dispute.number, 1), "AAAAAAAA")
    told = [client.get(wrong + tail).status_code for _ in range(11)]
    assert told == [404] * 10 + [429]
    assert client.get(right).status_code == 429
    assert client.get(right, REMOTE_ADDR="192.0.2.77").status_code == 200
