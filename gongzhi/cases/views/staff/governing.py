"""What the moves of governing offer to choose from, and their one domain call each; read by `presses`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules
from gongzhi.cases.actions import checking, experts, extending, gates, reissuing, supervising
from gongzhi.cases.queries import roster
from gongzhi.cases.queries.picking import Option
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.rulebook.queries import in_force

Said = Mapping[str, Any]


def _in_words(rows: Sequence[Any]) -> list[Option]:
    zh = (get_language() or "").startswith("zh")
    return [Option(row.code, row.zh if zh else row.en) for row in rows]


def identities(*, at: datetime) -> list[Option]:
    return _in_words(in_force(governance_rules.RECEIPTS, at=at).params.identity)


def roles(*, at: datetime) -> list[Option]:
    return _in_words(in_force(governance_rules.TIER_GATE, at=at).params.roles)


def judge_answer(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    supervising.judge_answer(case=case, sufficient=said["sufficient"], words=said["words"], by=by, at=at)


def check(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    checking.check_settlement(case=case, as_written=said["as_written"], words=said["words"], by=by, at=at)


def reissue(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    reissuing.reissue_receipt(case=case, identity=said["identity"], purpose=said["purpose"], by=by, at=at)


def panel(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    gates.record_panel(case=case, members=said["members"], words=said["words"], by=by, at=at)


def decision(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    made = gates.Decision(said["meeting"], said["held_on"], said["number"], said["words"])
    gates.record_decision(case=case, decision=made, pictures=said["cleaned"], by=by, at=at)


def ask_extension(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    extending.ask_extension(case=case, until=said["until"], reason=said["reason"], by=by, at=at)


def decide_extension(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    extending.decide_extension(case=case, granted=said["granted"], words=said["words"], by=by, at=at)


def ask_expert(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    expert = roster.find_askable(case, said["expert"])
    if expert is None:
        raise Invalid(_("Please choose somebody from the roster."), field="expert")
    experts.ask_expert(case=case, expert=expert, question=said["question"], by=by, at=at)


def answer_expert(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    experts.answer_expert(case=case, position=int(said["position"]), answer=said["answer"], by=by, at=at)


def rate_expert(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    experts.rate_expert(case=case, position=int(said["position"]), score=said["score"], by=by, at=at)
