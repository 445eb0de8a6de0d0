"""Raising a matter through the pages: without an account, without a script, once, and within the limits."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongzhi.cases import numbers
from gongzhi.cases.models import Attachment, Case
from tests.cast import Cast

pytestmark = pytest.mark.django_db

TEXT = "昨晚大雨，三组老槐树下面路塌了一半。校车不敢过。"


def photo(name: str = "a.jpg", colour: str = "green") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(target, "JPEG")
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


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
