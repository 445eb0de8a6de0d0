"""A party's own page: what concerns it, without the minutes and without how to reach the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from gongzhi.mediation import lifecycle, numbers, rules, words
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import Dispute, Mediator, Party, Signature, Statement
from gongzhi.mediation.queries import access
from gongzhi.mediation.queries.dispute_page import AgreementShown, masked_parties, standing_agreement
from gongzhi.rulebook.queries import in_force

_PARTY_MOVES = (Move.SIGN, Move.STATEMENT, Move.OBJECT, Move.END)


@dataclass(frozen=True, slots=True)
class PartyPage:
    party: Party
    code: str
    dispute: Dispute
    kind: str
    state: str
    tone: str
    committee: str
    phone: str
    mediators: Sequence[str]
    others: Sequence[str]
    statements: Sequence[Statement]
    agreement: AgreementShown | None
    guidance: str
    possible: Sequence[Move]


def party_page(*, number: str, code: str, at: datetime) -> PartyPage:
    """Return the page of the party whose code this is. Raises DisputeNotFound."""
    party = access.get_by_code(number=number, code=code)
    dispute = party.dispute
    state = State(dispute.state)
    named = Mediator.objects.filter(dispute=dispute, until__isnull=True).select_related("user")
    return PartyPage(
        party=party,
        code=numbers.party_code(dispute.number, party.position),
        dispute=dispute,
        kind=in_force(rules.KINDS, at=at).params.label(dispute.kind, language=get_language() or "zh-hans"),
        state=str(words.STATES[state]),
        tone=words.TONES[state],
        committee=dispute.committee.name,
        phone=dispute.committee.phone,
        mediators=[row.user.get_full_name() for row in named.order_by("-leading", "pk")],
        others=masked_parties(dispute, party.position),
        statements=list(Statement.objects.filter(dispute=dispute, party=party).order_by("-at")),
        agreement=standing_agreement(dispute, at=at),
        guidance=dispute.guidance,
        possible=possible(party),
    )


def possible(party: Party) -> list[Move]:
    """Return what the party may do now."""
    dispute = party.dispute
    now = set(lifecycle.possible_moves(State(dispute.state)))
    signed = Signature.objects.filter(
        party=party, agreement__dispute=dispute, agreement__replaced_at__isnull=True
    )
    if Move.SIGN in now and signed.exists():
        now.discard(Move.SIGN)
    if Move.OBJECT in now and not Mediator.objects.filter(dispute=dispute, until__isnull=True).exists():
        now.discard(Move.OBJECT)
    return [move for move in _PARTY_MOVES if move in now]
