"""Matters that are likely the same: near in words, place and time, each with the reason.

Whatever the size of the county, a bounded number of matters is compared: those of the same village, and of
the same town, that share one of the rarest words. For staff within their sight; for a resident only what was
made public and what they hold the receipt of, so that typing never tells what a neighbour said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongzhi.cases import likeness_rules
from gongzhi.cases.lifecycle import State
from gongzhi.cases.likeness_rules import LikenessParams
from gongzhi.cases.models import Case, CaseTerms, PublicTerms
from gongzhi.cases.queries import access, places, search
from gongzhi.core.actor import Actor
from gongzhi.language import index
from gongzhi.language.index import TermTable
from gongzhi.language.likeness import Weights, likeness, shared_words
from gongzhi.language.terms import Question
from gongzhi.orgs.models import Unit
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


def likely_duplicates(
    *, viewer: Actor, at: datetime, case: Case | None = None, text: str = "", place: Unit | None = None
) -> list[Likely]:
    """Return the matters in the viewer's sight that are likely the same as `case`, or as `text` at `place`,
    the likeliest first. Nothing for who may not read words. Seven queries at most."""
    if case is not None:
        text, place = f"{case.title}\n{case.text}", case.place
    if place is None or not text.strip() or not access.reads_words(viewer):
        return []
    at = at if case is None else case.registered_at
    near = _near(CaseTerms, text, place, at=at)
    seen = access.visible_cases(viewer).filter(pk__in=near.keys).exclude(status=State.MERGED)
    told = [_told(row) for row in seen.select_related("place") if case is None or row.pk != case.pk]
    return _ranked(near.weights, text, place, told, at=at)


def likely_public(*, text: str, place: Unit, at: datetime, own: Collection[int] = ()) -> list[Likely]:
    """Return what is likely the same among the matters made public, in the released words, and among `own`:
    keys of matters whose receipt the resident has shown. Seven queries at most."""
    if not text.strip():
        return []
    near = _near(PublicTerms, text, place, at=at)
    public = Case.objects.filter(pk__in=near.keys, published_at__isnull=False).select_related("place")
    mine = Case.objects.filter(pk__in=list(own)[:_COMPARED]).select_related("place") if own else []
    told = {row.pk: _released(row) for row in public} | {row.pk: _told(row) for row in mine}
    return _ranked(near.weights, text, place, list(told.values()), at=at)


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
    place: Unit
    registered_at: datetime


def _told(case: Case) -> _Told:
    said = f"{case.title}\n{case.text}"
    return _Told(case.pk, case.number, case.title, said, case.place, case.registered_at)


def _released(case: Case) -> _Told:
    said = f"{case.public_title}\n{case.public_text}"
    return _Told(case.pk, case.number, case.public_title, said, case.place, case.registered_at)


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
    if least is None:
        return _Near([], Weights.among(text, []))
    usual = index.newest(table, Question((frozenset({search.near_mark(areas[-1])}),)), most=_SAMPLE).keys
    sample = model._default_manager.filter(case__in=usual).values_list("terms", flat=True)
    weights = Weights.among(text, [frozenset(codes) for codes in sample])
    rarest = weights.rarest(_RAREST)
    keys: set[int] = set()
    for area in areas:
        keys.update(
            index.sharing(table, marks=[search.near_mark(area)], any_of=rarest, least=least, most=_COMPARED)
        )
    return _Near(sorted(keys), weights)


def _ranked(weights: Weights, text: str, place: Unit, told: list[_Told], *, at: datetime) -> list[Likely]:
    rule = in_force(likeness_rules.LIKENESS, at=at).params
    scored = [(_score(weights, place, each, rule, at=at), each) for each in told]
    best = sorted(
        ((score, each) for score, each in scored if score >= rule.least),
        key=lambda pair: (-pair[0], -pair[1].key),
    )
    return [_likely(weights, text, place, each, score, at=at) for score, each in best[: rule.most]]


def _score(weights: Weights, place: Unit, other: _Told, rule: LikenessParams, *, at: datetime) -> float:
    age = min(1.0, abs(at - other.registered_at) / timedelta(days=rule.days))
    near = 1.0 if other.place.pk == place.pk else rule.town_counts
    return likeness(weights, other.text) * near * (1 - age * (1 - rule.oldest_counts))


def _likely(weights: Weights, text: str, place: Unit, other: _Told, score: float, *, at: datetime) -> Likely:
    words = tuple(shared_words(weights, text, other.text))
    return Likely(
        number=other.number,
        title=other.title,
        place=other.place.name,
        registered_at=other.registered_at,
        score=round(score, 2),
        words=words,
        reason=_reason(place, other, words, at=at),
        key=other.key,
    )


def _reason(place: Unit, other: _Told, words: Sequence[str], *, at: datetime) -> str:
    """Say where, when and which words: “Same village, 3 days apart; both say “路灯”.”"""
    days = abs(timezone.localdate(at) - timezone.localdate(other.registered_at)).days
    where = _("same place") if other.place.pk == place.pk else _("same town")
    when = (
        ngettext("%(days)d day apart", "%(days)d days apart", days) % {"days": days}
        if days
        else _("the same day")
    )
    said = "”“".join(words)
    return _("%(where)s, %(when)s; both say “%(words)s”") % {"where": where, "when": when, "words": said}
