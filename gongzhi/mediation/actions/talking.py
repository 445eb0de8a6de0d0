"""The talks: consent, sessions with minutes, statements, and the ways out of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.lifecycle import Level, level_above
from gongzhi.cases.queries import places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.mediation import notice_kinds, rules
from gongzhi.mediation.actions import frame, opening, reminding
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import Agreement, Dispute, Party, Reminder, Session, Statement
from gongzhi.mediation.queries import access
from gongzhi.orgs import queries as orgs
from gongzhi.rulebook.queries import in_force

TO_LAW = "to_law"
"""How a dispute ended whose parties were shown the way to the law."""


class NoConsent(Conflict):
    code = "no_consent"
    message = _("Not every party has agreed to talk, so there is no mediation.")
    hint = _("Ask them; if one refuses, end the mediation and say what else they may do.")


class TooFewParties(Conflict):
    code = "too_few_parties"
    message = _("A dispute has at least two parties.")
    hint = _("Add the others first.")


class NobodyLeads(Conflict):
    code = "nobody_leads"
    message = _("Nobody leads this mediation.")
    hint = _("The head of the committee names the mediators.")


class NoLevelAbove(Conflict):
    code = "no_level_above"
    message = _("There is no committee above this one.")
    hint = _("Show the parties the way to the law.")


class GuidanceMissing(Invalid):
    code = "guidance_missing"
    message = _("Please choose at least one other lawful way that the parties were told of.")
    hint = _("People's Mediation Law, Article 26.")


@transaction.atomic
def start_mediation(*, dispute: Dispute, consents: Collection[int], by: Actor, at: datetime) -> Dispute:
    """Begin the talks once every party has agreed to them. Raises NoConsent, TooFewParties, NobodyLeads."""
    dispute, at = frame.begin(dispute, Move.START, by=by, at=at)
    parties = list(Party.objects.filter(dispute=dispute))
    if len(parties) < in_force(rules.INTAKE, at=at).params.least_parties:
        raise TooFewParties
    if access.leading(dispute) is None:
        raise NobodyLeads
    if {party.position for party in parties} - set(consents):
        raise NoConsent(field="consents")
    Party.objects.filter(dispute=dispute, consented_at__isnull=True).update(consented_at=at)
    dispute.started_at = dispute.started_at or at
    frame.finish(
        dispute, Move.START, by=by, at=at, data={"consents": sorted(consents)}, changed=["started_at"]
    )
    return dispute


@transaction.atomic
def schedule_session(*, dispute: Dispute, held_at: datetime, place: str, by: Actor, at: datetime) -> Dispute:
    """Arrange when and where the parties meet next; mediators and parties are reminded. Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.SCHEDULE, by=by, at=at)
    rule = _arrange(dispute, held_at, place, at=at)
    frame.finish(
        dispute,
        Move.SCHEDULE,
        by=by,
        at=at,
        rule=rule,
        data={"next": held_at.isoformat()},
        changed=["next_at", "next_place"],
    )
    return dispute


def _arrange(dispute: Dispute, held_at: datetime, place: str, *, at: datetime) -> str:
    if held_at <= at:
        raise Invalid(_("The session must lie in the future."), field="held_at")
    dispute.next_at, dispute.next_place = held_at, frame.need(place, at=at, field="place")
    rule = in_force(rules.REMINDERS, at=at)
    reminding.take_back(dispute, Reminder.About.SESSION, at=at)
    reminding.plan(
        dispute,
        Reminder.About.SESSION,
        due_at=held_at,
        remind_at=reminding.days_before(orgs.day_of(held_at), rule.params.session),
        at=at,
    )
    return rule.label


@transaction.atomic
def hold_session(
    *,
    dispute: Dispute,
    held_at: datetime,
    place: str,
    present: str,
    minutes: str,
    outcome: str = "",
    next_at: datetime | None = None,
    next_place: str = "",
    by: Actor,
    at: datetime,
) -> Dispute:
    """Record a session: date, place, who was there, the minutes, what came of it, perhaps the next date."""
    dispute, at = frame.begin(dispute, Move.HOLD, by=by, at=at)
    if held_at > at:
        raise Invalid(_("A session that has not been held has no minutes."), field="held_at")
    assert by.user_id is not None  # noqa: S101 - the table lets only mediators hold sessions
    Session.objects.create(
        dispute=dispute,
        held_at=held_at,
        place=frame.need(place, at=at, field="place"),
        present=frame.need(present, at=at, field="present"),
        minutes=frame.need(minutes, at=at, field="minutes"),
        outcome=frame.fit(outcome, at=at, field="outcome"),
        recorded_by_id=by.user_id,
    )
    dispute.next_at, dispute.next_place = None, ""
    reminding.take_back(dispute, Reminder.About.SESSION, at=at)
    if next_at is not None:
        _arrange(dispute, next_at, next_place or place, at=at)
    frame.finish(
        dispute,
        Move.HOLD,
        by=by,
        at=at,
        words=outcome,
        data={"held": held_at.isoformat()},
        changed=["next_at", "next_place"],
    )
    return dispute


