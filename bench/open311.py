"""Open311 lists of a thousand requests in a county of a million matters, every tenth answered one published.

The list is asked for as other systems do: the newest ninety days, as JSON and as XML, without a key.
"""

import http.client
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import create, load, servers
from bench.report import Line
from scripts.postgres import temporary_postgres

BOUND_MS = 300
LISTS = {
    "Open311 list of 1,000, JSON": "/open311/v2/requests.json",
    "Open311 list of 1,000, XML": "/open311/v2/requests.xml",
    "Open311 list of 1,000 with extensions": "/open311/v2/requests.json?extensions=true",
}
ONE_IN = 10
WARM_UP = 3


def publish() -> None:
    """Put every tenth answered matter on the board, at the moment of its answer."""
    from django.db import connection
    from django.db.models import F

    from gongzhi.cases.models import Case

    answered = Case.objects.filter(resolved_at__isnull=False).annotate(rest=F("id") / 7 % ONE_IN)
    answered.filter(rest=0).update(
        published_at=F("resolved_at"),
        public_title="通组路塌方",
        public_text="三组的路塌了，校车过不去。",
        public_answer="路已修通，护坡也做好了。",
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def county(cases: int, *, postgres: bool) -> Iterator[http.client.HTTPConnection]:
    """Serve a county with so many matters, a part of them published."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environ = servers.environ_for(folder, stack.enter_context(temporary_postgres()) if postgres else "")
        create.prepare(environ)
        for module, *words in (("bench.scale", str(cases)), ("bench.open311",)):
            run = [sys.executable, "-m", module, *words]
            subprocess.run(run, cwd=servers.ROOT, env=environ, check=True, capture_output=True)
        port = stack.enter_context(servers.serving(environ, workers=1, threads=1))
        yield http.client.HTTPConnection("127.0.0.1", port, timeout=120)


def measure(*, large: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        with county(large, postgres=postgres) as connection:
            for name, path in LISTS.items():
                taken = [
                    load.latency(connection, load.Request("GET", path)) for _ in range(rounds + WARM_UP)
                ][WARM_UP:]
                worst = statistics.quantiles(taken, n=20)[-1] * 1000
                where = "PostgreSQL" if postgres else "SQLite"
                lines.append(
                    Line(
                        f"{name}, {large:,} matters, {where}, 95th percentile",
                        f"{worst:.0f} ms",
                        bound=f"<= {BOUND_MS} ms",
                        holds=worst <= BOUND_MS,
                    )
                )
    return lines


if __name__ == "__main__":
    import django

    django.setup()
    publish()
