"""A list of a million matters taken out as a file: how long, and that memory does not grow with the rows.

The peak of the process that writes is taken twice, at a tenth of the rows and at all of them; of the whole
list the writer is killed half-way, and another goes on.
"""

import json
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.counties import Counties, County
from bench.report import Line

FORMATS = ("csv", "parquet", "xlsx")
GROWTH = 1.25
"""Ten times the rows may cost at most a quarter more memory: what the collector leaves, not the rows."""


def measure(counties: Counties, *, cases: int) -> list[Line]:
    """Measure both databases as CSV, and what differs in writing once, on SQLite."""
    lines = []
    for postgres, formats in ((True, FORMATS[:1]), (False, FORMATS)):
        county = counties.of(cases, postgres=postgres)
        for format in formats:
            few, whole = (
                json.loads(county.run("bench.exporting", format, str(rows), killed))
                for rows, killed in ((cases // 10, ""), (cases, "killed"))
            )
            lines.append(_line(format, few, whole, county))
    return lines


def _line(format: str, few: dict[str, float], whole: dict[str, float], county: County) -> Line:
    at_few = f"{few['peak_mb']:.0f} MB at {few['rows']:,.0f} rows in {few['seconds']:.0f} s"
    words = f"{at_few}; killed at half and gone on; {whole['seconds']:.0f} s, {whole['mb']:.0f} MB file"
    return Line(
        f"export of {whole['rows']:,.0f} rows as {format}, {county.where}, peak memory",
        f"{whole['peak_mb']:.0f} MB",
        words,
        whole["peak_mb"] / few["peak_mb"],
        f"<= {GROWTH}",
        whole["peak_mb"] <= GROWTH * few["peak_mb"],
    )


def write(format: str, rows: int, *, is_killed: bool) -> dict[str, float]:
    """Write one export of so many rows and return what it took; `is_killed`: a process is killed half-way
    and this one goes on where it stood. Raises RuntimeError when a row is missing or there twice."""
    from gongzhi.cases import export_files
    from gongzhi.cases.actions import taking_out
    from gongzhi.cases.models import Case

    export = _asked(format, rows)
    begun = time.monotonic()
    peak = _killed_half_way(export, rows) if is_killed else 0.0
    state = taking_out.run(export.pk)
    taken = time.monotonic() - begun
    export.refresh_from_db()
    if (state, export.rows) != ("done", Case.objects.filter(pk__lte=export.top).count()):
        raise RuntimeError(f"the export is {state} with {export.rows} rows")
    size = export_files.result(export.folder).stat().st_size
    export_files.remove(export.folder)
    peak = max(peak, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {"rows": export.rows, "seconds": taken, "peak_mb": peak, "mb": size / 1024**2}


def _asked(format: str, rows: int) -> Any:
    """Ask for all matters of the county as its supervisor, as far as so many rows."""
    from gongzhi.cases.actions import taking_out
    from gongzhi.cases.models import Case, Export
    from gongzhi.cases.queries import exports, lists
    from gongzhi.core import clock
    from gongzhi.orgs.models import Post, Unit, User
    from gongzhi.orgs.queries import actor_for, day_of

    at = clock.now()
    user, _made = User.objects.get_or_create(username="bench-export", defaults={"full_name": "bench"})
    county = Unit.objects.get(kind="county")
    Post.objects.get_or_create(user=user, role="county_supervisor", unit=county, valid_from=day_of(at))
    query = exports.pack_list(lists.Queue.ALL, lists.Filters(open_only=False))
    by = actor_for(user, at=at)
    export = taking_out.ask(
        source="list", query=query, format=format, with_words=True, language="zh-hans", by=by, at=at
    )
    top = Case.objects.order_by("pk").values_list("pk", flat=True)[rows - 1 : rows].first()
    if top is not None:
        Export.objects.filter(pk=export.pk).update(top=top)
    return export


def _killed_half_way(export: Any, rows: int) -> float:
    """Have another process write, kill it when half of the rows are there; return its peak in megabytes."""
    from gongzhi.cases.actions.taking_out import PART

    other = subprocess.Popen([sys.executable, "-m", "bench.exporting", "go-on", str(export.pk)])
    try:
        while export.parts < rows / PART / 2:
            if other.poll() is not None:
                raise RuntimeError("the process ended before it was killed")
            time.sleep(0.05)
            export.refresh_from_db()
        said = Path(f"/proc/{other.pid}/status").read_text()
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
    return int(re.search(r"VmHWM:\s*(\d+)", said)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "go-on":
        from gongzhi.cases.actions import taking_out

        taking_out.run(int(sys.argv[2]))
    else:
        print(json.dumps(write(sys.argv[1], int(sys.argv[2]), is_killed=sys.argv[3] == "killed")))
