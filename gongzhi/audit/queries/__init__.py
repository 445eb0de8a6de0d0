"""All reads of the audit log: for people (`events`), for receipts and the public (`proofs`), for the sealer
(`sealing`) and for whoever checks the whole log (`verification`)."""

from gongzhi.audit.queries.sealing import (
    BATCH_ROWS,
    GAP_GIVEN_UP_AFTER,
    Head,
    frontier_for_job,
    head_for_job,
    late_rows_for_job,
    rows_after_for_job,
)

__all__ = [
    "BATCH_ROWS",
    "GAP_GIVEN_UP_AFTER",
    "Head",
    "frontier_for_job",
    "head_for_job",
    "late_rows_for_job",
    "rows_after_for_job",
]
