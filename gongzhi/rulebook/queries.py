"""Reading the rulebook.

`in_force` is called many times in one request, so each process keeps a copy of the whole rulebook. The copy
is never wrong: whatever is decided or withdrawn after it was read can hold only `SHORTEST_NOTICE_SECONDS`
later, and the copy answers only for moments before that. A rule the copy does not know is looked for again in
the database, so a newly installed rule is seen at once.
"""

import bisect
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Generic, cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound, Unavailable
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.kinds import KINDS, SHORTEST_NOTICE_SECONDS, P, Params, RuleKind
from gongzhi.rulebook.models import Rule, RuleVersion
from gongzhi.rulebook.presentation import Change, Line, compare, describe

log = logging.getLogger(__name__)

_TRUSTED_FOR = timedelta(seconds=SHORTEST_NOTICE_SECONDS)
_REREAD_AFTER_SECONDS = SHORTEST_NOTICE_SECONDS / 2
"""Half the trusted time, so that a step of the wall clock up to the other half does no harm."""


class RuleMissing(Unavailable):
    """No version of the rule holds at that moment: the rulebook was not installed, or the moment is before
    it."""

    code = "rule_missing"
    message = _("A rule that is needed here is not in the rulebook.")
    hint = _("Please tell the system manager: the command “gongzhi install” adds missing rules.")


@dataclass(frozen=True, slots=True)
class InForce(Generic[P]):
    """The version of a rule that holds at a moment. `version` counts from 1; `label` reads `code@version`."""

    code: str
    version: int
    params: P

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"


@dataclass(slots=True)
class _Line:
    """The standing versions of one rule, by the moment they begin."""

    starts: list[datetime] = field(default_factory=list)
    versions: list[InForce[Any] | None] = field(default_factory=list)
    """None where the stored values no longer fit the code: then the rule is missing, not the one before
    it."""

    def at(self, at: datetime) -> InForce[Any] | None:
        index = bisect.bisect_right(self.starts, at)
        return self.versions[index - 1] if index else None


@dataclass(frozen=True, slots=True)
class _Copy:
    """The rulebook as read at one moment."""

    lines: dict[str, _Line]
    trusted_before: datetime
    reread_after: float

    def answers(self, at: datetime) -> bool:
        return at < self.trusted_before and time.monotonic() < self.reread_after


_copy: _Copy | None = None


def in_force(kind: RuleKind[P], *, at: datetime) -> InForce[P]:
    """Return the version of `kind` that holds at `at`. Raises RuleMissing.

    No database query while the process's copy answers for `at`, else one.
    """
    copy = _copy
    found = copy.lines.get(kind.code, _Line()).at(at) if copy is not None and copy.answers(at) else None
    if found is None or _wrote_in_this_transaction():
        found = _read().lines.get(kind.code, _Line()).at(at)
    if found is None:
        raise RuleMissing(code=kind.code, at=at.isoformat())
    return cast("InForce[P]", found)


def forget_copy() -> None:
    """Drop this process's copy, so that the next question reads the database."""
    global _copy
    _copy = None


def distrust_copy_until_commit() -> None:
    """Read the database directly for the rest of this transaction, which may yet be rolled back."""
    transaction.on_commit(forget_copy)


def _wrote_in_this_transaction() -> bool:
    # Django drops the callback when the transaction, or the savepoint around the change, is rolled back.
    return any(entry[1] is forget_copy for entry in transaction.get_connection().run_on_commit)


def _read() -> _Copy:
    """Read the whole rulebook (some hundred small rows) in one query; keep it unless it may be rolled
    back."""
    global _copy
    # The moment before the query: what is decided while it runs must count as unknown.
    trusted_before, reread_after = clock.now() + _TRUSTED_FOR, time.monotonic() + _REREAD_AFTER_SECONDS
    copy = _Copy(_lines(_standing_versions()), trusted_before, reread_after)
    if not _wrote_in_this_transaction():
        _copy = copy
    return copy


def _standing_versions() -> Sequence[tuple[str, int, dict[str, Any], datetime]]:
    rows = RuleVersion.objects.filter(withdrawn_at__isnull=True, rule__code__in=KINDS).order_by("valid_from")
    return list(rows.values_list("rule__code", "number", "params", "valid_from"))


def _lines(rows: Sequence[tuple[str, int, dict[str, Any], datetime]]) -> dict[str, _Line]:
    lines: dict[str, _Line] = {}
    for code, number, params, valid_from in rows:
        line = lines.setdefault(code, _Line())
        line.starts.append(valid_from)
        line.versions.append(_typed(code, number, params))
    return lines


_misfits: set[tuple[str, int]] = set()
"""Versions this process has complained about: it reads the rulebook every half minute."""


def _typed(code: str, number: int, params: dict[str, Any]) -> InForce[Any] | None:
    """Return a version as the code reads it: with the first value of a parameter it is older than."""
    kind = KINDS[code]
    try:
        return InForce(code, number, kind.params.model_validate(kind.complete(params)))
    except ValidationError:
        if (code, number) not in _misfits:
            _misfits.add((code, number))
            log.exception("the values of rule %s@%s do not fit the code", code, number)
        return None


def lock_rule(code: str) -> tuple[Rule, RuleKind[Any]]:
    """Lock and return the rule with its kind. Raises NotFound."""
    rule = Rule.objects.select_for_update(no_key=True).filter(code=code).first()
    if rule is None or code not in KINDS:
        raise NotFound
    return rule, KINDS[code]


