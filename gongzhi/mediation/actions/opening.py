"""Taking a dispute up: the committee, its parties, its mediators, its risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.models import Case
from gongzhi.cases.queries import access as case_access
from gongzhi.cases.queries import places
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.phones import normal_phone
from gongzhi.mediation import lifecycle, notice_kinds, rules
from gongzhi.mediation.actions import frame, reminding
from gongzhi.mediation.lifecycle import Authority, Move, Origin, State
from gongzhi.mediation.models import Dispute, Mediator, Party
from gongzhi.mediation.queries import access
from gongzhi.orgs.models import Unit, UnitKind, User
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force

COMMITTEES = frozenset({UnitKind.VILLAGE, UnitKind.TOWN, UnitKind.COUNTY})
"""Units that have a mediation committee."""


class NoCommittee(Invalid):
    code = "no_committee"
    message = _("This unit has no mediation committee.")
    hint = _("Villages, towns and the county have one.")


class AlreadyMediated(Conflict):
    code = "already_mediated"
    message = _("This matter is in mediation already.")
    hint = _("Open the dispute from the page of the matter.")


class TooManyParties(Invalid):
    code = "too_many_parties"
    message = _("There are too many parties for one dispute.")


class ObjectedTo(Invalid):
    code = "mediator_objected_to"
    message = _("A party has objected to this mediator.")
    hint = _("Please name somebody whom all parties accept.")


class TooManyMediators(Invalid):
    code = "too_many_mediators"
    message = _("There are too many mediators.")


class MustBeReported(Invalid):
    code = "must_be_reported"
    message = _("Signs like these are reported at once to the police or who else is responsible.")
    hint = _("Report it (110), then say here that it was reported: People's Mediation Law, Article 25.")


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party as it is entered. `kind` is `person` or `organisation`."""

    name: str
    kind: str = Party.Kind.PERSON
    sex: str = ""
    born: int | None = None
    ethnicity: str = ""
    occupation: str = ""
    address: str = ""
    phone: str = ""
    mail: str = ""
    representative: str = ""
    representative_phone: str = ""
    authority: str = ""
    authority_words: str = ""


@transaction.atomic
def open_dispute(
    *,
    committee: Unit,
    kind: str,
    title: str,
    account: str = "",
    origin: str = Origin.APPLIED,
    case: Case | None = None,
    leader: User | None = None,
    in_public: bool = False,
    parties: Sequence[NewParty] = (),
    by: Actor,
    at: datetime,
) -> Dispute:
    """Take a dispute up at a committee; who opens it leads unless another is named.

    Raises NoCommittee, NotYourMove, AlreadyMediated, Invalid, MayNotMediate.
    """
    if committee.kind not in COMMITTEES:
        raise NoCommittee(field="committee")
    mine = posts_granting(by, Permission.MEDIATION_MEDIATE)
    if not any(post.unit_id == committee.pk for post in mine):
        raise frame.NotYourMove
    if case is not None:
        _check_case(case, by=by)
    limits, kinds = in_force(rules.INTAKE, at=at), in_force(rules.KINDS, at=at)
    if not kinds.params.has(kind):
        raise Invalid(_("Please choose a kind from the list."), field="kind")
    title = frame.need(title, at=at, field="title")[: limits.params.title_signs]
    dispute = Dispute.objects.create(
        case=case,
        title=title,
        account=frame.fit(account, at=at, field="account"),
        kind=kind,
        origin=Origin(origin),
        origin_unit=committee,
        committee=committee,
        level=places.level_of(committee),
        state=State.OPENED,
        in_public=in_public,
        opened_at=at,
        moved_at=at,
    )
    for party in parties:
        _add(dispute, party, at=at)
    dispute.moves = 1
    dispute.save(update_fields=["moves"])
    frame.write_step(
        dispute, Move.OPEN, before="", by=by, at=at, words=dispute.account, rule=kinds.label,
        data={"kind": kind, "case": case.number if case else "", "committee": committee.code},
    )  # fmt: skip
    _first_leader(dispute, leader, by=by, at=at)
    return dispute


