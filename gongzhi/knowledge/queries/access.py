"""Who sees which articles, and what they may do with one."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.knowledge import numbers
from gongzhi.knowledge.lifecycle import STEPS, Audience, Move, State, is_possible
from gongzhi.knowledge.models import Article
from gongzhi.orgs.permissions import Permission, can, posts_granting, visible
from gongzhi.orgs.queries import day_of


def holds_on(day: date) -> Q:
    """Return the condition "the live version holds on this day"."""
    return Q(live__valid_from__lte=day) & (Q(live__last_day=None) | Q(live__last_day__gte=day))


def public_articles(*, at: datetime) -> QuerySet[Article]:
    """Return what residents are shown at this moment: published for them, and still holding."""
    return Article.objects.filter(holds_on(day_of(at)), live__audience=Audience.PUBLIC.value)


def live_articles(viewer: Actor, *, at: datetime) -> QuerySet[Article]:
    """Return the published articles that hold and that the viewer may read: residents the public ones."""
    if reads(viewer):
        return Article.objects.filter(holds_on(day_of(at)))
    return public_articles(at=at)


def visible_articles(viewer: Actor) -> QuerySet[Article]:
    """Return the articles a member of staff sees: all published ones, and at their units those in the
    making."""
    if not posts_granting(viewer, Permission.KNOWLEDGE_VIEW):
        return Article.objects.none()
    own = visible(viewer, Permission.KNOWLEDGE_WRITE, "unit__path")
    own |= visible(viewer, Permission.KNOWLEDGE_PUBLISH, "unit__path")
    return Article.objects.filter(Q(live__isnull=False) | own)


def get_article(*, viewer: Actor, number: str) -> Article:
    """Return the article with this number. Raises NotFound, also for one out of sight."""
    found = visible_articles(viewer).filter(pk=numbers.parse_number(number))
    article = found.select_related("unit", "post__user", "newest__author", "live__author").first()
    if article is None:
        raise NotFound
    return article


def get_public(*, number: str, at: datetime) -> Article:
    """Return an article that residents are shown. Raises NotFound, also for one that holds no more."""
    return _one(public_articles(at=at), number)


def get_live(*, viewer: Actor, number: str, at: datetime) -> Article:
    """Return a published article that holds and that the viewer may read. Raises NotFound."""
    return _one(live_articles(viewer, at=at), number)


def _one(articles: QuerySet[Article], number: str) -> Article:
    found = articles.filter(pk=numbers.parse_number(number))
    article = found.select_related("unit", "live").first()
    if article is None:
        raise NotFound
    return article


def lock_article(article: Article) -> Article:
    """Return the row as it is now, held until the transaction ends. Raises NotFound."""
    locked = (
        Article.objects.select_for_update(of=("self",))
        .select_related("unit", "newest", "live")
        .filter(pk=article.pk)
        .first()
    )
    if locked is None:
        raise NotFound
    return locked


def may(viewer: Actor, article: Article, move: Move) -> bool:
    """Whether a post of the viewer allows the move at the article's unit, and it is not their own work."""
    if not can(viewer, STEPS[move].permission, unit_path=article.unit.path):
        return False
    return move is not Move.PUBLISH or not wrote(viewer, article)


def wrote(viewer: Actor, article: Article) -> bool:
    """Whether the newest version is the viewer's own: then another person publishes it."""
    return article.newest is not None and article.newest.author_id == viewer.user_id


def possible_moves(viewer: Actor, article: Article) -> list[Move]:
    """Return what the viewer can do with the article now, in the order of the table."""
    state = State(article.state)
    return [move for move in STEPS if is_possible(move, state) and may(viewer, article, move)]


def in_reach(viewer: Actor, article: Article) -> bool:
    """Whether the viewer sees the making of the article: drafts, notes and earlier versions."""
    return any(
        can(viewer, permission, unit_path=article.unit.path)
        for permission in (Permission.KNOWLEDGE_WRITE, Permission.KNOWLEDGE_PUBLISH)
    )


def reads(viewer: Actor) -> bool:
    """Whether the viewer reads what is for staff only."""
    return viewer.is_staff and bool(posts_granting(viewer, Permission.KNOWLEDGE_VIEW))
