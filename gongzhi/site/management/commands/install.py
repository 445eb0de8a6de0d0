"""`gongzhi install`: put into the database what the code needs there. Safe to run again."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand

from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.rulebook.actions import install_rules


class Command(BaseCommand):
    help = "Add missing rules (and the category list) to the database; changes nothing that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        report = install_rules(by=SYSTEM, at=clock.now())
        self.stdout.write(f"rules: {len(report.added)} added")
        for code in report.differing:
            self.stdout.write(f"  {code}: the first version in the code differs; the database is kept")
        for code in report.unread:
            self.stdout.write(f"  {code}: in the database, but no code reads it")
        self._install_categories()

    def _install_categories(self) -> None:
        if find_spec("gongzhi.cases.actions") is None:
            return
        install = getattr(import_module("gongzhi.cases.actions"), "install_categories", None)
        if install is not None:
            self.stdout.write(f"categories: {install(by=SYSTEM, at=clock.now())}")
