"""Open311 lists of a thousand requests in a county of a million matters, every tenth answered one published.

The list is asked for as other systems do: the newest ninety days, as JSON and as XML, without a key.
"""

import http.client
import statistics

from bench import load, servers
from bench.counties import Counties
from bench.report import Line

BOUND_MS = 300
LISTS = {
    "Open311 list of 1,000, JSON": "/open311/v2/requests.json",
    "Open311 list of 1,000, XML": "/open311/v2/requests.xml",
    "Open311 list of 1,000 with extensions": "/open311/v2/requests.json?extensions=true",
    "Open311 list of 1,000, the tenth page": "/open311/v2/requests.json?page=10",
    "Open311 list of 1,000 closed": "/open311/v2/requests.json?status=closed",
}
WARM_UP = 3


def measure(counties: Counties, *, cases: int, rounds: int) -> list[Line]:
    lines = []
    for postgres in (True, False):
        county = counties.of(cases, postgres=postgres)
        with servers.serving(county.environ, workers=1, threads=1) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            for name, path in LISTS.items():
                asked = load.Request("GET", path)
                for _ in range(WARM_UP):
                    load.latency(connection, asked)
                busy = load.on_processor(county.processes())
                taken = [load.latency(connection, asked) for _ in range(rounds)]
                busy = (load.on_processor(county.processes()) - busy) / rounds
                worst = statistics.quantiles(taken, n=20)[-1] * 1000
                middle = statistics.median(taken) * 1000
                lines.append(
                    Line(
                        f"{name}, {cases:,} matters, {county.where}, 95th percentile", f"{worst:.0f} ms",
                        f"median {middle:.0f} ms; of it the server on a processor {busy * 1000:.0f} ms",
                        bound=f"<= {BOUND_MS} ms", holds=worst <= BOUND_MS,
                    )
                )  # fmt: skip
    return lines
