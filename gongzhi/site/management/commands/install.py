"""`gongzhi install`: put into the database what the code needs there. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from gongzhi.cases.actions.categories import install_categories
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.rulebook.actions import install_rules


class Command(BaseCommand):
    help = "Add missing rules, what rules gained, and the category list; changes no value that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        report = install_rules(by=SYSTEM, at=clock.now())
        self.stdout.write(f"rules: {len(report.added)} added")
        for code in report.completed:
            self.stdout.write(
                f"  {code}: a new version has the parameters the code reads now; all other values kept"
            )
        for code in report.corrected:
            self.stdout.write(f"  {code}: a new version names its source more exactly; same values")
        for code in report.misfit:
            self.stdout.write(f"  {code}: its last values do not fit the code; decide a new version")
        for code in report.differing:
            self.stdout.write(f"  {code}: the first version in the code differs; the database is kept")
        for code in report.unread:
            self.stdout.write(f"  {code}: in the database, but no code reads it")
        self.stdout.write(f"categories: {install_categories(by=SYSTEM, at=clock.now())} added")
