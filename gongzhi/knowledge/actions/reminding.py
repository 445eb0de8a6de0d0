"""Reminding those who keep articles, in time before an article is over and once when it is."""

from datetime import datetime

from django.db import transaction

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.knowledge import audit_events, notice_kinds, numbers
from gongzhi.knowledge.actions import telling
from gongzhi.knowledge.models import Article
from gongzhi.knowledge.queries import due
from gongzhi.orgs.queries import day_of


def run(*, by: Actor, at: datetime) -> int:
    """Tell the keepers of every article that is due, each once for each day of review; return how many
    articles somebody was told of. One that fails does not hold up the others; raises ExceptionGroup at the
    end."""
    told, failures = 0, []
    for article in due.due_for_job(at=at):
        try:
            told += _remind(article, by=by, at=at)
        except Exception as failure:  # raised below, after the others had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup("reminders of articles", failures)
    return told


@transaction.atomic
def _remind(article: Article, *, by: Actor, at: datetime) -> bool:
    last = article.live.last_day if article.live else None
    is_over = last is not None and last < day_of(at)
    kind = notice_kinds.OVER if is_over else notice_kinds.DUE
    written = telling.tell(
        article,
        telling.keepers(article, at=at),
        kind,
        mark=f"{article.review_on}",
        by=by,
        at=at,
        day=f"{article.review_on}",
    )
    if not written:
        return False
    record(
        audit_events.REMINDED,
        by=by,
        at=at,
        subject=f"article:{numbers.article_number(article.pk)}",
        unit_code=article.unit.code,
        data={"review_on": f"{article.review_on}", "is_over": is_over},
    )
    return True
