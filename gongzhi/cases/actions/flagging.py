"""Flags: written by the worker from what the detectors find, ruled on by people."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.cases import audit_events, flag_rules, rules
from gongzhi.cases.actions import moves
from gongzhi.cases.models import AnswerNetwork, Case, Flag, FlagRow, FlagRuling
from gongzhi.cases.queries import flags, suspicion
from gongzhi.cases.queries.suspicion import Found
from gongzhi.core.actor import SYSTEM, Actor
from gongzhi.core.errors import Invalid, NotAllowed
from gongzhi.core.inserts import insert
from gongzhi.orgs.permissions import Permission, require
from gongzhi.rulebook.queries import in_force

_LOOK_BACK = timedelta(days=35)
"""Technical: so far back rows are looked at again; more than a month, so that a month is seen whole after its
end even when the worker stood still for days."""
_PIECE = 500


class OwnUnit(NotAllowed):
    code = "own_unit"
    message = _("This flag is about your own unit or matters of yours; somebody else rules on it.")


def note_network(case: Case, *, by: Actor, at: datetime) -> None:
    """Keep the mark of the connection from which staff wrote an answer. One statement."""
    if by.is_staff and by.network:
        insert(AnswerNetwork(unit_id=case.unit_id, network=by.network, at=at, created_at=at))


def look(*, at: datetime) -> int:
    """Write what the detectors find; return how many flags are new or gained rows.

    Running it twice, late or in two processes changes nothing. Marks of connections that are older than
    anything looks back to are deleted.
    """
    rule = in_force(flag_rules.FLAGS, at=at)
    since = at - _LOOK_BACK
    written = sum(keep(found, rule=rule.label, at=at) for found in suspicion.find_for_job(at=at, since=since))
    oldest = since - timedelta(days=rule.params.network_days) - _LOOK_BACK
    AnswerNetwork.objects.filter(at__lt=oldest).delete()
    return written


@transaction.atomic
def keep(found: Found, *, rule: str, at: datetime) -> bool:
    """Write a flag and its rows; say whether it gained any. The unique keys decide between two workers."""
    moments = [moment for _case, moment in found.rows]
    Flag.objects.bulk_create(
        [
            Flag(
                kind=found.kind,
                unit_id=found.unit,
                mark=found.mark,
                month=found.month,
                facts=found.facts,
                rule=rule,
                first_seen=min(moments),
                last_seen=max(moments),
            )
        ],
        ignore_conflicts=True,
    )
    flag = Flag.objects.select_for_update(no_key=True).get(unit=found.unit, kind=found.kind, mark=found.mark)
    known = set(FlagRow.objects.filter(flag=flag).values_list("case", flat=True))
    new = [FlagRow(flag=flag, case_id=case, at=moment) for case, moment in found.rows if case not in known]
    if not new:
        return False
    FlagRow.objects.bulk_create(new, batch_size=_PIECE)
    flag.rows = len(known) + len(new)
    flag.facts, flag.rule, flag.waits = found.facts, rule, True
    flag.first_seen = min(flag.first_seen, *moments)
    flag.last_seen = max(flag.last_seen, *moments)
    flag.save(update_fields=["rows", "facts", "rule", "waits", "first_seen", "last_seen"])
    record(
        audit_events.FLAG_RAISED,
        by=SYSTEM,
        at=at,
        subject=f"flag:{flag.pk}",
        unit_code=flag.unit.code,
        data={"kind": flag.kind, "month": f"{flag.month:%Y-%m}", "rows": flag.rows, "new": len(new)},
    )
    return True


@transaction.atomic
def rule_on(*, flag: Flag, ruling: str, words: str, by: Actor, at: datetime) -> FlagRuling:
    """Say what a person found out about a flag. A later ruling takes its place; both stay to be read.

    Raises NotAllowed without the permission above the unit, OwnUnit, Invalid.
    """
    flag = Flag.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=flag.pk)
    require(by, Permission.FLAG_RULE, unit_path=flag.unit.path)
    if flags.is_own(by, flag):
        raise OwnUnit
    if ruling not in Flag.Ruling.values:
        raise Invalid(_("Please choose what you found."), field="ruling")
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    if by.user_id is None:
        raise NotAllowed
    before = flag.ruling
    made = FlagRuling.objects.create(
        flag=flag, ruling=ruling, words=words, by_id=by.user_id, by_name=by.name, rows=flag.rows, at=at
    )
    flag.ruling, flag.waits = ruling, False
    flag.save(update_fields=["ruling", "waits"])
    data = {
        "kind": flag.kind,
        "ruling": ruling,
        "before": before,
        "rows": flag.rows,
        "words": moves.words_digest(words),
    }
    record(
        audit_events.FLAG_RULED,
        by=by,
        at=at,
        subject=f"flag:{flag.pk}",
        unit_code=flag.unit.code,
        data=data,
    )
    return made
