"""Everything the staff page of one case shows, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext

from gongzhi.cases import anonymous, deadlines, lifecycle, petition_words, rules, words
from gongzhi.cases.lifecycle import Move, State
from gongzhi.cases.models import Attachment, Case, Clock, ClockPause, Rating, Supervision
from gongzhi.cases.queries import (
    access,
    calendars,
    case_moves,
    evidence,
    governed,
    merged,
    petitions,
    story,
    together,
)
from gongzhi.cases.queries.case_moves import MoveButton
from gongzhi.cases.queries.shown import PictureFile, RuleRef, rule_ref
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotFound
from gongzhi.core.phones import masked
from gongzhi.orgs.models import UnitKind
from gongzhi.orgs.permissions import Permission, posts_granting, role_of
from gongzhi.rulebook.queries import in_force


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock as the page draws it. `remaining` is signed minutes of the clock's own calendar."""

    kind: str
    label: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None
    remaining: int
    working_day: int | None
    rule: RuleRef | None
    paused_words: str
    """What a paused clock waits for; "" while it runs."""


@dataclass(frozen=True, slots=True)
class SupervisionShown:
    """An order from above and its answer, if there is one."""

    cause: str
    words: str
    opened_at: datetime
    due_at: datetime
    answer: str
    answered_at: datetime | None
    judge_by: datetime | None
    """Until when the answer can still be sent back; None once it was judged."""
    is_enough: bool
    sent_back: int


@dataclass(frozen=True, slots=True)
class PauseShown:
    reason: str
    waiting_for: str
    started_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SightShown:
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReporterShown:
    """How the reporter is shown: masked, unless the look at it has just been recorded."""

    name: str
    phone: str
    mail: str
    is_anonymous: bool
    is_open: bool
    may_open: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    case: Case
    category: str
    steps: list[story.StoryStep]
    matter_pictures: tuple[story.PictureShown, ...]
    """Pictures that came with the matter itself."""
    main: MoveButton | None
    beside: list[MoveButton]
    more: list[MoveButton]
    clocks: list[ClockShown]
    pause: PauseShown | None
    supervisions: list[SupervisionShown]
    rating: Rating | None
    score: str
    sights: list[SightShown]
    why: str
    reads_words: bool
    reporter: ReporterShown
    spoke: str
    """Who spoke, in words."""
    typed: str
    """Who typed, by name if it was a member of staff."""
    can_comment: bool
    can_attach: bool
    was_published: bool
    petition: petitions.Stage | None
    documents: list[tuple[str, str]]
    helpers: list[together.HelpShown]
    rests_with: merged.MergedShown | None
    """The matter it rests with."""
    followers: list[merged.MergedShown]
    """The matters that rest with it."""
    ruled: governed.Governed
    before: tuple[story.PictureShown, ...]
    after: tuple[story.PictureShown, ...]
    """Pictures of before and after the work, put side by side."""
    signed: list[evidence.StatementShown]

    @property
    def stopped_clocks(self) -> list[ClockShown]:
        return [clock for clock in self.clocks if clock.stopped_at is not None]

    @property
    def answered_orders(self) -> list[SupervisionShown]:
        return [order for order in self.supervisions if order.answered_at is not None]

    @property
    def rating_tone(self) -> str:
        return "good" if self.rating and self.rating.solved else "late"

    @property
    def open_clock(self) -> ClockShown | None:
        """The running clock that ends first, for the badge beside the title."""
        return next((clock for clock in self.clocks if clock.stopped_at is None), None)


