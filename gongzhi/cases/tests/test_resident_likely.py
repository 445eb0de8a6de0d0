"""Raising what was raised before: what a resident is shown while typing, and what they never are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongzhi.cases import numbers
from gongzhi.cases.actions import indexing, story
from gongzhi.cases.models import Case, CasePair
from gongzhi.cases.queries import likeness
from gongzhi.cases.tests.stage import Stage
from gongzhi.cases.tests.test_resident_raising import HOME, form_token, network_of, photo
from gongzhi.cases.tries_rules import TRIES
from gongzhi.core import clock
from gongzhi.core.models import RateMark
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TYPED = "通组路塌方了，路塌了一半，车过不去。"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


@pytest.fixture
def road(stage: Stage) -> Case:
    """A road that slid, answered and made public in words without names."""
    case = stage.published()
    indexing.index_new(at=clock.now())
    return case


def asked(client: Client, place: Unit, text: str = TYPED) -> str:
    answer = client.post("/raise/likely/", {"text": text, "place": place.code})
    assert answer.status_code == 200
    return answer.content.decode()


def filled(client: Client, place: Unit, **changes: Any) -> dict[str, Any]:
    page = client.get(f"/raise/?place={place.code}").content.decode()
    return {"token": form_token(page), "text": TYPED, "place": place.code} | changes


def test_while_typing_what_was_made_public_appears_with_the_reason_and_the_answer(
    client: Client, cast: Cast, road: Case
) -> None:
    part = asked(client, cast.units.village)
    assert "通组路塌方" in part
    assert f'href="/board/{road.number}/"' in part
    assert "同村" in part
    assert "路塌了一半" in part
    assert f'name="same" value="{road.number}"' in part


def test_nothing_that_was_not_released_is_ever_shown(client: Client, cast: Cast, stage: Stage) -> None:
    for _ in range(2):
        stage.registered()
    stage.resolved()
    indexing.index_new(at=clock.now())
    assert asked(client, cast.units.village).strip() == ""
    stage_published = stage.published()
    story.unpublish_case(case=stage_published, words="有误。", by=stage.clerk, at=clock.now())
    assert asked(client, cast.units.village).strip() == "", "taken off, before the index knows"
    indexing.index_new(at=clock.now())
    assert asked(client, cast.units.village).strip() == ""


def test_private_words_of_a_public_matter_neither_find_it_nor_are_given_as_a_reason(
    client: Client, cast: Cast, road: Case
) -> None:
    assert asked(client, cast.units.village, "校车不敢过，请找王桂芳，住三组14号。").strip() == ""
    part = asked(client, cast.units.village, TYPED + "校车不敢过，请找王桂芳，住三组14号。")
    assert road.number in part
    for hidden in ("王桂芳", "校车", "14号", "老槐树"):
        assert hidden not in part


def test_the_same_words_in_another_town_or_long_ago_are_not_shown(
    client: Client, cast: Cast, road: Case
) -> None:
    assert asked(client, cast.units.other_village).strip() == ""
    Case.objects.filter(pk=road.pk).update(registered_at=clock.now() - timedelta(days=200))
    assert asked(client, cast.units.village).strip() == ""


def test_another_village_of_the_town_is_named(client: Client, cast: Cast, road: Case) -> None:
    assert "三元村" in asked(client, cast.units.sister_village, "通组路塌方，路塌了一半。")


@pytest.mark.parametrize(
    "said", [{}, {"text": TYPED}, {"text": "", "place": "x"}, {"text": "\x00", "place": "1"}]
)
def test_whatever_is_sent_is_answered_with_nothing_or_a_refusal(
    client: Client, cast: Cast, said: dict[str, str]
) -> None:
    answer = client.post("/raise/likely/", said)
    assert answer.status_code in (200, 422)
    assert "<fieldset" not in answer.content.decode()


def test_looking_again_and_again_ends_and_never_stands_in_the_way_of_raising(
    client: Client, cast: Cast, road: Case
) -> None:
    allowed = in_force(TRIES, at=clock.now()).params.compared_per_network_an_hour
    RateMark.objects.bulk_create(
        RateMark(purpose="cases.compared", mark=network_of(HOME), at=clock.now()) for _ in range(allowed)
    )
    answer = client.post("/raise/likely/", {"text": TYPED, "place": cast.units.village.code})
    assert answer.status_code == 429
    before = Case.objects.count()
    assert client.post("/raise/", filled(client, cast.units.village)).status_code == 302
    assert Case.objects.count() == before + 1


def test_without_a_script_it_is_asked_before_it_goes_off_and_every_word_stays(
    client: Client, cast: Cast, road: Case
) -> None:
    before = Case.objects.count()
    typed = filled(client, cast.units.village, place_detail="老槐树下", name="李大山", phone="13900003308")
    answer = client.post("/raise/", typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Case.objects.count() == before
    for words in ("是不是下面哪一件", "通组路塌方", TYPED, "老槐树下", "李大山"):
        assert words in page
    assert re.search(r'name="asked" value="yes"', page)
    sent = client.post("/raise/", typed | {"asked": "yes", "same": road.number})
    assert sent.status_code == 302
    assert Case.objects.count() == before + 1


def test_nobody_is_asked_when_nothing_looks_the_same_or_a_photo_would_be_lost(
    client: Client, cast: Cast, road: Case
) -> None:
    village = cast.units.village
    assert client.post("/raise/", filled(client, village, text="猪圈太臭，窗户都不敢开。")).status_code == 302
    assert client.post("/raise/", filled(client, village, pictures=[photo()])).status_code == 302


def test_who_says_it_is_the_same_gets_a_number_of_their_own_and_the_desk_sees_it(
    client: Client, cast: Cast, road: Case
) -> None:
    client.post("/raise/", filled(client, cast.units.village, asked="yes", same=road.number))
    case = Case.objects.latest("pk")
    assert case.pk != road.pk
    assert CasePair.objects.get().same_at is not None
    found = likeness.likely_duplicates(viewer=cast.clerk.actor, case=case, at=clock.now())
    assert (found[0].number, found[0].said_same) == (road.number, True)


def test_a_reporter_s_word_is_shown_even_when_the_texts_have_nothing_in_common(
    client: Client, cast: Cast, road: Case, sign_in: Any
) -> None:
    text = "我家门前也一样！"
    client.post("/raise/", filled(client, cast.units.village, text=text, asked="yes", same=road.number))
    case = Case.objects.latest("pk")
    staff = sign_in(cast.clerk)
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "报事人说是同一件事" in page
    staff.post(f"/cases/{case.number}/likely/apart/", {"other": road.number})
    page = staff.get(f"/cases/{case.number}/").content.decode()
    assert "报事人说是同一件事" not in page, "what the desk says outweighs it"


@pytest.mark.parametrize("other", ["unpublished", "HY26-999999", "'; DROP TABLE", "itself"])
def test_a_number_that_is_not_public_says_nothing_and_is_answered_alike(
    other: str, client: Client, cast: Cast, stage: Stage
) -> None:
    hidden = stage.handling()
    number = {"unpublished": hidden.number, "itself": f"HY26-{hidden.pk + 1:06d}"}.get(other, other)
    answer = client.post("/raise/", filled(client, cast.units.village, asked="yes", same=number))
    assert answer.status_code == 302
    assert not CasePair.objects.exists()


def test_what_this_phone_raised_itself_is_shown_to_it_and_to_no_other(
    client: Client, cast: Cast, stage: Stage
) -> None:
    client.post("/raise/", filled(client, cast.units.village, remember="on"))
    own = Case.objects.get()
    indexing.index_new(at=clock.now())
    part = asked(client, cast.units.village)
    assert "这件您自己说过" in part
    assert f"/t/{own.number}/{numbers.receipt_code(own.number)}/" in part
    assert asked(Client(), cast.units.village).strip() == ""


def test_published_words_never_become_markup(client: Client, cast: Cast, stage: Stage) -> None:
    bad = "<script>x()</script>"
    public = story.PublicText(title="<b>通组路塌方", text=f"路塌了一半。{bad}", answer="已修通。")
    story.publish_case(case=stage.closed(), public=public, by=stage.clerk, at=clock.now())
    indexing.index_new(at=clock.now())
    part = asked(client, cast.units.village, TYPED + bad)
    assert "通组路塌方" in part
    assert "&lt;b&gt;通组路塌方" in part
    assert "<b>" not in part
    assert "<script" not in part


def test_a_forged_form_of_another_site_asks_nothing(cast: Cast, road: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    said = {"text": TYPED, "place": cast.units.village.code}
    assert strict.post("/raise/likely/", said).status_code == 403


def test_what_is_shown_is_kept_by_no_cache(client: Client, cast: Cast, road: Case) -> None:
    answer = client.post("/raise/likely/", {"text": TYPED, "place": cast.units.village.code})
    assert "no-store" in answer.headers["Cache-Control"]


def test_looking_costs_no_more_with_much_on_the_board(client: Client, cast: Cast, stage: Stage) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(4):
        stage.published()
    indexing.index_new(at=clock.now())
    asked(client, cast.units.village)
    with CaptureQueriesContext(connection) as queries:
        asked(client, cast.units.village)
    about = [q["sql"] for q in queries if "cases_" in q["sql"]]
    assert len(about) <= (9 if connection.vendor == "postgresql" else 6), "\n".join(about)
