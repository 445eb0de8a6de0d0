"""Finding matters by words: staff within their sight, everybody among the words made public.

The index gives keys, newest first and bounded; whoever uses them still narrows by sight or publication in the
same statement, so an index that is seconds behind hides at most and never shows.
"""

from collections.abc import Collection
from dataclasses import dataclass

from gongzhi.cases.lifecycle import OPEN_STATES
from gongzhi.cases.models import Case, CaseSight, CaseTerms, PublicTerms
from gongzhi.core.actor import Actor
from gongzhi.language import index, terms
from gongzhi.language.index import Found, TermTable
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting

MOST = 1_000
"""Technical: newest matches a list goes on with; who needs an older one types a further word."""
_NOTHING = Found([], is_all=True)


def find_keys(*, viewer: Actor, words: str, open_only: bool = False, most: int = MOST) -> Found:
    """Return the newest matters with these words in the viewer's sight, by what was said in them.

    For nobody who may not read words. Found within seconds after a matter is registered or handed on.
    """
    readers = posts_granting(viewer, Permission.CASE_WORDS)
    units = {post.unit_id for post in posts_granting(viewer, Permission.CASE_VIEW)}
    if not readers or not units:
        return _NOTHING
    groups = [[OPEN]] if open_only else []
    if not any(post.unit_kind == UnitKind.COUNTY for post in posts_granting(viewer, Permission.CASE_VIEW)):
        groups.append([sight_mark(unit) for unit in sorted(units)])
    asked = terms.with_marks(terms.question(words), *groups)
    return index.newest(TermTable.of(CaseTerms, "case_id"), asked, most=most)


def find_public_keys(words: str, *, most: int = MOST) -> Found:
    """Return the newest matters whose released words hold these."""
    return index.newest(TermTable.of(PublicTerms, "case_id"), terms.question(words), most=most)


@dataclass(frozen=True, slots=True)
class Indexed:
    """The terms a case is to be found by now; `public` is None for one that is not published."""

    case: int
    all: list[int]
    public: list[int] | None


def terms_for_job(cases: Collection[int]) -> list[Indexed]:
    """Return the terms of these cases as they are now. Two queries."""
    sights: dict[int, list[tuple[int, str]]] = {}
    for case, unit, reason in CaseSight.objects.filter(case__in=cases).values_list("case", "unit", "reason"):
        sights.setdefault(case, []).append((unit, reason))
    rows = (
        Case.objects.filter(pk__in=cases)
        .select_related("place")
        .defer("reporter_name", "reporter_phone", "reporter_mail")
    )
    return [_indexed(row, sights.get(row.pk, [])) for row in rows.order_by("pk")]


def _indexed(case: Case, sights: Collection[tuple[int, str]]) -> Indexed:
    said = "\n".join((case.title, case.text, case.place_detail, case.place.name, case.answer, _number(case)))
    heard = terms.sound_terms_of("\n".join((case.title, case.place_detail, case.place.name)))
    near = {near_mark(unit) for unit, reason in sights if reason == CaseSight.Reason.PLACE}
    marks = {sight_mark(unit) for unit, _reason in sights} | near | {index.block_mark(case.pk)}
    if case.status in OPEN_STATES:
        marks.add(OPEN)
    found = terms.terms_of(said) | heard | marks
    return Indexed(case.pk, terms.codes_of(found), _public(case, near))


def _public(case: Case, near: set[str]) -> list[int] | None:
    if case.published_at is None:
        return None
    said = "\n".join(
        (case.public_title, case.public_text, case.public_answer, case.place.name, _number(case))
    )
    heard = terms.sound_terms_of(f"{case.public_title}\n{case.place.name}")
    return terms.codes_of(terms.terms_of(said) | heard | near | {index.block_mark(case.pk)})


def _number(case: Case) -> str:
    """The number whole and its last part without leading zeros, as people read it out."""
    return f"{case.number} {case.number.rpartition('-')[2].lstrip('0')}"


OPEN = terms.mark("open")
"""The mark of a matter that is open."""


def sight_mark(unit: int) -> str:
    return terms.mark("seen", unit)


def codes_of_sight(unit: int) -> list[int]:
    """Return what the terms of a case hold when this unit sees it."""
    return terms.codes_of([sight_mark(unit)])


def near_mark(unit: int) -> str:
    """The mark of a village or town the matter is about; public, unlike who sees it."""
    return terms.mark("near", unit)