def _check_case(case: Case, *, by: Actor) -> None:
    if not (case_access.sees(by, case) and case_access.reads_words(by)):
        raise frame.NotYourMove
    if Dispute.objects.filter(case=case, state__in=lifecycle.OPEN_STATES).exists():
        raise AlreadyMediated


def _first_leader(dispute: Dispute, leader: User | None, *, by: Actor, at: datetime) -> None:
    if leader is None:
        leader = User.objects.filter(pk=by.user_id or 0).first()
        if leader is None or not access.may_lead(leader, dispute.committee, dispute.level, at=at):
            return
    elif not access.may_lead(leader, dispute.committee, dispute.level, at=at):
        raise access.MayNotMediate(field="leader")
    Mediator.objects.create(dispute=dispute, user=leader, leading=True, since=at)
    reminding.tell(dispute, [leader.pk], notice_kinds.NAMED, by=by, at=at)


@transaction.atomic
def add_party(*, dispute: Dispute, party: NewParty, by: Actor, at: datetime) -> Dispute:
    """Add a person or organisation with a part in the dispute. Raises Invalid, TooManyParties."""
    dispute, at = frame.begin(dispute, Move.ADD_PARTY, by=by, at=at)
    row = _add(dispute, party, at=at)
    frame.finish(dispute, Move.ADD_PARTY, by=by, at=at, data={"party": row.position, "kind": row.kind})
    return dispute


def _add(dispute: Dispute, party: NewParty, *, at: datetime) -> Party:
    limit = in_force(rules.INTAKE, at=at).params.parties
    last = Party.objects.filter(dispute=dispute).aggregate(last=Max("position"))["last"] or 0
    if last >= limit:
        raise TooManyParties(hint=_("At most %(count)d.") % {"count": limit})
    if party.kind not in Party.Kind.values:
        raise Invalid(_("Please choose person or organisation."), field="kind")
    if party.representative and party.authority not in list(Authority):
        raise Invalid(_("Please say what the representative may do."), field="authority")
    return Party.objects.create(
        dispute=dispute,
        position=last + 1,
        kind=party.kind,
        name=frame.need(party.name, at=at, field="name"),
        sex=party.sex,
        born=party.born,
        ethnicity=party.ethnicity.strip()[: Party._meta.get_field("ethnicity").max_length],
        occupation=party.occupation.strip()[: Party._meta.get_field("occupation").max_length],
        address=frame.fit(party.address, at=at, field="address"),
        phone=_phone(party.phone, "phone"),
        mail=_mail(party.mail),
        representative=frame.fit(party.representative, at=at, field="representative"),
        representative_phone=_phone(party.representative_phone, "representative_phone"),
        authority=party.authority if party.representative else "",
        authority_words=frame.fit(party.authority_words, at=at, field="authority_words"),
    )


def _phone(text: str, field: str) -> str:
    try:
        return normal_phone(text) if text else ""
    except ValidationError as unusable:
        raise Invalid(unusable.messages[0], field=field) from unusable


