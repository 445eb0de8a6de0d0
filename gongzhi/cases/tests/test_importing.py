"""Messages of other systems, taken into the loop."""

import json
import statistics
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from gongzhi.cases.lifecycle import State
from gongzhi.cases.message_sheets import UnusableRow, moment
from gongzhi.cases.models import Case, Transition
from gongzhi.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HEAD = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
TEN_O_CLOCK = datetime(2019, 4, 25, 10, 0)  # noqa: DTZ001 - a cell of a sheet has no zone
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "messages"


def sheet(path: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (head, *rows):
        page.append(row)
    book.save(path)
    return path


def run(path: Path, capsys: pytest.CaptureFixture[str], **options: Any) -> dict[str, Any]:
    capsys.readouterr()
    call_command("import_messages", str(path), "--json", reject=path.with_suffix(".rejected.csv"), **options)
    table: dict[str, Any] = json.loads(capsys.readouterr().out)
    return table


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return sheet(
        tmp_path / "three.xlsx",
        [
            1,
            "A1",
            "路坏了",
            "2019/4/25 9:32:09",
            "\n\t\t路坏了三个月。\n\t\n快修吧。",
            "已派人修。",
            "2019/5/5 9:32:09",
        ],
        [2, "A2", "停水", TEN_O_CLOCK, "停水两天。", "", ""],
        [3, "A3", "补贴", "2019/4/26 8:00:00", "补贴没到。", "已发放。", "2019/4/30"],
    )


def test_each_row_runs_through_the_real_actions_at_its_own_date(
    cast: Cast, three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = run(three, capsys)
    assert {k: table[k] for k in ("rows", "registered", "resolved", "rejected", "already_there")} == {
        "rows": 3, "registered": 3, "resolved": 2, "rejected": 0, "already_there": 0,
    }  # fmt: skip
    assert table["median_days_to_reply"] == pytest.approx((10 + 3 + 16 / 24) / 2)
    road = Case.objects.get(source_ref="messages:1")
    assert road.text == "路坏了三个月。\n快修吧。"
    moves = Transition.objects.filter(case=road).order_by("seq").values_list("move", flat=True)
    assert list(moves) == ["register", "accept", "dispatch", "sign", "resolve"]
    assert road.registered_at.isoformat() == "2019-04-25T01:32:09+00:00"
    assert Case.objects.get(source_ref="messages:2").status == State.REGISTERED
    assert not Notice.objects.exists(), "history is no news"


def test_a_second_run_doubles_nothing_and_a_reply_that_came_later_resolves(
    cast: Cast, three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(three, capsys)
    again = run(three, capsys)
    assert (again["registered"], again["resolved"], again["already_there"]) == (0, 0, 3)
    later = sheet(three, [2, "A2", "停水", TEN_O_CLOCK, "停水两天。", "已来水。", "2019/4/27 10:00:00"])
    table = run(later, capsys)
    assert (table["registered"], table["resolved"], table["already_there"]) == (0, 1, 1)
    assert Case.objects.count() == 3


def test_unusable_rows_go_to_the_reject_file_with_line_and_reason_and_nothing_else_is_lost(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(
        tmp_path / "bad.xlsx",
        [1, "A", "好的", "2019/4/25 9:32:09", "能用。", "", ""],
        [2, "A", "没日期", "昨天", "内容。", "", ""],
        [3, "A", "空的", "2019/4/25 9:32:09", " \n\t ", "", ""],
        ["", "A", "没编号", "2019/4/25 9:32:09", "内容。", "", ""],
        [5, "A", "先答后问", "2019/4/25 9:32:09", "内容。", "答复。", "2019/4/24 9:32:09"],
        [6, "A", "二月三十", "2019/2/30 9:32:09", "内容。", "", ""],
        [7, "A", "太长", "2019/4/25 9:32:09", "长" * 9000, "", ""],
        [8, "A", "也能用", "2019/4/25 9:32:09", "能用。", "", ""],
    )
    table = run(path, capsys)
    assert (table["registered"], table["rejected"]) == (2, 6)
    lines = path.with_suffix(".rejected.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert "昨天" in lines[1]


def test_a_file_that_is_no_workbook_or_lacks_columns_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    fake = tmp_path / "fake.xlsx"
    fake.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(CommandError, match="cannot be read as a spreadsheet"):
        call_command("import_messages", str(fake))
    with pytest.raises(CommandError, match="留言详情"):
        call_command("import_messages", str(sheet(tmp_path / "few.xlsx", head=["留言编号"])))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_messages", str(tmp_path / "absent.xlsx"))
    with pytest.raises(CommandError, match="import-divisions"):
        call_command("import_messages", str(fake), unit="000")


def test_a_moment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnusableRow):
        moment("2019/13/1 10:00:00", "the time")


@pytest.mark.once
@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data folder is absent")
def test_on_the_real_replies_the_systems_measure_gives_what_a_plain_calculation_gives(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = SHARED / "replies_2816.xlsx"
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    days = [(moment(row[6], "reply") - moment(row[3], "message")).total_seconds() / 86400 for row in rows]
    capsys.readouterr()
    call_command("import_messages", str(path), "--json", reject=tmp_path / "rejected.csv")
    table = json.loads(capsys.readouterr().out)
    assert (table["rows"], table["registered"], table["resolved"], table["rejected"]) == (2816, 2816, 2816, 0)
    assert table["median_days_to_reply"] == pytest.approx(statistics.median(days))
    assert table["p75_days_to_reply"] == pytest.approx(statistics.quantiles(days, n=4, method="inclusive")[2])
