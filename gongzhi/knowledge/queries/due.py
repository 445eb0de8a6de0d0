"""Which articles are to be looked at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gongzhi.knowledge import rules
from gongzhi.knowledge.models import Article
from gongzhi.orgs.queries import day_of
from gongzhi.rulebook.queries import in_force


def due_for_job(*, at: datetime) -> Iterator[Article]:
    """Yield published articles whose day of review is near or over, the most urgent first."""
    until = day_of(at) + timedelta(days=in_force(rules.VALIDITY, at=at).params.remind_days)
    found = Article.objects.filter(live__isnull=False, review_on__lte=until)
    return found.select_related("unit", "post__user", "newest", "live").order_by("review_on", "pk").iterator()
