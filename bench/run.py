"""`make bench`: run the measurements and print one table.

python -m bench.run                            everything with 100,000 matters
python -m bench.run --million                  the same with 1,000,000; a county is filled in some minutes
python -m bench.run language open311 export    only these
python -m bench.run --quick create             shorter stretches, for a first look
make bench ARGS="--million pages language"     through make
"""

import argparse
import sys
from collections.abc import Callable

from bench import alike, create, divisions, exporting, language, open311, pages, start
from bench.counties import Counties
from bench.report import Line, table

USUAL, MILLION = 100_000, 1_000_000

PARTS: dict[str, Callable[[Counties, int, bool], list[Line]]] = {
    "create": lambda _counties, _cases, quick: [
        line
        for postgres in (True, False)
        for line in create.measure(seconds=2 if quick else 6, pairs=3 if quick else 7, postgres=postgres)
    ],
    "pages": lambda counties, cases, quick: pages.measure(counties, cases=cases, rounds=60 if quick else 300),
    "open311": lambda counties, cases, quick: open311.measure(
        counties, cases=cases, rounds=20 if quick else 60
    ),
    "language": lambda counties, cases, quick: language.measure(
        counties, cases=cases, rounds=200 if quick else 600
    ),
    "export": lambda counties, cases, _quick: exporting.measure(counties, cases=cases),
    "alike": lambda _counties, _cases, _quick: alike.measure(),
    "start": lambda _counties, _cases, _quick: start.measure(),
    "divisions": lambda _counties, _cases, _quick: divisions.measure(),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.run", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="shorter stretches")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--cases", type=int, default=USUAL, help=f"matters of the county (default: {USUAL:,})")
    size.add_argument(
        "--million", action="store_const", dest="cases", const=MILLION, help="as many as are promised"
    )
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    lines: list[Line] = []
    with Counties() as counties:
        for name in options.parts or PARTS:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            measured = PARTS[name](counties, options.cases, options.quick)
            print(table(measured), file=sys.stderr, flush=True)
            lines += measured
    print(table(lines))
    return 0 if all(line.holds is not False for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
