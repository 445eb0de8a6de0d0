"""What is proposed to staff while they type a matter, and what is kept of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gongzhi.cases.actions import dispatching, proposing
from gongzhi.cases.lifecycle import Tier
from gongzhi.cases.models import Case, Proposal
from gongzhi.cases.queries import categories, learning, offering
from gongzhi.core import clock
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
VILLAGE = "610921100222"
LAMP = "村口的路灯坏了三天，晚上漆黑一片，全村人都怕。"
PART = "/cases/new/proposed/"


def said(**more: str) -> dict[str, str]:
    sent = {"token": str(uuid4()), "text": LAMP, "place": VILLAGE, "channel": "counter"}
    return sent | {"name": "王桂芳", "phone": "139 0000 2207"} | more


def typed(client: Client, address: str = PART, **more: str) -> dict[str, str]:
    """Ask for the part as the page does; return what the form then holds."""
    answer = client.post(address, {"text": LAMP, **more})
    assert answer.status_code == 200
    proposed = answer.context["proposed"]
    return {
        "category": str(answer.context["form"]["category"].value() or ""),
        "proposed": proposed.token if proposed else "",
    }


def row(field: str) -> Proposal:
    return Proposal.objects.get(field=field)


def test_subject_kind_tier_and_urgency_are_proposed_while_typing_and_nothing_is_kept_of_it(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(cast.clerk)
    typed(client)
    with django_assert_num_queries(6):  # session, account, posts, subjects twice, model
        page = client.post(PART, {"text": LAMP}).content.decode()
    assert "路灯" in page
    assert 'name="category"' in page
    assert "selected" in page
    assert "全村" in page, "the word that led to the tier"
    assert not Proposal.objects.exists()
    assert "<dt>" not in client.post(PART, {"text": " "}).content.decode()


def test_what_was_shown_is_kept_with_the_subject_the_person_left_standing(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.clerk)
    client.post("/cases/new/", said(**typed(client)))
    case = Case.objects.get()
    subject = row("category")
    assert case.category is not None
    assert (subject.value, subject.chosen) == (case.category.code,) * 2
    assert subject.chosen_already
    assert "路灯" in subject.words
    assert (row("tier").value, row("tier").chosen) == (Tier.MAJOR, "")


def test_another_choice_is_kept_beside_the_proposal_and_counts_as_wrong(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    client.post("/cases/new/", said(**typed(client) | {"category": "0501"}))
    subject = row("category")
    assert subject.chosen == "0501" != subject.value
    assert subject.chosen_already
    month = timezone.localtime(clock.now()).date().replace(day=1)
    found = learning.accuracy(viewer=cast.supervisor.actor, month=month, field="category")
    assert (found.fields["category"][1].base, found.fields["category"][1].right) == (1, 0)
    assert found.fields["tier"][0].base == 0, "nobody has decided on it yet"


def test_the_desk_decides_later_on_what_was_only_shown(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    client.post("/cases/new/", said(**typed(client)))
    case, before = Case.objects.get(), row("category").chosen
    proposing.propose_new(at=clock.now())
    other = categories.get_category("0501")
    choice = dispatching.Assessment(other, other.kind, Tier.SMALL, other.urgency)
    dispatching.accept_case(case=case, assessment=choice, by=cast.clerk.actor, at=clock.now())
    assert (row("tier").value, row("tier").chosen) == (Tier.MAJOR, Tier.SMALL)
    assert row("category").chosen == before, "decided once, by who registered it"
    assert Proposal.objects.count() == len({each.field for each in Proposal.objects.all()})


def test_a_subject_the_person_chose_or_took_away_is_never_filled_over(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    first = typed(client)
    assert first["category"]
    own = typed(client, **first | {"category": "0501"})
    assert own["category"] == "0501"
    assert typed(client, **own)["category"] == "0501"
    empty = typed(client, **first | {"category": ""})
    assert empty["category"] == ""
    assert typed(client, **empty)["category"] == "", "not at the next word either"
    assert typed(client, category="0501")["category"] == "0501"


def test_a_proposal_follows_the_words_until_the_person_chooses(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    lamp = typed(client)
    water = typed(client, text="自来水管漏水，自来水停了三天。", **lamp)
    assert water["category"] not in ("", lamp["category"])
    assert typed(client, text="喂喂喂", **water)["category"] == ""


@pytest.mark.parametrize("token", ["", "forged", "x" * 9000, "eyJhIjoxfQ:1abc:sig"])
def test_without_a_script_or_with_a_forged_proposal_it_is_registered_all_the_same(
    token: str, cast: Cast, sign_in: SignIn
) -> None:
    answer = sign_in(cast.clerk).post("/cases/new/", said(proposed=token, category=""))
    assert answer.status_code == 302
    assert Case.objects.count() == 1
    assert not Proposal.objects.exists()


def test_a_form_that_comes_back_says_what_is_proposed_and_keeps_what_was_sent(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.clerk)
    page = client.post("/cases/new/", said(phone="12", category="0501"))
    assert page.status_code == 422
    assert "路灯" in page.context["proposed"].subject
    assert page.context["form"]["category"].value() == "0501"
    offered = offering.opened(page.context["proposed"].token)
    assert offered is not None
    assert (offered.stood, offered.is_own) == ("", True)
    empty = client.post("/cases/new/", said(phone="12"))
    again = said(proposed=empty.context["proposed"].token, category=offered.guesses["category"].value)
    client.post("/cases/new/", again)
    assert row("category").chosen == row("category").value
    assert not row("category").chosen_already, "it did not stand there as chosen"


def test_what_was_settled_on_the_spot_keeps_what_was_proposed_and_proposes_only_what_may_be(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.line_person)
    held = typed(client, f"{PART}?spot")
    offered = {code for _group, rows in _choices(client) for code, _label in rows}
    assert held["category"] in offered
    client.post("/cases/settled/", said(result="换了灯泡。", **held))
    assert row("category").chosen == Case.objects.get().category.code  # type: ignore[union-attr]


def _choices(client: Client) -> list[tuple[str, list[tuple[str, str]]]]:
    form = client.get("/cases/settled/").context["form"]
    return list(form.fields["category"].choices)[1:]


def test_a_matter_from_a_call_keeps_what_the_screen_proposed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.town_dispatcher)
    assert "hx-post" in client.get("/desk/call").content.decode()
    client.post("/desk/call", said(do="matter", spoke="self", **typed(client)))
    assert row("category").chosen == row("category").value
    assert Case.objects.get().channel == "hotline"


def test_who_registers_nothing_is_proposed_nothing(cast: Cast, sign_in: SignIn, at: datetime) -> None:
    assert sign_in(cast.analyst).post(PART, {"text": LAMP}).status_code == 403
    assert Client().post(PART, {"text": LAMP}).status_code == 302
