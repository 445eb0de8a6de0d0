"""Changing the rulebook: installing what the code reads, adopting a version, withdrawing one in time.

Nothing here changes a version that holds or held. A change is a new version with a later beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.rulebook import queries
from gongzhi.rulebook.kinds import KINDS, Confidence, Level, Params, RuleKind
from gongzhi.rulebook.models import Rule, RuleVersion
from gongzhi.rulebook.rules import NOTICE_PERIOD
from gongzhi.rulebook.words import say_error


class ParamsInvalid(Invalid):
    """The values do not fit the rule. `errors` maps the place (`limits.2.minutes`) to a sentence."""

    code = "rule_params_invalid"
    message = _("Some values do not fit this rule.")

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(errors=dict(errors))
        self.errors = errors


class TooSoon(Invalid):
    code = "rule_too_soon"
    message = _("A changed rule cannot hold so soon: people must be able to read it first.")


class NoDecision(Invalid):
    code = "rule_without_decision"
    message = _("This rule is above the operational level; name the decision it rests on.")
    hint = _("Write the meeting or body, the date and the number of the decision.")


class LaterVersionStands(Conflict):
    code = "rule_later_version"
    message = _("A version that begins later is already decided.")
    hint = _("Choose a later beginning, or withdraw that version first.")


class NothingChanged(Invalid):
    code = "rule_unchanged"
    message = _("These values are the same as those decided last.")


class AlreadyHolds(Conflict):
    code = "rule_already_holds"
    message = _("This version holds already, or will so soon that it can no longer be withdrawn.")
    hint = _("Adopt a new version instead.")


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install_rules` did and found. Codes only; nothing of the last three was touched."""

    added: tuple[str, ...]
    completed: tuple[str, ...]
    """Rules with a new version that has the parameters the code reads now; all other values as they were."""
    corrected: tuple[str, ...]
    """Rules nobody changed, with a new version that names the source the code now names; same values."""
    misfit: tuple[str, ...]
    """Rules whose last values no longer fit the code and cannot be completed: somebody must decide."""
    differing: tuple[str, ...]
    """Rules whose first version in the code is no longer the one in the database."""
    unread: tuple[str, ...]
    """Rules in the database that no code declares."""


@transaction.atomic
def install_rules(*, by: Actor, at: datetime) -> Installed:
    """Add every declared rule that is missing, and the parameters and sources the code has gained.

    Changes no value that stands. What is gained is a new version of its own, known before it holds.
    """
    known = {rule.code: rule for rule in Rule.objects.all()}
    firsts = dict(RuleVersion.objects.filter(number=1).values_list("rule__code", "params"))
    added = [kind for code, kind in sorted(KINDS.items()) if code not in known]
    for kind in added:
        _install(kind, by=by, at=at)
    renewals = _renewals()
    for renewal in renewals:
        _renew(renewal, by=by, at=at)
    if added:
        # Kept copies look again for a rule they do not know, so nothing more is needed for other processes.
        queries.forget_copy()
    differing = sorted(
        c for c, params in firsts.items() if c in KINDS and params != as_stored(KINDS[c].first)
    )
    return Installed(
        added=tuple(k.code for k in added),
        completed=tuple(r.kind.code for r in renewals if r.params and (r.gained or r.lost)),
        corrected=tuple(r.kind.code for r in renewals if r.params and not (r.gained or r.lost)),
        misfit=tuple(r.kind.code for r in renewals if not r.params),
        differing=tuple(differing),
        unread=tuple(sorted(set(known) - set(KINDS))),
    )


def _install(kind: RuleKind[Any], *, by: Actor, at: datetime) -> None:
    rule = Rule.objects.create(code=kind.code, level=kind.level, type=kind.type)
    begins = timezone.make_aware(datetime.combine(kind.valid_from, time.min))
    first = RuleVersion.objects.create(
        rule=rule,
        number=1,
        params=as_stored(kind.first),
        source=kind.source,
        confidence=kind.confidence,
        valid_from=begins,
        adopted_at=at,
        adopted_by=by.key,
    )
    record(
        "rulebook.rule.installed", by=by, at=at, subject=f"rule:{kind.code}", data={"params": first.params}
    )


