"""The knowledge part of the API: look for answers, read one. Thin: parse, one call, answer."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import Field

from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.api import ERRORS, actor_of
from gongzhi.core.errors import NotAllowed
from gongzhi.knowledge.queries import access, reading, search

router = Router(tags=["knowledge"])
Number = Annotated[str, Field(max_length=24)]
_TYPED_SIGNS = 500
"""As much of a text as is looked at."""
_MOST = 50
"""Technical: articles of one answer, at most and usually."""
_USUAL = 10


class FoundArticle(Schema):
    number: str
    title: str
    summary: str
    score: float
    matched: list[str]
    unit: str
    is_public: bool


class ArticleText(Schema):
    """A published article that holds now; `body` is Markdown as it was written."""

    number: str
    title: str
    summary: str
    body: str
    subject: str
    audience: str
    source: str
    unit: str
    valid_from: date
    last_day: date | None
    published_at: datetime
    checked_at: datetime


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not access.reads(actor):
        raise NotAllowed
    return actor


@router.get("/knowledge", response={200: list[FoundArticle], **ERRORS}, operation_id="list_articles")
def list_articles(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=_TYPED_SIGNS)],
    most: Annotated[int, Query(ge=1, le=_MOST)] = _USUAL,
) -> list[FoundArticle]:
    """Look for answers with words, pinyin or a whole sentence; the best first. Only what holds now."""
    found = search.find(_reader(request), q, clock.now(), most=most)
    return [
        FoundArticle(
            number=one.key,
            title=one.title,
            summary=one.summary,
            score=one.score,
            matched=list(one.matched),
            unit=one.unit,
            is_public=one.is_public,
        )
        for one in found
    ]


@router.get("/knowledge/{number}", response={200: ArticleText, **ERRORS}, operation_id="get_article")
def get_article(request: HttpRequest, number: Number) -> ArticleText:
    """Read one published article that holds now."""
    at = clock.now()
    article = access.get_live(viewer=_reader(request), number=number, at=at)
    read = reading.reading(article, at=at, language=get_language() or "zh-hans")
    version = read.version
    return ArticleText(
        number=read.number,
        title=version.title,
        summary=version.summary,
        body=version.body,
        subject=version.subject,
        audience=version.audience,
        source=version.source,
        unit=read.unit.code,
        valid_from=version.valid_from,
        last_day=version.last_day,
        published_at=read.published_at,
        checked_at=read.checked_at,
    )
