"""What `gongzhi check` says about keys, the national calendar and the timed jobs, each with a hint."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError

from gongzhi.core import clock, jobs, key_proof
from gongzhi.core.crypto import Profile
from gongzhi.core.keys import (
    KeyFileDamaged,
    KeyFileError,
    KeyFileExposed,
    KeyFileForeign,
    KeyFileMissing,
    data_keys,
    secret_key,
)
from gongzhi.core.working_time import known_until

CALENDAR_NOTICE = timedelta(days=45)
"""Limits reach a month and a half ahead; the State Council publishes the next year's holidays in November."""


def check_keys(**_options: Any) -> list[CheckMessage]:
    """core.E001 exposed, core.E002 damaged, core.E003 unusable, core.E004 unknown profile."""
    found: list[CheckMessage] = []
    for read in (secret_key, data_keys):
        try:
            read(settings.DATA_DIR)
        except KeyFileMissing:
            continue  # Missing for a database that needs it: `check_key_proof` says so.
        except KeyFileError as error:
            found.append(Error(f"{error.path}: {error.problem}", hint=error.hint, id=_key_check_id(error)))
        except OSError as error:
            found.append(
                Error(
                    f"{settings.DATA_DIR / 'keys'}: {error.strerror}.",
                    hint="The folder GONGZHI_DATA and all in it must belong to the user that runs Gongzhi.",
                    id="core.E003",
                )
            )
    if settings.CRYPTO_PROFILE not in set(Profile):
        found.append(
            Error(
                f"GONGZHI_CRYPTO is {settings.CRYPTO_PROFILE!r}, which is not a profile.",
                hint=f"Use one of: {', '.join(Profile)}.",
                id="core.E004",
            )
        )
    return found


def _key_check_id(error: KeyFileError) -> str:
    match error:
        case KeyFileExposed():
            return "core.E001"
        case KeyFileDamaged():
            return "core.E002"
    return "core.E003"


def check_key_proof(**_options: Any) -> list[CheckMessage]:
    """core.E006: the key file is not the one this database was written with, or it is missing."""
    try:
        key_proof.require_right_keys()
    except (KeyFileMissing, KeyFileForeign) as error:
        return [Error(f"{error.path}: {error.problem}", hint=error.hint, id="core.E006")]
    except (KeyFileError, DatabaseError, OSError):
        return []  # Another check, or the database itself, says what is wrong.
    return []


def check_calendar(**_options: Any) -> list[CheckMessage]:
    """core.W001: limits begun today may reach days whose holidays are not known."""
    if clock.now().date() + CALENDAR_NOTICE <= known_until():
        return []
    return [
        Warning(
            f"The national holiday calendar is known until {known_until()} only.",
            hint="Upgrade chinesecalendar, or set the holidays by hand on the calendar page.",
            id="core.W001",
        )
    ]


def check_timed_jobs(**_options: Any) -> list[CheckMessage]:
    """core.E005: a timed job is listed twice or its function cannot be found."""
    try:
        for job in jobs.load(settings.TIMED_JOBS):
            job.function()
    except (ImportError, ValueError) as error:
        return [
            Error(f"The list of timed jobs: {error}.", hint="Look at config/schedule.py.", id="core.E005")
        ]
    return []
