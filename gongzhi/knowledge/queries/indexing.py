"""What an article is found by: the terms of its live version."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.knowledge import markup, numbers
from gongzhi.knowledge.lifecycle import Audience
from gongzhi.knowledge.models import Article
from gongzhi.language import index, terms

PUBLIC = terms.mark("audience", Audience.PUBLIC)
LIVE = terms.mark("live")
"""The mark of every article in the index, and of those for everybody."""


@dataclass(frozen=True, slots=True)
class Terms:
    all: list[int]
    strong: list[int]


def terms_of(article: Article, *, sounds: bool) -> Terms | None:
    """Return the terms of an article, None for one that nobody may find. `sounds` loads the table of pinyin,
    which is for the worker."""
    version = article.live
    if version is None:
        return None
    heading = f"{version.title}\n{version.keywords}"
    number = numbers.article_number(article.pk)
    said = "\n".join((heading, version.summary, markup.to_words(version.body), version.source, number))
    strong = terms.terms_of(heading)
    if sounds:
        strong |= terms.sound_terms_of(heading)
    marks = {LIVE, index.block_mark(article.pk)}
    if version.audience == Audience.PUBLIC:
        marks.add(PUBLIC)
    return Terms(terms.codes_of(terms.terms_of(said) | strong | marks), terms.codes_of(strong))


def waiting_for_job(*, most: int) -> Sequence[Article]:
    """Return articles whose terms are not those of their live version yet, the oldest first."""
    found = Article.objects.filter(is_indexed=False).select_related("live").order_by("pk")
    return list(found[:most])
