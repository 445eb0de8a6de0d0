"""`gongzhi worker`: run background work until told to stop."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gongzhi.core.jobs import load
from gongzhi.core.key_proof import require_right_keys
from gongzhi.core.keys import KeyFileError
from gongzhi.core.worker import Worker


class Command(BaseCommand):
    help = "Run timed jobs and queued tasks until SIGTERM or Ctrl-C. Any number of workers may run at once."
    # Checking the whole address table would load every page into this process; `gongzhi check` does it.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lease",
            type=float,
            default=60.0,
            help="Seconds without a sign of life after which another worker takes over (default 60).",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=8.0,
            help="Seconds that a running task gets to finish after a stop signal (default 8).",
        )
        parser.add_argument(
            "--poll", type=float, default=1.0, help="Seconds between looks for work while idle (default 1)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_right_keys()
            jobs = load(settings.TIMED_JOBS)
        except (KeyFileError, ImportError, ValueError) as error:
            raise CommandError(str(error)) from error
        Worker(
            jobs,
            lease=timedelta(seconds=options["lease"]),
            grace=options["grace"],
            poll=options["poll"],
        ).run()
