"""Raising a matter through the pages: without an account, without a script, once, and within the limits."""

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from PIL import Image

from gongzhi.cases import numbers
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.tries_rules import TRIES
from gongzhi.core import clock
from gongzhi.core.models import RateMark
from gongzhi.orgs.network import network_mark
from gongzhi.rulebook.queries import in_force
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HOME, SCHOOL = "127.0.0.1", "198.51.100.200"
TEXT = "昨晚大雨，三组老槐树下面路塌了一半。校车不敢过。"


def photo(name: str = "a.jpg", colour: str = "green") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(target, "JPEG")
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def network_of(address: str) -> str:
    return network_mark(RequestFactory().get("/", REMOTE_ADDR=address))


def form_token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def filled(client: Client, cast: Cast, **changes: Any) -> dict[str, Any]:
    """Open the form as a browser does and fill it in."""
    page = client.get(f"/raise/?place={cast.units.village.code}")
    assert page.status_code == 200
    return {
        "token": form_token(page.content.decode()),
        "text": TEXT,
        "place": cast.units.village.code,
        "remember": "on",
    } | changes


def test_a_villager_raises_a_matter_with_a_photo_and_gets_a_receipt(client: Client, cast: Cast) -> None:
    answer = client.post(
        "/raise/", filled(client, cast, phone="139 0000 2207", pictures=[photo()]), follow=True
    )
    case = Case.objects.get()
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.redirect_chain == [(f"/t/{case.number}/{numbers.receipt_code(case.number)}/receipt/", 302)]
    assert case.number in page
    assert numbers.receipt_code(case.number) in page
    assert (case.place, case.text, case.reporter_phone) == (cast.units.village, TEXT, "13900002207")
    assert Attachment.objects.get().public


def test_the_form_works_with_nothing_but_words_and_is_then_anonymous(client: Client, cast: Cast) -> None:
    client.post("/raise/", filled(client, cast))
    case = Case.objects.get()
    assert case.anonymous
    assert (case.reporter_name, case.reporter_phone, case.reporter_mail) == ("", "", "")


