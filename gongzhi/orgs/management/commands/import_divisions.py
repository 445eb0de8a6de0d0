"""`gongzhi import-divisions FILE…`: take the official lists of divisions into the tree of units."""

import json
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import DomainError
from gongzhi.core.rejects import RejectFile
from gongzhi.orgs import actions
from gongzhi.orgs.divisions import UnusableFile


class Command(BaseCommand):
    help = (
        "Take the official lists of divisions (CSV) into the tree of units. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--county-name", default="", help="name of the county, when no list names it")
        parser.add_argument("--within", default="", metavar="CODE", help="take only this division and below")
        parser.add_argument(
            "--since", type=date.fromisoformat, help="first day of new units (default: today)"
        )
        rejects = settings.DATA_DIR / "rejected-divisions.csv"
        parser.add_argument("--reject", type=Path, default=rejects, help="file for rows that cannot be used")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options: Any) -> None:
        files: list[Path] = options["files"]
        try:
            total = sum(path.stat().st_size for path in files)
            with ExitStack() as stack:
                rejects = stack.enter_context(RejectFile(options["reject"]))
                bar = stack.enter_context(tqdm(total=total, unit="B", unit_scale=True, disable=None))
                report = actions.import_divisions(
                    files=files,
                    by=replace(SYSTEM, door="import"),
                    at=clock.now(),
                    reject=rejects.add,
                    county=(settings.COUNTY_CODE, options["county_name"]) if options["county_name"] else None,
                    within=options["within"],
                    valid_from=options["since"],
                    progress=lambda what, step: _show(bar, what, step, files),
                )
        except (OSError, UnusableFile) as error:
            raise CommandError(str(error)) from error
        except DomainError as error:
            raise CommandError(f"{error.message} {error.hint}".strip()) from error
        self._print(report, options)

    def _print(self, report: actions.ImportReport, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        for name, count in report.by_kind.items():
            self.stdout.write(f"{name:12}{count:>10,}")
        self.stdout.write(
            f"{report.rows:,} rows: {report.created:,} units made, {report.renamed:,} renamed,"
            f" {report.unchanged:,} unchanged, {report.outside:,} outside, {report.rejected:,} rejected"
        )
        if report.rejected:
            self.stdout.write(f"rejected rows with their reasons: {options['reject']}")
        if report.disappeared:
            shown = ", ".join(report.disappeared[:20])
            self.stdout.write(f"{len(report.disappeared):,} kept units are no longer listed: {shown} …")


def _show(bar: "tqdm[Any]", what: str, step: int, files: list[Path]) -> None:
    """Bytes move the bar while a file is read; afterwards the bar names the level that is merged."""
    bar.set_description(what)
    if any(path.name == what for path in files):
        bar.update(step)
