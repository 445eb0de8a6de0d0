"""What somebody signs on the spot, on the phone of whoever handles the matter."""

import io
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import pictures
from gongzhi.cases.actions import case_files, handling, judging, moves, statements
from gongzhi.cases.actions.statements import NothingDrawn, RaisedWithoutName, Statement
from gongzhi.cases.models import Attachment, Case, SignedStatement, Transition
from gongzhi.cases.queries import tracking
from gongzhi.cases.tests.stage import NAME, RESIDENT, Stage
from gongzhi.cases.tests.test_case_file import kinds_of, photo, text_of
from gongzhi.core.errors import Invalid
from gongzhi.notices.models import Notice
from tests.browser import PHONE, assert_accessible, let_in
from tests.cast import Cast, Person
from tests.stage import signature

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[Person], Client]
WORDS = "补助款五百元，十一月二十号在村委会当面领的。"
ALT = f"{NAME}的签名"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def sent(**more: Any) -> dict[str, Any]:
    data = "data:image/png;base64," + b64encode(signature()).decode()
    said = {"about": "received", "words": WORDS, "signer": "reporter", "drawn": data}
    return {"token": str(uuid4()), **said, **more}


def address(case: Case) -> str:
    return reverse("cases:move", args=[case.number, "sign_statement"])


def own_page(case: Case) -> str:
    return reverse("cases:matter", args=[case.number, tracking.code_of(case)])


def signed(stage: Stage, case: Case, **more: Any) -> SignedStatement:
    at = stage.tick()
    given = {"about": "done", "words": WORDS, "signer": "reporter", **more}
    image = statements.clean_signature(signature(), way="drawn", at=at)
    statements.sign_statement(
        case=case, statement=Statement(**given), picture=image, way="drawn", by=stage.clerk, at=at
    )
    return SignedStatement.objects.latest("id")


