"""Notices about articles: to their owners, reviewers and authors."""

from collections.abc import Iterable
from datetime import datetime

from gongzhi.core.actor import Actor
from gongzhi.knowledge import numbers
from gongzhi.knowledge.models import Article
from gongzhi.notices.actions import Draft, Recipient, write_notices
from gongzhi.notices.kinds import NoticeKind
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.permissions import Permission


def tell(
    article: Article,
    users: Iterable[int],
    kind: NoticeKind,
    *,
    mark: str,
    by: Actor,
    at: datetime,
    **more: str,
) -> int:
    """Write one notice for each account, never to the one who acts; return how many were written."""
    number = numbers.article_number(article.pk)
    title = article.newest.title if article.newest else number
    drafts = [
        Draft(
            kind=kind.code,
            to=Recipient(user_id=user),
            subject_ref=f"article:{number}",
            values={"number": number, "title": title, "unit": article.unit.name, **more},
            dedupe_key=f"{kind.code}:{article.pk}:{mark}:{user}",
        )
        for user in sorted(set(users))
        if user != by.user_id
    ]
    return write_notices(drafts, by=by, at=at)


def keepers(article: Article, *, at: datetime) -> list[int]:
    """Return who looks after an article: the owner while the post lasts, else those who write at its unit."""
    post = article.post
    if post is not None and orgs.is_valid(post, orgs.day_of(at)) and post.user.is_active:
        return [post.user_id]
    return orgs.holders_for_job(unit_id=article.unit_id, permission=Permission.KNOWLEDGE_WRITE, at=at)


def reviewers(article: Article, *, at: datetime) -> list[int]:
    """Return who may publish the newest version: at the unit, else at the nearest unit above; never its
    author."""
    author = article.newest.author_id if article.newest else None
    for unit in (article.unit, *reversed(orgs.ancestors(article.unit))):
        held = orgs.holders_for_job(unit_id=unit.pk, permission=Permission.KNOWLEDGE_PUBLISH, at=at)
        others = [user for user in held if user != author]
        if others:
            return others
    return []