def test_the_same_form_sent_twice_gives_one_matter_and_the_same_receipt(client: Client, cast: Cast) -> None:
    first = filled(client, cast)
    answers = [client.post("/raise/", first | {"pictures": [photo()]}) for _ in range(2)]
    assert Case.objects.count() == Attachment.objects.count() == 1
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_a_form_changed_after_it_was_sent_comes_back_with_its_words_and_can_be_sent_as_a_new_matter(
    client: Client, cast: Cast
) -> None:
    first = filled(client, cast)
    client.post("/raise/", first)
    again = client.post("/raise/", first | {"text": "另外，路灯也不亮。"})
    assert again.status_code == 409
    assert "另外，路灯也不亮。" in again.content.decode()
    token = form_token(again.content.decode())
    client.post("/raise/", first | {"text": "另外，路灯也不亮。", "token": token})
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "请用几句话说说是什么事"),
        ({"text": "路" * 9000}, "8,000"),
        ({"place": "110000000000"}, "请在列表里选一个村"),
        ({"phone": "12345678901234"}, "电话"),
        ({"mail": "不是邮箱"}, "这不像是邮箱地址"),
        ({"token": "x"}, "表"),
    ],
)
def test_what_cannot_be_used_comes_back_with_a_reason_and_everything_that_was_typed(
    client: Client, cast: Cast, wrong: dict[str, str], words: str
) -> None:
    typed = filled(client, cast, place_detail="老槐树下", name="王桂芳") | wrong
    answer = client.post("/raise/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert typed["text"] in page
    assert "老槐树下" in page
    assert "王桂芳" in page
    assert not Case.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 broken", b"GIF89a" + b"0" * 50])
def test_a_file_that_is_no_usable_photo_is_refused_and_the_words_stay(
    client: Client, cast: Cast, content: bytes
) -> None:
    typed = filled(client, cast, pictures=[photo(), SimpleUploadedFile("b.jpg", content, "image/jpeg")])
    answer = client.post("/raise/", typed)
    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert not Case.objects.exists()


def test_one_network_cannot_keep_the_server_busy_with_files_that_are_no_photos(
    client: Client, cast: Cast, at: datetime
) -> None:
    allowed = in_force(TRIES, at=at).params.broken_files_per_network_an_hour
    RateMark.objects.bulk_create(
        RateMark(purpose="cases.pictures", mark=network_of(HOME), at=clock.now()) for _ in range(allowed - 1)
    )
    typed = filled(client, cast)
    broken = SimpleUploadedFile("b.jpg", b"%PDF-1.7", "image/jpeg")
    assert client.post("/raise/", typed | {"pictures": [broken]}).status_code == 422
    assert client.post("/raise/", typed | {"pictures": [photo()]}).status_code == 429
    assert client.post("/raise/", typed).status_code == 302, "words alone still come through"


def test_more_photos_than_the_rule_allows_are_refused(client: Client, cast: Cast) -> None:
    answer = client.post("/raise/", filled(client, cast, pictures=[photo() for _ in range(7)]))
    assert answer.status_code == 422
    assert "最多 6 张" in answer.content.decode()


def test_a_link_from_a_poster_fills_in_the_place_and_a_wrong_one_asks_for_it(
    client: Client, cast: Cast
) -> None:
    assert "三元村，什么事" in client.get(f"/raise/?place={cast.units.village.code}").content.decode()
    wrong = client.get("/raise/?place=999").content.decode()
    assert "链接里的地方没有找到" in wrong
    assert f"?place={cast.units.village.code}" in wrong
    home = client.get(f"/?place={cast.units.village.code}").content.decode()
    assert f'href="/raise/?place={cast.units.village.code}"' in home


def test_a_village_is_found_by_a_part_of_its_name(client: Client, cast: Cast) -> None:
    page = client.get("/raise/?q=三元").content.decode()
    assert cast.units.village.code in page
    assert cast.units.other_village.code not in page
    assert "没有叫这个名字的村或镇" in client.get("/raise/?q=上海").content.decode()


def test_who_is_not_sure_where_it_belongs_reaches_the_county_desk(client: Client, cast: Cast) -> None:
    client.post("/raise/", filled(client, cast, place=cast.units.county.code))
    assert Case.objects.get().desk == cast.units.county


def test_a_unit_that_has_ended_cannot_be_chosen(client: Client, cast: Cast, at: datetime) -> None:
    typed = filled(client, cast)
    cast.units.village.valid_until = at.date()
    cast.units.village.save()
    assert client.post("/raise/", typed).status_code == 422


def raise_one(client: Client, cast: Cast, **changes: Any) -> HttpResponse:
    answer = client.post("/raise/", filled(client, cast, **changes), REMOTE_ADDR=SCHOOL)
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_village_school_behind_one_address_raises_what_it_has_to_say_in_one_hour(
    client: Client, cast: Cast
) -> None:
    for n in range(40):
        phone = f"139000{n:05d}" if n % 2 else ""
        assert raise_one(client, cast, text=f"第{n}件事。", phone=phone).status_code == 302


def test_one_connection_raises_no_more_in_an_hour_than_the_rule_allows_and_is_told_when_again(
    client: Client, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    allowed = in_force(TRIES, at=at).params.raised_per_network_an_hour
    mark = network_of(SCHOOL)
    RateMark.objects.bulk_create(
        RateMark(purpose="cases.raise", mark=mark, at=at - timedelta(minutes=20)) for _ in range(allowed - 1)
    )
    assert raise_one(client, cast).status_code == 302
    over = raise_one(client, cast)
    assert over.status_code == 429
    assert TEXT in over.content.decode(), "what was typed stays"
    assert "今天 10:41 以后" in over.content.decode(), "when the oldest of them is an hour old"
    elsewhere = client.post("/raise/", filled(client, cast), REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 302, "another connection is not held back"


def test_nobody_is_flooded_by_matters_others_raise_with_their_telephone(
    client: Client, cast: Cast, at: datetime
) -> None:
    allowed = in_force(TRIES, at=at).params.raised_per_phone_an_hour
    for n in range(allowed):
        answer = client.post(
            "/raise/", filled(client, cast, phone="13900002207"), REMOTE_ADDR=f"198.51.100.{n}"
        )
        assert answer.status_code == 302
    for spelling in ("13900002207", "139 0000 2207"):
        assert raise_one(client, cast, phone=spelling).status_code == 429
    assert raise_one(client, cast).status_code == 302, "without the telephone it comes through"
    assert raise_one(client, cast, phone="13900002208").status_code == 302


def test_a_refused_form_does_not_use_up_the_limit(client: Client, cast: Cast) -> None:
    for _ in range(3):
        client.post("/raise/", filled(client, cast, text=""))
    assert not RateMark.objects.exists()


def test_who_speaks_for_somebody_else_is_recorded_as_such(client: Client, cast: Cast) -> None:
    client.post("/raise/", filled(client, cast, spoke="family"))
    assert Transition.objects.get(move="register").data["spoke"] == "family"


def test_words_are_shown_as_words_whatever_signs_they_hold(client: Client, cast: Cast) -> None:
    text = "<script>alert(1)</script>路 {{ x }} %(y)s"
    page = client.post("/raise/", filled(client, cast, text=text, name="<b>"), follow=True).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_form_refuses_to_be_sent_from_another_site(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/raise/", {"text": TEXT}).status_code == 403


def test_a_phone_that_shall_not_remember_keeps_no_cookie(client: Client, cast: Cast) -> None:
    typed = filled(client, cast)
    del typed["remember"]
    client.post("/raise/", typed)
    assert "gongzhi_mine" not in client.cookies


def test_the_receipt_carries_link_and_qr_code_and_says_what_comes_next(client: Client, cast: Cast) -> None:
    page = client.post("/raise/", filled(client, cast), follow=True).content.decode()
    case = Case.objects.get()
    assert f"/t/{case.number}/{numbers.receipt_code(case.number)}/" in page
    assert '<figure class="qr">' in page
    assert "接下来" in page
    assert "cases.accept_limit" in page, "the rule behind the time is named"


def test_a_photo_keeps_no_place_where_it_was_taken(client: Client, cast: Cast) -> None:
    picture, target = Image.new("RGB", (50, 50)), io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "汉阴家中"
    picture.save(target, "JPEG", exif=exif)
    upload = SimpleUploadedFile("gps.jpg", target.getvalue(), "image/jpeg")
    client.post("/raise/", filled(client, cast, pictures=[upload]))
    case = Case.objects.get()
    sent = client.get(f"/t/{case.number}/{numbers.receipt_code(case.number)}/pictures/1/").content
    assert dict(Image.open(io.BytesIO(sent)).getexif()) == {}


def test_the_pages_of_raising_ask_the_database_a_fixed_number_of_times(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client.get("/raise/")
    with django_assert_max_num_queries(3):
        client.get("/raise/")
    with django_assert_max_num_queries(5):
        client.get(f"/raise/?place={cast.units.village.code}")
    with django_assert_max_num_queries(2):
        client.get("/")
