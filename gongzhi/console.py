"""The console command `gongzhi`: Django's management commands under the project's own name."""

import os
import signal
import sys

from django.core.management import execute_from_command_line

from gongzhi.core.keys import KeyFileError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        sys.argv[1] = sys.argv[1].replace("-", "_")  # import-divisions, as people write it
    try:
        execute_from_command_line(sys.argv)
    except KeyFileError as error:
        # Raised while the settings are read, before any command could say it in words.
        sys.exit(str(error))
    except KeyboardInterrupt:
        # Ctrl-C while something is prepared: nothing half done stays, and there is no fault to report.
        sys.stderr.write("\nStopped.\n")
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
