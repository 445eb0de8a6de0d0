"""`make bench`: run the measurements and print one table.

python -m bench.run                 everything (about half an hour on two cores)
python -m bench.run create pages    only these
python -m bench.run --quick create  shorter stretches, for a first look
"""

import argparse
import sys
from collections.abc import Callable

from bench import create, divisions, exporting, language, open311, pages, start
from bench.report import Line, table

PARTS: dict[str, Callable[[bool], list[Line]]] = {
    "create": lambda quick: [
        line
        for postgres in (True, False)
        for line in create.measure(seconds=2 if quick else 6, pairs=3 if quick else 7, postgres=postgres)
    ],
    "pages": lambda quick: pages.measure(large=100_000 if quick else 1_000_000, rounds=60 if quick else 300),
    "open311": lambda quick: open311.measure(
        large=100_000 if quick else 1_000_000, rounds=20 if quick else 60
    ),
    "start": lambda _quick: start.measure(),
    "language": lambda quick: language.measure(
        cases=100_000 if quick else 1_000_000, rounds=200 if quick else 600
    ),
    "export": lambda quick: exporting.measure(cases=100_000 if quick else 1_000_000),
    "divisions": lambda _quick: divisions.measure(),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.run", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="shorter stretches and a tenth of the cases")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    lines: list[Line] = []
    for name in options.parts or PARTS:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        lines += PARTS[name](options.quick)
    print(table(lines))
    return 0 if all(line.holds is not False for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
