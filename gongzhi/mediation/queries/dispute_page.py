"""Everything the staff page of one dispute shows, and what the paper of an agreement says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, gettext, pgettext

from gongzhi.cases import files
from gongzhi.cases.anonymous import masked_name
from gongzhi.cases.lifecycle import Move as CaseMove
from gongzhi.cases.lifecycle import State as CaseState
from gongzhi.cases.queries import access as case_access
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.core.errors import NotFound
from gongzhi.core.phones import masked
from gongzhi.mediation import lifecycle, numbers, rules, words
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import (
    Agreement,
    Dispute,
    DisputeStep,
    Duty,
    Mediator,
    Party,
    Session,
    Signature,
    Statement,
    Visit,
)
from gongzhi.mediation.queries import access
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import UnitKind
from gongzhi.rulebook.queries import in_force

_ORDER = (
    Move.START,
    Move.ASSIGN,
    Move.SIGN,
    Move.SEAL,
    Move.HOLD,
    Move.PERFORM,
    Move.FINISH,
    Move.DRAFT,
    Move.AGREE_ORALLY,
    Move.SCHEDULE,
    Move.DECIDE,
    Move.APPLY,
    Move.VISIT,
)
"""The order of work: the first possible one is the main button, the next few stand beside it."""
_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Press:
    move: Move
    label: str


@dataclass(frozen=True, slots=True)
class PartyShown:
    """A party; telephone masked. Without the right to read words only the position is known."""

    position: int
    name: str
    kind: str
    facts: str
    address: str
    phone: str
    representative: str
    authority: str
    has_consented: bool


@dataclass(frozen=True, slots=True)
class MediatorShown:
    name: str
    leading: bool
    until: datetime | None
    objected: bool


@dataclass(frozen=True, slots=True)
class StepShown:
    at: datetime
    who: str
    what: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class SignatureShown:
    """Who signed; `position` counts the signatures of the standing agreement from 1."""

    position: int
    who: str
    way: str
    at: datetime
    by_proxy: bool


@dataclass(frozen=True, slots=True)
class DutyShown:
    position: int
    who: str
    what: str
    way: str
    due_on: date | None
    outcome: str
    outcome_words: str
    tone: str
    note: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class AgreementShown:
    row: Agreement
    number: str
    form: str
    duties: Sequence[DutyShown]
    signatures: Sequence[SignatureShown]
    unsigned: Sequence[str]
    confirmation: str
    days_left: int | None
    """Days until the window for the court ends; None when it is not open."""

    @property
    def binds(self) -> bool:
        return self.row.effective_at is not None


@dataclass(frozen=True, slots=True)
class DisputePage:
    dispute: Dispute
    reads: bool
    kind: str
    state: str
    tone: str
    risk: str
    risk_tone: str
    signs: Sequence[str]
    ending: str
    parties: Sequence[PartyShown]
    mediators: Sequence[MediatorShown]
    sessions: Sequence[Session]
    statements: Sequence[Statement]
    visits: Sequence[Visit]
    agreement: AgreementShown | None
    steps: Sequence[StepShown]
    main: Press | None
    beside: Sequence[Press]
    more: Sequence[Press]
    case_number: str
    can_resolve_case: bool
    may_read_contact: bool


def dispute_page(*, viewer: Actor, number: str, at: datetime) -> DisputePage:
    """Return what the viewer sees of a dispute. Raises DisputeNotFound. A fixed number of queries."""
    dispute = access.get_dispute(viewer=viewer, number=number)
    language = get_language() or "zh-hans"
    reads = access.reads_words(viewer, dispute)
    parties = list(Party.objects.filter(dispute=dispute).order_by("position"))
    agreement = standing_agreement(dispute, at=at) if reads else None
    main, beside, more = _presses(viewer, dispute, agreement)
    state = State(dispute.state)
    endings = in_force(rules.ENDINGS, at=at).params
    return DisputePage(
        dispute=dispute,
        reads=reads,
        kind=in_force(rules.KINDS, at=at).params.label(dispute.kind, language=language),
        state=str(words.STATES[state]),
        tone=words.TONES[state],
        risk=str(words.RISKS[lifecycle.Risk(dispute.risk)]),
        risk_tone=words.RISK_TONES[lifecycle.Risk(dispute.risk)],
        signs=_signs(dispute, language, at=at) if reads else [],
        ending=str(words.TO_LAW)
        if dispute.ending == "to_law"
        else endings.label(dispute.ending, language=language),
        parties=[_party(row) for row in parties] if reads else [],
        mediators=_mediators(dispute) if reads else [],
        sessions=list(Session.objects.filter(dispute=dispute).order_by("-held_at")) if reads else [],
        statements=list(Statement.objects.filter(dispute=dispute).select_related("party").order_by("-at"))
        if reads
        else [],
        visits=list(Visit.objects.filter(dispute=dispute).select_related("by").order_by("-at"))
        if reads
        else [],
        agreement=agreement,
        steps=_steps(dispute, reads=reads),
        main=main,
        beside=beside,
        more=more,
        case_number=_case_number(viewer, dispute),
        can_resolve_case=_can_resolve(viewer, dispute, agreement),
        may_read_contact=reads and access.may(viewer, dispute, Move.ASSESS),
    )


def _signs(dispute: Dispute, language: str, *, at: datetime) -> list[str]:
    known = {sign.code: sign for sign in in_force(rules.SIGNS, at=at).params.signs}
    zh = language.startswith("zh")
    return [(known[c].zh if zh else known[c].en) if c in known else c for c in dispute.signs]


def facts_of(party: Party) -> str:
    """Return the basic facts of a party in one line: sex, year of birth, ethnicity, occupation."""
    born = gettext("born %(year)d") % {"year": party.born} if party.born else ""
    facts = (party.sex, born, party.ethnicity, party.occupation)
    return pgettext("between facts", ", ").join(filter(None, facts))


def _party(row: Party) -> PartyShown:
    authority = words.AUTHORITIES.get(lifecycle.Authority(row.authority), "") if row.authority else ""
    return PartyShown(
        position=row.position,
        name=row.name,
        kind=row.kind,
        facts=facts_of(row),
        address=row.address,
        phone=masked(row.phone) if row.phone else "",
        representative=row.representative,
        authority=str(authority),
        has_consented=row.consented_at is not None,
    )


def _mediators(dispute: Dispute) -> list[MediatorShown]:
    rows = Mediator.objects.filter(dispute=dispute).select_related("user").order_by("until", "-leading", "pk")
    return [
        MediatorShown(r.user.get_full_name(), r.leading, r.until, r.objected_by_id is not None) for r in rows
    ]


def _steps(dispute: Dispute, *, reads: bool) -> list[StepShown]:
    rows = DisputeStep.objects.filter(dispute=dispute).select_related("by_unit").order_by("-seq")
    return [
        StepShown(
            at=row.at,
            who=_who(row, reads),
            what=str(words.DONE[Move(row.move)]),
            words=row.words if reads else "",
            tone="good" if row.move in (Move.SEAL, Move.AGREE_ORALLY) else "",
        )
        for row in rows
    ]


def _who(row: DisputeStep, reads: bool) -> str:
    if row.by_key.startswith(ActorKind.RESIDENT):
        return gettext("a party")
    unit = row.by_unit.name if row.by_unit else ""
    return f"{row.by_name} {unit}".strip() if reads else unit


def standing_agreement(dispute: Dispute, *, at: datetime) -> AgreementShown | None:
    """Return the agreement or draft that stands, with promises, signatures and the clock of the court."""
    row = (
        Agreement.objects.filter(dispute=dispute, replaced_at__isnull=True)
        .select_related("committee", "committee__parent", "sealed_by")
        .first()
    )
    if row is None:
        return None
    today = orgs.day_of(at)
    signed = list(Signature.objects.filter(agreement=row).select_related("party", "user").order_by("pk"))
    names = {s.party_id for s in signed}
    parties = Party.objects.filter(dispute=dispute).order_by("position")
    missing = [p.name for p in parties if p.pk not in names]
    if not any(s.user_id for s in signed):
        missing.append(gettext("a mediator"))
    waits = row.effective_at is not None and row.confirmation == "" and row.confirm_by is not None
    left = (row.confirm_by - today).days if waits and row.confirm_by else None
    return AgreementShown(
        row=row,
        number=number_of(row),
        form=str(words.FORMS[lifecycle.Form(row.form)]),
        duties=[
            _duty(d, today)
            for d in Duty.objects.filter(agreement=row).select_related("party").order_by("position")
        ],
        signatures=[
            SignatureShown(
                n,
                s.party.name if s.party else s.user.get_full_name() if s.user else "",
                s.way,
                s.at,
                s.by_proxy,
            )
            for n, s in enumerate(signed, start=1)
        ],
        unsigned=[] if row.effective_at else missing,
        confirmation=str(words.CONFIRMATIONS[lifecycle.Confirmation(row.confirmation)]),
        days_left=left if left is not None and left >= 0 else None,
    )


def _duty(row: Duty, today: date) -> DutyShown:
    outcome = lifecycle.Performance(row.outcome) if row.outcome else None
    return DutyShown(
        position=row.position,
        who=row.party.name,
        what=row.what,
        way=row.way,
        due_on=row.due_on,
        outcome=row.outcome,
        outcome_words=str(words.PERFORMANCES[outcome]) if outcome else "",
        tone=words.PERFORMANCE_TONES[outcome] if outcome else "",
        note=row.note,
        is_late=outcome is None and row.due_on is not None and row.due_on < today,
    )


def number_of(row: Agreement) -> str:
    """Return the number of an agreement as the official form writes it; "" for one set aside unsealed."""
    if row.sequence is None:
        return ""
    committee = row.committee
    village = committee.kind == UnitKind.VILLAGE and committee.parent is not None
    mark = numbers.committee_mark(
        committee.name, above=committee.parent.name if village and committee.parent else ""
    )
    return numbers.agreement_number(mark, row.year, row.sequence)


def _presses(
    viewer: Actor, dispute: Dispute, agreement: AgreementShown | None
) -> tuple[Press | None, list[Press], list[Press]]:
    skipped = _pointless(dispute, agreement)
    found = [m for m in access.possible_moves(viewer, dispute) if m not in skipped]
    found.sort(key=lambda move: _ORDER.index(move) if move in _ORDER else len(_ORDER))
    presses = [Press(move, str(words.BUTTONS[move])) for move in found]
    main = presses.pop(0) if presses and presses[0].move in _ORDER else None
    beside = [press for press in presses if press.move in _ORDER][:_BESIDE]
    return main, beside, [press for press in presses if press not in beside]


def _pointless(dispute: Dispute, agreement: AgreementShown | None) -> set[Move]:
    """Moves the table allows but that would be refused for what the dispute is now."""
    skipped: set[Move] = set()
    if agreement is None:
        return {Move.APPLY, Move.DECIDE, Move.PERFORM, Move.SEAL}
    if agreement.unsigned:
        skipped.add(Move.SEAL)
    else:
        skipped.add(Move.SIGN)
    if not agreement.duties:
        skipped.add(Move.PERFORM)
    if agreement.row.confirmation != "" or agreement.days_left is None:
        skipped.add(Move.APPLY)
    if agreement.row.confirmation != lifecycle.Confirmation.APPLIED:
        skipped.add(Move.DECIDE)
    if dispute.performance == "":
        skipped.add(Move.FINISH)
    return skipped


def _case_number(viewer: Actor, dispute: Dispute) -> str:
    if dispute.case is None or not case_access.sees(viewer, dispute.case):
        return ""
    return dispute.case.number


def _can_resolve(viewer: Actor, dispute: Dispute, agreement: AgreementShown | None) -> bool:
    """Whether the matter can be answered with the agreement: it binds, and the viewer has the matter."""
    case = dispute.case
    if case is None or agreement is None or not agreement.binds or case.status != CaseState.HANDLING:
        return False
    return case_access.may(viewer, case, CaseMove.RESOLVE)


@dataclass(frozen=True, slots=True)
class PictureOfSignature:
    content: bytes
    mime: str
    name: str


def signature_for(*, viewer: Actor, number: str, position: int) -> PictureOfSignature:
    """Return a signature under the standing agreement, for who reads it. Raises NotFound."""
    dispute = access.get_dispute(viewer=viewer, number=number)
    if not access.reads_words(viewer, dispute) or position < 1:
        raise NotFound
    rows = Signature.objects.filter(agreement__dispute=dispute, agreement__replaced_at__isnull=True)
    row = next(iter(rows.order_by("pk")[position - 1 : position]), None)
    if row is None:
        raise NotFound
    return PictureOfSignature(files.read(row.key), row.mime, f"{dispute.number}-{position}.jpg")


@dataclass(frozen=True, slots=True)
class ContactShown:
    """How to reach a party, and the code that opens its own page; shown right after the look was recorded."""

    position: int
    name: str
    phone: str
    mail: str
    representative: str
    representative_phone: str
    code: str


def contacts(*, viewer: Actor, dispute: Dispute) -> list[ContactShown]:
    """Return how to reach the parties, for who may read it. Raises NotFound."""
    if not access.reads_words(viewer, dispute):
        raise NotFound
    return [
        ContactShown(
            p.position, p.name, p.phone, p.mail, p.representative, p.representative_phone,
            numbers.party_code(dispute.number, p.position),
        )
        for p in Party.objects.filter(dispute=dispute).order_by("position")
    ]  # fmt: skip


def masked_parties(dispute: Dispute, own: int) -> list[str]:
    """Return the names of the other parties as a party's own page shows them."""
    return [masked_name(p.name) for p in Party.objects.filter(dispute=dispute).exclude(position=own)]
