"""The story of a case: its transitions in order, and each step told as staff read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, pgettext

from gongzhi.cases import evidence_words, rules, words
from gongzhi.cases.lifecycle import Level, Move, Outcome
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.queries.access import reads_words
from gongzhi.cases.queries.shown import RuleRef, rule_ref
from gongzhi.core.actor import Actor, ActorKind
from gongzhi.orgs.permissions import RoleCode, role_of
from gongzhi.rulebook.queries import in_force

_TONES = {
    Move.RESOLVE: "good",
    Move.SETTLE: "good",
    Move.DECLINE: "soon",
    Move.RETURN: "soon",
    Move.ESCALATE: "soon",
    Move.SUPERVISE: "late",
    Move.NOT_SOLVED: "late",
    Move.REOPEN: "late",
}
_SAID_IN_LINES = frozenset({Move.ESCALATE})
"""Moves whose words are told line by line from their data, so they are not said twice."""
_REASONS: dict[Move, rules.ReasonList] = {Move.RETURN: "returning", Move.DECLINE: "decline"}


def steps(*, viewer: Actor, case: Case) -> list[Transition]:
    """Return all steps of a case the viewer sees, oldest first, with unit and pictures. Two queries.

    Whoever may not read words of cases gets the steps with empty words.
    """
    rows = (
        Transition.objects.filter(case=case)
        .select_related("by_unit", "to_unit")
        .prefetch_related("attachments")
    )
    found = list(rows.order_by("seq"))
    if not reads_words(viewer):
        for step in found:
            step.words, step.by_name, step.data = "", "", {}
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled part of what was said with a step: what was tried, why not."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class PictureShown:
    """A picture of the story; `position` counts the pictures of the case from 1."""

    position: int
    is_internal: bool
    purpose: str = ""
    purpose_words: str = ""
    pages: int = 0
    size: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step as the page tells it. `is_quiet` marks what nobody wrote words for."""

    seq: int
    at: datetime
    who: str
    what: str
    lines: tuple[Line, ...]
    words: str
    is_internal: bool
    """The resident does not read these words."""
    is_quiet: bool
    tone: str
    pictures: tuple[PictureShown, ...]
    rule: RuleRef | None


def told(rows: Sequence[Transition], *, words_too: bool, at: datetime) -> list[StoryStep]:
    """Return the steps as staff read them, newest first. No query beyond the rulebook's copy."""
    positions = _positions(rows)
    reasons = in_force(rules.REASONS, at=at).params
    return [_told(row, positions, reasons, words_too=words_too) for row in reversed(rows)]


def _positions(rows: Sequence[Transition]) -> dict[int, int]:
    keys = sorted(picture.pk for row in rows for picture in row.attachments.all())
    return {key: position for position, key in enumerate(keys, 1)}


def _told(
    row: Transition, positions: dict[int, int], reasons: rules.ReasonLists, *, words_too: bool
) -> StoryStep:
    move = Move(row.move)
    lines = _lines(row, move, reasons) if words_too else ()
    said = "" if move in _SAID_IN_LINES else row.words
    shots = (
        _shots(row.attachments.all(), positions, row.words if move is Move.ATTACH else "")
        if words_too
        else ()
    )
    return StoryStep(
        seq=row.seq,
        at=row.at,
        who=_who(row),
        what=_what(row, move),
        lines=lines,
        words=said,
        is_internal=not row.public and bool(said or lines or shots),
        is_quiet=not (said or lines or shots),
        tone=_TONES.get(move, ""),
        pictures=shots,
        rule=rule_ref(row.rule),
    )


def _shots(
    rows: Iterable[Attachment], positions: dict[int, int], caption: str = ""
) -> tuple[PictureShown, ...]:
    return tuple(
        PictureShown(
            positions[row.pk],
            not row.public,
            row.purpose,
            str(evidence_words.PURPOSES[row.purpose]),
            row.pages,
            row.size,
            caption,
        )
        for row in rows
        if row.purpose != Attachment.Purpose.SIGNATURE
    )


