"""The tables of knowledge.

A version is written once and never changed (a trigger sees to it); the article says which version is the
newest and which one readers see. Who did what to it is a row of `ArticleStep`. Nothing here is about people
but the names of the staff who wrote and reviewed.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.knowledge.lifecycle import Audience, Move, State, Where
from gongzhi.language.fields import TermsField, TermsIndex
from gongzhi.orgs.models import Post, Unit, User


def _one_of(field: str, values: type[StrEnum]) -> Q:
    return Q(**{f"{field}__in": [str(value) for value in values]})


class Article(BaseModel):
    """One question with its answer, and who answers for it."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The unit that answers for it."""
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The post of the person who keeps it; whoever holds none any more is followed by the unit's others."""
    state = models.CharField(max_length=12, default=State.DRAFT.value)
    newest = models.ForeignKey("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    live = models.ForeignKey(
        "ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """What readers see."""
    published_at = models.DateTimeField(null=True, blank=True)
    """When the live version was published."""
    checked_at = models.DateTimeField(null=True, blank=True)
    """When somebody last saw to it that the live version holds."""
    review_on = models.DateField(null=True, blank=True)
    """The day by which it is looked at again: its last day, or by rule."""
    changed_at = models.DateTimeField()
    is_indexed = models.BooleanField(default=True)
    """Whether the terms it is found by are those of the live version, sounds included."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("state", State), name="article_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED.value) | Q(live__isnull=False),
                name="article_published_is_live",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN.value) | Q(live__isnull=True),
                name="article_withdrawn_is_dark",
            ),
            models.CheckConstraint(
                condition=Q(live__isnull=True, review_on__isnull=True)
                | Q(live__isnull=False, review_on__isnull=False, published_at__isnull=False),
                name="article_live_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], condition=Q(live__isnull=False), name="article_review"),
            models.Index(fields=["id"], condition=Q(is_indexed=False), name="article_to_index"),
            models.Index(fields=["state", "changed_at"], name="article_state"),
        ]


class ArticleVersion(BaseModel):
    """The words of an article as somebody wrote them at one moment. Never changed."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "title": FieldClass.PUBLIC,
        "summary": FieldClass.PUBLIC,
        "body": FieldClass.PUBLIC,
        "keywords": FieldClass.PUBLIC,
        "subject": FieldClass.PUBLIC,
        "source": FieldClass.PUBLIC,
        "valid_from": FieldClass.PUBLIC,
        "last_day": FieldClass.PUBLIC,
    }

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions", db_index=False)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=400)
    body = models.TextField()
    keywords = models.CharField(max_length=400, blank=True)
    """What people call it, apart by spaces."""
    subject = models.CharField(max_length=32)
    audience = models.CharField(max_length=8)
    source = models.CharField(max_length=400)
    """The law or paper the answer rests on."""
    valid_from = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    """The last day on which it holds; none: until somebody says otherwise."""
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="article_version_once"),
            models.CheckConstraint(condition=_one_of("audience", Audience), name="article_audience_known"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=models.F("valid_from")),
                name="article_period_forward",
            ),
        ]


class ArticleStep(BaseModel):
    """Who did what to an article, and why."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"note": FieldClass.INTERNAL}

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="steps", db_index=False)
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=12)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=_one_of("move", Move), name="article_move_known")]
        indexes = [models.Index(fields=["article", "at"], name="article_story")]


class ArticleTerms(BaseModel):
    """What an article is found by: the terms of the live version."""

    field_classes: ClassVar[dict[str, FieldClass]] = {
        "terms": FieldClass.PUBLIC,
        "strong": FieldClass.PUBLIC,
    }

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="terms")
    terms = TermsField()
    strong = TermsField()
    """Those of title and keywords, which say more than a word somewhere in the text."""

    class Meta:
        indexes = [TermsIndex(fields=["terms"], key="article_id", name="article_terms_words")]


class ArticleUse(BaseModel):
    """How often an article answered a question, or did not, on one day. Counts only."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses", db_index=False)
    day = models.DateField()
    where = models.CharField(max_length=8)
    solved = models.BooleanField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "day", "where", "solved"], name="article_use_once"),
            models.CheckConstraint(condition=_one_of("where", Where), name="article_use_where_known"),
        ]
        indexes = [models.Index(fields=["day", "solved"], name="article_use_day")]


class CountedOnce(BaseModel):
    """That a visitor was counted for something on a day: a keyed digest that says neither who nor what."""

    field_classes: ClassVar[dict[str, FieldClass]] = {}

    digest = models.CharField(max_length=32, unique=True)
    day = models.DateField(db_index=True)


class MissedWord(BaseModel):
    """A word that people looked for in vain. Until enough did, only a keyed digest of it is kept."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"word": FieldClass.INTERNAL}

    digest = models.CharField(max_length=32, unique=True)
    word = models.CharField(max_length=40, blank=True)
    times = models.PositiveIntegerField(default=0)
    last_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["-times"], condition=~Q(word=""), name="missed_word_often"),
            models.Index(fields=["last_on"], name="missed_word_day"),
        ]
