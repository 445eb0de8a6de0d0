"""The agreement on paper: official layout, readable by machines, nothing fetched."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from gongzhi.core import typesetting
from gongzhi.mediation import papers
from gongzhi.mediation.queries import paper
from gongzhi.mediation.tests.stage import Stage
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def stage(cast: Cast, at: datetime) -> Stage:
    return Stage(cast, at)


def _text(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    said = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    )
    return "".join(said.stdout.split())


def _streams(pdf: bytes) -> Iterator[bytes]:
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(packed)


def test_a_sealed_agreement_is_printed_in_the_official_layout(stage: Stage, tmp_path: Path) -> None:
    found = paper.paper_for(viewer=stage.head, number=stage.agreed().number)
    pdf = papers.agreement_pdf(found)
    text = _text(pdf, tmp_path)
    for part in (
        "人民调解协议书", "〔2026〕城三元人调字第1号", "张守田", "李秀莲", "城关镇三元村人民调解委员会",
        "2026年3月4日", "2026年3月14日",
    ):  # fmt: skip
        assert part in text, part
    assert "草稿" not in text


def test_the_paper_says_that_a_draft_binds_nobody(stage: Stage, tmp_path: Path) -> None:
    found = paper.paper_for(viewer=stage.head, number=stage.drafted().number)
    text = _text(papers.agreement_pdf(found), tmp_path)
    assert "签字用稿" in text


def test_the_paper_is_tagged_named_and_in_chinese(stage: Stage) -> None:
    pdf = papers.agreement_pdf(paper.paper_for(viewer=stage.head, number=stage.agreed_orally().number))
    inside = pdf + b"".join(_streams(pdf))
    for mark in (b"/Lang (zh-CN)", b"/StructTreeRoot", b"pdfuaid", b"/FontFile"):
        assert mark in inside, mark


def test_words_of_the_parties_are_words_and_nothing_is_fetched(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongzhi.mediation.actions import agreeing
    from gongzhi.mediation.tests.stage import complete

    trick = '<img src="file:///etc/passwd"><img src="http://127.0.0.1:9/x"><b>粗</b>'
    dispute = agreeing.draft_agreement(
        dispute=stage.mediating(), text=complete(stage.due_on, terms=trick), by=stage.clerk, at=stage.tick()
    )
    text = _text(papers.agreement_pdf(paper.paper_for(viewer=stage.head, number=dispute.number)), tmp_path)
    assert "<b>粗</b>" in text
    assert "root:" not in text


def test_an_address_outside_the_document_is_refused() -> None:
    _engine, inside = typesetting.engine()
    for address in ("file:///etc/passwd", "http://127.0.0.1/", "ftp://x/"):
        with pytest.raises(typesetting.FetchRefused):
            inside({}).fetch(address)
