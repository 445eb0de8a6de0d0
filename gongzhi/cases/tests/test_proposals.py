"""What is proposed on the form of accepting: key words to begin with, why, and what the person chose."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from gongzhi.cases.actions import proposing
from gongzhi.cases.lifecycle import Tier, Urgency
from gongzhi.cases.models import Case, Proposal
from gongzhi.cases.queries import categories
from gongzhi.cases.queries import proposing as said
from gongzhi.cases.tests.stage import Stage
from gongzhi.cases.tests.test_learning import LAMP, decided, raised
from gongzhi.core import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


# --- Key words: a start for a new county -----------------------------------------------------------


def test_without_a_model_key_words_of_subjects_and_rule_propose_with_the_words_that_led_there(
    cast: Cast, at: datetime
) -> None:
    case = raised(cast, "通组路塌方了，全村人出不去，有人触电。", at)
    found = said.of_case(case, at=at)
    assert found["category"].value.startswith("01")
    assert found["tier"].value == Tier.MAJOR
    assert found["tier"].words == ("全村",)
    assert "触电" in found["urgency"].words + found["kind"].words
    assert all(0 < guess.confidence < 1 for guess in found.values())


def test_a_text_with_no_key_word_proposes_no_subject_and_a_small_matter(cast: Cast, at: datetime) -> None:
    found = said.of_case(raised(cast, "喂喂喂", at), at=at)
    assert "category" not in found
    assert found["tier"].value == Tier.SMALL
    assert found["tier"].words == ()


def test_the_worker_writes_proposals_once_and_words_are_sealed(cast: Cast, at: datetime) -> None:
    proposing.propose_new(at=at)
    case = raised(cast, LAMP, at)
    assert proposing.propose_new(at=at) == 1
    assert proposing.propose_new(at=at) == 0
    row = Proposal.objects.get(case=case, field="category")
    assert "路灯" in row.words
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM cases_proposal WHERE id = %s", [row.pk])
        assert "路灯" not in str(cursor.fetchone()[0])


def test_what_the_person_chose_is_kept_beside_the_proposal_and_never_again(cast: Cast, at: datetime) -> None:
    case = decided(cast, LAMP, "0101", at)
    rows = {row.field: row for row in Proposal.objects.filter(case=case)}
    assert rows["category"].chosen == "0101"
    assert rows["category"].value != "0101"
    assert rows["tier"].chosen == rows["tier"].value == Tier.SMALL
    assert {row.unit_id for row in rows.values()} == {case.desk_id}
    Case.objects.filter(pk=case.pk).update(tier=Tier.MAJOR)
    case.refresh_from_db()
    proposing.keep_decision(case, by=cast.clerk.actor, at=at)
    assert Proposal.objects.get(case=case, field="tier").chosen == Tier.SMALL


# --- The form --------------------------------------------------------------------------------------


def form_of(client: Client, case: Case) -> str:
    return client.get(reverse("cases:move", args=[case.number, "accept"])).content.decode()


def test_the_form_says_why_and_chooses_only_what_is_sure_enough(
    cast: Cast, stage: Stage, client: Client
) -> None:
    case = raised(cast, LAMP, stage.tick())
    client.force_login(cast.clerk.user)
    page = form_of(client, case)
    assert "路灯" in page
    assert 'name="category" value=' in page
    assert "checked" in page
    Proposal.objects.create(
        case=case, field="tier", value="complex", confidence=0.3, chosen_already=False, at=clock.now()
    )
    address = reverse("cases:move", args=[case.number, "accept"])
    assert client.get(address).context["form"]["tier"].value() is None
    Proposal.objects.update(confidence=0.9)
    answer = client.get(address)
    assert answer.context["form"]["tier"].value() == "complex"
    assert "90%" in answer.content.decode()


def test_what_a_person_has_said_before_is_not_filled_over(cast: Cast, stage: Stage, client: Client) -> None:
    case = raised(cast, LAMP, stage.tick())
    Case.objects.filter(pk=case.pk).update(
        tier=Tier.MAJOR, urgency=Urgency.URGENT, category=categories.get_category("0101")
    )
    for field, value in (("tier", "small"), ("urgency", "emergency"), ("category", "01")):
        Proposal.objects.create(
            case=case, field=field, value=value, confidence=0.99, chosen_already=True, at=clock.now()
        )
    client.force_login(cast.clerk.user)
    form = client.get(reverse("cases:move", args=[case.number, "accept"])).context["form"]
    chosen = [form[name].value() for name in ("category", "tier", "urgency")]
    assert chosen == ["0101", Tier.MAJOR, Urgency.URGENT]


def test_proposals_cost_the_form_one_query(
    cast: Cast, stage: Stage, django_assert_num_queries: DjangoAssertNumQueries, at: datetime
) -> None:
    proposing.propose_new(at=at)
    case = raised(cast, LAMP, at)
    proposing.propose_new(at=at)
    said.chosen_from(at=at)
    with django_assert_num_queries(1):
        assert said.of_case(case, at=at)["category"].words
