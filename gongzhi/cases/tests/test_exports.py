"""Lists taken out as files: the rows of the list, in parts, for its owner only."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import export_files, jobs
from gongzhi.cases.actions import taking_out
from gongzhi.cases.models import Case, Export
from gongzhi.cases.queries import exports, lists
from gongzhi.cases.queries.lists import Filters, Queue
from gongzhi.cases.tests.stage import PHONE, TEXT, Stage
from gongzhi.core import clock
from gongzhi.core.errors import NotAllowed, NotFound
from gongzhi.core.forms import new_token
from gongzhi.orgs.models import Post
from tests.cast import Cast, Person
from tests.stage import Program

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
SEVEN = 7


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "root", lambda: tmp_path)
    monkeypatch.setattr(taking_out, "PART", 3)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    stage = Stage(cast)
    for _number in range(SEVEN - 1):
        stage.registered()
    stage.closed()
    return stage


def ask(person: Person, *, filters: Filters | None = None, queue: Queue = Queue.ALL, **how: Any) -> Export:
    given = {"format": "csv", "with_words": False, "language": "zh-hans", **how}
    query = exports.pack_list(queue, filters or Filters(open_only=False))
    return taking_out.ask(source="list", query=query, by=person.actor, at=clock.now(), **given)


def written(export: Export) -> Export:
    assert taking_out.run(export.pk) == "done"
    export.refresh_from_db()
    return export


def rows_in(export: Export) -> list[list[str]]:
    text = export_files.result(export.folder).read_bytes().decode("utf-8")
    assert text.startswith("\ufeff"), "spreadsheets read it as UTF-8"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def numbers() -> list[str]:
    return [case.number for case in Case.objects.order_by("pk")]


def test_the_file_holds_exactly_the_rows_of_the_list(stage: Stage, cast: Cast) -> None:
    for filters in (Filters(open_only=False), Filters(), Filters(open_only=False, status="closed")):
        listed = lists.list_cases(
            viewer=cast.clerk.actor, queue=Queue.ALL, filters=filters, at=clock.now(), soon_until=clock.now()
        )
        export = written(ask(cast.clerk, filters=filters))
        assert sorted(row[0] for row in rows_in(export)[1:]) == sorted(case.number for case in listed)
        assert export.rows == export.about == len(listed)


def test_the_worker_is_given_the_task(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [export.pk]


def test_a_killed_export_goes_on_after_its_newest_part(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    assert taking_out.run(export.pk, parts=2) == "running"
    export.refresh_from_db()
    assert (export.rows, export.parts) == (6, 2)
    # What a killed worker leaves: a draft, and a part that was moved into its place but never counted.
    here = export_files.folder(export.folder)
    (here / "draft-dead").write_text("half a ro")
    (here / "part-000002").write_text('["never counted"]\n')
    written(export)
    assert [row[0] for row in rows_in(export)[1:]] == numbers()
    assert [path.name for path in here.iterdir()] == ["result"]


def test_killed_while_the_file_is_put_together_it_is_put_together_anew(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(path: Path, *_rest: Any) -> None:
        path.write_text("half")
        raise Killed

    export = ask(cast.clerk)
    with monkeypatch.context() as patch:
        patch.setitem(export_files._WRITERS, "csv", killed)
        with pytest.raises(Killed):
            taking_out.run(export.pk)
    assert AuditEvent.objects.filter(code="cases.list.exported").count() == 0
    assert len(rows_in(written(export))) == SEVEN + 1


def test_of_two_workers_only_one_moves_an_export_on(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    taking_out.run(export.pk, parts=1)
    slow = Export.objects.get(pk=export.pk)
    rows = [(key, clock.now(), *([None] * 19)) for key in (4, 5, 6)]
    taking_out.run(export.pk, parts=1)
    assert taking_out._keep(slow, rows) is False
    assert [row[0] for row in rows_in(written(export))[1:]] == numbers()
    assert taking_out.run(export.pk) == "gone", "run again it does nothing"
    assert AuditEvent.objects.filter(code="cases.list.exported").count() == 1


def test_what_is_raised_after_asking_is_not_in_the_file(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    stage.registered()
    assert written(export).rows == SEVEN


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_no_cell_is_a_formula_and_nothing_about_reaching_the_reporter_is_in_it(
    stage: Stage, cast: Cast, format: str
) -> None:
    Case.objects.filter(pk=Case.objects.order_by("pk")[0].pk).update(
        title="=HYPERLINK(1)", place_detail="+1", answer="@x\x07", text="\t-1"
    )
    export = written(ask(cast.clerk, format=format, with_words=True))
    path = export_files.result(export.folder)
    if format == "csv":
        cells = rows_in(export)[1][-4:]
    elif format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        sheet = book.worksheets[0]
        assert sheet.max_row == SEVEN + 1
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        cells = [cell.value for cell in sheet[2]][-4:]
    else:
        table = pq.read_table(path)
        assert table.num_rows == SEVEN
        assert table.column("number").to_pylist() == numbers()
        assert table.column("state").to_pylist()[-1] == "closed"
        assert table.column("registered_at").to_pylist()[0] == Case.objects.order_by("pk")[0].registered_at
        assert PHONE not in str(table.to_pylist())
        return
    assert cells == ["'=HYPERLINK(1)", "'\t-1", "'+1", "'@x"]
    assert PHONE.encode() not in path.read_bytes()


def test_a_long_spreadsheet_goes_on_in_another_sheet(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "SHEET_ROWS", 4)
    export = written(ask(cast.clerk, format="xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(export_files.result(export.folder).read_bytes()))
    held = [row[0] for sheet in book.worksheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert held == numbers()
    assert len(book.worksheets) == 2


def test_words_are_for_who_may_read_them(stage: Stage, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        ask(cast.analyst, with_words=True)
    plain = export_files.result(written(ask(cast.analyst)).folder).read_text(encoding="utf-8")
    assert TEXT not in plain
    assert TEXT in export_files.result(written(ask(cast.clerk, with_words=True)).folder).read_text()


def test_another_units_list_is_not_there(stage: Stage, cast: Cast) -> None:
    with pytest.raises(NotFound):
        ask(cast.peer_clerk, filters=Filters(unit=cast.units.village))
    with pytest.raises(NotFound):
        ask(cast.supervisor, queue=Queue.DISPATCH)
    assert written(ask(cast.peer_clerk)).rows == 0


def test_the_log_says_who_took_which_list_and_how_many_rows(stage: Stage, cast: Cast) -> None:
    jobs.index_search(at=clock.now())
    written(ask(cast.clerk, filters=Filters(open_only=False, words="塌方")))
    event = AuditEvent.objects.get(code="cases.list.exported")
    data = json.loads(event.data)
    assert (data["rows"], data["filter"]["queue"], event.unit_code) == (
        SEVEN,
        "all",
        cast.units.village.code,
    )
    assert "塌方" not in event.data


def test_a_cancelled_export_leaves_nothing(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    taking_out.run(export.pk, parts=1)
    with pytest.raises(NotFound):
        taking_out.cancel(export=export, by=cast.village_head.actor, at=clock.now())
    taking_out.cancel(export=export, by=cast.clerk.actor, at=clock.now())
    assert taking_out.run(export.pk) == "gone"
    assert not export_files.folder(export.folder).exists()
    with pytest.raises(taking_out.NotReady):
        taking_out.cancel(export=export, by=cast.clerk.actor, at=clock.now())
    with pytest.raises(taking_out.NotReady):
        taking_out.require_file(export=export, by=cast.clerk.actor, at=clock.now())


def test_files_are_removed_when_the_rule_says(stage: Stage, cast: Cast) -> None:
    export = written(ask(cast.clerk))
    later = clock.now() + timedelta(days=3)
    assert jobs.expire_exports(at=later - timedelta(hours=1)) == 0
    with pytest.raises(taking_out.NotReady):
        taking_out.require_file(export=export, by=cast.clerk.actor, at=later)
    assert jobs.expire_exports(at=later) == 1
    assert not export_files.folder(export.folder).exists()
    assert jobs.expire_exports(at=later) == 0


def test_what_no_worker_finishes_is_given_up(stage: Stage, cast: Cast) -> None:
    export = ask(cast.clerk)
    assert jobs.expire_exports(at=clock.now() + timedelta(days=1)) == 1
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "late")


def test_a_full_disk_fails_the_export_and_says_so(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_how: Any) -> None:
        raise OSError(28, "No space left on device")

    export = ask(cast.clerk)
    monkeypatch.setattr(export_files, "draft_part", full)
    assert taking_out.run(export.pk) == "failed"
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "disk")


def test_as_many_at_once_as_the_rule_says(stage: Stage, cast: Cast) -> None:
    for _number in range(3):
        first = ask(cast.clerk)
    with pytest.raises(taking_out.TooManyExports):
        ask(cast.clerk)
    written(first)
    ask(cast.clerk)


def test_who_lost_the_post_gets_neither_rows_nor_file(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    done, half = written(ask(cast.clerk)), ask(cast.clerk)
    taking_out.run(half.pk, parts=1)
    Post.objects.filter(user=cast.clerk.user).update(unit=cast.units.sister_village)
    assert taking_out.run(half.pk) == "failed"
    answer = sign_in(cast.clerk).get(reverse("cases:export_file", args=[done.pk]))
    assert answer.status_code == 403
    assert cast.units.village.name not in answer.content.decode()


def test_the_owner_asks_watches_and_fetches_on_pages(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.clerk)
    listed = client.get(reverse("cases:list"), {"state": "closed"}).content.decode()
    address = f"{reverse('cases:ask_export')}?state=closed"
    assert address.replace("&", "&amp;") in listed
    said = {"token": new_token(), "format": "csv"}
    assert client.post(address, {**said, "format": "exe"}).status_code == 422
    for _press in range(2):
        assert client.post(address, said).status_code == 302
    export = Export.objects.get()
    page = client.get(reverse("cases:exports"))
    assert 'hx-trigger="every 3s"' in page.content.decode()
    file = reverse("cases:export_file", args=[export.pk])
    assert client.get(file).status_code == 409
    assert written(export).rows == 1
    part = client.get(reverse("cases:exports"), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 3s" not in part
    assert file in part
    answer = client.get(file)
    assert b"".join(answer) == export_files.result(export.folder).read_bytes()
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    for other in (cast.village_head, cast.supervisor):
        assert sign_in(other).get(file).status_code == 404


def test_the_list_behind_a_figure_is_taken_the_same_way(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    client, month = sign_in(cast.supervisor), f"{clock.now():%Y-%m}"
    address = reverse("cases:ask_export")
    query = f"?code={cast.units.village.code}&measure=registered&month={month}"
    assert client.post(address + query, {"token": new_token(), "format": "csv"}).status_code == 302
    export = Export.objects.get()
    assert export.query["measure"] == "registered"
    assert written(export).rows == Case.objects.filter(registered_at__month=clock.now().month).count()
    missing = query.replace("registered", "nothing")
    assert client.get(address + missing).status_code == 404


def test_a_query_survives_being_kept(cast: Cast) -> None:
    filters = Filters(status="closed", unit=cast.units.village, category="01", words="路", open_only=False)
    packed = exports.pack_list(Queue.ALL, filters)
    assert packed["unit"] == cast.units.village.code
    assert {**packed, "queue": "all"} == packed
    assert (
        exports.pack_figure(unit="1", measure="m", month=date(2026, 3, 1), part="", only="")["month"]
        == "2026-03"
    )


def test_the_clock_of_the_list_is_the_moment_it_was_asked(stage: Stage, cast: Cast, at: datetime) -> None:
    late = ask(cast.clerk, filters=replace(Filters(), due="overdue"))
    Case.objects.update(due_at=clock.now() + timedelta(minutes=1))
    assert written(late).rows == 0


def test_a_program_asks_watches_fetches_and_cancels(stage: Stage, cast: Cast) -> None:
    clerk, stranger = Program(cast.clerk), Program(cast.village_head)
    asked = clerk.post("/exports", {"format": "csv", "status": "closed"})
    assert asked.status_code == 201
    number = asked.json()["number"]
    assert clerk.get(f"/exports/{number}/file").status_code == 409
    assert written(Export.objects.get()).rows == 1
    assert clerk.get(f"/exports/{number}").json()["state"] == "done"
    fetched = clerk.get(f"/exports/{number}/file")
    assert fetched.status_code == 200
    assert b"".join(fetched) == export_files.result(Export.objects.get().folder).read_bytes()
    for address in (f"/exports/{number}", f"/exports/{number}/file", "/exports/no-number"):
        assert stranger.get(address).status_code == 404
    other = clerk.post("/exports", {"format": "xlsx"}).json()["number"]
    assert stranger.post(f"/exports/{other}/cancel", {}).status_code == 404
    assert clerk.post(f"/exports/{other}/cancel", {}).json()["state"] == "cancelled"
    assert [row["state"] for row in clerk.get("/exports").json()] == ["cancelled", "done"]
    assert Program(cast.analyst).post("/exports", {"with_words": True}).status_code == 403
    assert Program(cast.manager).get("/exports").status_code == 403