@dataclass(frozen=True, slots=True)
class _Renewal:
    """What a rule needs after the code has changed."""

    kind: RuleKind[Any]
    last: RuleVersion
    gained: tuple[str, ...] = ()
    """Names of parameters that the last version lacks."""
    lost: tuple[str, ...] = ()
    """Names of parameters in the last version that no code reads any more."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Values for the new version; none where they would not fit."""


def _renewals() -> list[_Renewal]:
    standing = RuleVersion.objects.filter(withdrawn_at__isnull=True, rule__code__in=KINDS)
    last = {v.rule.code: v for v in standing.select_related("rule").order_by("valid_from")}
    found = (_renewal(KINDS[code], version) for code, version in sorted(last.items()))
    return [renewal for renewal in found if renewal is not None]


def _renewal(kind: RuleKind[Any], last: RuleVersion) -> _Renewal | None:
    try:
        values = as_stored(check_params(kind, kind.complete(last.params)))
    except ParamsInvalid:
        return _Renewal(kind, last)
    gained = tuple(name for name in kind.complete(last.params) if name not in last.params)
    lost = tuple(name for name in last.params if name not in kind.params.model_fields)
    if gained or lost:
        return _Renewal(kind, last, gained, lost, values)
    same_source = (last.source, last.confidence) == (kind.source, kind.confidence)
    if same_source or last.number > 1 or last.params != as_stored(kind.first):
        return None  # what a county decided keeps the source the county named
    return _Renewal(kind, last, params=values)


def _renew(renewal: _Renewal, *, by: Actor, at: datetime) -> None:
    kind, last = renewal.kind, renewal.last
    if not renewal.params:
        return
    untouched = last.number == 1 and renewal.params == as_stored(kind.first)
    with translation.override(settings.LANGUAGE_CODE):
        note = _say_renewal(renewal)
    queries.distrust_copy_until_commit()
    version = RuleVersion.objects.create(
        rule=last.rule,
        number=queries.highest_number(last.rule) + 1,
        params=dict(renewal.params),
        source=kind.source if untouched else last.source,
        confidence=kind.confidence if untouched else last.confidence,
        note=note,
        decided_by=last.decided_by,
        valid_from=max(at + _notice_period(at), last.valid_from + timedelta(seconds=1)),
        adopted_at=at,
        adopted_by=by.key,
    )
    record(
        "rulebook.version.renewed",
        by=by,
        at=at,
        subject=f"rule:{kind.code}@{version.number}",
        data={
            "old": last.params,
            "old_version": last.number,
            "new": version.params,
            "valid_from": version.valid_from.isoformat(),
            "source": version.source,
            "note": note,
        },
    )


def _say_renewal(renewal: _Renewal) -> str:
    if not renewal.gained and not renewal.lost:
        return gettext("The source was looked up and is named more exactly; all values are as they were.")
    said = []
    if renewal.gained:
        names = ", ".join(str(renewal.kind.params.shown[name].label) for name in renewal.gained)
        said.append(gettext("The program has gained: %(names)s.") % {"names": names})
    if renewal.lost:
        said.append(gettext("The program no longer reads: %(names)s.") % {"names": ", ".join(renewal.lost)})
    return " ".join([*said, gettext("All other values are as they were decided.")])[:500]


