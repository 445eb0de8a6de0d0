"""Who acts or looks: a frozen value that doors build once and hand to every query and action.

Plain values only, so that the audit log and the pure rules can use it. `orgs.queries.actor_for(user)` builds
the one for a signed-in person with the posts held at that moment.
"""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    RESIDENT = "resident"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A role held at a unit. `unit_path` is the unit's materialised path; the scope is its subtree."""

    post_id: int
    role: str
    unit_id: int
    unit_code: str
    unit_name: str
    unit_path: str
    unit_kind: str


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    name: str
    user_id: int | None = None
    posts: tuple[HeldPost, ...] = ()
    door: str = "page"
    """Which door the actor came through: page, api, command, job, import."""
    network: str = ""
    """Keyed hash of the network address, to find self-rating; never the address itself."""

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_resident(self) -> bool:
        return self.kind is ActorKind.RESIDENT

    @property
    def key(self) -> str:
        """Stable short text for logs: `staff:12`, `resident`, `system`."""
        return f"{self.kind}:{self.user_id}" if self.user_id is not None else str(self.kind)


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="system", door="job")


def resident(name: str = "", *, door: str = "page", network: str = "") -> Actor:
    """Return the actor for a resident who is not signed in."""
    return Actor(kind=ActorKind.RESIDENT, name=name, door=door, network=network)
