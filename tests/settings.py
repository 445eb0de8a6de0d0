"""Settings of a test run: the real ones, in a data folder of their own that is thrown away.

Only what must differ differs: a fast password hash, and a data folder per process so that nothing of the
developer's installation is read or written. DATABASE_URL is honoured: the second run gets PostgreSQL by it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="gongzhi-test-"))
_owner = os.getpid()
os.environ["GONGZHI_DATA"] = str(_folder)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder / "metrics")  # nothing stays in memory after a run


def _remove() -> None:
    # A forked child runs the same exit handlers; only the process that made the folder may remove it.
    if os.getpid() == _owner:
        shutil.rmtree(_folder, ignore_errors=True)


atexit.register(_remove)

from gongzhi.core.keys import make_data_keys  # noqa: E402

# As a prepared database has them; tests that need no database need keys all the same.
make_data_keys(_folder)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Plain names, so that a test needs no collected files; the browser tests get the built ones from the source.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Found when asked for: listing what was built for each new client took a third of the time of all tests.
WHITENOISE_AUTOREFRESH = True

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and processes of a test then lock each other as they do in earnest. The test
    # database may be lost at any moment, so nothing waits for the disk.
    _database["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
