"""Importing official lists of divisions."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gongzhi.audit.models import AuditEvent
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.rejects import Rejected
from gongzhi.orgs import actions, queries
from gongzhi.orgs.divisions import Division, UnusableFile, detect_encoding, read_file
from gongzhi.orgs.models import Unit

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).parents[2] / "demo" / "data"
HANYIN = [DEMO / "hanyin_villages.csv", DEMO / "hanyin_towns.csv"]
TOWNS = (
    "code,name,areaCode,provinceCode,cityCode\n"
    '610921100,"城关镇",610921,61,6109\n'
    "610921101,涧池镇,610921,61,6109\n"
)
VILLAGES = "code,name,streetCode,provinceCode,cityCode,areaCode\n"


def run(*files: Path, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("import_divisions", *files, json=True, stdout=out, **options)
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_hanyin_has_one_county_ten_towns_and_160_villages() -> None:
    report = run(*HANYIN, county_name="汉阴县")
    assert report["by_kind"] == {"county": 1, "town": 10, "village": 160}
    assert report["rejected"] == 0
    county, town = queries.find_unit("610921"), queries.find_unit("610921100")
    assert county is not None
    assert town is not None
    assert (county.path, county.parent, county.depth) == ("61/6109/610921/", None, 2)
    assert (town.path, town.parent, town.depth) == ("61/6109/610921/610921100/", county, 3)
    assert queries.subtree(county).count() == 171


def test_running_it_again_changes_nothing() -> None:
    run(*HANYIN, county_name="汉阴县")
    before = list(Unit.objects.values())
    events = AuditEvent.objects.count()
    report = run(*HANYIN, county_name="汉阴县")
    assert (report["created"], report["renamed"], report["unchanged"]) == (0, 0, 171)
    assert list(Unit.objects.values()) == before
    assert AuditEvent.objects.count() == events


def test_a_new_name_is_taken_over_and_a_missing_unit_is_reported_but_kept(tmp_path: Path) -> None:
    run(write(tmp_path, "a.csv", TOWNS), county_name="汉阴县")
    changed = TOWNS.replace("城关镇", "月河镇").replace("610921101,涧池镇,610921,61,6109\n", "")
    report = run(write(tmp_path, "b.csv", changed))
    assert (report["renamed"], report["disappeared"]) == (1, ["610921101"])
    assert Unit.objects.get(code="610921100").name == "月河镇"
    assert Unit.objects.get(code="610921101").valid_until is None
    assert "月河镇" in AuditEvent.objects.get(code="orgs.unit.renamed").data


BAD_ROWS = [
    ('610921100222,"三元村', "not a CSV row"),
    ("610921100222,三元村,610921100", "3 columns instead of 6"),
    ("61092110022X,三元村,610921100,61,6109,610921", "not a number"),
    ("6109211002,三元村,610921100,61,6109,610921", "10 digits"),
    ("610921100222,,610921100,61,6109,610921", "name is empty"),
    ("610921100222,三\x07村,610921100,61,6109,610921", "control character"),
    (f"610921100222,{'村' * 81},610921100,61,6109,610921", "longer than 80"),
    ("610921100222,三元村,610921199,61,6109,610921", "does not begin with"),
    ("610921199222,三元村,610921199,61,6109,610921", "not known"),
    ("610921100001,别的村,610921100,61,6109,610921", "stands already"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_row_that_cannot_be_used_is_set_aside_with_line_and_reason_and_nothing_else_is_lost(
    tmp_path: Path, row: str, reason: str
) -> None:
    good = ["610921100001,南街村,610921100,61,6109,610921", '610921100002,"北街村",610921100,61,6109,610921']
    villages = write(tmp_path, "v.csv", VILLAGES + "\n".join([good[0], row, good[1]]) + "\n")
    reject = tmp_path / "out.csv"
    report = run(write(tmp_path, "t.csv", TOWNS), villages, county_name="汉阴县", reject=reject)
    assert report["by_kind"] == {"county": 1, "town": 2, "village": 2}
    with reject.open(encoding="utf-8", newline="") as file:
        (line,) = list(csv.DictReader(file))
    assert (line["file"], line["line"]) == ("v.csv", "3")
    assert reason in line["reason"]


def test_a_rare_character_of_a_private_area_is_a_name(tmp_path: Path) -> None:
    villages = write(tmp_path, "v.csv", VILLAGES + "610921100001,\ue4c7高村,610921100,61,6109,610921\n")
    report = run(write(tmp_path, "t.csv", TOWNS), villages, county_name="汉阴县")
    assert report["rejected"] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_usual_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    run(write(tmp_path, "t.csv", TOWNS, encoding), county_name="汉阴县")
    assert Unit.objects.get(code="610921100").name == "城关镇"


def test_one_damaged_line_does_not_change_the_encoding_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TOWNS.encode() + b"610921102,\xff\xfe\xfd,610921,61,6109\n610921103,x,610921,61,6109\n")
    assert detect_encoding(path) == "utf-8"
    rows = [row for row, _size in read_file(path)]
    assert [type(row) for row in rows] == [Division, Division, Rejected, Division]


@pytest.mark.parametrize("text", ["", "编号,名称\n1,2\n", "\x00\x01", "code;name\n"])
def test_a_file_that_is_no_list_is_refused_by_name_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "strange.csv", text)
    with pytest.raises(UnusableFile, match=r"strange\.csv"):
        list(read_file(path))
    with pytest.raises(CommandError, match=r"strange\.csv"):
        run(write(tmp_path, "t.csv", TOWNS), path, county_name="汉阴县")
    assert not Unit.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        run(tmp_path / "nowhere.csv")


def test_only_the_wanted_part_of_a_large_list_is_taken(tmp_path: Path) -> None:
    areas = write(
        tmp_path,
        "areas.csv",
        "code,name,cityCode,provinceCode\n610921,汉阴县,6109,61\n610922,石泉县,6109,61\n",
    )
    report = run(areas, write(tmp_path, "t.csv", TOWNS), within="610921")
    assert (report["by_kind"], report["outside"]) == ({"county": 1, "town": 2}, 1)


def test_province_and_city_imported_later_move_nobody(tmp_path: Path) -> None:
    run(write(tmp_path, "t.csv", TOWNS), county_name="汉阴县")
    run(
        write(tmp_path, "p.csv", "code,name\n61,陕西省\n"),
        write(tmp_path, "c.csv", "code,name,provinceCode\n6109,安康市,61\n"),
        write(tmp_path, "a.csv", "code,name,cityCode,provinceCode\n610921,汉阴县,6109,61\n"),
    )
    county = Unit.objects.get(code="610921")
    assert county.path == "61/6109/610921/"
    assert county.parent is not None
    assert county.parent.path == "61/6109/"
    assert [unit.code for unit in queries.ancestors(county)] == ["61", "6109"]


def test_new_divisions_follow_a_unit_that_was_moved(tmp_path: Path) -> None:
    run(write(tmp_path, "t.csv", TOWNS), county_name="汉阴县")
    at = clock.now()
    bureau = actions.create_unit(code="ZONE", name="开发区", kind="county", parent=None, by=SYSTEM, at=at)
    actions.move_unit(unit=Unit.objects.get(code="610921100"), parent=bureau, by=SYSTEM, at=at)
    run(write(tmp_path, "v.csv", VILLAGES + "610921100001,南街村,610921100,61,6109,610921\n"))
    assert Unit.objects.get(code="610921100001").path == "ZONE/610921100/610921100001/"