def _who(row: Transition) -> str:
    """Return unit, role and name of a member of staff; the resident and the system are named as such."""
    kind = row.by_key.split(":")[0]
    if kind == ActorKind.RESIDENT:
        return pgettext("who", "the reporter")
    if kind != ActorKind.STAFF:
        return pgettext("who", "by itself")
    unit = row.by_unit.name if row.by_unit else ""
    role = str(role_of(row.by_role).name) if row.by_role in list(RoleCode) else ""
    return " ".join(part for part in (unit, role, row.by_name) if part)


def _what(row: Transition, move: Move) -> str:
    what = str(words.MOVED[move])
    if move in (Move.DISPATCH, Move.REFER_DOWN, Move.ESCALATE, Move.RETURN) and row.to_unit:
        what = gettext("%(what)s to %(unit)s") % {"what": what, "unit": row.to_unit.name}
    if row.data.get("helper_name"):
        what = gettext("%(what)s: %(unit)s") % {"what": what, "unit": row.data["helper_name"]}
    if row.data.get("main"):
        what = gettext("%(what)s: %(unit)s") % {"what": what, "unit": row.data["main"]}
    if row.data.get("merged"):
        what = gettext("%(what)s (the reporter of a merged matter)") % {"what": what}
    if row.data.get("acting_for"):
        what = gettext("%(what)s (for the reporter)") % {"what": what}
    return what


def _lines(row: Transition, move: Move, reasons: rules.ReasonLists) -> tuple[Line, ...]:
    found = [Line(str(label), text) for label, text in _pairs(row, move, reasons) if text]
    return tuple(found)


def _pairs(row: Transition, move: Move, reasons: rules.ReasonLists) -> list[tuple[str, str]]:
    data = row.data
    if move is Move.ESCALATE:
        return [
            (pgettext("story", "What was tried"), str(data.get("tried", ""))),
            (pgettext("story", "Why it cannot be settled here"), str(data.get("why_not", ""))),
        ]
    if move is Move.RETURN:
        return [(pgettext("story", "Reason"), _reason(reasons, move, str(data.get("reason", ""))))]
    if move is Move.ACCEPT:
        names = (words.KINDS.get(data.get("kind", "")), words.TIERS.get(data.get("tier", "")))
        return [(pgettext("story", "Accepted as"), " · ".join(str(name) for name in names if name))]
    if move is Move.RESOLVE and data.get("outcome") in list(Outcome):
        return [
            (pgettext("story", "What came of it"), str(words.OUTCOMES[Outcome(data["outcome"])])),
            (pgettext("story", "Why there is no photo"), str(data.get("no_after", ""))),
        ]
    if move is Move.SIGN_STATEMENT:
        about, signer = evidence_words.ABOUT.get(data.get("about", "")), data.get("signer", "")
        return [
            (pgettext("story", "What was signed for"), str(about or "")),
            (pgettext("story", "Who signed"), str(evidence_words.SIGNERS.get(signer, ""))),
        ]
    if move in (Move.COMMENT, Move.ATTACH) and data.get("spoke"):
        names = (words.CHANNELS.get(data.get("channel", "")), words.SPEAKERS.get(data["spoke"]))
        return [(pgettext("story", "How it came"), " · ".join(str(name) for name in names if name))]
    if move in (Move.CONFIRM, Move.RATE, Move.RATE_HELP, Move.JUDGE_MERGED):
        return _judgement(data)
    return []


def _reason(reasons: rules.ReasonLists, move: Move, code: str) -> str:
    try:
        return reasons.label(_REASONS[move], code, language=get_language() or "zh-hans")
    except KeyError:  # A reason that has left the list since: its code still says something.
        return code


def _judgement(data: dict[str, object]) -> list[tuple[str, str]]:
    pairs = []
    if data.get("solved") is not None:
        answer = gettext("yes") if data["solved"] else gettext("no")
        pairs.append((pgettext("story", "Solved"), answer))
    if isinstance(data.get("score"), int):
        pairs.append((pgettext("story", "Satisfaction"), score_words(int(str(data["score"])))))
    return pairs


def score_words(score: int) -> str:
    """Return a rating in the words of the standard."""
    names = {
        5: pgettext("rating", "very satisfied"),
        4: pgettext("rating", "satisfied"),
        3: pgettext("rating", "basically satisfied"),
        2: pgettext("rating", "dissatisfied"),
        1: pgettext("rating", "very dissatisfied"),
    }
    return names[score]


def level_words(level: str) -> str:
    return str(words.LEVELS[Level(level)])
