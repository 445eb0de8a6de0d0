"""`gongzhi import-messages FILE.xlsx`: take messages and replies of another system into the loop."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gongzhi.cases.actions import importing
from gongzhi.cases.message_sheets import UnusableSheet, open_sheet
from gongzhi.cases.queries import measures
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.rejects import RejectFile
from gongzhi.orgs import queries as orgs


class Command(BaseCommand):
    help = "Play a sheet of citizens' messages through the loop, each at its own date. Can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        county = settings.COUNTY_CODE
        parser.add_argument("--unit", default=county, help="code of the unit that receives them")
        parser.add_argument("--source", default="messages", help="name under which message numbers are known")
        rejects = settings.DATA_DIR / "rejected-messages.csv"
        parser.add_argument("--reject", type=Path, default=rejects, help="file for rows that cannot be used")
        parser.add_argument("--json", action="store_true", help="print the closing table as JSON")

    def handle(self, **options: Any) -> None:
        unit = orgs.find_unit(options["unit"])
        if unit is None:
            words = f"There is no unit with the code {options['unit']}."
            raise CommandError(f"{words} Make the units first: gongzhi import-divisions.")
        try:
            sheet = open_sheet(options["file"])
            bar = tqdm(total=sheet.size, disable=None, unit="row")
            with RejectFile(options["reject"]) as rejects, bar:
                report = importing.import_messages(
                    sheet=sheet,
                    unit=unit,
                    source=options["source"],
                    by=SYSTEM,
                    at=clock.now(),
                    reject=rejects.add,
                    progress=bar.update,
                )
        except (OSError, UnusableSheet) as error:
            raise CommandError(str(error)) from error
        table = asdict(report) | measures.days_to_reply_for_job(source=options["source"])
        if options["json"]:
            self.stdout.write(json.dumps(table))
            return
        for name, value in table.items():
            self.stdout.write(f"{name:24}{_shown(value):>12}")
        if report.rejected:
            self.stdout.write(f"rejected rows with their reasons: {options['reject']}")


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
