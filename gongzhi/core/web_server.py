"""The command line of the web server. Loads nothing: starting the server needs no copy of the application."""

import sys

STOP_WITHIN_SECONDS = 10
"""How long a worker may finish its requests after being asked to stop. Without a limit given, the server
ignores a request to stop that arrives while its workers are still starting."""
WORKERS = 2
THREADS = 4


def command(*, host: str, port: int, workers: int = WORKERS, threads: int = THREADS) -> list[str]:
    """Return the words that start the server: `workers` processes, each with `threads` requests at once."""
    return [
        *(sys.executable, "-m", "granian", "config.wsgi:application"),
        *("--interface", "wsgi"),
        *("--host", host),
        *("--port", str(port)),
        *("--workers", str(workers)),
        *("--blocking-threads", str(threads)),
        *("--workers-kill-timeout", str(STOP_WITHIN_SECONDS)),
        "--respawn-failed-workers",
        "--no-ws",
        *("--log-level", "warning"),
    ]
