"""A small load generator: several kept-open connections, each sending as fast as it is answered."""

import http.client
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wanted: int = 200


def rate(port: int, request: Request, *, connections: int, seconds: float) -> float:
    """Return requests a second over a stretch of time. Raises RuntimeError for an unexpected answer."""
    counts = [0] * connections
    wrong: list[tuple[int, bytes]] = []
    until = time.monotonic() + seconds

    def run(index: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until and not wrong:
            connection.request(request.method, request.path, request.body, dict(request.headers))
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != request.wanted:
                wrong.append((answer.status, said[:300]))
            counts[index] += 1

    threads = [threading.Thread(target=run, args=(index,)) for index in range(connections)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{request.path} answered {wrong[0]}")
    return sum(counts) / (time.monotonic() - started)


def latency(connection: http.client.HTTPConnection, request: Request) -> float:
    """Return the seconds one request takes. Raises RuntimeError for an unexpected answer."""
    started = time.perf_counter()
    connection.request(request.method, request.path, request.body, dict(request.headers))
    answer = connection.getresponse()
    said = answer.read()
    taken = time.perf_counter() - started
    if answer.status != request.wanted:
        raise RuntimeError(f"{request.path} answered {answer.status}: {said[:300]!r}")
    return taken


def on_processor(processes: Iterable[int]) -> float:
    """Return the seconds that processes have spent on a processor so far, all their threads together: what
    other work of the machine does not lengthen much."""
    threads = (file for each in processes for file in Path(f"/proc/{each}/task").glob("*/schedstat"))
    return sum(int(file.read_text().split()[0]) for file in threads) / 1e9
