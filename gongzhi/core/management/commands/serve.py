"""`gongzhi serve`: answer requests. One server process with two workers, each with a few threads."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from gongzhi.core.key_proof import require_right_keys
from gongzhi.core.keys import KeyFileError
from gongzhi.core.web_server import THREADS, WORKERS, command


class Command(BaseCommand):
    help = "Start the web server. HOST and PORT say where; only this machine can reach it by default."
    # The settings are checked by `gongzhi check` and by the worker processes; a start should not pay twice.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument(
            "--workers", type=int, default=WORKERS, help="server processes (default: %(default)s)"
        )
        parser.add_argument(
            "--threads", type=int, default=THREADS, help="requests at once per process (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_right_keys()
        except KeyFileError as error:
            raise CommandError(str(error)) from error
        except DatabaseError:
            pass  # Pages say that the database is gone, and serve again when it is back.
        words = command(
            host=options["host"],
            port=options["port"],
            workers=options["workers"],
            threads=options["threads"],
        )
        # Replaces this process: the server's own needs no Django, which saves the memory of one more copy.
        sys.stdout.flush()
        os.execv(words[0], words)  # noqa: S606 - no shell, and only our own words