@transaction.atomic
def take_statement(*, dispute: Dispute, party: int, words: str, by: Actor, at: datetime) -> Dispute:
    """Record what a party says, typed by itself or by a mediator for it. Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.STATEMENT, by=by, at=at)
    who, words = frame.party_at(dispute, party), frame.need(words, at=at)
    Statement.objects.create(dispute=dispute, party=who, words=words, at=at, by_party=not by.is_staff)
    frame.finish(dispute, Move.STATEMENT, by=by, at=at, data={"party": who.position})
    return dispute


@transaction.atomic
def refer_up(*, dispute: Dispute, words: str, by: Actor, at: datetime) -> Dispute:
    """Pass the dispute to the committee one level up, saying what was tried. Raises NoLevelAbove, Invalid.

    Mediators stand down, a draft is set aside, and consent is asked for anew: the parties may refuse there.
    """
    dispute, at = frame.begin(dispute, Move.REFER_UP, by=by, at=at)
    words = frame.need(words, at=at)
    above = level_above(Level(dispute.level))
    if above is None:
        raise NoLevelAbove
    before = dispute.committee
    dispute.committee, dispute.level = places.centre_at(before, above), above
    stop_talks(dispute, at=at)
    Party.objects.filter(dispute=dispute).update(consented_at=None)
    frame.finish(
        dispute,
        Move.REFER_UP,
        by=by,
        at=at,
        words=words,
        data={"committee_from": before.code, "committee_to": dispute.committee.code},
        changed=["committee", "level", "next_at", "next_place"],
    )
    heads = reminding.heads(dispute.committee, at=at)
    reminding.tell(dispute, heads, notice_kinds.CAME_UP, by=by, at=at)
    return dispute


def stop_talks(dispute: Dispute, *, at: datetime) -> None:
    """Free the mediators of the locked dispute, set a draft aside, take every reminder back."""
    opening.all_stand_down(dispute, at=at)
    set_aside(dispute, at=at)
    reminding.take_back(dispute, at=at)
    dispute.next_at, dispute.next_place = None, ""


def set_aside(dispute: Dispute, *, at: datetime) -> None:
    """Set the standing agreement or draft aside; one that never bound gives its number back."""
    standing = Agreement.objects.filter(dispute=dispute, replaced_at__isnull=True)
    standing.filter(effective_at__isnull=True).update(sequence=None)
    standing.update(replaced_at=at)


@transaction.atomic
def send_to_law(*, dispute: Dispute, ways: Sequence[str], words: str, by: Actor, at: datetime) -> Dispute:
    """End with the way to the law: what the parties were told, and why. Raises GuidanceMissing, Invalid.

    An agreement that binds keeps binding; the parties may ask the court about it (Article 32).
    """
    dispute, at = frame.begin(dispute, Move.TO_LAW, by=by, at=at)
    words = frame.need(words, at=at)
    rule = in_force(rules.WAYS, at=at)
    dispute.guidance = guidance(rule.params, ways)
    if dispute.state == State.AGREED:
        reminding.take_back(dispute, at=at)
    else:
        stop_talks(dispute, at=at)
    return _ended(dispute, Move.TO_LAW, TO_LAW, words, {"ways": list(ways)}, rule.label, by=by, at=at)


def guidance(rule: rules.WayParams, ways: Sequence[str]) -> str:
    """Return what the parties are told, in the words of the rule. Raises GuidanceMissing."""
    rows = [rule.find(code) for code in ways]
    if not rows or None in rows:
        raise GuidanceMissing(field="ways")
    return "\n".join(row.zh for row in rows if row is not None)


@transaction.atomic
def end_mediation(
    *, dispute: Dispute, reason: str, ways: Sequence[str] = (), words: str = "", by: Actor, at: datetime
) -> Dispute:
    """End the talks without an agreement. A party needs no grounds, staff tell what else there is.

    Raises Invalid, GuidanceMissing.
    """
    dispute, at = frame.begin(dispute, Move.END, by=by, at=at)
    rule, law = in_force(rules.ENDINGS, at=at), in_force(rules.WAYS, at=at)
    ending = rule.params.find(reason)
    if ending is None or not (by.is_staff or ending.by_party):
        raise Invalid(_("Please choose a reason from the list."), field="reason")
    words = frame.fit(words, at=at, field="words")
    if not by.is_staff:
        ways = [row.code for row in law.params.ways]
    dispute.guidance = guidance(law.params, ways) if ending.guidance else ""
    stop_talks(dispute, at=at)
    data: dict[str, object] = {"reason": reason, "ways": list(ways)}
    return _ended(dispute, Move.END, reason, words, data, rule.label, by=by, at=at)


def _ended(
    dispute: Dispute, move: Move, ending: str, words: str, data: dict[str, object], rule: str,
    *, by: Actor, at: datetime,
) -> Dispute:  # fmt: skip
    dispute.ending, dispute.ended_at = ending, at
    frame.finish(
        dispute,
        move,
        by=by,
        at=at,
        words=words,
        rule=rule,
        data=data,
        changed=["ending", "ended_at", "guidance", "next_at", "next_place"],
    )
    return dispute
