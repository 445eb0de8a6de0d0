"""Finding articles: by what is typed into a search, or by a whole sentence, the best first.

First what holds all that was typed (characters, words, numbers, pinyin), then what shares telling words with
it. A word counts more in title and keywords than in the text, and more when few articles hold it. Only what
holds at the moment and what the viewer may read is ever given: the index proposes, the rows decide.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from gongzhi.core.actor import Actor, resident
from gongzhi.knowledge import numbers, rules
from gongzhi.knowledge.models import Article, ArticleTerms
from gongzhi.knowledge.queries import access, indexing
from gongzhi.language import index, terms
from gongzhi.language.index import TermTable
from gongzhi.rulebook.queries import in_force

_LOOKED_AT = 400
"""Technical: articles compared in one search."""
_USUAL = 5
"""Technical: lines of a short list."""
_ASKED = 300
"""Technical: telling words of one text that are looked for."""
_FEW = 2
"""Technical: so few articles make no word a usual one."""
_STRONG = 3.0
"""Technical: how much more a word in title or keywords says than one in the text."""
_WHOLE = 8.0
"""Technical: what holds everything that was typed stands before what shares a part."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that answers, perhaps."""

    key: str
    """Its public number."""
    title: str
    summary: str
    url: str
    """The page of it for who asked: staff theirs, residents the public one."""
    score: float
    """Larger is better; comparable within one answer only."""
    matched: tuple[str, ...]
    """The words of the question that led here."""
    is_public: bool
    unit: str
    """Who answers for it."""


def find(viewer: Actor, text: str, at: datetime, most: int = _USUAL) -> list[Found]:
    """Return articles that hold at `at` and that the viewer may read, the best first. At most five queries.

    Residents are given public ones only.
    """
    is_staff = access.reads(viewer)
    return _searched(viewer, text, at=at, most=most, is_staff=is_staff)


def public(text: str, at: datetime, most: int = _USUAL) -> list[Found]:
    """Return public articles that hold at `at`, the best first, whoever asks."""
    return _searched(resident(), text, at=at, most=most, is_staff=False)


def _searched(viewer: Actor, text: str, *, at: datetime, most: int, is_staff: bool) -> list[Found]:
    """Return what holds all that was typed, and what shares more with it than usual words."""
    ranked = _ranked(text, public_only=not is_staff)
    limit = _most_usual(at=at) if any(not hit.is_whole for hit in ranked) else 0
    everywhere, on_top = _usual((h.held for h in ranked), limit), _usual((h.strong for h in ranked), limit)
    folded = terms.fold(text)
    return _found(
        viewer,
        text,
        ranked,
        at=at,
        most=most,
        route="page" if is_staff else "help",
        keeps=lambda article, hit: (
            hit.is_whole or bool(hit.strong - on_top or hit.held - everywhere) or _names(article, folded)
        ),
    )


