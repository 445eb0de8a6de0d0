"""How the reporter of a matter that rests with another one judges the answer of the main one."""

from datetime import datetime

from django.db import transaction

from gongzhi.cases import rules
from gongzhi.cases.actions import judging, moves
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.models import Case
from gongzhi.cases.queries import access, merged
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force


@transaction.atomic
def judge_merged(
    *,
    case: Case,
    solved: bool,
    again: bool = False,
    score: int | None = None,
    words: str = "",
    reached: bool | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """Record how the reporter of a resting matter judges the answer of the main one; once for each answer.

    With `again` an unsolved one sends the main matter back to work. The other reporter learns that a
    neighbour said so, and not what.

    Raises NothingToRate, Invalid, OwnAnswer, WindowOver, MoveNotPossible, NotYourMove.
    """
    case.refresh_from_db(fields=["status"])  # the caller may have read it before it was merged
    # The main matter first, as whoever withdraws it locks it before the matters that rest with it.
    main = access.lock_case(merged.answer_of(case))
    case, at = moves.begin(case, Move.JUDGE_MERGED, by=by, at=at)
    if merged.answer_of(case).pk != main.pk:
        raise judging.NothingToRate
    judging.not_by_owner(main, by)
    judging.check_score(score)
    if not merged.may_judge(case, main):
        raise judging.NothingToRate
    longest = in_force(rules.INTAKE, at=at).params.words_signs
    again = again and not solved
    words = (moves.need_words if again else moves.fit)(words, longest=longest, field="words")
    judging.record_rating(
        case, main=main, solved=solved, score=score, words=words, reached=reached, by=by, at=at
    )
    moves.finish(
        case,
        Move.JUDGE_MERGED,
        by=by,
        at=at,
        words=words,
        data={"solved": solved, "score": score, "reached": reached, "acting_for": by.is_staff},
        changed=["solved", "score", "rated_at"],
    )
    if again:
        judging.handle_again_for(main, words, by=by, at=at)
    return case
