"""What staff see who keep articles: lists, one article with its making, its versions, words looked for in
vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils.formats import date_format

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.knowledge import numbers, rules, words
from gongzhi.knowledge.lifecycle import Audience, Move, State
from gongzhi.knowledge.models import Article, ArticleStep, ArticleUse, ArticleVersion, MissedWord
from gongzhi.knowledge.queries import access
from gongzhi.knowledge.queries.differences import Piece, compare
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, posts_granting, visible
from gongzhi.orgs.queries import day_of
from gongzhi.rulebook.queries import in_force

SHOWS = ("mine", "due", "drafts", "review", "unhelpful")
_MOST_WORDS = 200
"""Technical: lines of the page of words."""


def list_articles(*, viewer: Actor, show: str, subject: str, at: datetime) -> QuerySet[Article]:
    """Return the articles in sight, narrowed; the most urgent first, else those changed last."""
    found = access.visible_articles(viewer).select_related("unit", "post__user", "newest", "live")
    if subject:
        found = found.filter(newest__subject=subject)
    if show == "due":
        until = day_of(at) + timedelta(days=in_force(rules.VALIDITY, at=at).params.remind_days)
        found = found.filter(_kept(viewer), live__isnull=False, review_on__lte=until)
        return found.order_by("review_on", "pk")
    if show == "unhelpful":
        often = Sum("uses__times", filter=_unhelpful(at=at), default=0)
        return found.annotate(unhelpful=often).filter(unhelpful__gt=0).order_by("-unhelpful", "pk")
    conditions = {
        "mine": Q(post__user=viewer.user_id or 0),
        "drafts": _kept(viewer) & Q(state=State.DRAFT.value),
        "review": _kept(viewer) & Q(state=State.REVIEW.value),
    }
    return found.filter(conditions.get(show, Q())).order_by("-changed_at", "-pk")


def _kept(viewer: Actor) -> Q:
    """What is made at the units of the viewer."""
    return visible(viewer, Permission.KNOWLEDGE_WRITE, "unit__path") | visible(
        viewer, Permission.KNOWLEDGE_PUBLISH, "unit__path"
    )


def _since(at: datetime) -> date:
    return day_of(at) - timedelta(days=in_force(rules.USES, at=at).params.look_back_days)


def _unhelpful(*, at: datetime) -> Q:
    return Q(uses__solved=False, uses__day__gt=_since(at))


@dataclass(frozen=True, slots=True)
class Line:
    """An article in a list. `version` is the newest for who sees drafts, else the published one."""

    number: str
    article: Article
    version: ArticleVersion
    subject: str
    state: str
    tone: str
    helped: int
    failed: int
    is_late: bool
    is_live: bool


def lines(*, viewer: Actor, articles: Sequence[Article], at: datetime, language: str) -> list[Line]:
    """Return the lines of a page. One query."""
    counts = _counted([article.pk for article in articles], at=at)
    subjects = in_force(rules.SUBJECTS, at=at).params
    found = []
    for article in articles:
        version = shown_version(viewer, article)
        state = State(article.state) if access.in_reach(viewer, article) else State.PUBLISHED
        found.append(
            Line(
                number=numbers.article_number(article.pk),
                article=article,
                version=version,
                subject=subjects.label(version.subject, language=language),
                state=str(words.STATES[state]),
                tone=words.TONES[state],
                helped=counts.get((article.pk, True), 0),
                failed=counts.get((article.pk, False), 0),
                is_late=article.review_on is not None and article.review_on <= day_of(at),
                is_live=article.live_id is not None,
            )
        )
    return found


def _counted(keys: Sequence[int], *, at: datetime) -> Mapping[tuple[int, bool], int]:
    rows = ArticleUse.objects.filter(article__in=keys, day__gt=_since(at)).order_by()
    summed = rows.values_list("article", "solved").annotate(n=Sum("times"))
    return {(article, solved): times for article, solved, times in summed}


def shown_version(viewer: Actor, article: Article) -> ArticleVersion:
    """Return the version the viewer is shown. Raises NotFound for an article not published and not in
    reach."""
    version = article.newest if access.in_reach(viewer, article) else article.live
    if version is None:
        raise NotFound
    return version


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    who: str
    what: str
    position: int
    note: str


def story(article: Article) -> list[Step]:
    """Return what was done with the article, the newest first. One query."""
    rows = (
        ArticleStep.objects.filter(article=article).select_related("user", "version").order_by("-at", "-pk")
    )
    return [
        Step(
            row.at, row.user.get_full_name(), str(words.STORY[Move(row.move)]), row.version.position, row.note
        )
        for row in rows
    ]


def helped(article: Article, *, at: datetime) -> Mapping[bool, int]:
    """Return how often it answered the question and how often not, over the days of the rule."""
    counts = _counted([article.pk], at=at)
    return {solved: counts.get((article.pk, solved), 0) for solved in (True, False)}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    pieces: list[Piece]


def versions(article: Article) -> list[ArticleVersion]:
    return list(ArticleVersion.objects.filter(article=article).select_related("author").order_by("-position"))


def changes(before: ArticleVersion, after: ArticleVersion, *, at: datetime, language: str) -> list[Change]:
    """Return what differs between two versions, field by field."""
    told = [_told(version, at=at, language=language) for version in (before, after)]
    return [
        Change(str(words.FIELDS[name]), compare(told[0][name], told[1][name]))
        for name in words.FIELDS
        if told[0][name] != told[1][name]
    ]


def _told(version: ArticleVersion, *, at: datetime, language: str) -> dict[str, str]:
    told = {name: getattr(version, name) for name in words.FIELDS}
    told["subject"] = in_force(rules.SUBJECTS, at=at).params.label(version.subject, language=language)
    told["audience"] = str(words.AUDIENCES[Audience(version.audience)])
    for name in ("valid_from", "last_day"):
        told[name] = date_format(told[name], "DATE_FORMAT") if told[name] else "—"
    return told


def writing_units(viewer: Actor) -> list[tuple[str, str]]:
    """Return the units at which the viewer holds a post that writes articles, code and name."""
    held = posts_granting(viewer, Permission.KNOWLEDGE_WRITE)
    return sorted({(post.unit_code, post.unit_name) for post in held})


def writing_unit(viewer: Actor, code: str) -> Unit:
    """Return one of them. Raises NotFound."""
    unit = Unit.objects.filter(visible(viewer, Permission.KNOWLEDGE_WRITE), code=code).first()
    if unit is None:
        raise NotFound
    return unit


def missed_words(*, viewer: Actor, at: datetime) -> list[MissedWord]:
    """Return the words that many looked for in vain, the most wanted first. Raises NotFound."""
    if not access.reads(viewer):
        raise NotFound
    least = in_force(rules.MISSES, at=at).params.least_searches
    return list(
        MissedWord.objects.exclude(word="").filter(times__gte=least).order_by("-times", "word")[:_MOST_WORDS]
    )
