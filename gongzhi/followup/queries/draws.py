"""How lots were drawn, for who may call: the seed, the heaps, and the same draw once more."""

from dataclasses import dataclass

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.followup import rules
from gongzhi.followup.lots import Lot, draw
from gongzhi.followup.models import Draw, FollowUp
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class DrawShown:
    draw: Draw
    heaps: list[tuple[str, list[str]]]
    drawn: frozenset[str]
    is_same: bool
    """Whether drawing again from the seed and the heaps gives the very same matters."""


def get_draw(*, viewer: Actor, key: int) -> DrawShown:
    """Return a draw of a unit in the viewer's reach, drawn once more. Raises NotFound."""
    found = Draw.objects.select_related("unit").filter(pk=key).first()
    if found is None or not can(viewer, Permission.FOLLOWUP_CALL, unit_path=found.unit.path):
        raise NotFound
    if not any(post.unit_id != found.unit_id or post.unit_kind == "county" for post in viewer.posts):
        raise NotFound
    listed = FollowUp.objects.filter(draw=found).select_related("case")
    numbers = frozenset(row.case.number for row in listed)
    heaps = sorted(found.heaps.items())
    return DrawShown(found, heaps, numbers, is_same=redrawn(found) == numbers)


def redrawn(made: Draw) -> frozenset[str]:
    """Return what the seed and the heaps of a draw give by the rule it was made by."""
    params = in_force(rules.SAMPLE, at=made.at).params
    again = draw(
        Lot(made.batch, made.digest),
        unit=made.unit.code,
        day=made.day,
        heaps=made.heaps,
        shares={name: params.share(name) for name in made.heaps},
        least=params.least,
        least_from=params.least_from,
    )
    return frozenset(again)
