"""Writing, reviewing and publishing articles. Whoever wrote a version does not publish it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed
from gongzhi.knowledge import audit_events, notice_kinds, numbers, rules
from gongzhi.knowledge.actions import indexing, telling
from gongzhi.knowledge.lifecycle import STEPS, Audience, Move, State, after, is_possible
from gongzhi.knowledge.models import Article, ArticleStep, ArticleVersion
from gongzhi.knowledge.queries import access
from gongzhi.notices.kinds import NoticeKind
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Post, Unit
from gongzhi.orgs.permissions import Permission, posts_granting, require
from gongzhi.rulebook.queries import in_force


class ArticleMovedOn(Conflict):
    code = "knowledge_moved_on"
    message = _("The article has moved on: this step is not possible any more.")
    hint = _("Look at where it stands now; the steps that are possible are shown there.")


class OwnWords(NotAllowed):
    code = "knowledge_own_words"
    message = _("You wrote this version, so another person publishes it.")
    hint = _("Four eyes see more than two. Ask a colleague who may publish at your unit or above.")


class NotYourArticle(NotAllowed):
    code = "knowledge_not_yours"
    message = _("You can read this article, but its unit is another one's to write for.")
    hint = _("Tell the unit that answers for it what should be different.")


class HoldsNoMore(Invalid):
    code = "knowledge_holds_no_more"
    message = _("The last day of this version is over.")
    hint = _("Write a new version with the day until which it holds now.")


@dataclass(frozen=True, slots=True)
class Words:
    """The contents of a version."""

    title: str
    summary: str
    body: str
    keywords: str
    subject: str
    audience: str
    source: str
    valid_from: date
    last_day: date | None = None


@transaction.atomic
def start_article(*, unit: Unit, words: Words, by: Actor, at: datetime) -> Article:
    """Write the first version of a new article, owned by the writer's post. Raises NotAllowed, Invalid."""
    require(by, Permission.KNOWLEDGE_WRITE, unit_path=unit.path)
    _check(words, at=at)
    article = Article.objects.create(unit=unit, post=_post_of(by, unit), changed_at=at)
    _write(article, words, note="", by=by, at=at)
    return article


@transaction.atomic
def save_version(
    *, article: Article, words: Words, expected: int, note: str = "", by: Actor, at: datetime
) -> Article:
    """Write a further version; what readers see stays. `expected` is the version it was written on.

    Raises ArticleMovedOn when another one was written meanwhile, NotAllowed, Invalid.
    """
    article = _begin(article, Move.SAVE, by=by)
    if article.newest is None or article.newest.position != expected:
        raise ArticleMovedOn(_("Somebody wrote another version while you were writing."))
    _check(words, at=at)
    _write(article, words, note=note, by=by, at=at)
    return article


@transaction.atomic
def submit(*, article: Article, note: str = "", by: Actor, at: datetime) -> Article:
    """Hand the newest version in for review."""
    article = _begin(article, Move.SUBMIT, by=by)
    article = _finish(article, Move.SUBMIT, note=note, by=by, at=at)
    _tell(article, telling.reviewers(article, at=at), notice_kinds.TO_REVIEW, by=by, at=at)
    return article


@transaction.atomic
def return_article(*, article: Article, note: str, by: Actor, at: datetime) -> Article:
    """Give the version back to its author with what is missing. Raises Invalid without words."""
    article = _begin(article, Move.RETURN, by=by)
    _need(note)
    article = _finish(article, Move.RETURN, note=note, by=by, at=at)
    authors = [article.newest.author_id] if article.newest else []
    _tell(article, authors, notice_kinds.RETURNED, by=by, at=at, note=note)
    return article


@transaction.atomic
def publish(*, article: Article, note: str = "", by: Actor, at: datetime) -> Article:
    """Show the newest version to its readers. Raises OwnWords, HoldsNoMore, ArticleMovedOn."""
    article = _begin(article, Move.PUBLISH, by=by)
    version, day = article.newest, orgs.day_of(at)
    if version is None or (version.last_day is not None and version.last_day < day):
        raise HoldsNoMore
    article.live = version
    article.published_at = article.checked_at = at
    article.review_on = _review_on(version, at=at)
    article.is_indexed = False
    fields = ("live", "published_at", "checked_at", "review_on", "is_indexed")
    article = _finish(article, Move.PUBLISH, note=note, by=by, at=at, changed=fields)
    indexing.put(article, sounds=False)
    return article


@transaction.atomic
def confirm(*, article: Article, note: str = "", by: Actor, at: datetime) -> Article:
    """Say that the published version still holds: it is looked at again a whole period later."""
    article = _begin(article, Move.CONFIRM, by=by)
    if article.live is None or (article.live.last_day and article.live.last_day < orgs.day_of(at)):
        raise HoldsNoMore
    article.checked_at, article.review_on = at, _review_on(article.live, at=at)
    return _finish(article, Move.CONFIRM, note=note, by=by, at=at, changed=("checked_at", "review_on"))


