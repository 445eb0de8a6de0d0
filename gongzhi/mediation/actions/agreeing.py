"""Agreements: drafted with what the law requires, signed by all, sealed by the committee; or oral."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import files, pictures
from gongzhi.cases.actions.statements import clean_signature
from gongzhi.cases.queries import calendars
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.mediation import lifecycle, notice_kinds, rules, words
from gongzhi.mediation.actions import frame, reminding, talking
from gongzhi.mediation.lifecycle import Authority, Form, Move, Part, State
from gongzhi.mediation.models import Agreement, Dispute, Duty, Mediator, Party, Reminder, Signature
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import InForce, in_force


class AgreementIncomplete(Invalid):
    """Something the law or the rule requires is missing; `details["missing"]` names the parts."""

    code = "agreement_incomplete"

    def __init__(self, missing: Sequence[Part], *, rule: str) -> None:
        said = _now("; ").join(str(words.PARTS[part]) for part in missing)
        super().__init__(
            _("The agreement does not say yet: %(missing)s.") % {"missing": said},
            hint=_("People's Mediation Law, Article 29, asks for it: without it the paper does not hold."),
            field=_FIELDS[missing[0]],
            missing=[str(part) for part in missing],
            rule=rule,
        )


class TooManyDuties(Invalid):
    code = "too_many_promises"
    message = _("There are too many promises for one agreement.")


class NotAllSigned(Conflict):
    code = "not_all_signed"
    message = _("Not everybody has signed yet.")


class AlreadySigned(Conflict):
    code = "already_signed"
    message = _("This person has signed already.")


class CannotSettle(Invalid):
    code = "cannot_settle"
    message = _("This representative may speak for the party, but not settle and sign.")
    hint = _("The party signs itself, or gives a special authority.")


_FIELDS = {
    Part.PARTIES: "",
    Part.FACTS: "facts",
    Part.MATTER: "matter",
    Part.RESPONSIBILITY: "responsibility",
    Part.TERMS: "terms",
    Part.WAY_AND_TIME: "duties",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: which party does what, how, and by which day."""

    party: int
    what: str
    way: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an agreement."""

    terms: str
    facts: str = ""
    matter: str = ""
    responsibility: str = ""
    duties: tuple[Promise, ...] = ()


@transaction.atomic
def draft_agreement(*, dispute: Dispute, text: Text, by: Actor, at: datetime) -> Dispute:
    """Write the agreement to be signed; a former draft is set aside with its signatures.

    Raises AgreementIncomplete, TooManyDuties, Invalid.
    """
    dispute, at = frame.begin(dispute, Move.DRAFT, by=by, at=at)
    rule = in_force(rules.AGREEMENT, at=at)
    _check(dispute, text, rule.params.written, rule)
    talking.set_aside(dispute, at=at)
    _write(dispute, text, Form.WRITTEN, at=at)
    frame.finish(dispute, Move.DRAFT, by=by, at=at, rule=rule.label, data={"duties": len(text.duties)})
    return dispute


@transaction.atomic
def agree_orally(*, dispute: Dispute, text: Text, by: Actor, at: datetime) -> Dispute:
    """Register an oral agreement; it binds from this day (Article 30).

    Raises AgreementIncomplete, Invalid.
    """
    dispute, at = frame.begin(dispute, Move.AGREE_ORALLY, by=by, at=at)
    rule = in_force(rules.AGREEMENT, at=at)
    _check(dispute, text, rule.params.oral, rule)
    row = _write(dispute, text, Form.ORAL, at=at)
    _bind(dispute, row, Move.AGREE_ORALLY, rule.label, by=by, at=at)
    return dispute


def _check(
    dispute: Dispute, text: Text, required: Sequence[Part], rule: InForce[rules.AgreementParams]
) -> None:
    if len(text.duties) > rule.params.duties:
        raise TooManyDuties(hint=_("At most %(count)d.") % {"count": rule.params.duties}, field="duties")
    given = {
        part
        for part, value in (
            (Part.FACTS, text.facts),
            (Part.MATTER, text.matter),
            (Part.RESPONSIBILITY, text.responsibility),
            (Part.TERMS, text.terms),
        )
        if value.strip()
    }
    if all(party.name and party.address for party in Party.objects.filter(dispute=dispute)):
        given.add(Part.PARTIES)
    if text.duties and all(d.what.strip() and d.way.strip() and d.due_on for d in text.duties):
        given.add(Part.WAY_AND_TIME)
    missing = lifecycle.missing_parts(required, given)
    if missing:
        raise AgreementIncomplete(missing, rule=rule.label)


def _write(dispute: Dispute, text: Text, form: Form, *, at: datetime) -> Agreement:
    year = orgs.day_of(at).year
    agreement = Agreement.objects.create(
        dispute=dispute,
        form=form,
        committee=dispute.committee,
        year=year,
        sequence=_next(dispute.committee, year),
        facts=frame.fit(text.facts, at=at, field="facts"),
        matter=frame.fit(text.matter, at=at, field="matter"),
        responsibility=frame.fit(text.responsibility, at=at, field="responsibility"),
        terms=frame.fit(text.terms, at=at, field="terms"),
        drafted_at=at,
    )
    parties = {party.position: party for party in Party.objects.filter(dispute=dispute)}
    for position, promise in enumerate(text.duties, start=1):
        if promise.party not in parties:
            raise Invalid(_("There is no such party."), field="duties")
        if promise.due_on is not None and promise.due_on < orgs.day_of(at):
            raise Invalid(_("A promise cannot fall due in the past."), field="duties")
        Duty.objects.create(
            agreement=agreement,
            position=position,
            party=parties[promise.party],
            what=frame.need(promise.what, at=at, field="duties"),
            way=frame.fit(promise.way, at=at, field="duties"),
            due_on=promise.due_on,
        )
    return agreement


def _next(committee: Unit, year: int) -> int:
    """Return the next number of the committee's agreements of the year, with the committee locked."""
    Unit.objects.select_for_update(no_key=True).get(pk=committee.pk)
    found = Agreement.objects.filter(committee=committee, year=year).aggregate(last=Max("sequence"))
    return int(found["last"] or 0) + 1


