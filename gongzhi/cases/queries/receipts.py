"""Whether the history of a case is complete and unaltered, for the holder of its receipt.

Two questions. Are the sealed rows of the log the ones that were sealed (the inclusion proof)? And does the
story people read say what those rows say: every step there, with the words that were said?
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from gongzhi.audit.models import AuditEvent
from gongzhi.audit.queries import InclusionProof, proofs_for
from gongzhi.cases.models import Case, Transition


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the log about the case. `holds` is None while it waits to be sealed."""

    row: int
    what: str
    at: datetime
    holds: bool | None
    batch: int | None
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to "is my matter's history whole?"."""

    records: tuple[Record, ...]
    sealed: int
    waiting: int
    broken: int
    """Sealed rows that are not any more what was sealed."""
    missing: int
    """Steps of the story without a row in the log, or rows without their step."""
    reworded: int
    """Steps whose words differ from those that were recorded."""

    @property
    def is_whole(self) -> bool:
        return not (self.broken or self.missing or self.reworded)


def verify(case: Case) -> Verification:
    """Check every record of the case. Four queries, and one or two for each batch that holds one."""
    subject = f"case:{case.number}"
    proofs = proofs_for(subject)
    events = AuditEvent.objects.filter(subject=subject).values_list("data", flat=True)
    told = {data["seq"]: data for data in map(json.loads, events) if "seq" in data}
    steps = list(Transition.objects.filter(case=case).order_by("seq"))
    counted, present = set(range(1, case.moves + 1)), {step.seq for step in steps}
    records = tuple(_record(proof) for proof in proofs)
    return Verification(
        records=records,
        sealed=sum(record.holds is not None for record in records),
        waiting=sum(record.holds is None for record in records),
        broken=sum(record.holds is False for record in records),
        missing=len((counted | present | told.keys()) - (present & told.keys())),
        reworded=sum(not _says(step, told[step.seq], case) for step in steps if step.seq in told),
    )


def _record(proof: InclusionProof) -> Record:
    return Record(
        row=proof.row,
        what=proof.what,
        at=proof.at,
        holds=proof.holds if proof.is_sealed else None,
        batch=proof.batch.number if proof.batch else None,
        sealed_at=proof.batch.sealed_at if proof.batch else None,
    )


def _says(step: Transition, told: Mapping[str, Any], case: Case) -> bool:
    """Whether a step of the story says what its row in the log says."""
    same = (step.from_state, step.to_state, _digest(step.words)) == (told["from"], told["to"], told["words"])
    return same and ("text" not in told or told["text"] == _digest(case.text))


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest() if words else ""


def proof_document(case: Case) -> dict[str, Any]:
    """Return the proofs of all records as plain values: hashes and numbers only, to be kept and checked
    elsewhere."""
    proofs = [proof.as_json() | {"what": proof.what} for proof in proofs_for(f"case:{case.number}")]
    return {"format": "gongzhi-case-proof-1", "case": case.number, "proofs": proofs}