def last_standing_version(rule: Rule) -> RuleVersion:
    """Return the standing version that begins last. A rule always has its first."""
    return rule.versions.filter(withdrawn_at__isnull=True).latest("valid_from")


def get_standing_version(rule: Rule, number: int) -> RuleVersion:
    """Return the version with this number that is not withdrawn. Raises NotFound."""
    version = rule.versions.filter(withdrawn_at__isnull=True, number=number).first()
    if version is None:
        raise NotFound
    return version


def highest_number(rule: Rule) -> int:
    """Return the highest version number ever used, withdrawn ones included."""
    return rule.versions.latest("number").number


def can_change_rules(viewer: Actor) -> bool:
    """Whether `viewer` may change rules. They are the county's own, so only a post at the county itself
    may."""
    posts = posts_granting(viewer, Permission.RULE_CHANGE)
    return any(p.unit_kind == "county" and p.unit_code.startswith(settings.COUNTY_CODE) for p in posts)


class Standing(StrEnum):
    """Where a version stands at a moment."""

    COMING = "coming"
    HOLDS = "holds"
    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version as people read it. Half-open: from `valid_from` until before `valid_until`."""

    number: int
    standing: Standing
    params: Params | None
    """None where the stored values no longer fit the code."""
    stored: Mapping[str, Any]
    changes: Sequence[Change]
    """What differs from the standing version before it."""
    source: str
    confidence: str
    note: str
    decided_by: str
    valid_from: datetime
    valid_until: datetime | None
    withdrawn_note: str = ""
    can_withdraw: bool = False

    @property
    def is_holding(self) -> bool:
        return self.standing is Standing.HOLDS

    @property
    def anchor(self) -> str:
        return f"v{self.number}"

    @property
    def lines(self) -> Sequence[Line]:
        return describe(self.params) if self.params is not None else ()


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule with its versions, newest first."""

    kind: RuleKind[Any]
    versions: Sequence[VersionShown]

    @property
    def holding(self) -> VersionShown | None:
        return next((v for v in self.versions if v.standing is Standing.HOLDS), None)

    @property
    def coming(self) -> Sequence[VersionShown]:
        return [v for v in self.versions if v.standing is Standing.COMING]

    @property
    def last(self) -> VersionShown | None:
        """The standing version that begins last: what a further change starts from."""
        return next((v for v in self.versions if v.standing is not Standing.WITHDRAWN), None)


def list_rules(*, viewer: Actor, at: datetime) -> list[RuleShown]:
    """Return every rule as it stands at `at`, by code. Rules are public: every viewer gets all. One query."""
    rows: dict[str, list[RuleVersion]] = {}
    known = RuleVersion.objects.filter(rule__code__in=KINDS).select_related("rule")
    for version in known.order_by("rule__code", "number"):
        rows.setdefault(version.rule.code, []).append(version)
    may = can_change_rules(viewer)
    return [_shown(KINDS[code], versions, at=at, may_change=may) for code, versions in rows.items()]


def get_rule(*, viewer: Actor, code: str, at: datetime) -> RuleShown:
    """Return one rule with its whole history. Raises NotFound. One query."""
    rows = list(RuleVersion.objects.filter(rule__code=code).order_by("number")) if code in KINDS else []
    if not rows:
        raise NotFound
    return _shown(KINDS[code], rows, at=at, may_change=can_change_rules(viewer))


def _shown(kind: RuleKind[Any], rows: Sequence[RuleVersion], *, at: datetime, may_change: bool) -> RuleShown:
    standing = sorted((row for row in rows if row.withdrawn_at is None), key=lambda row: row.valid_from)
    ends = {row.pk: after.valid_from for row, after in pairwise(standing)}
    before = {after.pk: row for row, after in pairwise(standing)}
    # Whether it is still early enough is decided by the action; here it only saves a press that cannot
    # succeed.
    shown = [
        VersionShown(
            number=row.number, standing=_standing(row, ends.get(row.pk), at=at), params=_params(kind, row),
            stored=row.params, changes=_changes(kind, before.get(row.pk), row), source=row.source,
            confidence=row.confidence, note=row.note, decided_by=row.decided_by, valid_from=row.valid_from,
            valid_until=ends.get(row.pk), withdrawn_note=row.withdrawn_note,
            can_withdraw=may_change and row.withdrawn_at is None and row.number > 1
            and row.valid_from > at + _TRUSTED_FOR,
        )
        for row in rows
    ]  # fmt: skip
    return RuleShown(kind, sorted(shown, key=lambda v: (v.valid_from, v.number), reverse=True))


def _standing(row: RuleVersion, until: datetime | None, *, at: datetime) -> Standing:
    if row.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if row.valid_from > at:
        return Standing.COMING
    return Standing.HOLDS if until is None or until > at else Standing.PAST


def _params(kind: RuleKind[Any], row: RuleVersion) -> Params | None:
    found = _typed(kind.code, row.number, row.params)
    return found.params if found is not None else None


def _changes(kind: RuleKind[Any], before: RuleVersion | None, row: RuleVersion) -> Sequence[Change]:
    old = _params(kind, before) if before is not None else None
    new = _params(kind, row)
    return compare(old, new) if old is not None and new is not None else ()