@transaction.atomic
def withdraw(*, article: Article, note: str, by: Actor, at: datetime) -> Article:
    """Take an article away from its readers, with the reason. Raises Invalid without one."""
    article = _begin(article, Move.WITHDRAW, by=by)
    _need(note)
    article.live = article.review_on = None
    article.is_indexed = True
    fields = ("live", "review_on", "is_indexed")
    article = _finish(article, Move.WITHDRAW, note=note, by=by, at=at, changed=fields)
    indexing.put(article, sounds=False)
    return article


@transaction.atomic
def take_over(*, article: Article, by: Actor, at: datetime) -> Article:
    """Make the actor's own post the owner of the article. Raises NotAllowed."""
    article = access.lock_article(article)
    require(by, Permission.KNOWLEDGE_WRITE, unit_path=article.unit.path)
    before, post = article.post_id, _post_of(by, article.unit)
    if post is None or post.pk == before:
        return article
    article.post = post
    article.save(update_fields=["post"])
    _audit(audit_events.OWNED, article, by=by, at=at, data={"from": before, "to": post.pk})
    return article


def _begin(article: Article, move: Move, *, by: Actor) -> Article:
    """Lock the article and check state and person. Raises ArticleMovedOn, NotAllowed, OwnWords."""
    locked = access.lock_article(article)
    require(by, STEPS[move].permission, unit_path=locked.unit.path)
    if not is_possible(move, State(locked.state)):
        raise ArticleMovedOn
    if move is Move.PUBLISH and access.wrote(by, locked):
        raise OwnWords
    return locked


def _finish(
    article: Article, move: Move, *, note: str, by: Actor, at: datetime, changed: tuple[str, ...] = ()
) -> Article:
    before = article.state
    article.state = str(after(move, State(before)))
    article.changed_at = at
    article.save(update_fields=["state", "changed_at", *changed])
    version = article.newest
    assert version is not None and by.user_id is not None  # noqa: S101, PT018 - staff only, and written before
    ArticleStep.objects.create(
        article=article, version=version, move=str(move), user_id=by.user_id, at=at, note=note
    )
    data = {"from": before, "to": article.state, "version": version.position}
    _audit(audit_events.CODES[move], article, by=by, at=at, data=data)
    return article


def _write(article: Article, words: Words, *, note: str, by: Actor, at: datetime) -> None:
    if by.user_id is None:
        raise NotAllowed
    position = article.newest.position + 1 if article.newest else 1
    article.newest = ArticleVersion.objects.create(
        article=article, position=position, author_id=by.user_id, written_at=at, **asdict(words)
    )
    article.state = State.DRAFT.value if position == 1 else article.state
    _finish(article, Move.SAVE, note=note, by=by, at=at, changed=("newest",))


def _tell(
    article: Article, users: list[int], kind: NoticeKind, *, by: Actor, at: datetime, **more: str
) -> None:
    telling.tell(article, users, kind, mark=f"{article.steps.count()}", by=by, at=at, **more)


def _audit(code: str, article: Article, *, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    number = numbers.article_number(article.pk)
    record(code, by=by, at=at, subject=f"article:{number}", unit_code=article.unit.code, data=data)


def _post_of(by: Actor, unit: Unit) -> Post | None:
    """Return the writer's post nearest to the unit, which owns the article."""
    held = posts_granting(by, Permission.KNOWLEDGE_WRITE)
    near = min(held, key=lambda post: (post.unit_id != unit.pk, post.post_id), default=None)
    return Post.objects.filter(pk=near.post_id).first() if near else None


def _review_on(version: ArticleVersion, *, at: datetime) -> date:
    """The day by which a version is looked at again: by rule, and never after its last day."""
    by_rule = orgs.day_of(at) + timedelta(days=in_force(rules.VALIDITY, at=at).params.review_days)
    return min(by_rule, version.last_day) if version.last_day else by_rule


def _need(note: str) -> None:
    if not note.strip():
        raise Invalid(_("Please write a few words here."), field="note")


def _check(words: Words, *, at: datetime) -> None:
    """Raise Invalid for contents that cannot be used, whatever door they came through."""
    limits = in_force(rules.WRITING, at=at).params
    sizes = {
        "title": limits.title_signs,
        "summary": limits.summary_signs,
        "body": limits.body_signs,
        "keywords": limits.keywords_signs,
        "source": limits.source_signs,
    }
    for name, most in sizes.items():
        text = getattr(words, name)
        if not text.strip() and name != "keywords":
            raise Invalid(_("Please write a few words here."), field=name)
        if len(text) > most:
            raise Invalid(
                _("This is too long: please keep it to %(count)d characters.") % {"count": most}, field=name
            )
    if words.audience not in list(Audience):
        raise Invalid(field="audience")
    if not in_force(rules.SUBJECTS, at=at).params.has(words.subject):
        raise Invalid(field="subject")
    if words.last_day is not None and words.last_day < words.valid_from:
        raise Invalid(_("The last day lies before the first."), field="last_day")
