"""`gongzhi rotate-keys`: seal personal fields with a new key. Here, because core may not write to the log."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gongzhi.audit.actions import record
from gongzhi.core import clock
from gongzhi.core.actions.key_rotation import rotate_keys
from gongzhi.core.actor import SYSTEM
from gongzhi.core.crypto import CannotOpen
from gongzhi.core.keys import KeyFileError


class Command(BaseCommand):
    help = (
        "Make a new data key and seal everything anew with it, while web and worker go on. "
        "Run it again if it was interrupted."
    )
    # The check of the keys would refuse the very command that helps when they are lost.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--drop-old",
            action="store_true",
            help="make no new key; take the old ones out of the file, now that nothing needs them",
        )
        choice.add_argument(
            "--old-keys-are-lost",
            action="store_true",
            help="give up for ever what only a lost key could read; when no copy of it is left",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bars: list[Any] = []

        def start(total: int) -> Any:
            bars.append(tqdm(total=total, unit="rows", desc="Sealing", disable=None))
            return bars[0].update

        try:
            done = rotate_keys(
                by=SYSTEM,
                at=clock.now(),
                record=record,
                start=start,
                drop_old=options["drop_old"],
                old_keys_are_lost=options["old_keys_are_lost"],
            )
        except (KeyFileError, CannotOpen) as error:
            raise CommandError(str(error)) from error
        finally:
            for bar in bars:
                bar.close()
        begun = " (begun earlier, finished now)" if done.went_on and not options["drop_old"] else ""
        self.stdout.write(f"Sealed with the key {done.key_id}{begun}: {done.rows:,} rows written anew.")
        if done.dropped:
            self.stdout.write(
                f"Old keys taken out of the file: {done.dropped}. Make a new safe copy of it now."
            )
        elif not options["drop_old"]:
            self.stdout.write(
                "Make a safe copy of keys/data.keys now. The old keys are still in it; when every backup from"
                " before is gone, take them out with: gongzhi rotate-keys --drop-old"
            )