def case_page(*, viewer: Actor, number: str, at: datetime, contact_open: bool = False) -> CasePage:
    """Return what the viewer sees of a case. Raises CaseNotFound. Eleven queries for a
    small matter whatever the story's length; up to three more for what governs it, one for what was signed.

    How to reach the reporter is masked unless `contact_open`, which the door sets only right after
    `story.read_contact` has recorded the look.
    """
    case = access.get_case(viewer=viewer, number=number)
    reads = access.reads_words(viewer)
    rows = story.steps(viewer=viewer, case=case)
    petition = petitions.stage_of(case, at=at)
    pause = ClockPause.open_of(case)
    orders = list(Supervision.objects.filter(case=case).order_by("-opened_at"))
    possible = case_moves.offered(viewer, case)
    pause_shown = _pause(pause, reads, at=at)
    waiting = any(order.answered_at is None for order in orders)
    ruled = governed.governed(case, orders, viewer=viewer, reads=reads, at=at)
    possible = tuple(move for move in possible if move not in ruled.skipped)
    found = case_moves.buttons_of(case, possible, paused=pause is not None, supervised=waiting)
    main, beside, more = case_moves.arranged(case, found)
    told = story.told(rows, words_too=reads, at=at)
    # Pictures sent with the matter itself stand with its words, and not again in the story.
    own = next((step for step in reversed(told) if step.pictures and step.at == case.registered_at), None)
    sights = access.who_sees(case)
    rating = Rating.objects.filter(case=case).order_by("-pk").first()
    return CasePage(
        case=case,
        category=_category(case),
        steps=[step for step in told if step is not own],
        matter_pictures=own.pictures if own else (),
        main=main,
        beside=beside,
        more=more,
        clocks=_clocks(case, _standing_still(case, pause_shown), at),
        pause=pause_shown,
        supervisions=[_order(order, reads) for order in orders],
        rating=rating,
        score=story.score_words(rating.score) if rating and rating.score else "",
        sights=[SightShown(s.unit_name, str(words.SIGHTS[s.reason])) for s in sights],
        why=_why(viewer, sights),
        reads_words=reads,
        reporter=_reporter(viewer, case, reads=reads, is_open=contact_open),
        spoke=words.name_in(words.SPEAKERS, case.spoke),
        typed=_typed(case, reads=reads),
        can_comment=access.may(viewer, case, Move.COMMENT),
        can_attach=Move.ATTACH in possible,
        was_published=case.published_at is not None,
        petition=petition,
        documents=_documents(case, petition) if petition and reads else [],
        helpers=together.shown(case, reads=reads, at=at),
        rests_with=_rests_with(viewer, case),
        followers=merged.shown(merged.followers(case), viewer),
        ruled=ruled,
        before=_side(told, "before"),
        after=_side(told, "after"),
        signed=evidence.statements_for_staff(case, viewer=viewer, is_open=contact_open)
        if reads and any(row.move == Move.SIGN_STATEMENT for row in rows)
        else [],
    )


def _documents(case: Case, petition: petitions.Stage) -> list[tuple[str, str]]:
    return [(name, str(petition_words.DOCUMENTS[name])) for name in petitions.documents_of(case, petition)]


def _typed(case: Case, *, reads: bool) -> str:
    if case.registered_by is not None and reads:
        return case.registered_by.full_name
    return words.name_in(words.TYPISTS, case.typed)


def _side(told: Sequence[story.StoryStep], purpose: str) -> tuple[story.PictureShown, ...]:
    """Return the pictures that show one side, in the order they came."""
    shots = (shot for step in told for shot in step.pictures if shot.purpose == purpose and not shot.pages)
    return tuple(sorted(shots, key=lambda shot: shot.position))


def _standing_still(case: Case, pause: PauseShown | None) -> str:
    """Say what a clock that stands still waits for."""
    if case.status == State.MERGED:
        return gettext("rests with another matter")
    return pause.reason if pause else ""


def _rests_with(viewer: Actor, case: Case) -> merged.MergedShown | None:
    merge = merged.merge_of(case)
    return merged.shown([merge.main], viewer)[0] if merge else None


def _category(case: Case) -> str:
    if case.category is None:
        return ""
    zh = (get_language() or "").startswith("zh")
    return case.category.name_zh if zh else case.category.name_en


def _pause(row: ClockPause | None, reads: bool, *, at: datetime) -> PauseShown | None:
    if row is None:
        return None
    language = get_language() or "zh-hans"
    try:
        reason = in_force(rules.REASONS, at=at).params.label("pause", row.reason, language=language)
    except KeyError:  # A reason that has left the list since.
        reason = row.reason
    return PauseShown(reason, row.waiting_for if reads else "", row.started_at, row.until)


