"""The printed case file: what it holds, for whom, and how it is built."""

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from gongzhi.audit.actions import seal
from gongzhi.audit.models import AuditEvent
from gongzhi.cases import files
from gongzhi.cases.actions import case_files, handling, judging, moves, story
from gongzhi.cases.models import Attachment, Case, CaseFile
from gongzhi.cases.queries import tracking
from gongzhi.cases.tests.stage import NAME, PHONE, RESIDENT, Stage
from gongzhi.core import clock
from gongzhi.core.actions.rates import TooOften
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.orgs.models import Unit
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]

INTERNAL = "只给同事看的话：挖机二十号到。"
ANSWER = "塌方已经清完，路基用石笼加固，校车今天恢复通行。"


def photo(colour: str = "green") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def told(stage: Stage) -> Case:
    """A matter with photos on both sides, internal words, an answer and a judgement."""
    case = stage.handling()
    story.attach_pictures(case=case, contents=[photo("brown")], public=True, by=RESIDENT, at=stage.tick())
    story.comment_case(case=case, words=INTERNAL, public=False, by=stage.clerk, at=stage.tick())
    story.attach_pictures(case=case, contents=[photo("gray")], public=False, by=stage.clerk, at=stage.tick())
    Attachment.objects.filter(case=case).order_by("id").update(purpose="before")
    Attachment.objects.filter(pk=Attachment.objects.latest("id").pk).update(purpose="after")
    handling.resolve_case(case=case, outcome="solved", answer=ANSWER, by=stage.clerk, at=stage.tick())
    judging.confirm_case(case=case, solved=True, score=5, words="修得好", by=RESIDENT, at=stage.tick())
    case.refresh_from_db()
    return case


def text_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "case.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdftotext") is None:
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    said = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True)
    return "".join(said.stdout.split())


def made(case: Case, by: Actor, stage: Stage, **more: Any) -> bytes:
    pdf = case_files.make(case=case, by=by, at=stage.tick(), **more).pdf
    assert pdf is not None
    return pdf


def test_the_full_file_holds_the_whole_matter_and_covers_the_reporter(stage: Stage, tmp_path: Path) -> None:
    case = told(stage)
    seal(at=clock.now())
    text = text_of(made(case, stage.clerk, stage), tmp_path)
    for part in (
        "案卷", case.number, "校车不敢过", ANSWER, "塌了一半", INTERNAL, "修得好", "非常满意", "时限",
        "办理前", "办理后", "第1页，共", "封存", stage.clerk.name,
    ):  # fmt: skip
        assert "".join(part.split()) in text, part
    assert PHONE not in text
    assert "王**" in text
    assert tracking.code_of(case) not in text, "whoever handles a matter never reads its receipt code"


def test_the_full_name_needs_the_right_and_a_purpose_and_leaves_its_own_row(
    stage: Stage, tmp_path: Path, cast: Cast
) -> None:
    case = told(stage)
    text = text_of(made(case, stage.clerk, stage, with_contact=True, purpose="移交档案"), tmp_path)
    assert PHONE in text
    codes = list(AuditEvent.objects.filter(subject=f"case:{case.number}").values_list("code", flat=True))
    assert codes[-2:] == ["cases.reporter.read", "cases.file.made"]
    officer = cast.officer.actor
    moves.show_to(case, Unit.objects.get(pk=officer.posts[0].unit_id), "handling", at=stage.tick())
    with pytest.raises(moves.NotYourMove):
        case_files.make(case=case, with_contact=True, purpose="好奇", by=officer, at=stage.tick())
    with pytest.raises(NotFound):
        case_files.make(case=case, by=cast.analyst.actor, at=stage.tick())


def test_the_holder_of_the_receipt_gets_what_the_page_shows_and_no_more(stage: Stage, tmp_path: Path) -> None:
    case = told(stage)
    pdf = case_files.make_for_resident(case=case, by=RESIDENT, at=stage.tick()).pdf
    assert pdf is not None
    text = text_of(pdf, tmp_path)
    for part in (case.number, "塌了一半", ANSWER, NAME, "办理前", "持回执的人"):
        assert "".join(part.split()) in text, part
    for part in ("".join(INTERNAL.split()), "只给同事", stage.clerk.name):
        assert part not in text, part
    assert "图2" not in text, "the picture for colleagues is not in it"


