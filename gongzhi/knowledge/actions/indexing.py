"""Keeping the index of articles: plain terms with the publication, sounds by the worker a moment later."""

from datetime import datetime

from django.db import transaction

from gongzhi.knowledge.models import Article, ArticleTerms
from gongzhi.knowledge.queries import access, indexing


def put(article: Article, *, sounds: bool) -> None:
    """Write the terms of an article in the caller's transaction, or take them out when nobody may find it."""
    found = indexing.terms_of(article, sounds=sounds)
    if found is None:
        ArticleTerms.objects.filter(article=article).delete()
        return
    ArticleTerms.objects.update_or_create(
        article=article, defaults={"terms": found.all, "strong": found.strong}
    )


def index_waiting(*, at: datetime, most: int) -> int:
    """Write the terms with sounds of articles that wait for it, each in a transaction; return how many."""
    waiting = indexing.waiting_for_job(most=most)
    for article in waiting:
        _index(article)
    return len(waiting)


@transaction.atomic
def _index(article: Article) -> None:
    locked = access.lock_article(article)
    put(locked, sounds=True)
    locked.is_indexed = True
    locked.save(update_fields=["is_indexed"])
