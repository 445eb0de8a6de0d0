"""Printed case files: made at once when small, by the worker when large; each making leaves an audit row.

Setting a paper takes seconds, so no transaction is open meanwhile. The row of the log is written before the
bytes leave this module, and for one that the worker makes together with the row that lets it be fetched:
nobody holds a case file of which the log does not know, and the log names none that a full disk did not keep.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_tasks import task

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, case_file_paper, evidence_rules, files
from gongzhi.cases.actions import story
from gongzhi.cases.actions.batches import GIVEN_UP_AFTER
from gongzhi.cases.actions.moves import NotYourMove
from gongzhi.cases.models import Case, CaseFile
from gongzhi.cases.queries import access, case_file
from gongzhi.core import clock, crypto
from gongzhi.core.actions import rates
from gongzhi.core.actor import Actor, resident
from gongzhi.core.errors import Conflict, NotAllowed, NotFound
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force

_LANGUAGE = "zh-hans"
_BATCH = 200


class NotReady(Conflict):
    code = "case_file_not_ready"
    message = _("This file is not ready, or not there any more.")
    hint = _("Have the case file made again.")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of asking: the file itself, or the row of one that the worker makes."""

    pdf: bytes | None
    waiting: CaseFile | None


def make(*, case: Case, with_contact: bool = False, purpose: str = "", by: Actor, at: datetime) -> Made:
    """Make the full file of a case for a member of staff who reads its words.

    With the reporter's contact only for who may open it, for a stated purpose that is recorded.
    Raises CaseNotFound, NotFound, NotYourMove, Invalid, TooOften.
    """
    _spend(case, by=by, at=at)
    if with_contact:
        story.read_contact(case=case, purpose=purpose, by=by, at=at)
    if not case_file.size_of(case, at=at).at_once:
        return Made(None, _ask(case, with_contact=with_contact, by=by, at=at))
    pdf = _staff_pdf(case, with_contact=with_contact, by=by, at=at)
    _record(case, pdf, audience="staff", with_contact=with_contact, by=by, at=at)
    return Made(pdf, None)


def ask(*, case: Case, by: Actor, at: datetime) -> CaseFile:
    """Have the worker make the full file with the reporter covered, however small it is; for programs.

    Raises NotFound for who reads no words of the case, TooOften.
    """
    _spend(case, by=by, at=at)
    return _ask(case, with_contact=False, by=by, at=at)


def _spend(case: Case, *, by: Actor, at: datetime) -> None:
    if by.user_id is None or not access.sees(by, case) or not access.reads_words(by):
        raise NotFound
    rule = in_force(evidence_rules.CASE_FILES, at=at).params
    rates.spend(
        [rates.Limit("cases.files", _mark("person", by.key), rule.per_person_an_hour)], at=at, exact=True
    )


def make_for_resident(*, case: Case, by: Actor, at: datetime) -> Made:
    """Make the file for the holder of the receipt, who was checked by the door. Raises TooOften."""
    rule = in_force(evidence_rules.CASE_FILES, at=at).params
    mark = _mark("matter", case.number)
    rates.spend([rates.Limit("cases.files", mark, rule.per_matter_an_hour)], at=at, exact=True)
    if not case_file.size_of(case, at=at).at_once:
        return Made(None, _ask(case, with_contact=False, by=by, at=at))
    pdf = _resident_pdf(case, at=at)
    _record(case, pdf, audience="resident", with_contact=False, by=by, at=at)
    return Made(pdf, None)


def _mark(kind: str, value: str) -> str:
    return crypto.keyed_hash(value, purpose=f"cases.files {kind}")


@transaction.atomic
def _ask(case: Case, *, with_contact: bool, by: Actor, at: datetime) -> CaseFile:
    """Leave the making to the worker; one that waits already for the same person is not made twice."""
    mine = {"case": case, "owner_id": by.user_id, "with_contact": with_contact}
    waiting = CaseFile.objects.filter(state=CaseFile.State.WAITING, **mine).first()
    if waiting is not None:
        return waiting
    row = CaseFile.objects.create(asked_at=at, **mine)
    build.enqueue(row.pk)
    return row


def _staff_pdf(case: Case, *, with_contact: bool, by: Actor, at: datetime) -> bytes:
    with translation.override(_LANGUAGE):
        file = case_file.for_staff(viewer=by, number=case.number, at=at, contact_open=with_contact)
        return case_file_paper.staff_pdf(file, maker=_maker(by), at=at)


def _resident_pdf(case: Case, *, at: datetime) -> bytes:
    with translation.override(_LANGUAGE):
        file = case_file.for_resident(case, at=at)
        return case_file_paper.resident_pdf(file, maker=pgettext("paper", "the holder of the receipt"), at=at)


