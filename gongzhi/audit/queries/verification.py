"""Checking the whole log against its seals, in constant memory.

Batches are read in the order of their numbers; beside each regular batch the rows of its number range are
read and compared one by one. What does not fit becomes a `Finding`; the first one names the first row or
batch that is wrong. The check takes no lock and runs beside writers and sealers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils.translation import gettext_lazy as _

from gongzhi.audit import canonical, merkle, signing
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.audit.queries.sealing import BATCH_ROWS, GAP_GIVEN_UP_AFTER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GUARDS = {
    "sqlite": {
        f"audit_{table}_{kind}"
        for table in ("auditevent", "auditbatch")
        for kind in ("no_update", "no_delete", "no_replace")
    }
    | {"audit_auditevent_true_moment"},
    "postgresql": {
        "audit_auditevent_only_grows",
        "audit_auditbatch_only_grows",
        "audit_auditevent_true_moment",
    },
}
"""The triggers of migration 0002, by database."""


class Wrong(StrEnum):
    """What can be wrong with the log."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    BATCH_ALTERED = "batch_altered"
    BATCH_MISSING = "batch_missing"
    CHAIN_BROKEN = "chain_broken"
    NOT_SIGNED = "not_signed"
    NOT_AS_PUBLISHED = "not_as_published"
    TAIL_CUT = "tail_cut"
    UNGUARDED = "unguarded"