def standing(dispute: Dispute) -> Agreement:
    """Return the agreement or draft that stands. Raises Conflict when there is none."""
    row = Agreement.objects.filter(dispute=dispute, replaced_at__isnull=True).first()
    if row is None:
        raise frame.MoveNotPossible
    return row


def sign_agreement(
    *, dispute: Dispute, party: int | None, content: bytes, way: str, by_proxy: bool = False,
    by: Actor, at: datetime,
) -> Dispute:  # fmt: skip
    """Add a signature: of a party, or (party None) of the mediator who acts.

    Raises PictureRefused, NothingDrawn, AlreadySigned, CannotSettle, Invalid. The picture is cleaned before
    the transaction; its file is removed again when the transaction fails.
    """
    if way not in Signature.Way.values:
        raise Invalid(_("Please sign on the screen or send a photo of the signed paper."), field="photo")
    picture = clean_signature(content, way=way, at=at)
    key = files.write(picture.content)
    try:
        return _signed(dispute, party, picture, key, way, by_proxy, by=by, at=at)
    except BaseException:
        files.remove(key)
        raise


@transaction.atomic
def _signed(
    dispute: Dispute, party: int | None, picture: pictures.Picture, key: str, way: str, by_proxy: bool,
    *, by: Actor, at: datetime,
) -> Dispute:  # fmt: skip
    dispute, at = frame.begin(dispute, Move.SIGN, by=by, at=at)
    agreement = standing(dispute)
    who: dict[str, Any] = {"user_id": by.user_id}
    if party is not None:
        signer = frame.party_at(dispute, party)
        if by_proxy and signer.authority != Authority.SPECIAL:
            raise CannotSettle(field="by_proxy")
        who = {"party": signer}
    elif by.user_id is None:
        raise frame.NotYourMove
    if Signature.objects.filter(agreement=agreement, **who).exists():
        raise AlreadySigned
    row = Signature.objects.create(
        agreement=agreement,
        way=way,
        key=key,
        mime=picture.mime,
        size=len(picture.content),
        sha256=sha256(picture.content).hexdigest(),
        by_proxy=by_proxy,
        at=at,
        **who,
    )
    data = {"party": party or 0, "way": way, "proxy": by_proxy, "picture": row.sha256}
    frame.finish(dispute, Move.SIGN, by=by, at=at, data=data)
    if not unsigned(agreement):
        heads = reminding.heads(dispute.committee, at=at)
        reminding.tell(dispute, heads, notice_kinds.TO_SEAL, by=by, at=at)
    return dispute


