"""Matters that are likely the same: near in words, place and time, each with the reason.

Whatever the size of the county, a bounded number of matters is compared: those of the same village, and of
the same town, that share one of the rarest words. For staff within their sight; for a resident only what was
made public and what they hold the receipt of, so that typing never tells what a neighbour said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongzhi.cases import likeness_rules, numbers
from gongzhi.cases.lifecycle import State
from gongzhi.cases.likeness_rules import LikenessParams
from gongzhi.cases.models import Case, CasePair, CaseTerms, PublicTerms
from gongzhi.cases.queries import access, places, search
from gongzhi.cases.resident_words import place_name
from gongzhi.core.actor import Actor
from gongzhi.language import index, terms
from gongzhi.language.index import TermTable
from gongzhi.language.likeness import Weights, likeness, shared_words
from gongzhi.orgs.models import Unit, UnitKind
from gongzhi.rulebook.queries import in_force

_SAMPLE = 200
"""Technical: newest matters of the place that say which words are usual there."""
_RAREST = 24
"""Technical: words of the text that are asked for."""
_COMPARED = 60
"""Technical: matters of a village, and of a town, whose whole text is compared."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A matter that may be the same. `reason` says why, in one line."""

    number: str
    title: str
    place: str
    registered_at: datetime
    score: float
    """Likeness in words times nearness, from 0 to 1."""
    words: tuple[str, ...]
    """What both say."""
    reason: str
    key: int
    said_same: bool = False
    """The reporter of the younger one said that it is the same."""


def likely_duplicates(
    *,
    viewer: Actor,
    at: datetime,
    case: Case | None = None,
    text: str = "",
    place: Unit | None = None,
    pairs: Sequence[CasePair] | None = None,
) -> list[Likely]:
    """Return the matters in the viewer's sight that are likely the same as `case`, or as `text` at `place`,
    the likeliest first; never a pair that somebody said is not the same. Nothing for who may not read words.

    `pairs` are those of the case, when the caller has them. Seven queries at most, a few more on PostgreSQL.
    """
    if case is not None:
        text, place = f"{case.title}\n{case.text}", case.place
    if place is None or not text.strip() or not access.reads_words(viewer):
        return []
    at = at if case is None else case.registered_at
    said = pairs if pairs is not None else (pairs_of(case) if case is not None else [])
    apart, same = apart_keys(case, said), same_keys(case, said)
    near = _near(CaseTerms, text, place, at=at)
    keys = (set(near.keys) | same) - apart - ({case.pk} if case is not None else set())
    seen = access.visible_cases(viewer).filter(pk__in=keys).exclude(status=State.MERGED)
    return _ranked(near.weights, text, place, _told(seen), at=at, same=same)


def likely_public(*, text: str, place: Unit, at: datetime, own: Collection[int] = ()) -> list[Likely]:
    """Return what is likely the same among the matters made public, in the released words, and among `own`:
    keys of matters whose receipt the resident has shown. Seven queries at most, a few more on PostgreSQL."""
    if not text.strip():
        return []
    near = _near(PublicTerms, text, place, at=at)
    public = _released(Case.objects.filter(pk__in=near.keys, published_at__isnull=False))
    mine = _told(Case.objects.filter(pk__in=list(own)[:_COMPARED])) if own else []
    told = {row.key: row for row in public} | {row.key: row for row in mine}
    return _ranked(near.weights, text, place, list(told.values()), at=at)


def pairs_of(case: Case) -> list[CasePair]:
    """Return what was said of this case and others that look alike. One query."""
    rows = CasePair.objects.filter(Q(first=case) | Q(second=case)).select_related("apart_by")
    return list(rows.order_by("pk"))


def apart_keys(case: Case | None, pairs: Sequence[CasePair]) -> set[int]:
    """Return the cases that somebody said are not the same as this one."""
    return {pair.other(case) for pair in pairs if pair.apart_at is not None} if case is not None else set()


def same_keys(case: Case | None, pairs: Sequence[CasePair]) -> set[int]:
    """Return the cases that a reporter said are the same, and nobody said are not."""
    said = [pair for pair in pairs if pair.same_at is not None and pair.apart_at is None]
    return {pair.other(case) for pair in said} if case is not None else set()


@dataclass(frozen=True, slots=True)
class _Near:
    """Matters worth comparing, and how much each word counts at this place."""

    keys: list[int]
    weights: Weights


