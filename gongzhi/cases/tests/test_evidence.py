"""What pictures show, documents with a matter, the photo that belongs to an answer, and what is released."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from gongzhi.cases import evidence_rules
from gongzhi.cases.actions import handling, story
from gongzhi.cases.actions.handling import AfterPhotoMissing
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.queries import tracking
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.cases.tests.test_case_file import photo
from gongzhi.core import documents
from gongzhi.core.errors import Invalid
from gongzhi.core.forms import new_token
from gongzhi.rulebook.actions import adopt_version
from tests.cast import Cast

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def paper() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(300, 400)
    opened = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(opened)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", paper(), "application/pdf")


def jpg(colour: str = "green") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{get_random_string(4)}.jpg", photo(colour), "image/jpeg")


def attached(stage: Stage, case: Case, purpose: str = "", *, public: bool = False, **more: Any) -> Attachment:
    cleaned = story.clean_files([photo()], at=stage.tick())
    [row] = story.attach_cleaned(
        case=case,
        cleaned=cleaned,
        public=public,
        purpose=purpose,
        at=stage.tick(),
        **{"by": stage.clerk, **more},
    )
    return row


def test_a_residents_first_photos_count_as_before_and_later_ones_do_not(stage: Stage) -> None:
    assert attached(stage, stage.registered(), by=RESIDENT).purpose == "before"
    assert attached(stage, stage.handling(), by=RESIDENT).purpose == "other"
    with pytest.raises(Invalid):
        attached(stage, stage.handling(), "signature")


def test_staff_say_what_a_photo_shows_and_a_pdf_is_kept_as_a_document(
    stage: Stage, sign_in: Any, cast: Cast, client: Client
) -> None:
    case = stage.handling()
    staff: Client = sign_in(cast.clerk)
    sent = {
        "token": new_token(),
        "pictures": [jpg(), pdf()],
        "purpose": "after",
        "words": "路修好了",
        "public": "yes",
    }
    assert staff.post(reverse("cases:move", args=[case.number, "attach"]), sent).status_code == 302
    rows = list(Attachment.objects.order_by("id").values_list("purpose", "mime", "pages"))
    assert rows == [("after", "image/jpeg", 0), ("document", "application/pdf", 1)]
    page = staff.get(reverse("cases:case", args=[case.number])).content.decode()
    assert "路修好了" in page
    assert "材料2（PDF）" in page.replace(" ", "")
    for answer in (
        staff.get(reverse("cases:staff_picture", args=[case.number, 2])),
        client.get(reverse("cases:picture", args=[case.number, tracking.code_of(case), 2])),
    ):
        assert answer.headers["Content-Disposition"].startswith("attachment"), (
            "never opened on our own address"
        )
        assert answer.content.startswith(b"%PDF")
        assert b"alert" not in answer.content
    assert client.get(reverse("cases:picture", args=[case.number, "WRONGCODE", 2])).status_code == 404


def test_a_resident_adds_a_document_and_a_broken_one_is_refused_with_words(
    stage: Stage, client: Client
) -> None:
    case = stage.handling()
    address = reverse("cases:add", args=[case.number, tracking.code_of(case)])
    broken = SimpleUploadedFile("b.pdf", b"%PDF-1.7 nothing", "application/pdf")
    refused = client.post(address, {"token": new_token(), "pictures": [broken]})
    assert refused.status_code == 422
    assert "PDF" in refused.content.decode()
    assert client.post(address, {"token": new_token(), "pictures": [pdf()]}).status_code == 302
    assert Attachment.objects.get(case=case).purpose == "document"


def test_where_the_rule_demands_it_an_answer_has_a_photo_or_says_why_not(stage: Stage, cast: Cast) -> None:
    adopt_version(
        code=evidence_rules.AFTER.code,
        params=evidence_rules.AFTER.first.model_dump() | {"demanded": ["0101"]},
        source="县政府办",
        note="道路事项要有办理后的照片",
        decided_by="县政府常务会议 2026 年第 3 次",
        valid_from=stage.began - timedelta(days=1),
        by=cast.manager.actor,
        at=stage.began - timedelta(days=60),
    )
    case = stage.handling()
    said: dict[str, Any] = {"case": case, "outcome": "solved", "answer": "修好了。", "by": stage.clerk}
    with pytest.raises(AfterPhotoMissing):
        handling.resolve_case(**said, at=stage.tick())
    handling.resolve_case(**{**said, "outcome": "explained"}, at=stage.tick())
    told = {**said, "case": stage.handling(), "no_after": "雾太大，拍不清。"}
    handling.resolve_case(**told, at=stage.tick())
    assert Transition.objects.get(case=told["case"], move="resolve").data["no_after"] == "雾太大，拍不清。"
    shown = {**said, "case": stage.handling(), "after": story.clean_files([photo()], at=stage.tick())}
    handling.resolve_case(**shown, at=stage.tick())
    assert Attachment.objects.get(case=shown["case"]).purpose == "after"


def test_without_a_demand_the_form_advises_and_the_answer_goes_out(
    stage: Stage, sign_in: Any, cast: Cast
) -> None:
    case = stage.handling()
    staff: Client = sign_in(cast.clerk)
    address = reverse("cases:move", args=[case.number, "resolve"])
    assert "同一个地方" in staff.get(address).content.decode()
    sent = {"token": new_token(), "outcome": "solved", "answer": "修好了。", "public": "no"}
    assert staff.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert case.status == "resolved"


def test_before_and_after_stand_side_by_side_for_whom_they_were_released(
    stage: Stage, sign_in: Any, cast: Cast, client: Client
) -> None:
    case = stage.handling()
    attached(stage, case, "before", public=True)
    attached(stage, case, "after")
    staff = sign_in(cast.clerk).get(reverse("cases:case", args=[case.number])).content.decode()
    assert 'class="sides"' in staff
    assert "办理后的照片1" in staff.replace(" ", "")
    own = reverse("cases:matter", args=[case.number, tracking.code_of(case)])
    assert 'class="sides"' not in client.get(own).content.decode(), "the second one is for colleagues"
    attached(stage, case, "after", public=True)
    assert 'class="sides"' in client.get(own).content.decode()


def test_the_board_shows_only_pictures_a_person_released_and_only_while_published(
    stage: Stage, client: Client
) -> None:
    case = stage.handling()
    attached(stage, case, "before", public=True)
    attached(stage, case, "after", public=True)
    attached(stage, case, "other", public=True)
    handling.resolve_case(case=case, outcome="solved", answer="好了。", by=stage.clerk, at=stage.tick())
    publish: dict[str, Any] = {"case": case, "by": stage.clerk}
    with pytest.raises(Invalid):
        story.publish_case(**publish, public=story.PublicText("路", "路", "好", (3,)), at=stage.tick())
    story.publish_case(**publish, public=story.PublicText("路", "路", "好", (2,)), at=stage.tick())
    page = client.get(reverse("cases:published", args=[case.number])).content.decode()
    assert ("办理后的照片" in page, "办理前的照片" in page) == (True, False)
    first = reverse("cases:board_picture", args=[case.number, 1])
    assert client.get(first).headers["Content-Type"] == "image/jpeg"
    assert client.get(reverse("cases:board_picture", args=[case.number, 2])).status_code == 404
    story.unpublish_case(case=case, words="有人脸", by=stage.clerk, at=stage.tick())
    assert client.get(first).status_code == 404


def test_the_form_of_publishing_offers_the_pictures_and_nothing_is_ticked(
    stage: Stage, sign_in: Any, cast: Cast
) -> None:
    case = stage.handling()
    attached(stage, case, "before", public=True)
    attached(stage, case, "after", public=True)
    handling.resolve_case(case=case, outcome="solved", answer="好了。", by=stage.clerk, at=stage.tick())
    page = sign_in(cast.clerk).get(reverse("cases:move", args=[case.number, "publish"])).content.decode()
    assert 'name="shown"' in page
    ticks = page[page.index('id="id_shown"') :]
    ticks = ticks[: ticks.index("</fieldset>")]
    assert "checked" not in ticks
    order = re.findall(r'<img src="[^"]*/(\d+)/?"|name="shown" value="(\d+)"', ticks)
    assert order == [("1", ""), ("", "1"), ("2", ""), ("", "2")], "each picture has its own tick under it"


def test_nothing_of_a_document_is_kept_when_it_is_refused(stage: Stage) -> None:
    with pytest.raises(documents.DocumentRefused):
        story.clean_files([b"%PDF-1.7"], at=stage.tick())
    assert not Attachment.objects.exists()