def test_the_file_is_tagged_named_bookmarked_and_in_chinese(stage: Stage) -> None:
    case = told(stage)
    reader = PdfReader(io.BytesIO(made(case, stage.clerk, stage)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert case.number in str(reader.metadata.title if reader.metadata else "")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds = kinds_of(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= kinds.keys()
    assert all(kinds["/Figure"]), "every picture says what it shows"
    titles = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    nested = [
        str(item.title)
        for part in reader.outline
        if isinstance(part, list)
        for item in part
        if not isinstance(item, list)
    ]
    assert "案卷" in titles[0]
    assert "一步一步的经过" in nested or "一步一步的经过" in titles


def kinds_of(tree: Any) -> dict[str, list[str]]:
    """Return the kinds of the structure with the alternative texts of their elements."""
    found: dict[str, list[str]] = {}
    queue = [tree]
    while queue:
        node = queue.pop().get_object()
        if not hasattr(node, "get"):
            continue
        if "/S" in node:
            found.setdefault(str(node["/S"]), []).append(str(node.get("/Alt", "")))
        below = node.get("/K")
        below = below.get_object() if below is not None else []
        queue += below if isinstance(below, list) else [below]
    return found


def test_every_making_is_recorded_with_who_and_the_digest(stage: Stage) -> None:
    from hashlib import sha256

    case = told(stage)
    pdf = made(case, stage.clerk, stage)
    row = AuditEvent.objects.latest("id")
    assert (row.code, row.actor_key) == ("cases.file.made", stage.clerk.key)
    assert sha256(pdf).hexdigest() in row.data


def test_a_large_file_is_made_by_the_worker_for_its_asker_only(
    stage: Stage, sign_in: Any, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = stage.handling()
    for n in range(70):
        story.comment_case(case=case, words=f"第{n}次看现场。", public=False, by=stage.clerk, at=stage.tick())
    client: Client = sign_in(cast.clerk)
    answer = client.post(reverse("cases:case_file", args=[case.number]))
    assert answer.status_code == 302
    row = CaseFile.objects.get()
    fetch = reverse("cases:case_file_made", args=[case.number, row.pk])
    assert client.get(fetch).status_code == 409
    assert case_files.run(row.pk, at=clock.now()) == "done"
    assert case_files.run(row.pk, at=clock.now()) == "gone", "twice is the same"
    fetched = client.get(fetch)
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(fetched.content)).pages) > 2
    assert sign_in(cast.village_head).get(fetch).status_code == 404, "another's file is not there"
    row.refresh_from_db()
    later = clock.now() + timedelta(hours=25)
    assert case_files.expire(at=later) == 1
    assert not files.path_of(row.key).exists()
    assert client.get(fetch).status_code == 409


def test_who_lost_sight_meanwhile_gets_no_file(stage: Stage, cast: Cast) -> None:
    case = told(stage)
    row = CaseFile.objects.create(case=case, owner=cast.town_dispatcher.user, asked_at=clock.now())
    cast.town_dispatcher.user.posts.update(valid_until=(clock.now() - timedelta(days=2)).date())
    assert case_files.run(row.pk, at=clock.now()) == "failed"


def test_a_receipt_makes_only_so_many_files_an_hour(stage: Stage) -> None:
    case = stage.registered()
    at = stage.tick()
    for _ in range(6):
        assert case_files.make_for_resident(case=case, by=RESIDENT, at=at).pdf
    with pytest.raises(TooOften):
        case_files.make_for_resident(case=case, by=RESIDENT, at=at)


def test_the_pages_offer_the_file_and_only_a_press_makes_it(
    stage: Stage, client: Client, sign_in: Any, cast: Cast
) -> None:
    case = told(stage)
    own = reverse("cases:own_file", args=[case.number, tracking.code_of(case)])
    assert (
        own
        in client.get(reverse("cases:matter", args=[case.number, tracking.code_of(case)])).content.decode()
    )
    before = AuditEvent.objects.count()
    assert client.get(own).status_code == 200
    assert AuditEvent.objects.count() == before
    assert client.post(own).content.startswith(b"%PDF")
    assert client.post(reverse("cases:own_file", args=[case.number, "WRONGCODE"])).status_code == 404
    staff: Client = sign_in(cast.clerk)
    page = reverse("cases:case_file", args=[case.number])
    assert page in staff.get(reverse("cases:case", args=[case.number])).content.decode()
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"contact": "on"}).status_code == 422, "without a purpose"
    answer = staff.post(page)
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