def _order(row: Supervision, reads: bool) -> SupervisionShown:
    return SupervisionShown(
        cause=str(words.CAUSES.get(row.cause, row.cause)),
        words=row.words if reads else "",
        opened_at=row.opened_at,
        due_at=row.due_at,
        answer=row.answer if reads else "",
        answered_at=row.answered_at,
        judge_by=row.judge_by,
        is_enough=row.judged_at is not None,
        sent_back=row.sent_back,
    )


def _reporter(viewer: Actor, case: Case, *, reads: bool, is_open: bool) -> ReporterShown:
    may_open = access.may_read_contact(viewer, case) and not case.anonymous
    if not reads:
        return ReporterShown("", "", "", case.anonymous, False, False)
    if is_open:
        return ReporterShown(
            case.reporter_name, case.reporter_phone, case.reporter_mail, case.anonymous, True, may_open
        )
    return ReporterShown(
        name=anonymous.masked_name(case.reporter_name),
        phone=masked(case.reporter_phone),
        mail=_masked_mail(case.reporter_mail),
        is_anonymous=case.anonymous,
        is_open=False,
        may_open=may_open,
    )


def _masked_mail(mail: str) -> str:
    box, sign, host = mail.partition("@")
    return f"{box[:1]}***{sign}{host}" if sign else ""


def _why(viewer: Actor, sights: Sequence[access.Sight]) -> str:
    """Say which post lets the viewer see the case."""
    posts = posts_granting(viewer, Permission.CASE_VIEW)
    seeing = {sight.unit_id for sight in sights}
    post = next((p for p in posts if p.unit_id in seeing or p.unit_kind == UnitKind.COUNTY), None)
    if post is None:
        return ""
    return gettext("You see it as %(role)s of %(unit)s.") % {
        "role": role_of(post.role).name,
        "unit": post.unit_name,
    }


_LAST_STEPS = 3


def last_steps(*, viewer: Actor, case: Case, at: datetime) -> list[story.StoryStep]:
    """Return the newest steps of a case the viewer sees: what happened while a form was open."""
    return story.told(story.steps(viewer=viewer, case=case), words_too=access.reads_words(viewer), at=at)[
        :_LAST_STEPS
    ]


def _clocks(case: Case, paused_words: str, at: datetime) -> list[ClockShown]:
    calendar = calendars.of(case.unit, at=at)
    day = calendar.hours.minutes_per_day
    shown = []
    for clock in Clock.objects.filter(case=case, quiet=False).order_by("due_at"):
        seen_at = clock.stopped_at or clock.paused_at or at
        remaining = (
            clock.margin_minutes
            if clock.margin_minutes is not None
            else deadlines.between(calendar, seen_at, clock.due_at, plain=clock.plain)
        )
        shown.append(
            ClockShown(
                kind=clock.kind,
                label=str(words.CLOCKS[lifecycle.ClockKind(clock.kind)]),
                started_at=clock.started_at,
                due_at=clock.due_at,
                stopped_at=clock.stopped_at,
                paused_at=clock.paused_at,
                remaining=remaining,
                working_day=None if clock.plain else day,
                rule=rule_ref(clock.rule),
                paused_words=paused_words if clock.paused_at and not clock.stopped_at else "",
            )
        )
    return sorted(shown, key=lambda item: item.stopped_at is not None)


def picture_for(*, viewer: Actor, number: str, position: int, small: bool = False) -> PictureFile:
    """Return a picture of a case the viewer sees, by its place among the pictures of the case.

    Raises NotFound, also for who may not read the words of cases.
    """
    case = access.get_case(viewer=viewer, number=number)
    if not access.reads_words(viewer) or position < 1:
        raise NotFound
    row = next(iter(Attachment.objects.filter(case=case).order_by("id")[position - 1 : position]), None)
    if row is None or row.purpose == Attachment.Purpose.SIGNATURE:
        raise NotFound  # A handwritten name is a name: `evidence.statements_for_staff` says who sees it.
    return PictureFile.of(row, name=f"{case.number}-{position}", small=small)
