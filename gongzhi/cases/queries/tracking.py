"""What the holder of a receipt reads: where the matter stands, its story, its pictures, what may be said now.

The receipt is the key: every function here takes a case that `find_by_receipt` or `find_by_phone` gave, or
number and code themselves. Words that are not public and names of staff never come out of this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import (
    deadlines,
    lifecycle,
    numbers,
    petition_words,
    resident_words,
    rules,
)
from gongzhi.cases.lifecycle import ClockKind, Move, State, Urgency
from gongzhi.cases.models import Attachment, Case, Clock, ClockPause, Transition
from gongzhi.cases.queries import access, calendars, evidence, merged, petitions
from gongzhi.cases.queries.chances import Chance, chances_of
from gongzhi.cases.queries.shown import PictureFile, RuleRef, Shot, rule_ref, shots_of, shots_of_side
from gongzhi.cases.resident_words import Standing
from gongzhi.core import crypto
from gongzhi.core.actor import Actor, ActorKind, resident
from gongzhi.rulebook.queries import in_force

_QUIET_MOVES = frozenset(
    {Move.COMMENT, Move.ATTACH, Move.ANSWER_SUPERVISION, Move.RATE_HELP, Move.CALL_OFF, Move.REASSIGN}
)
"""Steps that are left out of the resident's story when their words are not public; the receipt page counts
them."""
HOME_MATTERS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story."""

    at: datetime
    who: str
    what: str
    words: str
    tone: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """One matter as its reporter sees it."""

    number: str
    code: str
    title: str
    text: str
    place: str
    place_code: str
    state: State
    standing: Standing
    unit: str
    unit_phone: str
    due_at: datetime | None
    """By when an answer (or, before acceptance, a word) is due; None while nothing runs."""
    late: bool
    rule: RuleRef | None
    """The rule that set the due moment."""
    registered_at: datetime
    answer: str
    outcome: str
    solved: bool | None
    score: int | None
    reworks: int
    refusal: str
    """Why it was not taken on and who is responsible; "" unless that is how it stands."""
    shots: tuple[Shot, ...]
    """Pictures that came with the matter itself."""
    steps: tuple[Step, ...]
    """Newest first."""
    hidden: int
    chances: tuple[Chance, ...]
    is_public: bool
    together: tuple[str, ...]
    """The units that work on it with the one that has it."""
    petition: petitions.Stage | None
    documents: tuple[tuple[str, str], ...]
    """Names and titles of what can be printed."""
    main_number: str
    """The matter it rests with; "" for one that goes by itself."""
    main_is_public: bool
    before: tuple[Shot, ...]
    after: tuple[Shot, ...]
    """Pictures of before and after the work that somebody released to the reporter, or that are theirs."""
    signed: tuple[evidence.StatementShown, ...]
    """What the reporter, or somebody for them, signed on the spot."""

    def may(self, move: str) -> Chance | None:
        return next((chance for chance in self.chances if chance.move == move), None)

    @property
    def may_say(self) -> dict[str, Chance]:
        """The chances by name, for templates."""
        return {str(chance.move): chance for chance in self.chances}


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """A matter this phone remembers, in a few words."""

    number: str
    code: str
    title: str
    state: State
    standing: Standing
    answer: str
    due_at: datetime | None
    unit: str

    @property
    def waits_for_judgement(self) -> bool:
        return self.state is State.RESOLVED


class NoSuchReceipt(access.CaseNotFound):
    """Number and code, or number and telephone, do not belong together: the same words whatever was wrong."""

    message = _("We find no matter under this number and code.")
    hint = _(
        "Please compare both with your receipt. If it is lost, the telephone number you gave opens it too;"
        " the village office can tell you how the matter stands."
    )


@dataclass(frozen=True, slots=True)
class FirstWord:
    """By when a matter raised now is taken on or refused, and the rule that says so."""

    due_at: datetime
    rule: RuleRef


def first_word(*, at: datetime) -> FirstWord:
    """Return by when someone who raises an ordinary matter now hears a first word."""
    rule = in_force(rules.ACCEPT_LIMIT, at=at)
    limit = rule.params.limit_for(Urgency.ORDINARY)
    due_at = deadlines.add(calendars.at(at), at, limit.minutes, plain=limit.plain)
    return FirstWord(due_at, RuleRef(rule.code, str(rules.ACCEPT_LIMIT.title), str(rule.version)))


def find_by_receipt(*, number: str, code: str) -> Case:
    """Return the case whose receipt this is. Raises NoSuchReceipt, the same whatever was wrong."""
    try:
        return access.get_case_by_receipt(number=number, code=code)
    except access.CaseNotFound as absent:
        raise NoSuchReceipt from absent


