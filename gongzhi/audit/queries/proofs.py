"""What anyone may check: the published roots, and for a row the path from its leaf to a root.

Nothing here tells who did what: leaves are salted hashes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from gongzhi.audit import canonical, merkle
from gongzhi.audit.merkle import DEFAULT_ALGORITHM
from gongzhi.audit.models import AuditBatch, AuditEvent
from gongzhi.audit.queries.events import describe
from gongzhi.core.errors import NotFound

ROOTS_PER_PAGE = 50
MOST_EVENTS = 500
"""Events of one subject that a receipt proves, the first ones; a case has a few dozen."""


@dataclass(frozen=True, slots=True)
class PublishedRoot:
    """A batch without its leaves: everything its chain value covers, and the signature."""

    number: int
    sealed_at: datetime
    algorithm: str
    late: bool
    first_id: int
    last_id: int
    size: int
    root: str
    leaves_hash: str
    gaps: str
    previous_chain: str
    chain: str
    signature: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values; `sealed_at` in the form that was hashed."""
        values = {name: getattr(self, name) for name in _ROOT_COLUMNS}
        return {**values, "sealed_at": canonical.moment(self.sealed_at)}


_ROOT_COLUMNS = (*canonical.BATCH_COLUMNS, "chain", "signature")


@dataclass(frozen=True, slots=True)
class RootPage:
    rows: list[PublishedRoot]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That one event stands in the sealed log. Before the next sealing there is no root yet."""

    row: int
    what: str
    """What happened, in a few words in the language in use."""
    at: datetime
    leaf: str
    """Hash of the event as it stands in the database now, in hex."""
    index: int = 0
    path: tuple[str, ...] = ()
    batch: PublishedRoot | None = None

    @property
    def is_sealed(self) -> bool:
        return self.batch is not None

    @property
    def holds(self) -> bool:
        """Whether the event, as it stands now, is the one that was sealed."""
        return self.batch is not None and merkle.verify_inclusion(
            leaf=bytes.fromhex(self.leaf),
            index=self.index,
            size=self.batch.size,
            path=[bytes.fromhex(step) for step in self.path],
            root=bytes.fromhex(self.batch.root),
            algorithm=self.batch.algorithm,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the form described in docs/audit-format.md; holds hashes and numbers only."""
        return {
            "format": "gongzhi-audit-proof-1",
            "row": self.row,
            "leaf": self.leaf,
            "index": self.index,
            "path": list(self.path),
            "batch": self.batch.as_json() if self.batch else None,
        }


def published_roots(page: int = 1) -> RootPage:
    """Return roots, newest first, fifty to a page. Open to everyone. Two queries at the most.

    Pages follow the batch numbers, so every page costs the same. Raises NotFound beyond the last page.
    """
    newest = AuditBatch.objects.order_by("-number").values_list("number", flat=True).first() or 0
    top = newest - (page - 1) * ROOTS_PER_PAGE
    if page < 1 or (top < 1 and page > 1):
        raise NotFound
    found = AuditBatch.objects.filter(number__lte=top, number__gt=top - ROOTS_PER_PAGE).order_by("-number")
    rows = [PublishedRoot(*row) for row in found.values_list(*_ROOT_COLUMNS)]
    return RootPage(rows, page, has_next=top > ROOTS_PER_PAGE)


def first_root_since(moment: datetime) -> PublishedRoot | None:
    """Return the oldest root sealed at `moment` or after, or None. Open to everyone. One query.

    Its chain was known to nobody before `moment`: what is drawn by it cannot be chosen.
    """
    found = AuditBatch.objects.filter(sealed_at__gte=moment).order_by("sealed_at", "number")
    row = found.values_list(*_ROOT_COLUMNS).first()
    return PublishedRoot(*row) if row else None


def published_proof(row: int) -> InclusionProof:
    """Return the proof for the row with this number. Open to everyone. Raises NotFound."""
    event = AuditEvent.objects.filter(id=row).values_list(*canonical.EVENT_COLUMNS).first()
    if event is None:
        raise NotFound
    return _prove([event])[0]


def proofs_for(subject: str) -> list[InclusionProof]:
    """Return a proof for every event of `subject`, oldest first; sealed or not.

    The caller has already checked that who asks holds the receipt. Two queries, and one or two for every
    batch that holds one of the events.
    """
    events = AuditEvent.objects.filter(subject=subject).order_by("id")
    return _prove(events.values_list(*canonical.EVENT_COLUMNS)[:MOST_EVENTS])


class _Holders:
    """Finds the batch that holds a row; keeps what it has read, so that rows of one batch cost one query."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[AuditBatch, dict[int, int], list[bytes]]] = {}

    def find(self, row: int) -> tuple[AuditBatch, int, list[bytes]] | None:
        """Return the batch, the index of the row in it, and all leaves; None for a row not yet sealed."""
        for batch, places, leaves in self._read.values():
            if row in places:
                return batch, places[row], leaves
        reaching = AuditBatch.objects.filter(last_id__gte=row)
        regular = reaching.filter(late=False).order_by("last_id")[:1]
        late = reaching.filter(late=True, first_id__lte=row).order_by("number")
        for batch in chain(regular, late):
            entries = canonical.unpack(bytes(batch.leaves))
            places = {number: index for index, (number, _) in enumerate(entries)}
            self._read[batch.number] = batch, places, [leaf for _, leaf in entries]
            if row in places:
                return batch, places[row], self._read[batch.number][2]
        return None


def _prove(events: Iterable[tuple[Any, ...]]) -> list[InclusionProof]:
    holders = _Holders()
    return [_proof(event, holders.find(event[0])) for event in events]


def _proof(event: Sequence[Any], held: tuple[AuditBatch, int, list[bytes]] | None) -> InclusionProof:
    row, at, what = event[0], event[2], describe(event[3])
    if held is None:
        return InclusionProof(row, what, at, canonical.event_leaf(event, DEFAULT_ALGORITHM).hex())
    batch, index, leaves = held
    path = tuple(step.hex() for step in merkle.inclusion_path(leaves, index, batch.algorithm))
    leaf = canonical.event_leaf(event, batch.algorithm).hex()
    root = PublishedRoot(*(getattr(batch, name) for name in _ROOT_COLUMNS))
    return InclusionProof(row, what, at, leaf, index, path, root)
