"""A list of a million matters taken out as a file: how long, and that memory does not grow with the rows.

The peak of the process that writes is taken twice, at a tenth of the rows and at all of them.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import create, servers
from bench.report import Line
from scripts.postgres import temporary_postgres

FORMATS = ("csv", "parquet", "xlsx")
GROWTH = 1.25
"""Ten times the rows may cost at most a quarter more memory: what the collector leaves, not the rows."""


def measure(*, cases: int, postgres: bool = False) -> list[Line]:
    lines = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(temporary_postgres()) if postgres else ""
        environ = servers.environ_for(folder, database)
        create.prepare(environ)
        command = [sys.executable, "-m"]
        subprocess.run([*command, "bench.scale", str(cases)], cwd=servers.ROOT, env=environ, check=True)
        for format in FORMATS:
            few, all_of_them = (
                json.loads(
                    subprocess.run(
                        [*command, "bench.exporting", format, str(rows)],
                        cwd=servers.ROOT, env=environ, check=True, capture_output=True, text=True,
                    ).stdout.splitlines()[-1]
                )
                for rows in (cases // 10, cases)
            )  # fmt: skip
            lines.append(_line(format, few, all_of_them))
    return lines


def _line(format: str, few: dict[str, float], whole: dict[str, float]) -> Line:
    at_few = f"{few['peak_mb']:.0f} MB at {few['rows']:,.0f} rows"
    words = f"{at_few}; {whole['seconds']:.0f} s, {whole['mb']:.0f} MB file"
    return Line(
        f"export of {whole['rows']:,.0f} rows as {format}, peak memory",
        f"{whole['peak_mb']:.0f} MB",
        words,
        bound=f"<= {GROWTH} times that of a tenth of the rows",
        holds=whole["peak_mb"] <= GROWTH * few["peak_mb"],
    )


def write(format: str, rows: int) -> dict[str, float]:
    """Write one export of about so many rows in this process and return what it took."""
    from gongzhi.cases import export_files
    from gongzhi.cases.actions import taking_out
    from gongzhi.cases.models import Case, Export
    from gongzhi.cases.queries import exports, lists
    from gongzhi.core import clock
    from gongzhi.core.actor import Actor
    from gongzhi.orgs.models import Post, Unit, User
    from gongzhi.orgs.queries import actor_for, day_of

    at = clock.now()
    user, _made = User.objects.get_or_create(username="bench-export", defaults={"full_name": "bench"})
    county = Unit.objects.get(kind="county")
    Post.objects.get_or_create(user=user, role="county_supervisor", unit=county, valid_from=day_of(at))
    by: Actor = actor_for(user, at=at)
    query = exports.pack_list(lists.Queue.ALL, lists.Filters(open_only=False))
    export = taking_out.ask(
        source="list", query=query, format=format, with_words=True, language="zh-hans", by=by, at=at
    )
    top = Case.objects.order_by("pk").values_list("pk", flat=True)[rows - 1 : rows].first()
    if top is not None:
        Export.objects.filter(pk=export.pk).update(top=top)
    begun = time.monotonic()
    state = taking_out.run(export.pk)
    taken = time.monotonic() - begun
    export.refresh_from_db()
    if state != "done":
        raise RuntimeError(f"the export is {state}")
    size = export_files.result(export.folder).stat().st_size
    export_files.remove(export.folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": export.rows, "seconds": taken, "peak_mb": peak, "mb": size / 1024**2}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(write(sys.argv[1], int(sys.argv[2]))))
