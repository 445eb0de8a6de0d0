"""Importing official lists of divisions, set-based.

Rows are read into a temporary table of the session, then merged level by level in one transaction: missing
units are made, changed names updated, nothing is ever deleted. Running it again changes nothing.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.rejects import Rejected
from gongzhi.orgs import audit_events, queries
from gongzhi.orgs.divisions import KIND_OF_LENGTH, Division, read_file
from gongzhi.orgs.models import Unit

BATCH = 5_000
LEVELS = tuple(KIND_OF_LENGTH.values())

Progress = Callable[[str, int], None]
"""Called with what is being done and how many bytes or rows further it is."""


@dataclass(slots=True)
class ImportReport:
    """What an import found and did. `disappeared`: codes kept here that the lists no longer name."""

    rows: int = 0
    created: int = 0
    renamed: int = 0
    unchanged: int = 0
    rejected: int = 0
    outside: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    disappeared: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def import_divisions(
    *,
    files: Sequence[Path],
    by: Actor,
    at: datetime,
    reject: Callable[[Rejected], None],
    county: tuple[str, str] | None = None,
    within: str = "",
    valid_from: date | None = None,
    progress: Progress = lambda _what, _step: None,
) -> ImportReport:
    """Take the divisions of `files` into the tree and report.

    `county` is code and name of the county to make when no list names it; `within` keeps only the rows below
    (and above) this code. Every row that cannot be used goes to `reject`, the rest is taken. Memory does not
    grow with the files. Raises UnusableFile and OSError before anything is written.
    """
    report = ImportReport()
    staging = _Staging()
    try:
        staging.create()
        for path in files:
            staging.load(path, report=report, reject=reject, within=within, progress=progress)
        if county is not None:
            staging.add_if_missing(*county)
        since = valid_from or queries.day_of(at)
        _merge(report=report, reject=reject, since=since, by=by, at=at, progress=progress)
    finally:
        staging.drop()
    return report


class _Staging:
    """The temporary table `division_staging`: one row per code, the first that named it."""

    def create(self) -> None:
        self.drop()
        self._execute(
            "CREATE TEMPORARY TABLE division_staging"
            " (code varchar(12) PRIMARY KEY, name varchar(80) NOT NULL, kind varchar(16) NOT NULL,"
            " above varchar(12) NOT NULL, file varchar(255) NOT NULL, line integer NOT NULL)"
        )

    def drop(self) -> None:
        self._execute("DROP TABLE IF EXISTS division_staging")

    def load(
        self,
        path: Path,
        *,
        report: ImportReport,
        reject: Callable[[Rejected], None],
        within: str,
        progress: Progress,
    ) -> None:
        """Stage the usable rows of one file, in batches, each batch a transaction of its own."""
        for batch in _batches(read_file(path), BATCH):
            good: list[Division] = []
            for row, _size in batch:
                report.rows += 1
                if isinstance(row, Rejected):
                    _reject(row, report, reject)
                elif _is_within(row.code, within):
                    good.append(row)
                else:
                    report.outside += 1
            for twice in self._insert(path.name, good):
                _reject(twice, report, reject)
            progress(path.name, sum(size for _row, size in batch))

    def _insert(self, file: str, rows: list[Division]) -> Iterator[Rejected]:
        """Stage rows and yield those whose code was there already."""
        values = [(row.code, row.name, row.kind, row.above, file, row.line) for row in rows]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO division_staging VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (code) DO NOTHING",
                values,
            )
            if not rows or cursor.rowcount == len(rows):
                return
            marks = ", ".join(["%s"] * len(rows))
            cursor.execute(
                f"SELECT code, file, line FROM division_staging WHERE code IN ({marks})",  # noqa: S608
                [row.code for row in rows],
            )
            kept = {code: (first, line) for code, first, line in cursor.fetchall()}
        for row in rows:
            if kept[row.code] != (file, row.line):
                first, line = kept[row.code]
                reason = f"the code stands already in {first}, line {line}"
                yield Rejected(file, row.line, reason, f"{row.code},{row.name}")

    def add_if_missing(self, code: str, name: str) -> None:
        """Stage the county itself, unless a list named it."""
        self._execute(
            "INSERT INTO division_staging VALUES (%s, %s, 'county', %s, '', 0) ON CONFLICT (code) DO NOTHING",
            [code, name, code[:4]],
        )

    @staticmethod
    def _execute(sql: str, params: Sequence[Any] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


def _is_within(code: str, within: str) -> bool:
    return code.startswith(within) or within.startswith(code)


def _reject(row: Rejected, report: ImportReport, reject: Callable[[Rejected], None]) -> None:
    report.rejected += 1
    reject(row)


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        yield batch


@transaction.atomic
def _merge(
    *,
    report: ImportReport,
    reject: Callable[[Rejected], None],
    since: date,
    by: Actor,
    at: datetime,
    progress: Progress,
) -> None:
    """Make the tree say what the staged rows say, highest level first, and leave the audit rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Nobody may move a unit while children are hung under the path it has now; reading goes on.
            cursor.execute("LOCK TABLE orgs_unit IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("ANALYZE division_staging")
        for level, kind in enumerate(LEVELS):
            for row in _orphans(cursor, kind, since):
                _reject(row, report, reject)
            created = _create(cursor, kind, level=level, since=since, at=at)
            report.created += created
            progress(kind, created)
        if report.created and connection.vendor == "postgresql":
            # Without statistics of the new rows the planner compares every unit with every staged row.
            cursor.execute("ANALYZE orgs_unit")
        _adopt(cursor)
        report.renamed = _rename(cursor, by=by, at=at)
        report.disappeared = [code for kind in LEVELS for code in _disappeared(cursor, kind, since)]
        cursor.execute(
            "SELECT u.kind, count(*) FROM division_staging s JOIN orgs_unit u ON u.code = s.code"
            " GROUP BY u.kind"
        )
        report.by_kind = dict(cursor.fetchall())
    report.unchanged = sum(report.by_kind.values()) - report.created - report.renamed
    if report.created or report.renamed:
        counts = {"created": report.created, "renamed": report.renamed}
        record(audit_events.DIVISIONS_IMPORTED.code, by=by, at=at, subject="divisions", data=counts)


_TOP_KINDS = "('province', 'city', 'county')"
"""Kinds that may stand without a kept unit above: their path comes from the code (`paths.root`)."""


def _orphans(cursor: Any, kind: str, since: date) -> list[Rejected]:
    """Return the staged rows of one level that have nothing to hang on."""
    cursor.execute(
        f"""
        SELECT s.file, s.line, s.code, s.name, s.above, p.id FROM division_staging s
        LEFT JOIN orgs_unit p ON p.code = s.above LEFT JOIN orgs_unit u ON u.code = s.code
        WHERE s.kind = %s AND u.id IS NULL
          AND ((p.id IS NULL AND s.kind NOT IN {_TOP_KINDS}) OR p.valid_until <= %s)
        ORDER BY s.file, s.line
        """,  # noqa: S608 (a constant)
        [kind, since],
    )
    return [
        Rejected(
            file,
            line,
            f"the unit above, {above}, {'is not known' if parent is None else 'has ended'}",
            f"{code},{name}",
        )
        for file, line, code, name, above, parent in cursor.fetchall()
    ]


def _create(cursor: Any, kind: str, *, level: int, since: date, at: datetime) -> int:
    """Make the missing units of one level in one statement; return how many."""
    root = (
        "".join(f"substr(s.code, 1, {length}) || '/' || " for length in (2, 4)[:level] if level < 3)
        or "'' || "
    )
    cursor.execute(
        f"""
        INSERT INTO orgs_unit
            (created_at, code, name, kind, parent_id, path, depth, phone, valid_from, valid_until)
        SELECT %s, s.code, s.name, s.kind, p.id,
               CASE WHEN p.id IS NULL THEN {root} s.code || '/' ELSE p.path || s.code || '/' END,
               CASE WHEN p.id IS NULL THEN {level} ELSE p.depth + 1 END, '', %s, NULL
        FROM division_staging s
        LEFT JOIN orgs_unit p ON p.code = s.above LEFT JOIN orgs_unit u ON u.code = s.code
        WHERE s.kind = %s AND u.id IS NULL
          AND (p.id IS NOT NULL OR s.kind IN {_TOP_KINDS})
          AND (p.valid_until IS NULL OR p.valid_until > %s)
        ORDER BY s.code
        """,  # noqa: S608 (constants)
        [at, since, kind, since],
    )
    return int(cursor.rowcount)


def _adopt(cursor: Any) -> None:
    """Hang counties and cities that stood alone below the unit above, now that it is kept; paths stay."""
    cursor.execute(
        f"""
        UPDATE orgs_unit SET parent_id =
            (SELECT p.id FROM division_staging s JOIN orgs_unit p ON p.code = s.above
             WHERE s.code = orgs_unit.code AND orgs_unit.path = p.path || orgs_unit.code || '/')
        WHERE parent_id IS NULL AND kind IN {_TOP_KINDS}
        """  # noqa: S608 (a constant)
    )


def _rename(cursor: Any, *, by: Actor, at: datetime) -> int:
    """Give listed units the name of the list, with an audit row each; return how many changed."""
    cursor.execute(
        "SELECT u.id, u.code, u.name, s.name FROM division_staging s JOIN orgs_unit u ON u.code = s.code"
        " WHERE u.name <> s.name ORDER BY u.code"
    )
    changed = cursor.fetchall()
    for batch in _batches(changed, BATCH):
        units = [Unit(pk=pk, name=new) for pk, _code, _old, new in batch]
        Unit.objects.bulk_update(units, ["name"], batch_size=500)
    for _pk, code, old, new in changed:
        data = {"old": {"name": old}, "new": {"name": new}}
        record(
            audit_events.UNIT_RENAMED.code, by=by, at=at, subject=f"unit:{code}", unit_code=code, data=data
        )
    return len(changed)


def _disappeared(cursor: Any, kind: str, day: date) -> list[str]:
    """Return codes kept here that a list no longer names, though it names others below the same unit."""
    length = next(n for n, known in KIND_OF_LENGTH.items() if known == kind)
    cursor.execute(
        """
        SELECT u.code FROM orgs_unit u JOIN orgs_unit p ON p.id = u.parent_id
        WHERE u.kind = %s AND length(u.code) = %s AND (u.valid_until IS NULL OR u.valid_until > %s)
          AND p.code IN (SELECT above FROM division_staging WHERE kind = %s)
          AND NOT EXISTS (SELECT 1 FROM division_staging s WHERE s.code = u.code)
        ORDER BY u.code
        """,
        [kind, length, day, kind],
    )
    return [code for (code,) in cursor.fetchall()]
