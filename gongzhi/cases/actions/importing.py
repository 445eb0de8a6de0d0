"""Taking messages of another system into the loop, each through the real actions at its own date.

What a sheet does not say is not invented: a replied message is accepted, dispatched and signed at the
moment it
was written and resolved at the moment of the reply; the outcome is "explained", since nobody said it was
solved.
Notices to staff are left out: history is no news.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from gongzhi.cases import message_sheets, rules
from gongzhi.cases.actions import dispatching, handling, intake
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.message_sheets import Message, Sheet, UnusableRow
from gongzhi.cases.models import Case, Category
from gongzhi.cases.queries import access, categories
from gongzhi.cases.speaking import Speaker
from gongzhi.core.actor import Actor
from gongzhi.core.errors import DomainError
from gongzhi.core.rejects import Rejected
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force

_ROWS_A_TRANSACTION = 100
"""One durable write for so many rows; a killed run repeats at most these, and repeats change nothing."""


@dataclass(slots=True)
class Report:
    """What an import did. A matter that was there and now got its reply counts as there and as resolved."""

    rows: int = 0
    registered: int = 0
    resolved: int = 0
    rejected: int = 0
    already_there: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every row of one import."""

    sheet: Sheet
    unit: Unit
    source: str
    category: Category
    title_signs: int
    by: Actor
    reject: Callable[[Rejected], None]


def import_messages(
    *,
    sheet: Sheet,
    unit: Unit,
    source: str,
    by: Actor,
    at: datetime,
    reject: Callable[[Rejected], None],
    progress: Callable[[int], Any] = lambda _step: None,
) -> Report:
    """Play every row of a sheet through the loop at `unit`; rows that cannot be used go to `reject`.

    A message is known again by `source` and its number, so a second run doubles nothing.
    """
    intake_rule = in_force(rules.INTAKE, at=at).params
    category = categories.get_category(intake_rule.unsorted_category)
    actor = replace(by, door=access.IMPORT_DOOR)
    run = _Run(sheet, unit, source, category, intake_rule.title_signs, actor, reject)
    report = Report()
    lines = sheet.lines()
    while batch := list(islice(lines, _ROWS_A_TRANSACTION)):
        _import_batch(run, batch, report)
        progress(len(batch))
    return report


@transaction.atomic
def _import_batch(run: _Run, batch: Iterable[tuple[int, list[Any]]], report: Report) -> None:
    for line, cells in batch:
        report.rows += 1
        try:
            message = message_sheets.read_row(run.sheet, cells)
            with transaction.atomic():
                _play(run, message, report)
        except (UnusableRow, DomainError) as reason:
            report.rejected += 1
            run.reject(Rejected(run.sheet.name, line, str(reason), " | ".join(str(cell) for cell in cells)))


def _play(run: _Run, message: Message, report: Report) -> None:
    reference = f"{run.source}:{message.number}"
    case = Case.objects.filter(source_ref=reference).first()
    already_there = case is not None
    if case is None:
        case = _register(run, message, reference)
    resolves = message.reply_at is not None and case.status == State.REGISTERED
    if resolves and message.reply_at is not None:
        _resolve(run, case, message, reply_at=message.reply_at)
    # Counted last: a row that is refused half way is rejected and nothing else.
    report.already_there += already_there
    report.registered += not already_there
    report.resolved += resolves


def _register(run: _Run, message: Message, reference: str) -> Case:
    title = intake.title_of(message.title or message.text, run.title_signs)
    return intake.register_case(
        matter=intake.Matter(text=message.text, title=title, place=run.unit, spoke=Speaker.UNSAID),
        reporter=intake.Reporter(),
        channel=Channel.IMPORT,
        by=run.by,
        at=message.at,
        source_ref=reference,
    )


def _resolve(run: _Run, case: Case, message: Message, *, reply_at: datetime) -> None:
    assessment = dispatching.Assessment(run.category, Kind.REQUEST, Tier.COMPLEX, Urgency.ORDINARY)
    case = dispatching.accept_case(case=case, assessment=assessment, by=run.by, at=message.at)
    case = dispatching.dispatch_case(case=case, unit=case.desk, by=run.by, at=message.at)
    case = handling.sign_case(case=case, by=run.by, at=message.at)
    handling.resolve_case(case=case, outcome=Outcome.EXPLAINED, answer=message.reply, by=run.by, at=reply_at)
