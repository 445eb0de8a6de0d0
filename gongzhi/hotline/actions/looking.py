"""Looks at who called: each is counted and leaves an audit row."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.audit.actions import record
from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import moves, story
from gongzhi.core.actions import rates
from gongzhi.core.actor import Actor
from gongzhi.hotline import audit_events, rules
from gongzhi.hotline.models import Call
from gongzhi.hotline.queries import access, caller
from gongzhi.hotline.queries.caller import Caller
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force

_PURPOSE = "hotline.lookups"


@transaction.atomic
def recognise(*, number: str, call: Call | None, by: Actor, at: datetime) -> Caller:
    """Return what the number of a caller is known by, and record that it was looked up.

    Where a name is shown, the look stands in the log of the matter it comes from, as any look at a reporter's
    name does. Raises TooOften.
    """
    if not number:
        return Caller()
    found = caller.recognise(viewer=by, number=number, but=call)
    if not found.is_known:
        # A number that is not known tells nothing, but trying many of them would.
        _count(by, at=at)
        return found
    _count(by, at=at)
    subject = f"call:{call.number}" if call else "hotline:desk"
    unit_code = call.unit.code if call else ""
    data = {"matters": [matter.number for matter in found.matters], "calls": len(found.calls)}
    record(audit_events.CALLER_RECOGNISED, by=by, at=at, subject=subject, unit_code=unit_code, data=data)
    if found.named_by is not None:
        named = call.number if call else _("hotline")
        story.read_contact(
            case=found.named_by, purpose=_("The reporter calls: %(call)s") % {"call": named}, by=by, at=at
        )
    return found


def _count(by: Actor, *, at: datetime) -> None:
    most = in_force(rules.EVENTS, at=at).params.lookups_an_hour
    rates.spend([rates.Limit(_PURPOSE, by.key, most)], at=at)


@transaction.atomic
def read_number(*, call: Call, purpose: str, by: Actor, at: datetime) -> str:
    """Return the caller's number for a stated purpose; the look leaves an audit row.

    Raises Invalid without a purpose, NotYourMove without the right to contact people there.
    """
    longest = in_force(case_rules.INTAKE, at=at).params.words_signs
    purpose = moves.need_words(purpose, longest=longest, field="purpose")
    if not may_read_number(by, call):
        raise moves.NotYourMove
    record(
        audit_events.NUMBER_READ,
        by=by,
        at=at,
        subject=f"call:{call.number}",
        unit_code=call.unit.code,
        data={"purpose": purpose},
    )
    return call.caller


def may_read_number(viewer: Actor, call: Call) -> bool:
    """Whether the viewer may open the number of a caller: who answers this line and may contact people."""
    return access.may_answer(viewer, call) and can(viewer, Permission.CASE_CONTACT, unit_path=call.unit.path)
