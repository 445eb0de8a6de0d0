"""The named cast: twelve people with one post each, in a county small enough to hold in the head.

    汉阴县 county         county_dispatcher 周敏, supervisor 赵强, analyst 钱静, manager 孙伟
    ├── 交通运输局        officer 吴磊
    ├── 城关镇 town       town_dispatcher 王建国, town_head 李红梅
    │   ├── 三元村        clerk 刘芳, village_head 陈大山, line_person 张桂兰
    │   └── 月河村        (nobody)
    └── 漩涡镇 other_town peer_dispatcher 郑涛
        └── 堰坪村        peer_clerk 何秀英

`clerk` and `peer_clerk` hold the same role in different towns: what one may see the other must not.
"""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from gongzhi.core.actor import Actor
from gongzhi.orgs import paths
from gongzhi.orgs.actions.accounts import make_findable
from gongzhi.orgs.models import Post, Unit, UnitKind, User
from gongzhi.orgs.permissions import RoleCode
from gongzhi.orgs.queries import actor_for

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""Wednesday 2026-03-04, 10:00 in Shanghai: an ordinary working day, no holiday near."""

SINCE = date(2020, 1, 1)
PASSWORD = "correct-horse-42"


@dataclass(frozen=True)
class Person:
    """One of the cast: the account, the unit of the post, and the actor as the doors build it."""

    user: User
    role: RoleCode
    unit: Unit
    at: datetime

    @cached_property
    def actor(self) -> Actor:
        return actor_for(self.user, at=self.at)

    @property
    def name(self) -> str:
        return self.user.full_name


@dataclass(frozen=True)
class Units:
    county: Unit
    department: Unit
    town: Unit
    village: Unit
    sister_village: Unit
    other_town: Unit
    other_village: Unit


@dataclass(frozen=True)
class Cast:
    units: Units
    clerk: Person
    village_head: Person
    line_person: Person
    town_dispatcher: Person
    town_head: Person
    peer_clerk: Person
    peer_dispatcher: Person
    officer: Person
    county_dispatcher: Person
    supervisor: Person
    analyst: Person
    manager: Person

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(value for f in fields(self) if isinstance(value := getattr(self, f.name), Person))

    def seen_at(self, at: datetime) -> "Cast":
        """Return the same people as actors of another moment."""
        moved: dict[str, Any] = {each.user.username: replace(each, at=at) for each in self.people}
        return replace(self, **moved)

    def with_role(self, role: RoleCode) -> Person:
        """Return the first of the cast who holds `role`; every role has one."""
        return next(person for person in self.people if person.role is role)


def _unit(code: str, name: str, kind: UnitKind, parent: Unit | None = None) -> Unit:
    path = paths.join(parent.path, code) if parent else paths.root(code)
    return Unit.objects.create(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        path=path,
        depth=paths.depth(path),
        phone=f"0915-{int(code[-4:], 36) % 10**7:07d}",
        valid_from=SINCE,
    )


def make_units() -> Units:
    """Write the seven units of the cast. Codes and names have the shape of the official list."""
    county = _unit("610921", "汉阴县", UnitKind.COUNTY)
    town = _unit("610921100", "城关镇", UnitKind.TOWN, county)
    other_town = _unit("610921107", "漩涡镇", UnitKind.TOWN, county)
    return Units(
        county=county,
        department=_unit("610921JT", "交通运输局", UnitKind.DEPARTMENT, county),
        town=town,
        village=_unit("610921100222", "三元村委会", UnitKind.VILLAGE, town),
        sister_village=_unit("610921100217", "月河村委会", UnitKind.VILLAGE, town),
        other_town=other_town,
        other_village=_unit("610921107202", "堰坪村委会", UnitKind.VILLAGE, other_town),
    )


def make_cast(*, at: datetime = AT, hashed_password: str) -> Cast:
    """Write units, accounts and posts, and return the cast; posts hold since 2020 without end."""
    units = make_units()
    roster = {
        "clerk": ("刘芳", RoleCode.VILLAGE_CLERK, units.village),
        "village_head": ("陈大山", RoleCode.VILLAGE_HEAD, units.village),
        "line_person": ("张桂兰", RoleCode.LINE_PERSON, units.village),
        "town_dispatcher": ("王建国", RoleCode.TOWN_DISPATCHER, units.town),
        "town_head": ("李红梅", RoleCode.TOWN_HEAD, units.town),
        "peer_clerk": ("何秀英", RoleCode.VILLAGE_CLERK, units.other_village),
        "peer_dispatcher": ("郑涛", RoleCode.TOWN_DISPATCHER, units.other_town),
        "officer": ("吴磊", RoleCode.DEPARTMENT_OFFICER, units.department),
        "county_dispatcher": ("周敏", RoleCode.COUNTY_DISPATCHER, units.county),
        "supervisor": ("赵强", RoleCode.COUNTY_SUPERVISOR, units.county),
        "analyst": ("钱静", RoleCode.DATA_ANALYST, units.county),
        "manager": ("孙伟", RoleCode.SYSTEM_MANAGER, units.county),
    }
    users = User.objects.bulk_create(
        User(username=key, full_name=name, email=f"{key}@example.org", password=hashed_password)
        for key, (name, _, _) in roster.items()
    )
    make_findable(users)
    Post.objects.bulk_create(
        Post(user=user, role=role, unit=unit, valid_from=SINCE)
        for user, (_, role, unit) in zip(users, roster.values(), strict=True)
    )
    people = {
        key: Person(user, role, unit, at)
        for user, (key, (_, role, unit)) in zip(users, roster.items(), strict=True)
    }
    return Cast(units=units, **people)