@dataclass(frozen=True, slots=True)
class _Told:
    """What of a matter is compared and shown."""

    key: int
    number: str
    title: str
    text: str
    place: int
    place_name: str
    registered_at: datetime


def _told(rows: QuerySet[Case]) -> list[_Told]:
    return _read(rows, "title", "text")


def _released(rows: QuerySet[Case]) -> list[_Told]:
    return _read(rows, "public_title", "public_text")


def _read(rows: QuerySet[Case], title: str, text: str) -> list[_Told]:
    """Read only what is compared: opening sealed names and addresses would cost more than all the rest."""
    columns = ("pk", title, text, "place", "place__name", "registered_at")
    return [
        _Told(key, numbers.case_number(key, at), named, f"{named}\n{said}", place, place_name(name), at)
        for key, named, said, place, name, at in rows.values_list(*columns)
    ]


def _near(model: type[CaseTerms] | type[PublicTerms], text: str, place: Unit, *, at: datetime) -> _Near:
    """Return the newest matters of the village, and of the town, that share a rare word with the text."""
    table, areas = TermTable.of(model, "case_id"), places.units_that_see(place)
    days = timedelta(days=in_force(likeness_rules.LIKENESS, at=at).params.days)
    first = (
        Case.objects.filter(registered_at__gte=at - days)
        .order_by("registered_at")
        .values_list("pk", flat=True)
    )
    least = first.first()
    if least is None or not areas:
        return _Near([], Weights.among(text, []))
    telling = terms.codes_of(terms.telling_terms_of(text))
    held, size = index.held_by_newest(table, marked=search.near_mark(areas[-1]), codes=telling, most=_SAMPLE)
    weights = Weights.counted(text, held, size=size)
    rarest = weights.rarest(_RAREST)
    keys: set[int] = set()
    for area in areas:
        keys.update(
            index.sharing(table, marks=[search.near_mark(area)], any_of=rarest, least=least, most=_COMPARED)
        )
    return _Near(sorted(keys), weights)


def _ranked(
    weights: Weights,
    text: str,
    place: Unit,
    told: list[_Told],
    *,
    at: datetime,
    same: Collection[int] = frozenset(),
) -> list[Likely]:
    rule = in_force(likeness_rules.LIKENESS, at=at).params
    scored = [(_score(weights, place, each, rule, at=at), each) for each in told]
    highest = max((score for score, _each in scored), default=0.0)
    least = max(rule.least, rule.beside * highest)
    best = sorted(
        ((score, each) for score, each in scored if score >= least or each.key in same),
        key=lambda pair: (pair[1].key not in same, -pair[0], -pair[1].key),
    )
    return [
        _likely(weights, text, place, each, score, at=at, said_same=each.key in same)
        for score, each in best[: rule.most]
    ]


def _score(weights: Weights, place: Unit, other: _Told, rule: LikenessParams, *, at: datetime) -> float:
    age = min(1.0, abs(at - other.registered_at) / timedelta(days=rule.days))
    near = 1.0 if other.place == place.pk else rule.town_counts
    return likeness(weights, other.text) * near * (1 - age * (1 - rule.oldest_counts))


def _likely(
    weights: Weights, text: str, place: Unit, other: _Told, score: float, *, at: datetime, said_same: bool
) -> Likely:
    words = tuple(shared_words(weights, text, other.text))
    return Likely(
        number=other.number,
        title=other.title,
        place=other.place_name,
        registered_at=other.registered_at,
        score=round(score, 2),
        words=words,
        reason=_reason(place, other, words, at=at),
        key=other.key,
        said_same=said_same,
    )


def _reason(place: Unit, other: _Told, words: Sequence[str], *, at: datetime) -> str:
    """Say where, when and which words: “Same village, 3 days apart; both say “路灯”.”"""
    days = abs(timezone.localdate(at) - timezone.localdate(other.registered_at)).days
    where = other.place_name
    if other.place == place.pk:
        where = _("same village") if place.kind == UnitKind.VILLAGE else _("same place")
    when = (
        ngettext("%(days)d day apart", "%(days)d days apart", days) % {"days": days}
        if days
        else _("the same day")
    )
    if not words:
        return _("%(where)s, %(when)s") % {"where": where, "when": when}
    said = "”“".join(words)
    return _("%(where)s, %(when)s; both say “%(words)s”") % {"where": where, "when": when, "words": said}
