"""A SQLite test database as the migrations leave it, kept from one run to the next.

Migrating takes longer than most runs of a few tests. What was migrated is kept under a name made of
everything it follows from; when the code changed, the name is another one and the migrations run again.
"""

import hashlib
import os
import shutil
import sqlite3
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from gongzhi.core.models import KeyProof

_ROOT = Path(__file__).resolve().parent.parent
_FOLLOWS_FROM = (
    "gongzhi/*/migrations/*.py",
    # What migrations import; a migration that imports more gets its row here.
    "gongzhi/*/fields.py",
    "gongzhi/*/lifecycle.py",
    "gongzhi/*/models.py",
    "gongzhi/*/models/*.py",
    "config/settings.py",
    "requirements/dev.txt",
)


def fingerprint() -> str:
    """Return a name for what the migrations of the code of now make; another one when any of it changes."""
    found = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version} {settings.CRYPTO_PROFILE}".encode())
    for path in sorted(path for pattern in _FOLLOWS_FROM for path in _ROOT.glob(pattern)):
        content = path.read_bytes()
        found.update(f"{path.relative_to(_ROOT)} {len(content)} ".encode() + content)
    return found.hexdigest()[:32]


def take(folder: Path) -> bool:
    """Put the kept database where the test database is looked for; False when none is kept."""
    kept = folder / f"{fingerprint()}.sqlite3"
    try:
        shutil.copyfile(kept, settings.DATABASES["default"]["TEST"]["NAME"])
    except FileNotFoundError:
        return False
    return True


def keep(folder: Path) -> None:
    """Keep the test database, which was just migrated; older ones go."""
    kept = folder / f"{fingerprint()}.sqlite3"
    made = kept.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(made)])
    copy = sqlite3.connect(made)
    # The proof belongs to the keys of this run, which are thrown away; the next run writes its own.
    copy.execute(f"DELETE FROM {KeyProof._meta.db_table}")
    copy.commit()
    copy.close()
    os.replace(made, kept)
    for old in folder.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
