"""The county as plain rows: towns, villages, bureaus, stations and who holds which post. Pure.

Codes of towns and villages are the official ones; a bureau is `610921-water`, its station in a town
`610921103-water`.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from gongzhi.demo import content
from gongzhi.demo.content import DATA
from gongzhi.demo.names import Person, make_person
from gongzhi.demo.texts import Locality
from gongzhi.orgs.permissions import RoleCode

DIVISION_FILES = tuple(DATA / f"hanyin_{name}.csv" for name in ("county", "towns", "villages"))
_LINE_PEOPLE = (3, 6)
SHOWN_VILLAGE = "610921103223"
"""The village whose people have the accounts that visitors sign in with."""
_SHOWN_BUREAU = "transport"
DEMO_PASSWORD = "hanyin-demo"  # noqa: S105 - published on purpose, made only by the demonstration
DEMO_ACCOUNTS: Mapping[str, RoleCode] = {
    "line": RoleCode.LINE_PERSON,
    "clerk": RoleCode.VILLAGE_CLERK,
    "head": RoleCode.VILLAGE_HEAD,
    "town": RoleCode.TOWN_DISPATCHER,
    "townhead": RoleCode.TOWN_HEAD,
    "officer": RoleCode.DEPARTMENT_OFFICER,
    "county": RoleCode.COUNTY_DISPATCHER,
    "supervisor": RoleCode.COUNTY_SUPERVISOR,
    "analyst": RoleCode.DATA_ANALYST,
    "manager": RoleCode.SYSTEM_MANAGER,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the county: official division, bureau or station."""

    code: str
    name: str
    kind: str
    parent: str
    phone: str = ""

    @property
    def is_community(self) -> bool:
        return self.kind == "village" and "社区" in self.name


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with an account and the post they hold."""

    username: str
    person: Person
    role: RoleCode
    unit: str
    shown: bool = False
    """Whether visitors may sign in as this person."""


@dataclass(frozen=True, slots=True)
class County:
    """Everything a plan needs to know of the county, by code."""

    code: str
    places: Mapping[str, Place]
    roster: Mapping[str, tuple[Holder, ...]]
    """Who holds a post at exactly this unit."""

    @property
    def holders(self) -> list[Holder]:
        return [holder for held in self.roster.values() for holder in held]

    def of_kind(self, kind: str) -> list[Place]:
        return [place for place in self.places.values() if place.kind == kind]

    def posts(self, unit: str, *roles: RoleCode) -> list[Holder]:
        """Who holds one of `roles` at exactly this unit, in the order of the roster."""
        return [holder for holder in self.roster.get(unit, ()) if holder.role in roles]

    def station(self, town: str, department: str) -> str | None:
        """Return the code of the department's station in the town, if it has one there."""
        code = f"{town}-{department}"
        return code if code in self.places else None

    def bureau(self, department: str) -> str:
        return f"{self.code}-{department}"

    def locality(self, village: Place) -> Locality:
        return Locality(spoken(village.name), self.places[village.parent].name, village.is_community)


def spoken(name: str) -> str:
    """Return the name of a village unit as people say it: 柏杨村, 南街社区."""
    return (
        name.removesuffix("委会").removesuffix("居") if name.endswith("居委会") else name.removesuffix("委会")
    )


def build_county(seed: int) -> County:
    """Return the county with invented post holders; the same seed gives the same people."""
    rng = Random(f"{seed}/people")  # noqa: S311 - invented people, no secret
    county, *below = _divisions()
    rows = [county, *below, *_departments(county, below)]
    places = {place.code: place for place in rows}
    return County(county.code, places, {place.code: tuple(_holders(place, rng)) for place in rows})


def _divisions() -> list[Place]:
    found = []
    for path, kind in zip(DIVISION_FILES, ("county", "town", "village"), strict=True):
        above = {"county": "cityCode", "town": "areaCode", "village": "streetCode"}[kind]
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [Place(row["code"], row["name"], kind, row[above]) for row in csv.DictReader(file)]
    return found


def _departments(county: Place, below: Iterable[Place]) -> list[Place]:
    bureaus = [
        Place(f"{county.code}-{row.code}", county.name + row.zh, "department", county.code, row.phone)
        for row in content.departments()
        if row.level == "county"
    ]
    stations = []
    towns = [place for place in below if place.kind == "town"]
    for number, town in enumerate(towns):
        for row in content.departments():
            if row.level == "town":
                phone = f"{row.phone[:-1]}{number}"
                stations.append(
                    Place(f"{town.code}-{row.code}", town.name + row.zh, "station", town.code, phone)
                )
    return bureaus + stations


def _holders(place: Place, rng: Random) -> Iterable[Holder]:
    for role, count in _roles_at(place, rng):
        for number in range(1, count + 1):
            shown = _shown(place, role) if number == 1 else ""
            username = shown or f"{place.code}-{_SHORT[role]}{number if count > 1 else ''}"
            person = make_person(rng, youngest=25, oldest=58)
            yield Holder(username, person, role, place.code, bool(shown))


_SHORT = {
    RoleCode.LINE_PERSON: "line", RoleCode.VILLAGE_CLERK: "clerk", RoleCode.VILLAGE_HEAD: "head",
    RoleCode.TOWN_DISPATCHER: "desk", RoleCode.TOWN_HEAD: "head", RoleCode.DEPARTMENT_OFFICER: "officer",
    RoleCode.COUNTY_DISPATCHER: "desk", RoleCode.COUNTY_SUPERVISOR: "supervisor",
    RoleCode.DATA_ANALYST: "analyst", RoleCode.SYSTEM_MANAGER: "manager",
}  # fmt: skip
_ROLES_AT = {
    "county": (
        RoleCode.COUNTY_DISPATCHER, RoleCode.COUNTY_SUPERVISOR,
        RoleCode.DATA_ANALYST, RoleCode.SYSTEM_MANAGER,
    ),
    "town": (RoleCode.TOWN_DISPATCHER, RoleCode.TOWN_HEAD),
    "department": (RoleCode.DEPARTMENT_OFFICER,),
    "station": (RoleCode.DEPARTMENT_OFFICER,),
}  # fmt: skip


def _roles_at(place: Place, rng: Random) -> list[tuple[RoleCode, int]]:
    if place.kind == "village":
        lines = rng.randint(*_LINE_PEOPLE)
        return [(RoleCode.VILLAGE_CLERK, 1), (RoleCode.VILLAGE_HEAD, 1), (RoleCode.LINE_PERSON, lines)]
    return [(role, 1) for role in _ROLES_AT[place.kind]]


def _shown(place: Place, role: RoleCode) -> str:
    """Return the account name visitors use for this post, or "" for everybody else's."""
    town = SHOWN_VILLAGE[:9]
    at = {
        "village": SHOWN_VILLAGE,
        "town": town,
        "county": town[:6],
        "department": f"{town[:6]}-{_SHOWN_BUREAU}",
    }
    if place.code != at.get(place.kind):
        return ""
    return next(name for name, wanted in DEMO_ACCOUNTS.items() if wanted == role)