def proposals(text: str, at: datetime) -> list[Found]:
    """Return the few public articles that may answer what is being written; none for a few signs or when
    nothing but usual words is shared."""
    limits = in_force(rules.PROPOSALS, at=at).params
    if len(text.strip()) < limits.least_signs or not limits.most:
        return []
    ranked = [hit for hit in _ranked(text, public_only=True) if hit.strong]
    usual = _usual((hit.strong for hit in ranked), _most_usual(at=at))
    folded = terms.fold(text)
    return _found(
        resident(),
        text,
        ranked,
        at=at,
        most=limits.most,
        route="help",
        keeps=lambda article, hit: len(hit.strong - usual) >= limits.least_shared or _names(article, folded),
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    key: int
    score: float
    held: frozenset[int]
    """Which of the telling words stand anywhere in it."""
    strong: frozenset[int]
    """Which of them stand in title or keywords."""
    is_whole: bool
    """It holds everything that was typed."""


def _ranked(text: str, *, public_only: bool) -> list[_Hit]:
    """Return the articles that share something with the text, the best first. Three queries."""
    mark = indexing.PUBLIC if public_only else indexing.LIVE
    table = TermTable.of(ArticleTerms, "article_id")
    whole = index.newest(table, terms.with_marks(terms.question(text), [mark]), most=_LOOKED_AT).keys
    telling = sorted(terms.telling_terms_of(text))[:_ASKED]
    part = index.sharing(table, marks=[mark], any_of=telling, least=0, most=_LOOKED_AT) if telling else []
    return _scored(set(whole), {*whole, *part}, telling, text)


def _most_usual(*, at: datetime) -> float:
    """Return how many articles may have a word before it says nothing, as "how to apply". One query."""
    share = in_force(rules.PROPOSALS, at=at).params.usual_share
    return max(_FEW, share * ArticleTerms.objects.count())


def _usual(hits: Iterable[frozenset[int]], most: float) -> set[int]:
    """Return the words that more than so many hits have. Exact, because every article with one of the words
    is among the hits."""
    return {code for code, count in Counter(code for hit in hits for code in hit).items() if count > most}


def _scored(whole: Collection[int], keys: set[int], telling: list[str], text: str) -> list[_Hit]:
    codes = {terms.code_of(term) for term in telling} or {
        terms.code_of(term) for term in terms.terms_of(text)
    }
    rows = [
        (row.article_id, codes.intersection(row.terms), codes.intersection(row.strong))
        for row in ArticleTerms.objects.filter(article__in=keys)
    ]
    holding = Counter(code for _key, held, _strong in rows for code in held)
    weight = {code: math.log(1 + (len(rows) + 1) / count) for code, count in holding.items()}
    hits = [
        _Hit(
            key,
            sum(weight[code] * (_STRONG if code in strong else 1) for code in held)
            + (_WHOLE if key in whole else 0),
            frozenset(held),
            frozenset(strong),
            key in whole,
        )
        for key, held, strong in rows
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))


def _found(
    viewer: Actor,
    text: str,
    ranked: list[_Hit],
    *,
    at: datetime,
    most: int,
    route: str,
    keeps: Callable[[Article, _Hit], bool] = lambda _article, _hit: True,
) -> list[Found]:
    rows = access.live_articles(viewer, at=at).filter(pk__in=[hit.key for hit in ranked])
    articles = {row.pk: row for row in rows.select_related("live", "unit")}
    kept = [
        (articles[hit.key], hit) for hit in ranked if hit.key in articles and keeps(articles[hit.key], hit)
    ]
    return [_shown(article, hit, text, route) for article, hit in kept[:most]]


def _shown(article: Article, hit: _Hit, text: str, route: str) -> Found:
    version = article.live
    assert version is not None  # noqa: S101 - only live articles are asked for
    number = numbers.article_number(article.pk)
    said = "\n".join((version.title, version.keywords, version.summary, version.body))
    return Found(
        key=number,
        title=version.title,
        summary=version.summary,
        url=reverse(f"knowledge:{route}", args=[number]),
        score=round(hit.score, 2),
        matched=matched_words(text, said),
        is_public=version.audience == "public",
        unit=article.unit.name,
    )


def _names(article: Article, folded: str) -> bool:
    """Whether one of the article's keywords stands whole in what was typed."""
    words = terms.fold(article.live.keywords if article.live else "").split()
    return any(len(word) > 1 and word in folded for word in words)


def matched_words(asked: str, said: str) -> tuple[str, ...]:
    """Return the longest pieces of what was asked that stand in what is said, each once; what was typed
    itself where nothing does, as with pinyin."""
    held, asked = terms.fold(said), terms.fold(asked)
    pieces: list[str] = []
    for run in asked.split():
        pieces += _pieces(run, held)
    alone = [one for one in pieces if not any(one != other and one in other for other in pieces)]
    return tuple(dict.fromkeys(alone)) or ((asked.strip(),) if asked.strip() else ())


def _pieces(run: str, held: str) -> Iterable[str]:
    start = 0
    while start < len(run):
        end = start
        while end < len(run) and run[start : end + 1] in held:
            end += 1
        piece = run[start:end]
        if any(sign.isalnum() for sign in piece) and (len(piece) > 1 or len(run) == 1):
            yield piece.strip("，。、！？；：,.!?;:")
        start = max(end, start + 1)