def unsigned(agreement: Agreement) -> list[str]:
    """Return who has not signed: names of parties, and of the leading mediator while no mediator has."""
    rows = list(Signature.objects.filter(agreement=agreement))
    signed = {row.party_id for row in rows}
    missing = [p.name for p in Party.objects.filter(dispute=agreement.dispute_id) if p.pk not in signed]
    if not any(row.user_id for row in rows):
        lead = Mediator.objects.filter(dispute=agreement.dispute_id, until__isnull=True).order_by("-leading")
        missing.append(next((row.user.get_full_name() for row in lead[:1]), str(_("mediator"))))
    return missing


@transaction.atomic
def seal_agreement(*, dispute: Dispute, by: Actor, at: datetime) -> Dispute:
    """Seal what all parties and a mediator have signed: from now on it binds (Article 29).

    Raises NotAllSigned.
    """
    dispute, at = frame.begin(dispute, Move.SEAL, by=by, at=at)
    agreement = standing(dispute)
    missing = unsigned(agreement)
    if missing:
        raise NotAllSigned(hint=_("Missing: %(names)s.") % {"names": "、".join(missing)})
    agreement.sealed_by_id = by.user_id
    _bind(dispute, agreement, Move.SEAL, in_force(rules.AGREEMENT, at=at).label, by=by, at=at)
    return dispute


def _bind(dispute: Dispute, agreement: Agreement, move: Move, rule: str, *, by: Actor, at: datetime) -> None:
    """Let the agreement bind: its dates, the window for the court, and every reminder."""
    day = orgs.day_of(at)
    window = in_force(rules.CONFIRMATION, at=at).params
    calendar = calendars.at(at)
    ends = lifecycle.confirmation_ends(day, days=window.days, is_working_day=calendar.is_working_day)
    agreement.effective_at, agreement.confirm_by = at, ends
    agreement.save(update_fields=["effective_at", "confirm_by", "sealed_by"])
    dispute.agreed_at, dispute.agreed_level = at, dispute.level
    dispute.next_at, dispute.next_place = None, ""
    duties = list(Duty.objects.filter(agreement=agreement))
    # Without promises there is nothing to wait for: keeping the agreement is all.
    dispute.performance = "" if duties else lifecycle.performance_of(())
    reminding.take_back(dispute, at=at)
    for share in window.reminders:
        told = reminding.morning(lifecycle.share_of_window(day, ends, share))
        reminding.plan(
            dispute, Reminder.About.CONFIRMATION, due_at=reminding.morning(ends), remind_at=told, at=at
        )
    _plan_duties(dispute, duties, day, at=at)
    frame.finish(
        dispute,
        move,
        by=by,
        at=at,
        rule=rule,
        data={"form": agreement.form, "number": agreement.sequence, "confirm_by": ends.isoformat()},
        changed=["agreed_at", "agreed_level", "next_at", "next_place", "performance"],
    )


def _plan_duties(dispute: Dispute, duties: Sequence[Duty], day: date, *, at: datetime) -> None:
    rule = in_force(rules.REMINDERS, at=at).params
    for duty in duties:
        if duty.due_on is None:
            continue
        due = reminding.morning(duty.due_on)
        before = reminding.days_before(duty.due_on, rule.performance)
        after = reminding.days_before(duty.due_on, -1)
        reminding.plan(dispute, Reminder.About.PERFORMANCE, due_at=due, remind_at=before, duty=duty, at=at)
        reminding.plan(dispute, Reminder.About.OVERDUE, due_at=due, remind_at=after, duty=duty, at=at)
    visit = reminding.days_before(day, -rule.visit)
    reminding.plan(dispute, Reminder.About.VISIT, due_at=visit, remind_at=visit, at=at)


@transaction.atomic
def talk_again(*, dispute: Dispute, words: str, by: Actor, at: datetime) -> Dispute:
    """Set a draft or an agreement aside and talk on: both want it, or the court refused. Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.TALK_AGAIN, by=by, at=at)
    words = frame.need(words, at=at)
    was_bound = dispute.state == State.AGREED
    talking.set_aside(dispute, at=at)
    reminding.take_back(dispute, at=at)
    dispute.agreed_at, dispute.agreed_level, dispute.performance = None, "", ""
    frame.finish(
        dispute,
        Move.TALK_AGAIN,
        by=by,
        at=at,
        words=words,
        data={"was_bound": was_bound},
        changed=["agreed_at", "agreed_level", "performance"],
    )
    return dispute