def find_by_phone(*, number: str, phone: str) -> Case:
    """Return the case with this number if this telephone was left with it. Raises NoSuchReceipt.

    The telephone is compared by its blind index; nothing is decrypted, and an anonymous case never fits.
    """
    key = numbers.parse_number(number) or 0
    case = Case.objects.select_related("place", "desk", "unit").filter(pk=key).first()
    wanted = case.reporter_phone_index if case else ""
    candidates = crypto.blind_index_candidates(phone, purpose="cases.phone")
    fits = [constant_time_compare(candidate, wanted) for candidate in candidates]
    if case is None or not any(fits) or case.number != numbers.canonical(number):
        raise NoSuchReceipt
    return case


def tracked(case: Case, *, at: datetime) -> Tracked:
    """Return the case as its reporter sees it. Four queries whatever the length of the story,
    one more for what was signed."""
    attachments = list(Attachment.objects.filter(case=case).order_by("id"))
    rows = Transition.objects.filter(case=case).select_related("by_unit", "to_unit").order_by("-seq")
    main, stage = merged.answer_of(case), petitions.stage_of(case, at=at)
    clock = _clock(main)
    pause = ClockPause.open_of(case)
    due_at = clock.due_at if clock and clock.paused_at is None else None
    late = due_at is not None and due_at < at
    shown = [row for row in rows if row.public or row.move not in _QUIET_MOVES]
    first = {row.pk for row in shown if row.move == Move.ATTACH and row.at == case.registered_at}
    return Tracked(
        number=case.number,
        code=numbers.receipt_code(case.number, case.receipt_serial),
        title=case.title,
        text=case.text,
        place=resident_words.place_name(case.place.name)
        + (f" · {case.place_detail}" if case.place_detail else ""),
        place_code=case.place.code,
        state=State(case.status),
        standing=_stands(case, main, late=late, pause=pause),
        unit=main.unit.name,
        unit_phone=main.unit.phone,
        due_at=due_at,
        late=late,
        rule=rule_ref(clock.rule) if clock else None,
        registered_at=case.registered_at,
        answer=main.answer if main.status in (State.RESOLVED, State.CLOSED) else "",
        outcome=resident_words.outcome_name(main.outcome),
        solved=case.solved,
        score=case.score,
        reworks=case.reworks,
        refusal=_refusal(case, shown),
        shots=shots_of(attachments, first),
        steps=tuple(_step(row, shots_of(attachments, {row.pk} - first)) for row in shown),
        hidden=case.moves - len(shown),
        chances=tuple(chances_of(case, main, stage, at=at)),
        is_public=case.published_at is not None,
        together=_together(main),
        petition=stage,
        documents=_documents(case, stage),
        main_number="" if main is case else main.number,
        main_is_public=main is not case and main.published_at is not None,
        before=shots_of_side(attachments, Attachment.Purpose.BEFORE),
        after=shots_of_side(attachments, Attachment.Purpose.AFTER),
        signed=_signed(case, attachments),
    )


def _signed(case: Case, attachments: Sequence[Attachment]) -> tuple[evidence.StatementShown, ...]:
    """Return what was signed with a drawing the reporter sees; no query where nothing was."""
    own = {a.key for a in attachments if a.purpose == Attachment.Purpose.SIGNATURE and a.public}
    return tuple(row for row in evidence.statements(case, attachments) if row.key in own) if own else ()


def _documents(case: Case, stage: petitions.Stage | None) -> tuple[tuple[str, str], ...]:
    names = petitions.documents_of(case, stage) if stage else []
    return tuple((name, str(petition_words.DOCUMENTS[name])) for name in names)


def _together(case: Case) -> tuple[str, ...]:
    if case.status not in lifecycle.HELPED_STATES:
        return ()
    return tuple(call.unit.name for call in access.help_calls(case) if call.ended_at is None)


def _clock(case: Case) -> Clock | None:
    """Return the clock whose end the resident waits for: acceptance, then the answer."""
    kinds = (ClockKind.ACCEPT, ClockKind.FINISH)
    return (
        Clock.objects.filter(case=case, kind__in=kinds, stopped_at__isnull=True, quiet=False)
        .order_by("kind")
        .first()
    )


def _stands(case: Case, main: Case, *, late: bool, pause: ClockPause | None) -> Standing:
    if main is case:
        return _standing(case, late=late, pause=pause)
    return resident_words.standing_merged(
        state=State(main.status), unit=main.unit.name, desk=main.desk.name, solved=case.solved, late=late
    )


