"""What a telephone system tells of calls: each event taken once, in whatever order it comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.core import crypto
from gongzhi.core.actions import rates
from gongzhi.core.errors import Invalid
from gongzhi.core.signatures import Replayed
from gongzhi.hotline import lifecycle, rules
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call, CallEvent
from gongzhi.hotline.queries import access, caller
from gongzhi.hotline.telephone import Told
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, User
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force

_PURPOSE = "hotline.events"


class NotItsTime(Invalid):
    """An event of a moment that has not come, or that is long past."""

    code = "not_its_time"
    message = _("The moment of this event is too far from now.")


class NoCentre(Invalid):
    code = "no_centre"
    message = _("There is no centre that answers this line.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event: `taken`, or `ignored` with the reason."""

    outcome: str
    number: str = ""
    reason: str = ""
    is_repeat: bool = False


@transaction.atomic
def take_event(*, told: Told, content: str, proof: str, at: datetime) -> Taken:
    """Take one event of a call; one that was taken before does nothing. A second process waits for the first.

    `content` is all that was sent and `proof` what it was signed with. Raises Replayed, TooOften, NotItsTime,
    NoCentre.
    """
    if told.event is None:
        return Taken("ignored", reason="unknown_event")
    names = {"key": _hash(f"{told.call}\n{told.key}")}
    fresh = {
        "fingerprint": _hash(content),
        "proof": _hash(proof),
        "kind": told.event.value,
        "moment": told.at,
        "at": at,
    }
    known = CallEvent.objects.select_related("call").filter(**names).first()
    if known is not None:
        return _again(known, fresh["fingerprint"])
    if CallEvent.objects.filter(proof=fresh["proof"]).exists():
        raise Replayed
    _check(told, at=at)
    call = call_of(told, at=at)
    row, is_new = CallEvent.objects.select_related("call").get_or_create(
        **names, defaults={**fresh, "call": call}
    )
    if not is_new:
        return _again(row, fresh["fingerprint"])
    _apply(call, told, at=at)
    return Taken("taken", call.number)


def _again(row: CallEvent, fingerprint: object) -> Taken:
    if row.fingerprint != fingerprint:
        raise Replayed
    return Taken("taken", row.call.number, is_repeat=True)


def _check(told: Told, *, at: datetime) -> None:
    """Hold the limits of storms and of moments."""
    limits = in_force(rules.EVENTS, at=at).params
    if told.at > at + timedelta(minutes=limits.window_minutes) or told.at < at - timedelta(
        hours=limits.late_hours
    ):
        raise NotItsTime(field="at")
    mark = crypto.keyed_hash(told.call, purpose=_PURPOSE)[:16]
    counted = [
        rates.Limit(_PURPOSE, mark, limits.per_call_an_hour),
        rates.Limit(_PURPOSE, "door", limits.per_door_an_hour),
    ]
    rates.spend(counted, at=at)


def call_of(told: Told, *, at: datetime) -> Call:
    """Return the call an event is about, locked; made when this is the first that is heard of it."""
    call, _is_new = Call.objects.get_or_create(
        system_ref=told.call,
        defaults={"started_at": told.at, "unit": centre_of(told.line, at=at), "line": told.line},
    )
    return access.lock_call(call)


def centre_of(line: str, *, at: datetime) -> Unit:
    """Return the centre that answers a line by the rule, else the county. Raises NoCentre."""
    code = in_force(rules.LINES, at=at).params.unit_of(line)
    unit = (orgs.find_unit(code) if code else None) or orgs.find_unit(settings.COUNTY_CODE)
    if unit is None:
        raise NoCentre
    return unit


def _apply(call: Call, told: Told, *, at: datetime) -> None:
    """Write what the event says that was not known; the moments come out the same in any order."""
    if told.event is None:
        return
    moments = lifecycle.after(call.moments, told.event, told.at)
    call.offered_at, call.queued_at, call.answered_at, call.ended_at = (
        moments.offered,
        moments.queued,
        moments.answered,
        moments.ended,
    )
    call.started_at = min(call.started_at, moments.started or told.at)
    call.wait_seconds, call.talk_seconds = moments.wait_seconds, moments.talk_seconds
    if not call.is_written:
        call.outcome = Outcome.ABANDONED if moments.is_abandoned else ""
    if told.direction is lifecycle.Direction.OUT:
        call.direction = told.direction
    if told.caller and not call.caller:
        call.caller, call.caller_index = told.caller, caller.index_of(told.caller)
    if told.line and not call.line:
        call.line, call.unit = told.line, centre_of(told.line, at=at)
    # Whoever answered first took the call; a seat that only rang, or was passed the call later, did not.
    if told.agent and told.event is lifecycle.Event.ANSWERED and told.at == moments.answered:
        _name_agent(call, told.agent, at=at)
    call.save()


def _name_agent(call: Call, name: str, *, at: datetime) -> None:
    """Remember the seat, and the account of the same name when it may take calls of this line."""
    call.agent_ref = name
    if call.is_written:
        return
    user = User.objects.filter(username=name, is_active=True).first()
    if user is not None and _takes_calls(user, call.unit, at=at):
        call.agent = user


def _takes_calls(user: User, unit: Unit, *, at: datetime) -> bool:
    return can(orgs.actor_for(user, at=at), Permission.HOTLINE_ANSWER, unit_path=unit.path)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete events older than the rule keeps them; return how many. The calls stay."""
    kept = timedelta(days=in_force(rules.EVENTS, at=at).params.kept_days)
    deleted, _per_model = CallEvent.objects.filter(at__lt=at - kept).delete()
    return deleted
