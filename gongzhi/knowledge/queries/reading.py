"""What residents read: articles by subject, and one article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString

from gongzhi.knowledge import markup, numbers, rules
from gongzhi.knowledge.models import Article, ArticleVersion
from gongzhi.knowledge.queries import access
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class Subject:
    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is read."""

    number: str
    version: ArticleVersion
    body: SafeString
    unit: Unit
    subject: str
    published_at: datetime
    checked_at: datetime


def subjects(*, at: datetime, language: str) -> Sequence[Subject]:
    """Return the subjects with public articles, in the order of the rule. One query."""
    found = access.public_articles(at=at).order_by()
    counts = dict(found.values_list("live__subject").annotate(n=Count("pk")))
    params = in_force(rules.SUBJECTS, at=at).params
    rows = [
        Subject(row.code, params.label(row.code, language=language), counts[row.code])
        for row in params.rows
        if counts.get(row.code)
    ]
    left = sorted(set(counts) - {row.code for row in rows})
    return rows + [Subject(code, code, counts[code]) for code in left]


def by_subject(subject: str, *, at: datetime) -> QuerySet[Article]:
    """Return the public articles of a subject, all without one; those that were checked last first."""
    found = access.public_articles(at=at).select_related("live", "unit")
    if subject:
        found = found.filter(live__subject=subject)
    return found.order_by("-published_at", "-pk")


def reading(article: Article, *, at: datetime, language: str) -> Reading:
    """Return the live version of an article as it is read. Raises ValueError for one without."""
    if article.live is None or article.published_at is None:
        raise ValueError("an article without a live version is not read")
    return Reading(
        number=numbers.article_number(article.pk),
        version=article.live,
        body=markup.to_html(article.live.body),
        unit=article.unit,
        subject=in_force(rules.SUBJECTS, at=at).params.label(article.live.subject, language=language),
        published_at=article.published_at,
        checked_at=article.checked_at or article.published_at,
    )


def is_public(article: Article, *, at: datetime) -> bool:
    """Whether residents are shown the article now."""
    return access.public_articles(at=at).filter(pk=article.pk).exists()
