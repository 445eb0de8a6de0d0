"""`gongzhi run`: everything one machine needs, in one terminal, until Ctrl-C.

Prepares the database, then becomes the keeper of the web server and the worker (`gongzhi/keeper.py`).
"""

import io
import os
import shlex
import socket
import sys
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongzhi.core import web_server

_EVERYWHERE = {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared only
_ASKED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared only


class Command(BaseCommand):
    help = "Prepare the database and run the web server and the worker until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
        _refuse_taken(host, port)
        self._prepare(demo=not options["no_demo"])
        name = "localhost" if host in _EVERYWHERE else host
        address = f"http://{name}:{port}/"
        # Not `gongzhi serve`: that would load the application only to find the keys right once more.
        parts = {
            "web server": web_server.command(host=host, port=port),
            "worker": [sys.executable, "-m", "gongzhi.console", "worker"],
        }
        # By number: not every machine knows the name localhost.
        asked = _ASKED_AT.get(host, host)
        asked = f"http://[{asked}]:{port}/" if ":" in asked else f"http://{asked}:{port}/"
        self.stdout.flush()
        os.execv(  # noqa: S606 - no shell, and only our own words
            sys.executable,
            [
                *(sys.executable, "-m", "gongzhi.keeper"),
                *("--address", asked),
                *("--greeting", self._greeting(address)),
                *(f"{name}={shlex.join(words)}" for name, words in parts.items()),
            ],
        )

    def _prepare(self, *, demo: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("install", verbosity=0, stdout=io.StringIO())
        if demo and "demo" in get_commands():
            call_command("demo", "--if-empty", stdout=self.stdout)

    def _greeting(self, address: str) -> str:
        accounts = io.StringIO()
        if "demo" in get_commands():
            call_command("demo", "--accounts", stdout=accounts)
        return f"\nGongzhi is running:  {address}\n\n{accounts.getvalue()}\nStop with Ctrl-C."


def _refuse_taken(host: str, port: int) -> None:
    """Raise CommandError when another program listens on the port, before anything is prepared."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used: {error.strerror}.\n"
                f"Stop the program that has it, or choose another port:  make run PORT={port + 1}"
            ) from error
