"""Articles for tests, made through the actions."""

from datetime import date, datetime
from typing import Any

from gongzhi.knowledge import numbers
from gongzhi.knowledge.actions import indexing, writing
from gongzhi.knowledge.actions.writing import Words
from gongzhi.knowledge.models import Article
from tests.cast import Cast


def words(**more: Any) -> Words:
    """Contents of a version that may be published."""
    given: dict[str, Any] = {
        "title": "低保怎么申请",
        "summary": "带上身份证和户口本，到村委会交一张申请表，镇上派人上门看。",
        "body": "## 要带什么\n\n- 身份证\n- 户口本\n\n## 多久有结果\n\n镇上收齐材料后会告诉您。",
        "keywords": "低保 最低生活保障 困难补助",
        "subject": "05",
        "audience": "public",
        "source": "社会救助暂行办法",
        "valid_from": date(2026, 1, 1),
        "last_day": None,
    }
    return Words(**{**given, **more})


def published(cast: Cast, at: datetime, *, sounds: bool = True, **more: Any) -> Article:
    """Write an article of the village as the clerk, and publish it as the head."""
    article = writing.start_article(unit=cast.units.village, words=words(**more), by=cast.clerk.actor, at=at)
    writing.submit(article=article, by=cast.clerk.actor, at=at)
    writing.publish(article=article, by=cast.village_head.actor, at=at)
    if sounds:
        indexing.index_waiting(at=at, most=100)
    article.refresh_from_db()
    return article


def number_of(article: Article) -> str:
    return numbers.article_number(article.pk)
