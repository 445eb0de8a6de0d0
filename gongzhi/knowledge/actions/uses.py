"""Counting what helped, and what was looked for in vain; without remembering who."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from gongzhi.audit.actions import record
from gongzhi.core.actions import rates
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid, NotFound
from gongzhi.knowledge import numbers, rules
from gongzhi.knowledge.audit_events import MISSED, USED
from gongzhi.knowledge.lifecycle import Where
from gongzhi.knowledge.models import ArticleUse, CountedOnce, MissedWord
from gongzhi.knowledge.queries import access
from gongzhi.language import terms
from gongzhi.orgs.queries import day_of
from gongzhi.rulebook.queries import in_force

_DIGEST = 32
"""Technical: signs of a digest that tell apart."""
_WORDS = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"\d{5}")
"""Technical: five digits and more may be a telephone or an identity number; they are no word."""


@transaction.atomic
def record_use(
    article_key: str, where: Where | str, solved: bool, by: Actor, at: datetime, *, visitor: str = ""
) -> bool:
    """Count that an article answered a question, or did not; return whether it counted.

    A visitor counts once a day for each article: `visitor` is the key of the session, else the network of
    `by` stands for it. Staff in a call count each time. Raises NotFound for an article that `by` may not
    read, Invalid for an unknown place, TooOften.
    """
    if where not in list(Where):
        raise Invalid(field="where")
    article = access.live_articles(by, at=at).filter(pk=numbers.parse_number(article_key)).first()
    if article is None:
        raise NotFound
    day = day_of(at)
    if where != Where.CALL:
        _spend(by, at=at)
        if not _is_first(f"use {article.pk}", visitor or by.network or by.key, at=at):
            return False
    ArticleUse.objects.get_or_create(article=article, day=day, where=str(where), solved=solved)
    counted = ArticleUse.objects.filter(article=article, day=day, where=str(where), solved=solved)
    counted.update(times=F("times") + 1)
    record(
        USED,
        by=by,
        at=at,
        subject=f"article:{article_key}",
        data={"where": str(where), "solved": solved},
    )
    return True


@transaction.atomic
def record_miss(*, text: str, by: Actor, at: datetime, visitor: str = "") -> int:
    """Count the words of a search that found nothing; return how many counted.

    A word is written in clear by the visitor with whom it reaches the number of the rule. Raises TooOften.
    """
    _spend(by, at=at)
    limits, day = in_force(rules.MISSES, at=at).params, day_of(at)
    counted = 0
    for word in words_that_count(text, longest=limits.longest_word):
        if not _is_first(f"miss {word}", visitor or by.network or by.key, at=at):
            continue
        digest = _digest("word", word)
        MissedWord.objects.get_or_create(digest=digest, defaults={"last_on": day})
        row = MissedWord.objects.select_for_update().get(digest=digest)
        row.times, row.last_on = row.times + 1, day
        row.word = word if row.times >= limits.least_searches else ""
        row.save(update_fields=["times", "last_on", "word"])
        counted += 1
    if counted:
        record(MISSED, by=by, at=at, subject="knowledge:search", data={"words": counted})
    return counted


def words_that_count(text: str, *, longest: int) -> list[str]:
    """Return the words of a search that may be kept: short ones, without long numbers."""
    found = _WORDS.findall(terms.fold(text))
    return list(
        dict.fromkeys(word for word in found if 1 < len(word) <= longest and not _LONG_NUMBER.search(word))
    )


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete digests of visitors and words that nobody looked for, each after the days of its rule."""
    uses, misses = in_force(rules.USES, at=at).params, in_force(rules.MISSES, at=at).params
    day = day_of(at)
    marks, _per = CountedOnce.objects.filter(day__lt=day - timedelta(days=uses.keep_days)).delete()
    words, _per = MissedWord.objects.filter(last_on__lt=day - timedelta(days=misses.keep_days)).delete()
    return marks + words


def _spend(by: Actor, *, at: datetime) -> None:
    most = in_force(rules.USES, at=at).params.per_network_per_hour
    rates.spend([rates.Limit("knowledge.uses", by.network, most)], at=at)


def _is_first(what: str, visitor: str, *, at: datetime) -> bool:
    """Whether this visitor is counted for this for the first time on this day; notes that it was."""
    day = day_of(at)
    digest = _digest(f"{day} {what}", visitor)
    _row, is_new = CountedOnce.objects.get_or_create(digest=digest, defaults={"day": day})
    return is_new


def _digest(kind: str, value: str) -> str:
    """A keyed digest: without the key of this installation nobody can try words or sessions against it."""
    return salted_hmac(f"knowledge {kind}", value, algorithm="sha256").hexdigest()[:_DIGEST]
