"""Names what belongs to one machine in files under version control: paths, registry addresses, private keys.

Such a line works here and nowhere else, or tells strangers more than it should.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 2_000_000
# Written in halves, so that this file does not name itself.
PATTERNS = {
    "a path of one machine": re.compile(
        r"(?<![\w.~-])/(?:ro" + r"ot|ho" + r"me|wo" + r"rk|Us" + r"ers|opt/py" + r"pi)/[\w.]"
    ),
    "a folder of one machine": re.compile(r"/tm" + r"p/gz-"),
    "the address of a package registry": re.compile(
        r"py"
        + r"pi\.org|pythonhosted"
        + r"\.org|registry\.np"
        + r"mjs|registry\.np"
        + r"mmirror|/py"
        + r"pi/simple"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----"),
}


def main() -> int:
    complaints = [complaint for path in tracked() for complaint in leaks(path)]
    print("\n".join(complaints))
    return 1 if complaints else 0


def tracked() -> list[Path]:
    """Return every file that is, or without an exclusion would be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def leaks(path: Path) -> Iterator[str]:
    if path.stat().st_size > LARGEST:
        return
    content = path.read_bytes()
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        for what, pattern in PATTERNS.items():
            if pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {what}: {line.strip()[:120]}"


if __name__ == "__main__":
    sys.exit(main())
