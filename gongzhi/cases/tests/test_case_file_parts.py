"""Parts of the printed case file: help, orders, petitions; how it lies on the disk; who can read it.

What a machine can check of PDF/UA is looked at with another library than the one that writes the paper.
"""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import files
from gongzhi.cases.actions import case_files, supervising, together
from gongzhi.cases.models import Attachment, Case, CaseFile
from gongzhi.cases.tests import test_petitions, test_statements
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.cases.tests.test_case_file import made, text_of, told
from gongzhi.cases.tests.test_evidence import attached
from gongzhi.cases.tests.test_together import answered
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def test_the_case_file_tells_who_helped_what_was_ordered_and_how_it_was_answered(
    stage: Stage, tmp_path: Path
) -> None:
    case = answered(stage)
    together.rate_help(
        case=case,
        unit=stage.cast.units.department,
        score=5,
        words="来得快。",
        by=stage.clerk,
        at=stage.tick(),
    )
    supervising.supervise_case(
        case=case, words="请说明进展。", by=stage.cast.supervisor.actor, at=stage.tick()
    )
    open_text = text_of(made(case, stage.clerk, stage), tmp_path)
    supervising.answer_supervision(case=case, answer="五号完工。", by=stage.clerk, at=stage.tick())
    text = text_of(made(case, stage.clerk, stage), tmp_path)
    for part in (
        "会办",
        "请派技术员看路基。",
        "看过，需打桩。",
        "来得快。",
        "交通运输局",
        "督办",
        "请说明进展。",
    ):
        assert part in text, part
    assert "五号完工。" in text
    assert "五号完工。" not in open_text
    case.refresh_from_db()
    own = case_files.make_for_resident(case=case, by=RESIDENT, at=stage.tick()).pdf
    assert own is not None
    for part in ("看过，需打桩。", "来得快。", "五号完工。"):
        assert part not in text_of(own, tmp_path), "what offices say to one another stays there"


def test_the_case_file_of_a_petition_tells_its_papers_and_reviews(stage: Stage, tmp_path: Path) -> None:
    case = test_petitions.ask(test_petitions.answered(stage), stage.tick())
    text = text_of(made(case, stage.clerk, stage), tmp_path)
    for part in ("信访", "复查", stage.cast.units.town.name):
        assert part in text, part


def test_a_full_disk_leaves_neither_a_file_nor_a_row_that_says_there_was_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = told(stage)
    row = CaseFile.objects.create(case=case, owner_id=stage.clerk.user_id, asked_at=stage.tick())
    rows = AuditEvent.objects.filter(code="cases.file.made")

    def full(content: bytes) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", full)
        assert case_files.run(row.pk, at=stage.tick()) == "failed"
    assert not rows.exists()
    again = CaseFile.objects.create(case=case, owner_id=stage.clerk.user_id, asked_at=stage.tick())
    assert case_files.run(again.pk, at=stage.tick()) == "done"
    assert rows.count() == 1
    again.refresh_from_db()
    assert files.path_of(again.key).exists()


def test_a_file_whose_making_cannot_be_recorded_is_not_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = told(stage)
    row = CaseFile.objects.create(case=case, owner_id=stage.clerk.user_id, asked_at=stage.tick())
    before = sorted(files.folder().rglob("*"))

    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(case_files, "record", broken)
    with pytest.raises(RuntimeError):
        case_files.run(row.pk, at=stage.tick())
    row.refresh_from_db()
    assert row.state == "waiting", "the task is tried again"
    assert [path for path in sorted(files.folder().rglob("*")) if path.is_file() and path not in before] == []


def test_pictures_without_another_side_fill_both_columns(stage: Stage) -> None:
    case = stage.handling()
    for purpose in ("before", "after", "after", "after"):
        attached(stage, case, purpose)
    pages = PdfReader(io.BytesIO(made(case, stage.clerk, stage))).pages
    left = [place[0] for page in pages for place in places(page)]
    assert len(left) == 4
    assert sorted(left)[0] == sorted(left)[1]
    assert sorted(left)[2] == sorted(left)[3], "two to the left, two to the right"


def places(page: Any) -> list[tuple[int, int]]:
    """Return where the photos of a page stand: what is drawn wider than a code."""
    found: list[tuple[int, int]] = []
    matrices: list[tuple[float, ...]] = [(1, 0, 0, 1, 0, 0)]
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"q":
            matrices.append(matrices[-1])
        elif operator == b"Q":
            matrices.pop()
        elif operator == b"cm":
            matrices[-1] = _times(tuple(float(part) for part in operands), matrices[-1])
        elif operator == b"Do":
            image = page["/Resources"]["/XObject"][operands[0]].get_object()
            if image["/Subtype"] == "/Image" and image["/Width"] == 640:
                found.append((round(matrices[-1][4]), round(matrices[-1][5])))
    return found


def _times(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def whole(stage: Stage) -> Case:
    """A matter with all that a case file can show."""
    case = told(stage)
    Case.objects.filter(pk=case.pk).update(status="handling")
    test_statements.signed(stage, case)
    Attachment.objects.filter(purpose="after").update(purpose="other")
    return case


@pytest.mark.parametrize("audience", ["staff", "resident"])
def test_what_a_machine_can_check_of_pdf_ua_holds_for_the_whole_case_file(
    audience: str, stage: Stage
) -> None:
    case = whole(stage)
    pdf = (
        made(case, stage.clerk, stage, with_contact=True, purpose="移交档案")
        if audience == "staff"
        else case_files.make_for_resident(case=case, by=RESIDENT, at=stage.tick()).pdf
    )
    assert pdf is not None
    reader: Any = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert case.number in str(reader.metadata.title)
    xmp = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "dc:title" in xmp
    elements: list[Any] = list(structure(root["/StructTreeRoot"]))
    levels = [int(str(e["/S"])[2:]) for e in elements if str(e["/S"]) in ("/H1", "/H2", "/H3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), "no level of headings is left out"
    assert all(str(e.get("/Alt", "")) for e in elements if e["/S"] == "/Figure")
    heads = [e for e in elements if e["/S"] == "/TH"]
    assert {str(e["/A"]["/Scope"]) for e in heads} == {"/Column", "/Row"}
    assert all("/Scope" in e["/A"] for e in heads)
    for page in reader.pages:
        assert "/StructParents" in page
        assert page["/Tabs"] == "/S" or "/Annots" not in page
        assert untagged(page) == [], "all that is drawn is tagged or an artifact"
        assert all(embedded(font.get_object()) for font in page["/Resources"].get("/Font", {}).values())


def structure(node: Any) -> Any:
    """Yield the elements of the structure in the order they are read."""
    node = node.get_object()
    if not hasattr(node, "get"):
        return
    if "/S" in node:
        yield node
    below = node.get("/K")
    below = below.get_object() if below is not None else []
    for child in below if isinstance(below, list) else [below]:
        yield from structure(child)


_DRAWING = {b"Tj", b"TJ", b"'", b'"', b"Do", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh"}


def untagged(page: Any) -> list[bytes]:
    """Return the operators that draw outside any marked content."""
    depth, found = 0, []
    for _operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            depth += 1
        elif operator == b"EMC":
            depth -= 1
        elif operator in _DRAWING and depth == 0:
            found.append(operator)
    return found


def embedded(font: Any) -> bool:
    """Whether the glyphs of a font and what they mean lie in the file."""
    below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    described = below["/FontDescriptor"]
    return "/ToUnicode" in font and bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(described))
