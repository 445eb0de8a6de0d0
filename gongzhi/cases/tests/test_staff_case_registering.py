"""Registering for a resident and settling on the spot, as the pages do it."""

import io
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongzhi.cases.models import Attachment, Case, Transition
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
VILLAGE = "610921100222"


def said(**more: str) -> dict[str, str]:
    return {
        "token": str(uuid4()),
        "text": "水管漏水，院坝都淹了。",
        "place": VILLAGE,
        "channel": "hotline",
        "name": "王桂芳",
        "phone": "139 0000 2207",
    } | more


def photo() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (300, 200), "olive").save(target, "JPEG")
    return SimpleUploadedFile("p.jpg", target.getvalue(), "image/jpeg")


def test_what_a_resident_said_is_registered_in_their_name_by_who_typed_it(
    cast: Cast, sign_in: SignIn
) -> None:
    answer = sign_in(cast.clerk).post("/cases/new/", said())
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.number}/receipt/"
    assert (case.reporter_name, case.reporter_phone, case.channel) == ("王桂芳", "13900002207", "hotline")
    assert case.registered_by_id == cast.clerk.user.pk
    assert Transition.objects.get(case=case).data["acting_for"] is True


def test_a_form_pressed_twice_registers_once(cast: Cast, sign_in: SignIn) -> None:
    client, sent = sign_in(cast.clerk), said()
    first, second = client.post("/cases/new/", sent), client.post("/cases/new/", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == 1


def test_urgent_is_kept_and_gives_the_desk_less_time(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.clerk).post("/cases/new/", said())
    sign_in(cast.clerk).post("/cases/new/", said(urgent="on", text="桥快断了。"))
    calm, urgent = Case.objects.order_by("pk")
    assert urgent.urgency == "urgent"
    assert calm.due_at is not None
    assert urgent.due_at is not None
    assert urgent.due_at < calm.due_at


def test_without_name_and_telephone_it_is_anonymous(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.clerk).post("/cases/new/", said(name="", phone=""))
    assert Case.objects.get().anonymous


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "请写下群众说了什么"),
        ({"phone": "12"}, "139"),
        ({"place": "610921107202"}, ""),
        ({"mail": "nonsense"}, "不是邮箱地址"),
        ({"token": "x"}, ""),
        ({"channel": "import"}, ""),
    ],
)
def test_what_cannot_be_used_comes_back_with_every_word(
    wrong: dict[str, str], words: str, cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.clerk).post(
        "/cases/new/", said(place_detail="三组", **wrong) if "place" not in wrong else said(**wrong)
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "王桂芳" in text
    assert words == "139" or words in text
    assert not Case.objects.exists()


def test_a_clerk_is_offered_the_own_village_only_and_the_town_has_to_choose(
    cast: Cast, sign_in: SignIn
) -> None:
    clerk = sign_in(cast.clerk).get("/cases/new/").content.decode()
    assert f'name="place" value="{VILLAGE}"' in clerk
    assert "月河村" not in clerk
    town = sign_in(cast.town_dispatcher).get("/cases/new/").content.decode()
    assert "月河村" in town
    assert "堰坪村" not in town
    assert "selected" not in town[town.index('name="place"') : town.index("月河村")].replace(
        'value="" selected', ""
    )


def test_the_receipt_is_for_who_registered_it_and_not_for_who_handles_it(cast: Cast, sign_in: SignIn) -> None:
    clerk = sign_in(cast.line_person)
    clerk.post("/cases/new/", said())
    case = Case.objects.get()
    address = f"/cases/{case.number}/receipt/"
    page = clerk.get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert f"/t/{case.number}/" in text
    assert "<svg" in text
    assert sign_in(cast.clerk).get(address).status_code == 404, "the code lets its holder judge the answer"
    assert sign_in(cast.peer_clerk).get(address).status_code == 404


def test_a_line_person_settles_on_the_spot_with_five_entries_and_one_press(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.line_person)
    page = client.get("/cases/settled/").content.decode()
    main = page[page.index('id="main"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))
    sent = {**hidden, "text": "路灯不亮。", "category": "1001", "result": "换了灯泡。", "pictures": photo()}
    answer = client.post("/cases/settled/", sent)
    case = Case.objects.get()
    assert answer.status_code == 302
    assert (case.status, case.tier, case.answer, case.settled_at_level) == (
        "resolved",
        "small",
        "换了灯泡。",
        "spot",
    )
    assert Attachment.objects.filter(case=case).count() == 1


def test_without_its_photo_nothing_is_registered(cast: Cast, sign_in: SignIn) -> None:
    broken = SimpleUploadedFile("p.jpg", b"no picture", "image/jpeg")
    page = sign_in(cast.clerk).post("/cases/new/", {**said(), "pictures": broken})
    assert page.status_code == 422
    assert "水管漏水" in page.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("address", ["/cases/new/", "/cases/settled/"])
def test_who_may_not_register_or_settle_is_told_so(address: str, cast: Cast, sign_in: SignIn) -> None:
    for person in (cast.analyst, cast.manager, cast.officer, cast.supervisor):
        assert sign_in(person).get(address).status_code == 403, person.name
        assert sign_in(person).post(address, said(result="好了。")).status_code == 403, person.name
    assert Client().get(address).status_code == 302
    assert not Case.objects.exists()


def test_a_peer_cannot_register_at_another_village_by_a_forged_code(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.peer_clerk).post("/cases/new/", said()).status_code == 422
    assert not Case.objects.exists()
