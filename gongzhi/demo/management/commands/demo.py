"""`gongzhi demo`: Hanyin county with invented people and a seeded month of cases, in an empty database."""

import json
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from tqdm import tqdm

from gongzhi.core import clock
from gongzhi.core.errors import DomainError
from gongzhi.demo import actions, queries
from gongzhi.demo.county import DEMO_PASSWORD
from gongzhi.demo.report import Report

DEFAULT_CASES = 250
"""A quarter of a real month, so that a first start stays under a minute on a small machine."""


class Command(BaseCommand):
    help = "Fill an empty database with the demonstration county: units, people and a month of cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=1, help="same seed and --until, same rows (default: 1)"
        )
        parser.add_argument(
            "--cases", type=_count, default=DEFAULT_CASES, help="how many (a real month: 1500)"
        )
        parser.add_argument("--days", type=_count, default=30, help="over how many days (default: 30)")
        parser.add_argument("--until", type=_moment, help="last moment of the story (default: now)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing in a database with contents")
        parser.add_argument("--force-add", action="store_true", help="add to a database with contents")
        parser.add_argument("--accounts", action="store_true", help="only print the demonstration accounts")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts()
            return
        if not queries.is_empty_for_command() and not options["force_add"]:
            if options["if_empty"]:
                return
            raise CommandError(
                "This database already has accounts or cases, so nothing was added.\n"
                "Use an empty one (another GONGZHI_DATA folder), or add to this one with --force-add."
            )
        began = time.monotonic()
        try:
            report = self._build(options)
        except DomainError as error:
            raise CommandError(f"Nothing was added. {error.message} {error.hint}".strip()) from error
        seconds = round(time.monotonic() - began, 1)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict() | {"seconds": seconds}, ensure_ascii=False))
        else:
            self._print_report(report, seconds)

    def _build(self, options: dict[str, Any]) -> Report:
        until = options["until"] or clock.now().replace(second=0, microsecond=0)
        with tqdm(unit="move", disable=None, leave=False) as bar:
            return actions.build_demo(
                seed=options["seed"],
                cases=options["cases"],
                days=options["days"],
                until=until,
                progress=lambda what, done, total: _show(bar, what, done, total),
            )

    def _print_report(self, report: Report, seconds: float) -> None:
        self.stdout.write(
            f"Demonstration county: {report.units} units, {report.people} people, {report.cases} cases, "
            f"{report.moves} moves, {seconds} s (seed {report.seed})"
        )
        for line in report.refused:
            self.stdout.write(f"  refused: {line}")

    def _print_accounts(self) -> None:
        rows = queries.demo_accounts_for_command()
        if not rows:
            return
        self.stdout.write(f"Accounts to try (password of all: {DEMO_PASSWORD}):")
        for row in rows:
            self.stdout.write(f"  {row.username:<11} {row.role} · {row.unit}")


def _show(bar: "tqdm[Any]", what: str, done: int, total: int) -> None:
    bar.set_description(what, refresh=False)
    bar.total = total
    bar.update(done - bar.n)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _moment(text: str) -> datetime:
    """Return an aware moment; without a zone it is local time. Raises ValueError."""
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