SENTENCES: "Mapping[Wrong, _StrPromise]" = {
    Wrong.ALTERED: _("Row %(row)s was altered after batch %(batch)s sealed it."),
    Wrong.MISSING: _("Row %(row)s, sealed in batch %(batch)s, is missing."),
    Wrong.INSERTED: _("Row %(row)s was inserted where the sealed log has none."),
    Wrong.BATCH_ALTERED: _("Batch %(batch)s was altered: its content does not give its own hash."),
    Wrong.BATCH_MISSING: _("Batch %(batch)s is missing."),
    Wrong.CHAIN_BROKEN: _("Batch %(batch)s does not continue the batch before it."),
    Wrong.NOT_SIGNED: _("Batch %(batch)s is not signed with the key of this installation."),
    Wrong.NOT_AS_PUBLISHED: _("Batch %(batch)s is not the one that was published."),
    Wrong.TAIL_CUT: _("Batch %(batch)s was published, but the log ends before it."),
    Wrong.UNGUARDED: _(
        "The database no longer refuses changes to the audit log: a trigger is missing or off."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `row` and `batch` are numbers where they apply."""

    wrong: Wrong
    row: int | None = None
    batch: int | None = None

    def __str__(self) -> str:
        return SENTENCES[self.wrong] % {"row": self.row, "batch": self.batch}


@dataclass(slots=True)
class Verdict:
    """The result of a check. `findings` are in the order of the log; at most as many as were asked for."""

    rows: int = 0
    """Rows compared with their seal."""
    batches: int = 0
    waiting: int = 0
    """Rows that no batch holds yet, which is normal for less than a minute."""
    waiting_since: datetime | None = None
    chain: str = ""
    """The chain value of the last batch: the whole log in 64 characters."""
    signatures_checked: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings


class _EnoughFound(Exception):
    """As many findings as were asked for: stop reading."""


def count_sealed_rows_for_job() -> int:
    """Return how many rows the batches hold, for a progress bar. One query."""
    return AuditBatch.objects.aggregate(rows=Sum("size"))["rows"] or 0


def verify_for_job(
    *,
    at: datetime,
    published: Mapping[int, str] | None = None,
    most: int = 20,
    progress: Callable[[int], object] = lambda rows: None,
) -> Verdict:
    """Check every batch and every row; stop after `most` findings.

    `published` maps batch numbers to chain values saved earlier from the public address; without it a log
    whose newest batches were cut off looks merely young. `progress` is called with the rows just compared.
    """
    check = _Check(at=at, published=published or {}, most=most, progress=progress)
    with suppress(_EnoughFound):
        check.run()
    return check.verdict


class _Check:
    """The state of one pass over the log."""

    def __init__(
        self, *, at: datetime, published: Mapping[int, str], most: int, progress: Callable[[int], object]
    ) -> None:
        self.at, self.published, self.most, self.progress = at, published, most, progress
        self.key = signing.public_key()
        self.verdict = Verdict(signatures_checked=self.key is not None)
        self.number = 0
        """Number of the batch read last."""
        self.start: int | None = None
        """First row number not yet compared; None before the first regular batch, where nothing may stand."""
        self.after_hole = False
        self.drained_at: datetime | None = None
        """When a sealer last left no row behind: a row written long before cannot turn up later."""

    def run(self) -> None:
        if not _guards_stand():
            self.found(Wrong.UNGUARDED)
        for batch in _batches_in_order():
            entries = self._look_at_batch(batch)
            if not batch.late:
                self._look_at_rows(batch, entries)
        self._look_at_tail()

    def found(self, wrong: Wrong, *, row: int | None = None, batch: int | None = None) -> None:
        self.verdict.findings.append(Finding(wrong, row=row, batch=batch))
        if len(self.verdict.findings) >= self.most:
            raise _EnoughFound

    def _look_at_batch(self, batch: AuditBatch) -> list[tuple[int, bytes]] | None:
        """Check a batch in itself and as a link of the chain; return its entries, None when unsound."""
        if batch.number != self.number + 1:
            self.found(Wrong.BATCH_MISSING, batch=self.number + 1)
            self.after_hole = True
        elif batch.previous_chain != self.verdict.chain:
            self.found(Wrong.CHAIN_BROKEN, batch=batch.number)
        entries = _entries(batch)
        if entries is None or _chain(batch) != batch.chain:
            self.found(Wrong.BATCH_ALTERED, batch=batch.number)
        elif self.key and not signing.is_signed(batch.chain, batch.signature, self.key):
            self.found(Wrong.NOT_SIGNED, batch=batch.number)
        if self.published.get(batch.number, batch.chain) != batch.chain:
            self.found(Wrong.NOT_AS_PUBLISHED, batch=batch.number)
        self.number, self.verdict.chain = batch.number, batch.chain
        self.verdict.batches += 1
        return entries

    def _look_at_rows(self, batch: AuditBatch, entries: list[tuple[int, bytes]] | None) -> None:
        start = batch.first_id if self.after_hole else self.start
        if entries is not None:
            seals = {row: _Seal(batch.number, batch.algorithm, leaf) for row, leaf in entries}
            seals.update(_late_seals(start, batch.last_id))
            for wrong, row in sorted(self._compare(batch, start, seals), key=lambda finding: finding[1]):
                self.found(wrong, row=row, batch=seals[row].batch if row in seals else None)
            self.verdict.rows += len(seals)
            self.progress(len(seals))
        self.start, self.after_hole = batch.last_id + 1, False
        if batch.size < BATCH_ROWS:
            self.drained_at = batch.sealed_at

    def _compare(
        self, batch: AuditBatch, start: int | None, seals: Mapping[int, "_Seal"]
    ) -> list[tuple[Wrong, int]]:
        """Compare the rows between `start` and the end of a regular batch with their seals."""
        wrong: list[tuple[Wrong, int]] = []
        seen: set[int] = set()
        gap_open = batch.sealed_at >= self.at - GAP_GIVEN_UP_AFTER
        rows = _rows(start, batch.last_id)
        for row in rows:
            seal = seals.get(row[0])
            seen.add(row[0])
            if seal is None:
                if not (gap_open and row[0] > 0):
                    wrong.append((Wrong.INSERTED, row[0]))
            elif canonical.event_leaf(row, seal.algorithm) != seal.leaf:
                wrong.append((Wrong.ALTERED, row[0]))
            elif self._turned_up_too_late(row[1]):
                wrong.append((Wrong.INSERTED, row[0]))
            if len(wrong) >= self.most:
                return wrong
        return wrong + [(Wrong.MISSING, row) for row in seals.keys() - seen]

    def _look_at_tail(self) -> None:
        """Count what waits for the sealer, and look for rows that pretend to be older than what is sealed."""
        rows = (
            AuditEvent.objects.all() if self.start is None else AuditEvent.objects.filter(id__gte=self.start)
        )
        tail = rows.aggregate(waiting=Count("id"), since=Min("recorded_at"))
        self.verdict.waiting, self.verdict.waiting_since = tail["waiting"], tail["since"]
        if self.drained_at is not None:
            old = rows.filter(recorded_at__lt=self.drained_at - GAP_GIVEN_UP_AFTER).order_by("id")
            for row in old.values_list("id", flat=True)[: self.most]:
                self.found(Wrong.INSERTED, row=row)
        cut = min((number for number in self.published if number > self.number), default=None)
        if cut is not None:
            self.found(Wrong.TAIL_CUT, batch=cut)

    def _turned_up_too_late(self, recorded_at: datetime) -> bool:
        return self.drained_at is not None and recorded_at < self.drained_at - GAP_GIVEN_UP_AFTER


@dataclass(frozen=True, slots=True)
class _Seal:
    batch: int
    algorithm: str
    leaf: bytes


def _batches_in_order() -> Iterator[AuditBatch]:
    """Return batches by number, one query each: a cursor over all would make PostgreSQL copy them first."""
    number = 0
    while batch := AuditBatch.objects.filter(number__gt=number).order_by("number").first():
        yield batch
        number = batch.number


def _rows(start: int | None, last: int) -> Iterator[tuple[Any, ...]]:
    rows = AuditEvent.objects.filter(id__lte=last)
    if start is not None:
        rows = rows.filter(id__gte=start)
    return rows.order_by("id").values_list(*canonical.EVENT_COLUMNS).iterator(chunk_size=BATCH_ROWS)


def _late_seals(start: int | None, last: int) -> dict[int, _Seal]:
    """Return the seals in late batches of rows between `start` and `last`. One query."""
    first = 0 if start is None else start
    batches = AuditBatch.objects.filter(late=True, last_id__gte=first, first_id__lte=last)
    return {
        row: _Seal(batch.number, batch.algorithm, leaf)
        for batch in batches.order_by("number")
        for row, leaf in _entries(batch) or ()
        if first <= row <= last
    }


def _entries(batch: AuditBatch) -> list[tuple[int, bytes]] | None:
    """Return row numbers and leaves of a batch, or None when they do not give its hashes."""
    hash_ = merkle.ALGORITHMS.get(batch.algorithm)
    block = bytes(batch.leaves)
    if hash_ is None or hash_(block).hex() != batch.leaves_hash:
        return None
    try:
        entries = canonical.unpack(block)
        root = merkle.root_of([leaf for _, leaf in entries], batch.algorithm).hex()
    except ValueError:
        return None
    return entries if root == batch.root and len(entries) == batch.size else None


def _chain(batch: AuditBatch) -> str:
    row = [getattr(batch, name) for name in canonical.BATCH_COLUMNS]
    return canonical.batch_chain(row, batch.algorithm)


def _guards_stand() -> bool:
    """Whether every trigger of migration 0002 is there and on. One query."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()} >= GUARDS[connection.vendor]
