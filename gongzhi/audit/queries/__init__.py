"""All reads of the audit log: for people (`events`), for receipts and the public (`proofs`), for the sealer
(`sealing`) and for whoever checks the whole log (`verification`)."""

from gongzhi.audit.queries.events import EventFilter, EventPage, ShownEvent, describe, list_events
from gongzhi.audit.queries.proofs import (
    InclusionProof,
    PublishedRoot,
    RootPage,
    first_root_since,
    proofs_for,
    published_proof,
    published_roots,
)
from gongzhi.audit.queries.sealing import (
    BATCH_ROWS,
    GAP_GIVEN_UP_AFTER,
    Head,
    frontier_for_job,
    head_for_job,
    late_rows_for_job,
    rows_after_for_job,
)
from gongzhi.audit.queries.verification import (
    Finding,
    Verdict,
    Wrong,
    count_sealed_rows_for_job,
    verify_for_job,
)

__all__ = [
    "BATCH_ROWS",
    "GAP_GIVEN_UP_AFTER",
    "EventFilter",
    "EventPage",
    "Finding",
    "Head",
    "InclusionProof",
    "PublishedRoot",
    "RootPage",
    "ShownEvent",
    "Verdict",
    "Wrong",
    "count_sealed_rows_for_job",
    "describe",
    "first_root_since",
    "frontier_for_job",
    "head_for_job",
    "late_rows_for_job",
    "list_events",
    "proofs_for",
    "published_proof",
    "published_roots",
    "rows_after_for_job",
    "verify_for_job",
]
