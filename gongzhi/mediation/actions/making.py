"""Which action makes which move: one table, so that pages and API call the same."""

from collections.abc import Callable, Mapping

from gongzhi.mediation.actions import agreeing, opening, performing, talking
from gongzhi.mediation.lifecycle import Move
from gongzhi.mediation.models import Dispute

MAKES: Mapping[Move, Callable[..., Dispute]] = {
    Move.START: talking.start_mediation,
    Move.HOLD: talking.hold_session,
    Move.SCHEDULE: talking.schedule_session,
    Move.STATEMENT: talking.take_statement,
    Move.REFER_UP: talking.refer_up,
    Move.TO_LAW: talking.send_to_law,
    Move.END: talking.end_mediation,
    Move.AGREE_ORALLY: agreeing.agree_orally,
    Move.DRAFT: agreeing.draft_agreement,
    Move.SIGN: agreeing.sign_agreement,
    Move.SEAL: agreeing.seal_agreement,
    Move.TALK_AGAIN: agreeing.talk_again,
    Move.PERFORM: performing.record_performance,
    Move.APPLY: performing.apply_for_confirmation,
    Move.DECIDE: performing.record_decision,
    Move.VISIT: performing.record_visit,
    Move.FINISH: performing.finish_dispute,
    Move.ADD_PARTY: opening.add_party,
    Move.ASSIGN: opening.name_mediators,
    Move.OBJECT: opening.object_to_mediator,
    Move.ASSESS: opening.assess_risk,
}
"""Every move but opening. Each takes `dispute`, `by`, `at` and its own keyword arguments."""
