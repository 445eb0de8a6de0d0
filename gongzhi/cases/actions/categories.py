"""The county's list of subjects: installed from the data file, then kept by people."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events
from gongzhi.cases.models import Category
from gongzhi.core.actor import Actor

_FILE = Path(__file__).resolve().parent.parent / "data" / "categories.csv"
_CODE_SIGNS_A_LEVEL = 2


@transaction.atomic
def install_categories(*, by: Actor, at: datetime) -> int:
    """Add the entries of the data file that the county does not have yet; return how many were added.

    Entries a county has changed stay as they are.
    """
    known = dict(Category.objects.values_list("code", "pk"))
    with _FILE.open(encoding="utf-8", newline="") as file:
        added = [row for row in csv.DictReader(file) if row["code"] not in known]
    for depth in sorted({len(row["code"]) for row in added}):
        level = [_new_category(row, known) for row in added if len(row["code"]) == depth]
        known |= {category.code: category.pk for category in Category.objects.bulk_create(level)}
    if added:
        record(
            audit_events.CATEGORIES_INSTALLED,
            by=by,
            at=at,
            subject="cases:categories",
            data={"added": len(added)},
        )
    return len(added)


def _new_category(row: dict[str, str], known: dict[str, int]) -> Category:
    code = row["code"]
    return Category(
        code=code,
        parent_id=known.get(code[:-_CODE_SIGNS_A_LEVEL]),
        depth=len(code) // _CODE_SIGNS_A_LEVEL,
        name_zh=row["zh"],
        name_en=row["en"],
        kind=row["kind"],
        urgency=row["urgency"],
        department_code=row["department"],
        sentence_zh=row["belongs_zh"],
        sentence_en=row["belongs_en"],
        words=row["keywords"],
    )