def _standing(case: Case, *, late: bool, pause: ClockPause | None) -> Standing:
    return resident_words.standing(
        state=State(case.status),
        desk=case.desk.name,
        unit=case.unit.name,
        solved=case.solved,
        late=late,
        waiting_for=pause.waiting_for if pause else "",
    )


def _refusal(case: Case, newest_first: Sequence[Transition]) -> str:
    if case.status != State.DECLINED:
        return ""
    return next((row.words for row in newest_first if row.move == Move.DECLINE and row.public), "")


def _step(row: Transition, shots: tuple[Shot, ...]) -> Step:
    kind = row.by_key.split(":")[0]
    words = row.words if row.public else ""
    return Step(
        at=row.at,
        who=resident_words.who(
            is_system=kind == ActorKind.SYSTEM,
            is_staff=kind == ActorKind.STAFF,
            unit=row.by_unit.name if row.by_unit else "",
            role=row.by_role,
            acting_for=bool(row.data.get("acting_for")),
            is_neighbour=bool(row.data.get("merged")),
        ),
        what=resident_words.what(
            row.move,
            unit=row.to_unit.name if row.to_unit else str(row.data.get("helper_name", "")),
            solved=row.data.get("solved"),
        ),
        words=words,
        tone="good" if row.move in (Move.RESOLVE, Move.SETTLE) else "",
        shots=shots,
    )


def hands_out(viewer: Actor, case: Case) -> bool:
    """Whether the viewer hands the receipt over: who typed the case in, or last replaced its lost receipt.

    A replaced receipt is shown to nobody who printed an older one, and to nobody who has the case in hand.
    """
    if not case.receipt_serial:
        return case.registered_by_id == viewer.user_id
    printed = Transition.objects.filter(case=case, move=Move.REISSUE).order_by("-seq").first()
    return printed is not None and printed.by_key == viewer.key and not access.has_in_hand(viewer, case)


def code_of(case: Case) -> str:
    """Return the receipt code, for the one who has just proved to hold the receipt."""
    return numbers.receipt_code(case.number, case.receipt_serial)


def public_address(case: Case) -> str:
    """Return the address of the reporter's page with the name of the site, for QR codes and paper."""
    path = f"/t/{case.number}/{code_of(case)}/"
    return settings.PUBLIC_ADDRESS.rstrip("/") + path


def own_matters(receipts: Sequence[tuple[str, str]], *, at: datetime) -> list[OwnMatter]:
    """Return the newest matters among receipts a phone remembers; wrong ones are left out. Three queries."""
    codes = {numbers.parse_number(number) or 0: numbers.normalise_code(code) for number, code in receipts}
    if not codes:
        return []
    found = Case.objects.select_related("desk", "unit").filter(pk__in=codes).order_by("-moved_at")
    cases = [case for case in found if constant_time_compare(code_of(case), codes[case.pk])][:HOME_MATTERS]
    finish = (ClockKind.ACCEPT, ClockKind.FINISH)
    running = Clock.objects.filter(case__in=cases, kind__in=finish, stopped_at__isnull=True, quiet=False)
    clocks = {clock.case_id: clock for clock in running.order_by("-kind")}
    pauses = {p.case_id: p for p in ClockPause.objects.filter(case__in=cases, ended_at__isnull=True)}
    return [_own(case, clocks.get(case.pk), pauses.get(case.pk), at=at) for case in cases]


def _own(case: Case, clock: Clock | None, pause: ClockPause | None, *, at: datetime) -> OwnMatter:
    main = merged.answer_of(case)
    if main is not case:
        clock = _clock(main)
    due_at = clock.due_at if clock and clock.paused_at is None else None
    late = due_at is not None and due_at < at
    return OwnMatter(
        number=case.number,
        code=numbers.receipt_code(case.number, case.receipt_serial),
        title=case.title,
        state=State(case.status),
        standing=_stands(case, main, late=late, pause=pause),
        answer=main.answer if main.status == State.RESOLVED else "",
        due_at=due_at,
        unit=main.unit.name,
    )


def last_own_move(case: Case) -> str:
    """Return the newest move the reporter made, or ""; tells a second press from a stranger's. One query."""
    mine = Transition.objects.filter(case=case, by_key=resident().key).order_by("-seq")
    return mine.values_list("move", flat=True).first() or ""


def picture(case: Case, position: int, *, small: bool = False) -> PictureFile:
    """Return a picture the reporter may see, by its place among the pictures of the case; made small for
    a page. Raises CaseNotFound."""
    rows = Attachment.objects.filter(case=case).order_by("id")
    row = next(iter(rows[position - 1 : position]), None) if position > 0 else None
    if row is None or not row.public:
        raise access.CaseNotFound
    return PictureFile.of(row, name=f"{case.number}-{position}", small=small)
