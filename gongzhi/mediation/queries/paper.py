"""What the paper of an agreement says: the official form of the Ministry of Justice, filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongzhi.cases import files
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.mediation import rules
from gongzhi.mediation.models import Agreement, Dispute, Duty, Mediator, Party, Signature
from gongzhi.mediation.queries import access
from gongzhi.mediation.queries.dispute_page import number_of
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import UnitKind
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class SignedLine:
    """A place to sign: whose, and the picture when there is one."""

    name: str
    picture: bytes | None
    by_proxy: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """An agreement as it is printed. `sealed_on` is empty while it binds nobody."""

    number: str
    committee: str
    parties: Sequence[Party]
    facts: str
    matter: str
    responsibility: str
    terms: str
    duties: Sequence[Duty]
    is_oral: bool
    party_lines: Sequence[SignedLine]
    mediator_lines: Sequence[SignedLine]
    sealed_on: date | None
    copies: int
    window_days: int


class NoAgreement(NotFound):
    """No agreement stands."""


def paper_for(*, viewer: Actor, number: str) -> Paper:
    """Return the paper of the standing agreement, for who reads it. Raises NotFound."""
    dispute = access.get_dispute(viewer=viewer, number=number)
    if not access.reads_words(viewer, dispute):
        raise NotFound
    return paper_of(dispute)


def paper_of(dispute: Dispute) -> Paper:
    row = (
        Agreement.objects.filter(dispute=dispute, replaced_at__isnull=True)
        .select_related("committee", "committee__parent")
        .first()
    )
    if row is None:
        raise NoAgreement
    parties = list(Party.objects.filter(dispute=dispute).order_by("position"))
    signed = list(Signature.objects.filter(agreement=row).select_related("user"))
    by_party = {s.party_id: s for s in signed if s.party_id}
    by_user = {s.user_id: s for s in signed if s.user_id}
    named = Mediator.objects.filter(dispute=dispute, until__isnull=True).select_related("user")
    mediators = {m.user_id: m.user.get_full_name() for m in named.order_by("-leading", "pk")}
    mediators |= {s.user_id: s.user.get_full_name() for s in signed if s.user_id and s.user}
    return Paper(
        number=number_of(row),
        committee=committee_name(row),
        parties=parties,
        facts=row.facts,
        matter=row.matter,
        responsibility=row.responsibility,
        terms=row.terms,
        duties=list(Duty.objects.filter(agreement=row).select_related("party").order_by("position")),
        is_oral=row.form == "oral",
        party_lines=[_line(p.name, by_party.get(p.pk)) for p in parties],
        mediator_lines=[_line(name, by_user.get(pk)) for pk, name in mediators.items()],
        sealed_on=orgs.day_of(row.effective_at) if row.effective_at else None,
        copies=len(parties) + 1,
        window_days=in_force(rules.CONFIRMATION, at=row.drafted_at).params.days,
    )


def _line(name: str, signature: Signature | None) -> SignedLine:
    if signature is None:
        return SignedLine(name, None)
    return SignedLine(name, files.read(signature.key), signature.by_proxy)


def committee_name(row: Agreement) -> str:
    """Return the committee as its seal names it: town, village, mediation committee."""
    unit = row.committee
    name = unit.name
    for tail in ("村委会", "村民委员会", "居委会", "居民委员会"):
        if name.endswith(tail) and len(name) > len(tail):
            name = name.removesuffix(tail)
            name = (
                name if name.endswith(("村", "社区")) else name + ("村" if tail.startswith("村") else "社区")
            )
            break
    above = unit.parent.name if unit.kind == UnitKind.VILLAGE and unit.parent is not None else ""
    return f"{above}{name}人民调解委员会"
