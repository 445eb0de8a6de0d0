"""What the test of the promises plays with: a county, and for every move how somebody makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongzhi.cases.actions import (
    checking,
    dispatching,
    experts,
    extending,
    gates,
    handling,
    intake,
    judging,
    pausing,
    reissuing,
    story,
    supervising,
)
from gongzhi.cases.lifecycle import Channel, Kind, Move, Outcome, Tier, Urgency
from gongzhi.cases.models import (
    Case,
    Expert,
)
from gongzhi.cases.queries import categories
from gongzhi.core.actor import Actor, resident
from gongzhi.orgs import paths
from gongzhi.orgs.models import Unit, UnitKind
from tests.cast import SINCE, Cast

RESIDENT = resident("王桂芳")


@dataclass(frozen=True)
class World:
    cast: Cast
    actors: tuple[Actor, ...]
    units: tuple[Unit, ...]


def one_more(code: str, name: str, kind: UnitKind, parent: Unit) -> Unit:
    path = paths.join(parent.path, code)
    return Unit.objects.create(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        path=path,
        depth=paths.depth(path),
        valid_from=SINCE,
    )


Play = Callable[[World, Case, Actor, datetime, int], object]
WORDS = ("说明情况。", "", "  ", "长" * 8001)
PUBLIC = story.PublicText("路", "路塌了。", "修好了。")


def words_of(n: int) -> str:
    return WORDS[n % 7] if n % 7 < len(WORDS) else WORDS[0]


def unit_of(world: World, n: int) -> Unit:
    return world.units[n % len(world.units)]


def assessment_of(n: int) -> dispatching.Assessment:
    kind = sorted(Kind)[n % len(Kind)] if n % 11 else "nonsense"
    return dispatching.Assessment(
        categories.get_category("0101"), kind, sorted(Tier)[n % 3], sorted(Urgency)[n % 3]
    )


def other_of(world: World, case: Case) -> Case:
    """Return another matter of the village: the one that was there first, or a new one."""
    first = Case.objects.exclude(pk=case.pk).order_by("pk").first()
    if first is not None:
        return first
    matter = intake.Matter(text="同一段路。", place=world.cast.units.village)
    return intake.register_case(
        matter=matter, reporter=intake.Reporter(), channel=Channel.WEB, by=RESIDENT, at=case.registered_at
    )


SEATS = ("cadre", "member", "head", "delegate")
PLAYS: dict[Move, Play] = {
    Move.SETTLE: lambda w, c, by, at, n: intake.settle_case(
        case=c, result=words_of(n), category=categories.get_category(("1001", "0303")[n % 2]), by=by, at=at
    ),
    Move.ACCEPT: lambda w, c, by, at, n: dispatching.accept_case(
        case=c, assessment=assessment_of(n), by=by, at=at
    ),
    Move.DECLINE: lambda w, c, by, at, n: dispatching.decline_case(
        case=c,
        reason="not_ours" if n % 5 else "nonsense",
        responsible=words_of(n),
        words="",
        by=by,
        at=at,
    ),
    Move.OBJECT: lambda w, c, by, at, n: judging.object_to_refusal(case=c, words=words_of(n), by=by, at=at),
    Move.DISPATCH: lambda w, c, by, at, n: dispatching.dispatch_case(
        case=c, unit=unit_of(w, n), words="", by=by, at=at
    ),
    Move.SIGN: lambda w, c, by, at, n: handling.sign_case(case=c, by=by, at=at),
    Move.RETURN: lambda w, c, by, at, n: dispatching.return_case(
        case=c, reason="other_unit" if n % 5 else "nonsense", words=words_of(n), by=by, at=at
    ),
    Move.ESCALATE: lambda w, c, by, at, n: dispatching.escalate_case(
        case=c, tried="试过。", why_not=words_of(n), by=by, at=at
    ),
    Move.REFER_DOWN: lambda w, c, by, at, n: dispatching.refer_down(
        case=c, unit=unit_of(w, n), reason=words_of(n // 8), by=by, at=at
    ),
    Move.RESOLVE: lambda w, c, by, at, n: handling.resolve_case(
        case=c, outcome=[*sorted(Outcome), "nonsense"][n % 5], answer=words_of(n), by=by, at=at
    ),
    Move.CONFIRM: lambda w, c, by, at, n: judging.confirm_case(
        case=c, solved=bool(n % 2), score=(None, 5, 1, 6)[n % 4], by=by, at=at
    ),
    Move.RATE: lambda w, c, by, at, n: judging.rate_answer(case=c, score=n % 7, by=by, at=at),
    Move.NOT_SOLVED: lambda w, c, by, at, n: judging.say_not_solved(case=c, words=words_of(n), by=by, at=at),
    Move.CLOSE_UNRATED: lambda w, c, by, at, n: judging.close_unrated(case=c, by=by, at=at),
    Move.REOPEN: lambda w, c, by, at, n: judging.reopen_case(case=c, words=words_of(n), by=by, at=at),
    Move.WITHDRAW: lambda w, c, by, at, n: judging.withdraw_case(case=c, words=words_of(n), by=by, at=at),
    Move.CONTACT: lambda w, c, by, at, n: handling.record_contact(case=c, words=words_of(n), by=by, at=at),
    Move.PAUSE: lambda w, c, by, at, n: pausing.pause_case(
        case=c, reason="weather" if n % 5 else "nonsense", waiting_for="天晴", by=by, at=at
    ),
    Move.RESUME: lambda w, c, by, at, n: pausing.resume_case(case=c, by=by, at=at),
    Move.SUPERVISE: lambda w, c, by, at, n: supervising.supervise_case(
        case=c, words=words_of(n), by=by, at=at
    ),
    Move.ANSWER_SUPERVISION: lambda w, c, by, at, n: supervising.answer_supervision(
        case=c, answer=words_of(n), by=by, at=at
    ),
    Move.COMMENT: lambda w, c, by, at, n: story.comment_case(
        case=c, words=words_of(n), public=bool(n % 2), by=by, at=at
    ),
    Move.PUBLISH: lambda w, c, by, at, n: story.publish_case(case=c, public=PUBLIC, by=by, at=at),
    Move.UNPUBLISH: lambda w, c, by, at, n: story.unpublish_case(case=c, words=words_of(n), by=by, at=at),
    Move.JUDGE_ANSWER: lambda w, c, by, at, n: supervising.judge_answer(
        case=c, sufficient=bool(n % 2), words=words_of(n), by=by, at=at
    ),
    Move.CHECK: lambda w, c, by, at, n: checking.check_settlement(
        case=c, as_written=bool(n % 2), words=words_of(n), by=by, at=at
    ),
    Move.REISSUE: lambda w, c, by, at, n: reissuing.reissue_receipt(
        case=c, identity="card" if n % 5 else "nonsense", purpose=words_of(n), by=by, at=at
    ),
    Move.PANEL: lambda w, c, by, at, n: gates.record_panel(
        case=c, members=[gates.Member(role, f"{role}{n % 3}") for role in SEATS], by=by, at=at
    ),
    Move.DECISION: lambda w, c, by, at, n: gates.record_decision(
        case=c, decision=gates.Decision("村民代表会", SINCE, "2020-1", words_of(n)), by=by, at=at
    ),
    Move.ASK_EXTENSION: lambda w, c, by, at, n: extending.ask_extension(
        case=c, until=at.date() + timedelta(days=n % 40), reason=words_of(n), by=by, at=at
    ),
    Move.DECIDE_EXTENSION: lambda w, c, by, at, n: extending.decide_extension(
        case=c, granted=bool(n % 2), words=words_of(n), by=by, at=at
    ),
    Move.ASK_EXPERT: lambda w, c, by, at, n: experts.ask_expert(
        case=c, expert=Expert.objects.order_by("pk")[0], question=words_of(n), by=by, at=at
    ),
    Move.ANSWER_EXPERT: lambda w, c, by, at, n: experts.answer_expert(
        case=c, position=n % 3, answer=words_of(n), by=by, at=at
    ),
    Move.RATE_EXPERT: lambda w, c, by, at, n: experts.rate_expert(
        case=c, position=n % 3, score=n % 7, by=by, at=at
    ),
}