def _mail(text: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError as unusable:
        raise Invalid(unusable.messages[0], field="mail") from unusable
    return text


@transaction.atomic
def name_mediators(
    *, dispute: Dispute, leader: User, others: Sequence[User] = (), by: Actor, at: datetime
) -> Dispute:
    """Name who mediates: one leads. Who is not named any more stands down.

    Raises MayNotMediate, ObjectedTo, TooManyMediators.
    """
    dispute, at = frame.begin(dispute, Move.ASSIGN, by=by, at=at)
    rule = in_force(rules.MEDIATORS, at=at)
    wanted = {user.pk: user for user in (leader, *others)}
    if len(wanted) > rule.params.most:
        raise TooManyMediators(hint=_("At most %(count)d.") % {"count": rule.params.most}, field="others")
    known = {
        user.pk
        for user in access.candidates(dispute.committee, dispute.level, at=at, origin=dispute.origin_unit)
    }
    if not access.may_lead(leader, dispute.committee, dispute.level, at=at):
        raise access.MayNotMediate(field="leader")
    if not set(wanted) <= known:
        raise access.MayNotMediate(field="others")
    refused = Mediator.objects.filter(dispute=dispute, objected_by__isnull=False, user__in=wanted)
    if refused.exists():
        raise ObjectedTo(field="leader")
    now = {row.user_id: row for row in Mediator.objects.filter(dispute=dispute, until__isnull=True)}
    _stand_down(dispute, [pk for pk in now if pk not in wanted], at=at)
    Mediator.objects.filter(dispute=dispute, until__isnull=True).update(leading=False)
    for pk in wanted:
        if pk in now:
            Mediator.objects.filter(pk=now[pk].pk).update(leading=pk == leader.pk)
        else:
            Mediator.objects.create(dispute=dispute, user_id=pk, leading=pk == leader.pk, since=at)
    frame.finish(dispute, Move.ASSIGN, by=by, at=at, rule=rule.label, data={"mediators": sorted(wanted)})
    reminding.tell(dispute, [pk for pk in wanted if pk not in now], notice_kinds.NAMED, by=by, at=at)
    return dispute


def _stand_down(dispute: Dispute, users: Sequence[int], *, at: datetime) -> None:
    rows = Mediator.objects.filter(dispute=dispute, until__isnull=True, user__in=users)
    rows.update(until=at, leading=False)


def all_stand_down(dispute: Dispute, *, at: datetime) -> None:
    """Free everybody who mediates the locked dispute."""
    Mediator.objects.filter(dispute=dispute, until__isnull=True).update(until=at, leading=False)


@transaction.atomic
def object_to_mediator(
    *, dispute: Dispute, party: int, mediator: User, words: str = "", by: Actor, at: datetime
) -> Dispute:
    """A party does not accept a mediator, who stands down at once (Article 23). Raises Invalid."""
    dispute, at = frame.begin(dispute, Move.OBJECT, by=by, at=at)
    who = frame.party_at(dispute, party)
    words = frame.fit(words, at=at, field="words")
    row = Mediator.objects.filter(dispute=dispute, user=mediator, until__isnull=True).first()
    if row is None:
        raise Invalid(_("This person does not mediate here."), field="mediator")
    was_leading = row.leading
    row.until, row.leading, row.objected_by, row.stood_down_words = at, False, who, words
    row.save(update_fields=["until", "leading", "objected_by", "stood_down_words"])
    frame.finish(
        dispute,
        Move.OBJECT,
        by=by,
        at=at,
        words=words,
        data={"party": who.position, "mediator": mediator.pk, "led": was_leading},
    )
    if was_leading:
        heads = reminding.heads(dispute.committee, at=at)
        reminding.tell(dispute, heads, notice_kinds.CAME_UP, by=by, at=at)
    return dispute


@transaction.atomic
def assess_risk(
    *,
    dispute: Dispute,
    signs: Sequence[str],
    reported: bool = False,
    words: str = "",
    by: Actor,
    at: datetime,
) -> Dispute:
    """Record the signs of escalation; the risk follows from them. Raises Invalid, MustBeReported."""
    dispute, at = frame.begin(dispute, Move.ASSESS, by=by, at=at)
    rule = in_force(rules.SIGNS, at=at)
    try:
        seen = rule.params.chosen(list(signs))
    except KeyError as unknown:
        raise Invalid(_("Please choose signs from the list."), field="signs") from unknown
    if any(sign.report for sign in seen) and not (reported or dispute.reported_at):
        raise MustBeReported(field="reported")
    dispute.signs = [sign.code for sign in seen]
    dispute.risk = lifecycle.highest_risk(sign.risk for sign in seen)
    if reported and dispute.reported_at is None:
        dispute.reported_at = at
    frame.finish(
        dispute,
        Move.ASSESS,
        by=by,
        at=at,
        words=frame.fit(words, at=at, field="words"),
        rule=rule.label,
        data={"risk": dispute.risk, "signs": dispute.signs, "reported": reported},
        changed=["signs", "risk", "reported_at"],
    )
    return dispute
