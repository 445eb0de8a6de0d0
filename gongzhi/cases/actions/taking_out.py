"""Taking a list out as a file in the background: asked for, written in parts, fetched, gone after a while.

The rows are read by ranges of keys. Each part is on disk before the row says so, and the row says so in one
conditional update: killed anywhere, the next worker goes on after the newest part, and of two workers that
hold the same export only one moves it on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, export_columns, export_files, export_rules
from gongzhi.cases.actions.batches import GIVEN_UP_AFTER
from gongzhi.cases.actions.moves import words_digest
from gongzhi.cases.models import Export
from gongzhi.cases.queries import access, exports
from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed, NotFound
from gongzhi.orgs.models import User
from gongzhi.rulebook.queries import in_force

PART = 5_000
"""Rows read at once; bounds the memory."""
_OPEN = (Export.State.WAITING, Export.State.RUNNING)
_BATCH = 200


class TooManyExports(Conflict):
    code = "too_many_exports"
    message = _("As many of your files as the rule allows are being written now.")
    hint = _("Wait until one is ready, or cancel it.")


class NotReady(Conflict):
    code = "export_not_ready"
    message = _("This file is not ready, or not there any more.")
    hint = _("Ask for the list again.")


@transaction.atomic
def ask(
    *,
    source: str,
    query: Mapping[str, Any],
    format: str,
    with_words: bool,
    language: str,
    by: Actor,
    at: datetime,
) -> Export:
    """Ask for a list as a file; the worker writes it.

    Raises Invalid, NotAllowed, NotFound, TooManyExports.
    """
    if by.user_id is None:
        raise NotAllowed
    if format not in Export.Format.values:
        raise Invalid(field="format")
    if with_words and not access.reads_words(by):
        raise NotAllowed
    exports.rows_of(viewer=by, source=source, query=dict(query), at=at)
    # The person is the lock: two presses at once do not both find room.
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    open_ones = Export.objects.filter(owner=by.user_id, state__in=_OPEN).count()
    if open_ones >= in_force(export_rules.EXPORTS, at=at).params.most_open:
        raise TooManyExports
    export = Export.objects.create(
        owner_id=by.user_id,
        source=source,
        query=dict(query),
        format=format,
        with_words=with_words,
        language=language,
        scope=exports.scope_of(by),
        asked_at=at,
        top=exports.top_key(),
        folder=uuid4().hex,
    )
    build.enqueue(export.pk)
    return export


@task()
def build(key: int) -> str:
    """Write an export to its end, from wherever it stands; return its state."""
    return run(key)


def run(key: int, *, parts: int | None = None) -> str:
    """Write an export, `parts` parts at most; return its state then. Run twice or by two it is the same."""
    export = Export.objects.filter(pk=key, state__in=_OPEN).first()
    if export is None:
        return "gone"
    try:
        with translation.override(export.language):
            return _run(export, most=parts)
    except OSError:
        return _fail(export, "disk", at=clock.now())
    except (NotAllowed, NotFound):
        return _fail(export, "sight", at=clock.now())


def _run(export: Export, *, most: int | None) -> str:
    at = clock.now()
    viewer = exports.owner_of(export, at=at)
    query = exports.rows_of(viewer=viewer, source=export.source, query=export.query, at=export.asked_at)
    if export.state == Export.State.WAITING:
        about = query.filter(pk__lte=export.top).order_by().count()
        Export.objects.filter(pk=export.pk, state=Export.State.WAITING).update(
            state=Export.State.RUNNING, about=about
        )
    shown = export_columns.columns(with_words=export.with_words)
    fields = [column.field for column in shown]
    while most is None or most > 0:
        export.refresh_from_db()
        if not export.is_open:
            _tidy(export)
            return export.state
        if not exports.may_have(exports.owner_of(export, at=clock.now()), export):
            raise NotAllowed
        rows = exports.part_for_job(query, after=export.last_key, top=export.top, fields=fields, size=PART)
        if not rows:
            return _finish(export, shown)
        if not _keep(export, rows):
            return "another"
        most = None if most is None else most - 1
    return Export.State.RUNNING


def _keep(export: Export, rows: list[tuple[Any, ...]]) -> bool:
    """Put a part in its place and say so in the row; False when somebody else moved the export meanwhile."""
    draft = export_files.draft_part(
        export.folder, (export_columns.raw(row) for row in rows), mark=uuid4().hex
    )
    with transaction.atomic():
        moved = Export.objects.filter(
            pk=export.pk, state=Export.State.RUNNING, last_key=export.last_key
        ).update(last_key=rows[-1][0], parts=F("parts") + 1, rows=F("rows") + len(rows))
        if moved:
            export_files.keep_part(draft, export.parts)
    if not moved:
        draft.unlink(missing_ok=True)
    return bool(moved)


def _finish(export: Export, shown: tuple[export_columns.Column, ...]) -> str:
    size = export_files.assemble(
        export.folder,
        format=export.format,
        rows=export_files.read_parts(export.folder, export.parts),
        columns=shown,
        subjects=exports.subjects_for_job(),
        mark=uuid4().hex,
    )
    at = clock.now()
    keep = timedelta(days=in_force(export_rules.EXPORTS, at=at).params.keep_days)
    with transaction.atomic():
        done = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING).update(
            state=Export.State.DONE, size=size, finished_at=at, expires_at=at + keep
        )
        if done:
            export.refresh_from_db()
            _record(export, at=at)
    _tidy(export)
    export.refresh_from_db()
    return export.state


def _record(export: Export, *, at: datetime) -> None:
    """Leave the one audit row: which list, narrowed to what, how many rows. Words looked for as a digest."""
    by = exports.owner_of(export, at=at)
    narrowed = {name: value for name, value in export.query.items() if value}
    if "words" in narrowed:
        narrowed["words"] = words_digest(narrowed["words"])
    data = {
        "source": export.source,
        "filter": narrowed,
        "format": export.format,
        "words": export.with_words,
        "rows": export.rows,
        "whole": True,
    }
    unit_code = export.query["unit"] or next((post.unit_code for post in by.posts), "")
    record(
        audit_events.LIST_EXPORTED,
        by=by,
        at=at,
        subject=f"export:{export.pk}",
        unit_code=unit_code,
        data=data,
    )


def _fail(export: Export, problem: str, *, at: datetime) -> str:
    Export.objects.filter(pk=export.pk, state__in=_OPEN).update(
        state=Export.State.FAILED, problem=problem, finished_at=at
    )
    export_files.remove(export.folder)
    return Export.State.FAILED


def _tidy(export: Export) -> None:
    """Remove the parts of what is finished, and everything of what was cancelled."""
    export.refresh_from_db()
    if export.state == Export.State.DONE:
        export_files.remove_parts(export.folder)
    elif not export.is_open:
        export_files.remove(export.folder)


@transaction.atomic
def cancel(*, export: Export, by: Actor, at: datetime) -> None:
    """Stop an export of one's own; what was written is removed. Raises NotFound, NotReady."""
    if export.owner_id != by.user_id:
        raise NotFound
    stopped = Export.objects.filter(pk=export.pk, state__in=_OPEN).update(
        state=Export.State.CANCELLED, finished_at=at
    )
    if not stopped:
        raise NotReady
    export_files.remove(export.folder)


def require_file(*, export: Export, by: Actor, at: datetime) -> None:
    """Raise NotReady when there is no file to fetch, NotAllowed for who sees less than stands in it."""
    if not exports.may_have(by, export):
        raise NotAllowed
    is_there = export.state == Export.State.DONE and (export.expires_at is None or export.expires_at > at)
    if not is_there or not export_files.result(export.folder).exists():
        raise NotReady


def expire(*, at: datetime) -> int:
    """Remove the files whose time is over and give up what was not ready within a day; return how many."""
    done = 0
    for export in exports.stuck_for_job(before=at - GIVEN_UP_AFTER, most=_BATCH):
        _fail(export, "late", at=at)
        done += 1
    for export in exports.expired_for_job(at=at, most=_BATCH):
        done += Export.objects.filter(pk=export.pk, state=Export.State.DONE).update(
            state=Export.State.EXPIRED
        )
        export_files.remove(export.folder)
    return done
