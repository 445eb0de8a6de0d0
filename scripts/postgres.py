"""A PostgreSQL of one's own for tests and measurements: made in a temporary folder, gone afterwards.

Never the machine's own cluster: nobody's data is touched, no rights are needed beyond running the binaries.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "PostgreSQL is not installed on this machine (initdb was not found).\n"
    "Install it with:\n  sudo apt-get install postgresql\n"
    "or leave it out this time with:\n  make test ONLY=sqlite"
)
# What is lost in a crash of the test machine is only a test database.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresMissing(RuntimeError):
    """The binaries are not on this machine; the text names the command that installs them."""


class PostgresFailed(RuntimeError):
    """The binaries are there but refused; the text is what they said."""


def find_binaries() -> Path:
    """Return the folder with initdb and pg_ctl, the newest version first. Raises PostgresMissing."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissing(MISSING)
    return Path(found).resolve().parent


@contextmanager
def temporary_postgres(*, durable: bool = False, where: Path | None = None) -> Iterator[str]:
    """Start a cluster on a free loopback port and give its DATABASE_URL; stop and remove it at the end.

    `durable` keeps the settings that real use has (fsync on), for measurements; `where` is the folder in
    which the cluster lies, else the usual one for temporary files. Raises PostgresMissing, PostgresFailed.
    """
    binaries, owner = find_binaries(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="gongzhi-postgres-", dir=where))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        password, port = secrets.token_urlsafe(16), _free_port()
        _make_cluster(binaries, folder, password, owner)
        _pg_ctl(binaries, folder, owner, "start", "-o", _options(folder, port, durable=durable))
        try:
            yield f"postgres://gongzhi:{password}@127.0.0.1:{port}/postgres"
        finally:
            _pg_ctl(binaries, folder, owner, "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Return the account the cluster must run as: none of its own for ordinary users; initdb refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresFailed("PostgreSQL refuses to run as root, and there is no account postgres or nobody.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _make_cluster(binaries: Path, folder: Path, password: str, owner: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if owner:
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    _run(
        [
            str(binaries / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8",
            "--username=gongzhi",
            f"--pwfile={secret}", "--auth=scram-sha-256", f"--pgdata={folder / 'data'}",
        ],
        folder,
        owner,
    )  # fmt: skip


def _options(folder: Path, port: int, *, durable: bool) -> str:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "shared_buffers": "256MB",
        "max_connections": "200",
        **({} if durable else CARELESS),
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _pg_ctl(
    binaries: Path, folder: Path, owner: pwd.struct_passwd | None, action: str, *options: str
) -> None:
    log = folder / "server.log"
    command = [str(binaries / "pg_ctl"), action, "-w", "-t", "60", "-D", str(folder / "data"), *options]
    if action == "start":
        command += ["-l", str(log)]
    _run(command, folder, owner)


def _run(command: list[str], folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Run as the owner of the cluster. Output goes to a file: a server never closes a pipe it inherits."""
    said = folder / "output.txt"
    with said.open("w") as output:
        result = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            # Ctrl-C in the terminal must not stop the server before its user has finished.
            start_new_session=True,
            check=False,
        )
    if result.returncode != 0:
        raise PostgresFailed(f"{command[0]} failed:\n{said.read_text()}")