@transaction.atomic
def adopt_version(
    *,
    code: str,
    params: Mapping[str, Any],
    source: str,
    note: str,
    valid_from: datetime,
    by: Actor,
    at: datetime,
    decided_by: str = "",
    confidence: Confidence = Confidence.CHECK,
) -> int:
    """Adopt a new version of rule `code` that holds from `valid_from` on; return its number.

    Raises NotFound, NotAllowed, ParamsInvalid, NoDecision, TooSoon, LaterVersionStands, NothingChanged.
    """
    rule, kind = queries.lock_rule(code)
    _require_rule_change(by)
    values = as_stored(check_params(kind, params))
    _require_words(kind, source=source, note=note, decided_by=decided_by)
    _require_notice(valid_from, at=at)
    last = queries.last_standing_version(rule)
    if valid_from <= last.valid_from:
        raise LaterVersionStands(field="valid_from")
    if (values, source.strip(), confidence) == (last.params, last.source, last.confidence):
        raise NothingChanged  # a better source for the same values is a change
    queries.distrust_copy_until_commit()
    version = RuleVersion.objects.create(
        rule=rule,
        number=queries.highest_number(rule) + 1,
        params=values,
        source=source.strip(),
        confidence=confidence,
        note=note.strip(),
        decided_by=decided_by.strip(),
        valid_from=valid_from,
        adopted_at=at,
        adopted_by=by.key,
    )
    record(
        "rulebook.version.adopted",
        by=by,
        at=at,
        subject=f"rule:{code}@{version.number}",
        data={
            "old": last.params,
            "old_version": last.number,
            "new": values,
            "valid_from": valid_from.isoformat(),
            "source": version.source,
            "note": version.note,
            "decided_by": version.decided_by,
        },
    )
    return version.number


@transaction.atomic
def withdraw_version(*, code: str, number: int, note: str, by: Actor, at: datetime) -> None:
    """Withdraw a version that does not hold yet. Raises NotFound, NotAllowed, AlreadyHolds, Invalid.

    Needs the same time before its beginning as an adoption, so that no process still trusts the old plan.
    """
    rule, _kind = queries.lock_rule(code)
    _require_rule_change(by)
    version = queries.get_standing_version(rule, number)
    if number == 1 or version.valid_from < at + _notice_period(at):
        raise AlreadyHolds
    if not note.strip():
        raise Invalid(_("Say why it is withdrawn."), field="note")
    queries.distrust_copy_until_commit()
    version.withdrawn_at, version.withdrawn_by, version.withdrawn_note = at, by.key, note.strip()
    version.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_note"])
    record(
        "rulebook.version.withdrawn",
        by=by,
        at=at,
        subject=f"rule:{code}@{number}",
        data={"params": version.params, "note": version.withdrawn_note},
    )


def as_stored(params: Params) -> dict[str, Any]:
    """Return the parameters as they lie in the database."""
    return params.model_dump(mode="json")


def check_params(kind: RuleKind[Any], params: Mapping[str, Any]) -> Params:
    """Return the typed parameters of `kind`. Raises ParamsInvalid with a sentence for every wrong place."""
    try:
        checked: Params = kind.params.model_validate(params)
    except ValidationError as error:
        raise ParamsInvalid(
            {".".join(str(part) for part in e["loc"]): say_error(e) for e in error.errors()}
        ) from error
    return checked


def _require_rule_change(by: Actor) -> None:
    if not queries.can_change_rules(by):
        raise NotAllowed


def _require_words(kind: RuleKind[Any], *, source: str, note: str, decided_by: str) -> None:
    if not source.strip():
        raise Invalid(_("Name the law, standard or document this rests on."), field="source")
    if not note.strip():
        raise Invalid(_("Say in a sentence why the rule changes; everyone can read it."), field="note")
    if kind.level is not Level.OPERATIONAL and not decided_by.strip():
        raise NoDecision(field="decided_by")


def _require_notice(valid_from: datetime, *, at: datetime) -> None:
    if valid_from < at + _notice_period(at):
        seconds = int(_notice_period(at).total_seconds())
        raise TooSoon(
            hint=_("Choose a moment at least %(seconds)s seconds from now.") % {"seconds": seconds},
            field="valid_from",
        )


def _notice_period(at: datetime) -> timedelta:
    return timedelta(seconds=queries.in_force(NOTICE_PERIOD, at=at).params.seconds)
