"""What people choose from in the forms of mediation, and what a form begins with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.mediation.lifecycle import Move
from gongzhi.mediation.models import Agreement, Dispute, Duty, Mediator, Party
from gongzhi.mediation.queries import access
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit, User
from gongzhi.orgs.permissions import Permission, posts_granting

_COMMITTEE_KINDS = ("village", "town", "county")
_LABEL_SIGNS = 40


def own_committees(viewer: Actor) -> list[tuple[str, str]]:
    """Return code and name of the committees at which the viewer may take disputes up."""
    posts = posts_granting(viewer, Permission.MEDIATION_MEDIATE)
    return [(p.unit_code, p.unit_name) for p in posts if p.unit_kind in _COMMITTEE_KINDS]


def committee(viewer: Actor, code: str) -> Unit:
    """Return one of the viewer's own committees. Raises NotFound."""
    if code not in dict(own_committees(viewer)):
        raise NotFound
    unit = orgs.find_unit(code)
    if unit is None:
        raise NotFound
    return unit


def figure_unit(viewer: Actor, code: str) -> Unit:
    """Return the unit whose figures are asked for, else that of the viewer's first post. Raises NotFound."""
    posts = posts_granting(viewer, Permission.MEDIATION_VIEW)
    return orgs.get_unit(viewer, code or posts[0].unit_code, permission=Permission.MEDIATION_VIEW)


def for_move(viewer: Actor, dispute: Dispute, move: Move, *, at: datetime) -> dict[str, Any]:
    """Return the choices one move's form needs, and no others."""
    found: dict[str, Any] = {}
    if move in (Move.START, Move.STATEMENT, Move.OBJECT, Move.DRAFT, Move.AGREE_ORALLY, Move.SIGN):
        found["parties"] = [
            (p.position, p.name) for p in Party.objects.filter(dispute=dispute).order_by("position")
        ]
    if move is Move.OBJECT:
        found["mediators"] = mediators(dispute)
    if move is Move.ASSIGN:
        users = access.candidates(dispute.committee, dispute.level, at=at, origin=dispute.origin_unit)
        found["candidates"] = [(user.pk, user.get_full_name()) for user in users]
    if move is Move.PERFORM:
        rows = Duty.objects.filter(agreement__dispute=dispute, agreement__replaced_at__isnull=True)
        found["duties"] = [
            (d.position, f"{d.party.name}：{d.what[:_LABEL_SIGNS]}")
            for d in rows.select_related("party").order_by("position")
        ]
    if move is Move.SIGN:
        found["may_sign_self"] = access.mediates(viewer, dispute)
    return found


def mediators(dispute: Dispute) -> list[tuple[int, str]]:
    """Return who mediates now, by account and name."""
    rows = Mediator.objects.filter(dispute=dispute, until__isnull=True).select_related("user")
    return [(row.user_id, row.user.get_full_name()) for row in rows.order_by("-leading", "pk")]


def initial(dispute: Dispute, move: Move, *, at: datetime) -> Mapping[str, Any]:
    """Return what a form begins with: what was drafted before, the present moment, those named now."""
    if move is Move.DRAFT:
        return _draft(dispute)
    if move is Move.HOLD:
        return {"held_at": timezone.localtime(dispute.next_at or at), "place": dispute.next_place}
    if move is Move.ASSESS:
        return {"signs": dispute.signs, "reported": dispute.reported_at is not None}
    if move is Move.ASSIGN:
        rows = list(Mediator.objects.filter(dispute=dispute, until__isnull=True))
        lead = next((row.user_id for row in rows if row.leading), None)
        return {"leader": lead, "others": [row.user_id for row in rows if not row.leading]}
    if move in (Move.APPLY, Move.DECIDE, Move.PERFORM):
        return {"on": orgs.day_of(at)}
    return {}


def _draft(dispute: Dispute) -> dict[str, Any]:
    row = Agreement.objects.filter(dispute=dispute, replaced_at__isnull=True).first()
    if row is None:
        return {"facts": dispute.account}
    start: dict[str, Any] = {
        name: getattr(row, name) for name in ("facts", "matter", "responsibility", "terms")
    }
    for duty in Duty.objects.filter(agreement=row).select_related("party"):
        n = duty.position
        start |= {f"who_{n}": duty.party.position, f"what_{n}": duty.what}
        start |= {f"way_{n}": duty.way, f"due_{n}": duty.due_on}
    return start


def resolved(move: Move, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a move with accounts in the place of their keys. Raises Invalid."""
    found = dict(said)
    for name in ("leader", "mediator"):
        if isinstance(found.get(name), int):
            found[name] = _user(found[name], name)
    if move is Move.ASSIGN:
        found["others"] = [_user(key, "others") for key in found.get("others", ())]
    return found


def _user(key: int, field: str) -> User:
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None:
        raise Invalid(field=field)
    return user


def account(name: str, field: str) -> User:
    """Return the open account with exactly this name. Raises Invalid; the action says who may mediate."""
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise Invalid(field=field)
    return user