def test_who_signs_on_the_phone_signs_once_and_judges_nothing(
    stage: Stage, sign_in: SignIn, cast: Cast
) -> None:
    case, client, form = stage.handling(), sign_in(cast.clerk), sent()
    page = client.get(address(case)).content.decode()
    assert "data-sign-pad hidden" in page, "without script the photo remains"
    assert 'name="photo"' in page
    assert "只由报事人凭回执自己说" in page
    assert [client.post(address(case), form).status_code for _ in range(2)] == [302, 302]
    row = SignedStatement.objects.get()
    assert (row.name, row.about, row.signer, row.way) == (NAME, "received", "reporter", "drawn")
    assert row.held_by == cast.clerk.user
    assert (row.attachment.purpose, row.attachment.mime) == ("signature", "image/jpeg")
    case.refresh_from_db()
    assert (case.status, case.solved) == ("handling", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM cases_signedstatement")
        assert NAME not in str(cursor.fetchone()), "the name is sealed"


def test_the_log_knows_the_drawing_by_its_digest_and_neither_name_nor_words(stage: Stage) -> None:
    row = signed(stage, stage.handling())
    event = AuditEvent.objects.get(code="cases.statement.signed")
    assert row.attachment.sha256 in event.data
    assert NAME not in event.data
    assert WORDS not in event.data


def test_a_covered_name_is_covered_as_drawing_too_until_the_contact_is_opened_for_a_purpose(
    stage: Stage, sign_in: SignIn, cast: Cast
) -> None:
    case = stage.handling()
    signed(stage, case)
    page = reverse("cases:case", args=[case.number])
    holder, other = sign_in(cast.clerk), sign_in(cast.village_head)
    assert ALT in holder.get(page).content.decode(), "who held the phone sees whether it came through"
    covered = other.get(page).content.decode()
    assert WORDS in covered
    assert "王**" in covered
    assert ALT not in covered
    for client in (holder, other):
        assert client.get(reverse("cases:staff_picture", args=[case.number, 1])).status_code == 404
    opened = other.post(
        reverse("cases:reporter", args=[case.number]), {"why": "other", "purpose": "核对签名"}
    )
    assert ALT in opened.content.decode()
    analyst = sign_in(cast.analyst).get(page).content.decode()
    assert (WORDS in analyst, "王**" in analyst) == (False, False)


def test_the_reporter_sees_what_bears_their_name_and_is_told(stage: Stage, client: Client) -> None:
    case = stage.handling()
    case.reporter_mail = "gf@hanyin.example"
    case.save(update_fields=["reporter_mail"])
    signed(stage, case)
    page = client.get(own_page(case)).content.decode()
    assert ALT in page
    assert page.count(WORDS) == 2, "in the story and beside the drawing"
    image = reverse("cases:picture", args=[case.number, tracking.code_of(case), 1])
    assert image in page
    assert client.get(image).headers["Content-Type"] == "image/jpeg"
    told = Notice.objects.filter(kind="cases.reporter_news").latest("id")
    assert "签了字" in told.body
    with pytest.raises(Invalid):
        signed(stage, case, signer="representative")


def test_of_a_witness_the_reporter_reads_the_words_and_neither_name_nor_drawing(
    stage: Stage, client: Client, tmp_path: Path
) -> None:
    case = stage.handling()
    signed(stage, case, signer="witness", name="陈大山")
    page = client.get(own_page(case)).content.decode()
    assert (WORDS in page, "陈大山" in page, "<img" in page) == (True, False, False)
    image = reverse("cases:picture", args=[case.number, tracking.code_of(case), 1])
    assert client.get(image).status_code == 404
    pdf = case_files.make_for_resident(case=case, by=RESIDENT, at=stage.tick()).pdf
    assert pdf is not None
    assert "陈大山" not in text_of(pdf, tmp_path)


def test_a_matter_raised_without_a_name_is_not_signed_by_its_reporter(stage: Stage) -> None:
    case = stage.registered(anonymous=True)
    Case.objects.filter(pk=case.pk).update(status="handling")
    for signer in ("reporter", "representative"):
        with pytest.raises(RaisedWithoutName):
            signed(stage, case, signer=signer, name=NAME)
    assert signed(stage, case, signer="witness", name="陈大山").name == "陈大山"


def test_the_case_file_prints_a_signature_as_open_as_the_name(stage: Stage, tmp_path: Path) -> None:
    case = stage.handling()
    signed(stage, case)
    own = case_files.make_for_resident(case=case, by=RESIDENT, at=stage.tick()).pdf
    full = case_files.make(
        case=case, with_contact=True, purpose="移交档案", by=stage.clerk, at=stage.tick()
    ).pdf
    covered = case_files.make(case=case, by=stage.clerk, at=stage.tick()).pdf
    assert own
    assert full
    assert covered
    for pdf, is_open in ((own, True), (full, True), (covered, False)):
        text = text_of(pdf, tmp_path)
        assert "补助款五百元" in text
        assert (f"{NAME}（报事人本人）" in text) is is_open
        assert (ALT in alts(pdf)) is is_open


def alts(pdf: bytes) -> list[str]:
    """Return the alternative texts of the pictures of a paper."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return kinds_of(root["/StructTreeRoot"])["/Figure"]


def test_it_is_signed_on_paper_where_no_screen_can_be_signed_on(
    stage: Stage, sign_in: SignIn, cast: Cast
) -> None:
    case, client = stage.handling(), sign_in(cast.clerk)
    paper = SimpleUploadedFile("签字.jpg", photo(), "image/jpeg")
    assert client.post(address(case), sent(drawn="", photo=paper)).status_code == 302
    assert SignedStatement.objects.get().way == "paper"


@pytest.mark.parametrize(
    "wrong",
    [
        {"drawn": ""},
        {"drawn": "data:image/png;base64,%%"},
        {"drawn": "data:text/html;base64,PHNjcmlwdD4="},
        {"words": ""},
        {"about": "solved"},
        {"signer": "witness"},
        {"name": "长" * 61},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_or_drawn_is_lost(
    wrong: dict[str, str], stage: Stage, sign_in: SignIn, cast: Cast
) -> None:
    case, form = stage.handling(), sent() | wrong
    answer = sign_in(cast.clerk).post(address(case), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert form["words"] in page
    assert form["drawn"] in page
    assert not Attachment.objects.exists()


def test_an_empty_pad_is_no_signature(stage: Stage) -> None:
    with pytest.raises(NothingDrawn):
        statements.clean_signature(signature(strokes=False), way="drawn", at=stage.tick())
    with pytest.raises(pictures.PictureRefused):
        statements.clean_signature(b"%PDF-1.7", way="paper", at=stage.tick())


def test_after_the_answer_it_moves_neither_state_nor_window_and_ends_with_the_matter(stage: Stage) -> None:
    case = stage.handling()
    handling.resolve_case(case=case, outcome="solved", answer="好了。", by=stage.clerk, at=stage.tick())
    case.refresh_from_db()
    until = case.rate_by
    signed(stage, case)
    case.refresh_from_db()
    assert (case.status, case.rate_by) == ("resolved", until)
    judging.confirm_case(case=case, solved=True, score=5, words="", by=RESIDENT, at=stage.tick())
    with pytest.raises(moves.MoveNotPossible):
        signed(stage, case)
    assert Transition.objects.filter(case=case, move="sign_statement").count() == 1


def test_only_who_has_the_matter_in_hand_there_has_it_signed(
    stage: Stage, sign_in: SignIn, cast: Cast
) -> None:
    case = stage.handling()
    for person in (cast.town_dispatcher, cast.supervisor):
        assert sign_in(person).post(address(case), sent()).status_code == 403
    assert sign_in(cast.peer_clerk).post(address(case), sent()).status_code == 404
    assert not SignedStatement.objects.exists()


def test_pages_with_a_signature_cost_one_query_more(stage: Stage, sign_in: SignIn, cast: Cast) -> None:
    case, client = stage.handling(), sign_in(cast.clerk)
    page = reverse("cases:case", args=[case.number])
    client.get(page)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
        signed(stage, case)
    assert counts[1] == counts[2] == counts[0] + 1


@pytest.mark.browser
def test_a_finger_signs_on_a_phone_and_a_forgotten_word_does_not_wipe_it_away(
    live_server: Any, open_page: Callable[..., Page], stage: Stage, cast: Cast
) -> None:
    case, page = stage.handling(), open_page(**PHONE)
    let_in(page, cast.clerk, live_server.url)
    page.goto(live_server.url + address(case))
    pad = page.locator("canvas")
    expect(pad).to_be_visible()
    assert_accessible(page)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    assert box["width"] > 300, "room for a name"
    page.mouse.move(box["x"] + 30, box["y"] + 80)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + 30 + 50 * step, box["y"] + 80 - 50 * (step % 2))
    page.mouse.up()
    page.get_by_label("收到什么").check()
    page.get_by_label("报事人本人").check()
    page.get_by_role("button", name="请当场签字").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("[data-drawn]")).to_have_value(re.compile("^data:image/png.{1000}"))
    page.get_by_label("确认的内容").fill(WORDS)
    page.get_by_role("button", name="请当场签字").click()
    expect(page.get_by_role("img", name=ALT)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert SignedStatement.objects.get().way == "drawn"
