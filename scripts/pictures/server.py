"""A real server on a free port of the loopback address, with a demonstration county of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
DEMO_CASES = "300"


@contextmanager
def data_folder(given: str | None) -> Iterator[None]:
    """Give the server a data folder with a county in it: a copy of the given one, or a new one. Gone at the
    end; what the pictures need is entered into it."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-pictures-") as folder:
        if given:
            shutil.copytree(given, folder, dirs_exist_ok=True)
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(
            GONGZHI_DATA=folder, GONGZHI_GALLERY="true", DJANGO_SETTINGS_MODULE="config.settings"
        )
        _manage("collectstatic", "--noinput", "--verbosity", "0")
        _manage("migrate", "--verbosity", "0")
        _manage("install", "--verbosity", "0")
        if not given:
            _manage("demo", "--cases", DEMO_CASES)
        yield


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], check=True)


@contextmanager
def server() -> Iterator[str]:
    """Run the real server; it ends with this block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/components", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("the server ended before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"the server did not answer within {START_SECONDS} s")


def set_up_django() -> None:
    # The browser driver keeps an event loop in this thread, which Django would refuse to query beside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django

    django.setup()
    from django.conf import settings

    # The pages that make the matters are asked in this process, under the name of Django's test client.
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
