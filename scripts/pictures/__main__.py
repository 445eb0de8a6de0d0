"""`python -m scripts.pictures`: see the package."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.pictures import __doc__ as about
from scripts.pictures.paper import print_all
from scripts.pictures.server import ROOT, data_folder, server, set_up_django
from scripts.pictures.shown import NARROW, NORMAL, VARIANTS, Finding
from scripts.pictures.taking import take_all


def main() -> int:
    options = _parser().parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    with data_folder(options.data), server() as base:
        set_up_django()
        findings = _look_at_pages(options, base, out)
    for finding in findings:
        print(f"{finding.page}: {finding.words}", file=sys.stderr)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}/, {len(findings)} findings")
    return 1 if findings else 0


def _look_at_pages(options: argparse.Namespace, base: str, out: Path) -> list[Finding]:
    from scripts.pictures.pages import PAGES
    from tests.browser import launch_arguments

    pages = [shown for shown in PAGES if shown.name.startswith(tuple(options.names) or "")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        if options.print:
            return list(print_all(browser, pages, base, out))
        usual = NARROW if options.narrow else NORMAL if options.quick else VARIANTS
        variants = tuple(each for each in VARIANTS if each.name in options.only) or usual
        kept = None if options.narrow else out
        return list(take_all(browser, pages, variants, base, kept, options.scale))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts.pictures", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="only pages whose name begins so")
    parser.add_argument("--out", default=str(ROOT / "pictures"))
    parser.add_argument("--data", help="a data folder with the demonstration county; it is copied")
    parser.add_argument("--quick", action="store_true", help="Chinese and normal letters only")
    parser.add_argument("--only", nargs="+", default=[], metavar="VARIANT", help="such as 390-large")
    parser.add_argument("--narrow", action="store_true", help="only: no page is wider than its screen")
    parser.add_argument("--print", action="store_true", help="PDF on A4, and each sheet as a picture")
    parser.add_argument("--scale", type=float, default=1, help="pixels per pixel (default: 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
