"""Playing the knowledge base through its real actions: written by one, published by another, used by many."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from gongzhi.core.actor import Actor, resident
from gongzhi.core.errors import DomainError
from gongzhi.demo.content import DATA
from gongzhi.demo.county import SHOWN_VILLAGE, County
from gongzhi.knowledge import jobs
from gongzhi.knowledge.actions import uses, writing
from gongzhi.knowledge.actions.writing import Words
from gongzhi.knowledge.numbers import article_number
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.permissions import Permission, RoleCode, role_of

if TYPE_CHECKING:
    from gongzhi.knowledge.models import Article
    from gongzhi.orgs.models import Unit, User

_FILE = DATA / "articles.txt"
_MOST_USES = 14
"""Not the real world: enough that the lists of staff say something."""
_MISSED = (("殡葬补贴", 9), ("驾照体检", 7), ("高铁站班车", 6), ("法会时间", 2))
_IN_REVIEW = frozenset({"农村改厕有补助吗", "村里的账怎么看"})
_DRAFTS = frozenset({"装宽带、手机没信号找谁"})
_REVISED = {
    "通组路坏了归谁管": ("坑洼、缺护栏", "坑洼、缺护栏、反光镜歪了"),
    "家里停水了找谁": ("超过一天恢复不了", "超过半天恢复不了"),
}
_ENDS_SOON = {"农机补贴怎么申请": 12, "种粮有什么补贴": 25}
"""Last day, so many days after the end of the story."""
_OVER = frozenset({"农村班车停了怎么办"})


@dataclass(frozen=True, slots=True)
class Written:
    """An article of the file."""

    unit: str
    words: Words


@dataclass(slots=True)
class AnswerReport:
    articles: int = 0
    uses: int = 0
    refused: list[str] = field(default_factory=list)


def read_articles(first: datetime) -> list[Written]:
    """Return the articles of the file, valid from the day of `first`. Raises KeyError for a missing line."""
    parts = ("\n" + _FILE.read_text()).split("\n# ")[1:]
    return [_read(part, first) for part in parts]


def _read(part: str, first: datetime) -> Written:
    head, _gap, body = part.partition("\n\n")
    title, *lines = head.splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    contents = Words(
        title=title,
        summary=said["summary"],
        body=body.strip() or said["summary"],
        keywords=said["keywords"],
        subject=said["subject"],
        audience=said.get("audience", "public"),
        source=said["source"],
        valid_from=org_queries.day_of(first),
    )
    return Written(said["unit"], contents)


def play_answers(
    *,
    county: County,
    units: Mapping[str, "Unit"],
    people: Mapping[str, "User"],
    seed: int,
    days: int,
    until: datetime,
) -> AnswerReport:
    """Write, publish and use the articles of the file in the `days` before `until`; same seed, same rows."""
    report = AnswerReport()
    since = until - timedelta(days=days)
    for position, written in enumerate(read_articles(since)):
        rng = Random(f"{seed}/article/{position}")  # noqa: S311 - a story, no secret
        story = _Story(rng, county, units, people, report, until)
        try:
            story.play(written, since + (until - since) * rng.uniform(0.01, 0.3))
        except DomainError as error:
            report.refused.append(f"article {written.words.title}: {error.code}")
    _miss(until)
    jobs.index(at=until)
    jobs.remind(at=until)
    return report


def _miss(until: datetime) -> None:
    for word, times in _MISSED:
        for turn in range(times):
            uses.record_miss(text=word, by=resident(), at=until, visitor=f"demo {turn}")


@dataclass(frozen=True, slots=True)
class _Story:
    rng: Random
    county: County
    units: Mapping[str, "Unit"]
    people: Mapping[str, "User"]
    report: AnswerReport
    until: datetime

    def play(self, written: Written, at: datetime) -> None:
        unit = self.units[self._code(written.unit)]
        author, reviewer = self._two(unit, at)
        words = written.words
        if words.title in _ENDS_SOON:
            last = self.until + timedelta(days=_ENDS_SOON[words.title])
            words = replace(words, last_day=org_queries.day_of(last))
        if words.title in _OVER:
            words = replace(words, last_day=org_queries.day_of(self.until - timedelta(days=1)))
        article = writing.start_article(unit=unit, words=words, by=author, at=at)
        self.report.articles += 1
        if words.title in _DRAFTS:
            return
        writing.submit(article=article, by=author, at=at + timedelta(hours=1))
        if words.title in _IN_REVIEW:
            return
        at += timedelta(hours=self.rng.uniform(2, 30))
        writing.publish(article=article, by=reviewer, at=at)
        self._use(article, at, is_public=words.audience == "public")
        if words.title in _REVISED:
            self._revise(article, words, author)

    def _code(self, name: str) -> str:
        if name == "village":
            return SHOWN_VILLAGE
        return self.county.code if name == "county" else f"{self.county.code}-{name}"

    def _two(self, unit: "Unit", at: datetime) -> tuple[Actor, Actor]:
        """Return who writes for the unit, and who else publishes: at the unit, or else at the county."""
        held = [*self.county.roster.get(unit.code, ()), *self.county.roster[self.county.code]]
        writers = [one for one in held if Permission.KNOWLEDGE_WRITE in role_of(one.role).permissions]
        author = writers[0].username
        others = [
            one.username
            for one in held
            if one.username != author and Permission.KNOWLEDGE_PUBLISH in role_of(one.role).permissions
        ]
        heads = [one.username for one in held if one.role == RoleCode.VILLAGE_HEAD]
        reviewer = (heads or others)[0]
        return self._actor(author, at), self._actor(reviewer, at)

    def _actor(self, username: str, at: datetime) -> Actor:
        return org_queries.actor_for(self.people[username], at=at)

    def _use(self, article: "Article", since: datetime, *, is_public: bool) -> None:
        number, good = article_number(article.pk), self.rng.uniform(0.55, 0.95)
        for turn in range(self.rng.randrange(_MOST_USES)):
            at = since + (self.until - since) * self.rng.random()
            where = self.rng.choice(("page", "raise")) if is_public else "call"
            by = resident() if is_public else self._actor("county", at)
            solved = self.rng.random() < good
            try:
                uses.record_use(number, where, solved, by, at, visitor=f"demo {turn}")
            except DomainError:
                continue  # it was over by then
            self.report.uses += 1

    def _revise(self, article: "Article", words: Words, author: Actor) -> None:
        old, new = _REVISED[words.title]
        changed = replace(words, body=words.body.replace(old, new), summary=words.summary.replace(old, new))
        at = self.until - timedelta(hours=5)
        note = "按群众反映补了一句"
        writing.save_version(article=article, words=changed, expected=1, note=note, by=author, at=at)