def _maker(by: Actor) -> str:
    """Return who makes it, as the watermark says it: unit and name."""
    post = next(iter(posts_granting(by, Permission.CASE_WORDS)), None)
    return f"{post.unit_name} {by.name}" if post else by.name


@transaction.atomic
def _record(case: Case, pdf: bytes, *, audience: str, with_contact: bool, by: Actor, at: datetime) -> None:
    data = {
        "audience": audience,
        "contact": with_contact,
        "size": len(pdf),
        "sha256": sha256(pdf).hexdigest(),
    }
    unit_code = next((post.unit_code for post in posts_granting(by, Permission.CASE_WORDS)), case.unit.code)
    record(
        audit_events.CASE_FILE_MADE,
        by=by,
        at=at,
        subject=f"case:{case.number}",
        unit_code=unit_code,
        data=data,
    )


@task()
def build(key: int) -> str:
    """Make a case file that waits; return its state."""
    return run(key, at=clock.now())


def run(key: int, *, at: datetime) -> str:
    """Make a file that waits. Whoever lost sight of the case meanwhile gets none. Twice is the same."""
    row = case_file.get_for_job(key)
    if row is None:
        return "gone"
    try:
        by = _asker(row, at=at)
        pdf = _pdf_of(row, by=by, at=at)
    except (NotAllowed, NotFound):
        return _fail(row, at=at)
    try:
        written = files.write(pdf)
    except OSError:
        return _fail(row, at=at)
    try:
        kept = _keep(row, pdf, written, by=by, at=at)
    except BaseException:
        files.remove(written)
        raise
    if not kept:
        files.remove(written)
    return str(CaseFile.State.DONE)


@transaction.atomic
def _keep(row: CaseFile, pdf: bytes, written: str, *, by: Actor, at: datetime) -> bool:
    """Let a file that lies on the disk be fetched, and record its making: neither without the other. Say
    whether it still waited."""
    keep = timedelta(hours=in_force(evidence_rules.CASE_FILES, at=at).params.keep_hours)
    waiting = CaseFile.objects.filter(pk=row.pk, state=CaseFile.State.WAITING)
    kept = waiting.update(
        state=CaseFile.State.DONE, key=written, size=len(pdf), finished_at=at, expires_at=at + keep
    )
    if kept:
        audience = "staff" if row.owner_id else "resident"
        _record(row.case, pdf, audience=audience, with_contact=row.with_contact, by=by, at=at)
    return bool(kept)


def _asker(row: CaseFile, *, at: datetime) -> Actor:
    return orgs.actor_for(row.owner, at=at, door="job") if row.owner else resident(door="job")


def _pdf_of(row: CaseFile, *, by: Actor, at: datetime) -> bytes:
    if row.owner is None:
        return _resident_pdf(row.case, at=at)
    _still_may(row, by=by)
    return _staff_pdf(row.case, with_contact=row.with_contact, by=by, at=at)


def _still_may(row: CaseFile, *, by: Actor) -> None:
    """Raise NotFound or NotYourMove unless the asker still sees what stands in it."""
    if not access.sees(by, row.case) or not access.reads_words(by):
        raise NotFound
    if row.with_contact and not access.may_read_contact(by, row.case):
        raise NotYourMove


def _fail(row: CaseFile, *, at: datetime) -> str:
    CaseFile.objects.filter(pk=row.pk, state=CaseFile.State.WAITING).update(
        state=CaseFile.State.FAILED, finished_at=at
    )
    return str(CaseFile.State.FAILED)


def fetch(*, file: CaseFile, by: Actor, at: datetime) -> bytes:
    """Return a file that was made, to who asked for it and still may. Raises NotReady, NotFound."""
    if file.owner_id is not None:
        _still_may(file, by=by)
    is_there = file.state == CaseFile.State.DONE and file.expires_at is not None and file.expires_at > at
    if not is_there:
        raise NotReady
    try:
        return files.read(file.key)
    except FileNotFoundError as gone:
        raise NotReady from gone


def expire(*, at: datetime) -> int:
    """Remove files whose time is over and give up what was not made within a day; return how many."""
    done = 0
    for row in case_file.stuck_for_job(before=at - GIVEN_UP_AFTER, most=_BATCH):
        _fail(row, at=at)
        done += 1
    for row in case_file.expired_for_job(at=at, most=_BATCH):
        done += CaseFile.objects.filter(pk=row.pk, state=CaseFile.State.DONE).update(
            state=CaseFile.State.EXPIRED, key=""
        )
        files.remove(row.key)
    return done
