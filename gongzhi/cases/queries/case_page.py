"""Everything the staff page of one case shows, read in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases import deadlines, lifecycle, rules, words
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Attachment, Case, Clock, ClockPause, Rating, Supervision, Transition
from gongzhi.cases.queries import access, calendars, story
from gongzhi.cases.queries.tracking import PictureFile
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.core.phones import masked
from gongzhi.rulebook.queries import in_force

_FIRST = (
    Move.ACCEPT,
    Move.DISPATCH,
    Move.SIGN,
    Move.RESOLVE,
    Move.ANSWER_SUPERVISION,
    Move.RESUME,
    Move.CONTACT,
    Move.ESCALATE,
    Move.RETURN,
    Move.DECLINE,
    Move.SETTLE,
    Move.REFER_DOWN,
    Move.SUPERVISE,
    Move.PUBLISH,
)
"""The order of work: the first possible one is the main button, the next few stand beside it."""
_BESIDE = 3


@dataclass(frozen=True, slots=True)
class MoveButton:
    move: Move
    label: str


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock as the page draws it. `remaining` is signed minutes of the clock's own calendar."""

    clock: Clock
    label: str
    remaining: int
    working_day: int | None
    rule: str
    version: str


@dataclass(frozen=True, slots=True)
class CasePage:
    case: Case
    steps: list[Transition]
    main: MoveButton | None
    beside: list[MoveButton]
    more: list[MoveButton]
    clocks: list[ClockShown]
    pause: ClockPause | None
    supervisions: list[Supervision]
    rating: Rating | None
    sights: list[access.Sight]
    reads_words: bool
    may_read_contact: bool
    reporter_name: str
    reporter_phone: str
    reporter_mail: str
    can_comment: bool
    can_attach: bool


def case_page(*, viewer: Actor, number: str, at: datetime, contact_open: bool = False) -> CasePage:
    """Return what the viewer sees of a case. Raises CaseNotFound. Ten queries whatever the story's length.

    How to reach the reporter is masked unless `contact_open`, which the door sets only right after
    `story.read_contact` has recorded the look.
    """
    case = access.get_case(viewer=viewer, number=number)
    possible = _buttons(viewer, case)
    reads = access.reads_words(viewer)
    return CasePage(
        case=case,
        steps=story.steps(viewer=viewer, case=case),
        main=possible[0] if possible else None,
        beside=possible[1 : 1 + _BESIDE],
        more=possible[1 + _BESIDE :],
        clocks=_clocks(case, at),
        pause=ClockPause.objects.filter(case=case, ended_at__isnull=True).first(),
        supervisions=list(Supervision.objects.filter(case=case).order_by("-opened_at")),
        rating=Rating.objects.filter(case=case).order_by("-round").first(),
        sights=access.who_sees(case),
        reads_words=reads,
        may_read_contact=access.may_read_contact(viewer, case),
        reporter_name=_name(case, contact_open) if reads else "",
        reporter_phone=(case.reporter_phone if contact_open else masked(case.reporter_phone)) if reads else "",
        reporter_mail=case.reporter_mail if contact_open else "",
        can_comment=access.may(viewer, case, Move.COMMENT),
        can_attach=Move.ATTACH in access.possible_moves(viewer, case),
    )


def _name(case: Case, contact_open: bool) -> str:
    """The whole name only when opened; else the family name and a mark."""
    if contact_open or not case.reporter_name:
        return case.reporter_name
    return case.reporter_name[0] + "＊" * max(1, len(case.reporter_name[1:3]))


def _buttons(viewer: Actor, case: Case) -> list[MoveButton]:
    asides = {Move.COMMENT, Move.ATTACH}
    skipped = _pointless(case)
    found = [m for m in access.possible_moves(viewer, case) if m in words.BUTTONS and m not in asides | skipped]
    found.sort(key=lambda move: _FIRST.index(move) if move in _FIRST else len(_FIRST))
    return [MoveButton(move, str(words.BUTTONS[move])) for move in found]


def _pointless(case: Case) -> set[Move]:
    """Moves the table allows but that would be refused for what the case is now."""
    paused = ClockPause.objects.filter(case=case, ended_at__isnull=True).exists()
    supervised = Supervision.objects.filter(case=case, answered_at__isnull=True).exists()
    skipped = {Move.PAUSE if paused else Move.RESUME}
    if not supervised:
        skipped.add(Move.ANSWER_SUPERVISION)
    if case.arbitrated:
        skipped.add(Move.RETURN)
    if case.published_at is None:
        skipped.add(Move.UNPUBLISH)
    if case.status == State.DISPATCHED and case.unit_id != case.desk_id:
        skipped.add(Move.REFER_DOWN)
    if lifecycle.level_above(lifecycle.Level(case.level)) is None:
        skipped.add(Move.ESCALATE)
    if case.rated_at is None or case.score is not None:
        skipped.add(Move.RATE)
    return skipped


def _clocks(case: Case, at: datetime) -> list[ClockShown]:
    calendar = calendars.at(at)
    day = calendar.hours.minutes_per_day
    shown = []
    for clock in Clock.objects.filter(case=case).order_by("stopped_at", "due_at"):
        seen_at = clock.stopped_at or clock.paused_at or at
        remaining = (
            clock.margin_minutes
            if clock.margin_minutes is not None
            else deadlines.between(calendar, seen_at, clock.due_at, plain=clock.plain)
        )
        code, _at, version = clock.rule.partition("@")
        label = str(words.CLOCKS[lifecycle.ClockKind(clock.kind)])
        shown.append(ClockShown(clock, label, remaining, None if clock.plain else day, code, version))
    return sorted(shown, key=lambda item: item.clock.stopped_at is not None)


def picture_for(*, viewer: Actor, number: str, key: int) -> PictureFile:
    """Return a picture of a case the viewer sees. Raises NotFound."""
    case = access.get_case(viewer=viewer, number=number)
    if not access.reads_words(viewer):
        raise NotFound
    row = Attachment.objects.filter(case=case, pk=key).first()
    if row is None:
        raise NotFound
    return PictureFile.of(row)


def reasons(name: rules.ReasonList, *, at: datetime, language: str) -> Mapping[str, str]:
    """Return the list of reasons in force as code -> words."""
    rows: tuple[rules.Choice, ...] = getattr(in_force(rules.REASONS, at=at).params, name)
    return {row.code: row.zh if language.startswith("zh") else row.en for row in rows}
