"""`gongzhi audit verify` and `gongzhi audit seal`."""

import json
import urllib.error
import urllib.request
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from gongzhi.audit import actions, queries
from gongzhi.core import clock

SEALING_IS_LATE_AFTER = timedelta(minutes=10)
"""Rows are sealed within a minute; ten say that no worker is running."""
URL_TIMEOUT_SECONDS = 20


class Command(BaseCommand):
    help = "Check that nobody has tampered with the audit log, or seal what was recorded since the last time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        verify = parts.add_parser("verify", help="check every row and seal; exit code 1 if one is wrong")
        verify.add_argument(
            "--against",
            metavar="FILE|URL",
            help="a saved copy of /audit/roots.json, or an address",
        )
        verify.add_argument("--json", action="store_true", help="print the result as JSON")
        verify.add_argument("--most", type=int, default=20, help="stop after so many findings (default: 20)")
        parts.add_parser("seal", help="seal now instead of waiting for the worker")

    def handle(self, **options: Any) -> None:
        if options["part"] == "seal":
            count = actions.seal(at=clock.now())
            self.stdout.write(ngettext("%(n)d row sealed.", "%(n)d rows sealed.", count) % {"n": count})
            return
        published = _published(options["against"]) if options["against"] else None
        total = queries.count_sealed_rows_for_job()
        with tqdm(total=total, unit="row", unit_scale=True, disable=None) as bar:
            verdict = queries.verify_for_job(
                at=clock.now(), published=published, most=max(1, options["most"]), progress=bar.update
            )
        self.stdout.write(json.dumps(_as_json(verdict)) if options["json"] else "\n".join(_as_lines(verdict)))
        if not verdict.is_whole:
            raise SystemExit(1)


def _as_json(verdict: queries.Verdict) -> dict[str, Any]:
    since = verdict.waiting_since
    return {
        "whole": verdict.is_whole,
        "rows": verdict.rows,
        "batches": verdict.batches,
        "waiting": verdict.waiting,
        "waiting_since": since.isoformat() if since else None,
        "chain": verdict.chain,
        "signatures_checked": verdict.signatures_checked,
        "findings": [
            {"wrong": finding.wrong.value, "row": finding.row, "batch": finding.batch, "words": str(finding)}
            for finding in verdict.findings
        ],
    }


def _as_lines(verdict: queries.Verdict) -> list[str]:
    lines = [str(finding) for finding in verdict.findings]
    if verdict.is_whole:
        words = _("The audit log is whole: %(rows)s rows in %(batches)s batches.")
        lines.append(words % {"rows": f"{verdict.rows:,}", "batches": f"{verdict.batches:,}"})
    if verdict.chain:
        lines.append(_("Last seal: %(chain)s") % {"chain": verdict.chain})
    if not verdict.signatures_checked:
        lines.append(_("Signatures were not checked: the key file keys/audit.key is not here."))
    if verdict.waiting:
        lines.append(_("Rows waiting for the next seal: %(n)s") % {"n": f"{verdict.waiting:,}"})
    if verdict.waiting_since and clock.now() - verdict.waiting_since > SEALING_IS_LATE_AFTER:
        lines.append(_("The oldest has waited for more than ten minutes: is a worker running?"))
    return lines


def _published(source: str) -> dict[int, str]:
    """Return batch numbers and chain values of a saved copy. Raises CommandError for anything else."""
    try:
        if source.startswith(("https://", "http://")):
            with urllib.request.urlopen(source, timeout=URL_TIMEOUT_SECONDS) as answer:  # noqa: S310
                text = answer.read()
        else:
            text = Path(source).read_bytes()
        roots = json.loads(text)["roots"]
        return {int(root["number"]): str(root["chain"]) for root in roots}
    except (OSError, urllib.error.URLError, ValueError, KeyError, TypeError) as error:
        words = _("%(source)s is not a saved copy of /audit/roots.json: %(why)s")
        raise CommandError(words % {"source": source, "why": error}) from error
