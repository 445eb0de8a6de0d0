"""Correcting what was written down of a call: what stood there stays, with who wrote it and when.

A correction is words about the call. It registers nothing, adds nothing to a matter and tells nobody: for
that the matter has its own page.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongzhi.audit.actions import record
from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import moves
from gongzhi.cases.models import Case
from gongzhi.cases.speaking import Speaker
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.hotline import audit_events, lifecycle
from gongzhi.hotline.actions import closing
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call, FormerEnding
from gongzhi.hotline.queries import access, lists
from gongzhi.rulebook.queries import in_force


class NothingToCorrect(Conflict):
    code = "nothing_to_correct"
    message = gettext_lazy("Nothing is written down of this call yet.")
    hint = gettext_lazy("Write down what became of it first.")


class CorrectedMeanwhile(Conflict):
    code = "corrected_meanwhile"
    message = gettext_lazy("Somebody else has corrected it meanwhile.")
    hint = gettext_lazy("Open the call, look at what stands there now, and correct that.")


@dataclass(frozen=True, slots=True)
class Said:
    """What shall stand written down of a call."""

    outcome: Outcome
    question: str = ""
    answer: str = ""
    article: str = ""
    service: str = ""
    spoke: Speaker = Speaker.SELF
    case: Case | None = None
    """The matter that it became, or was about."""


def correct_call(
    *, call: Call, said: Said, reason: str, seen: int, token: str, by: Actor, at: datetime
) -> str:
    """Correct what became of a call, once for each `token`; return the number of the call.

    `seen` is how often it had been corrected when the person looked. Raises NothingToCorrect,
    CorrectedMeanwhile, NotYourCall, Invalid, KeyReused, StillRunning.
    """
    number = said.case.number if said.case else ""
    words = asdict(replace(said, case=None))
    fingerprint = fingerprint_of("correct call", call.number, words, number, reason, seen)

    def run() -> Answer:
        return Answer(
            200, write_correction(call=call, said=said, reason=reason, seen=seen, by=by, at=at).number
        )

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return str(answer.body)


@transaction.atomic
def write_correction(*, call: Call, said: Said, reason: str, seen: int, by: Actor, at: datetime) -> Call:
    """Keep what stands there as a row of its own, and write what is right. Raises as `correct_call`."""
    call = access.lock_call(call)
    if by.user_id is None or not access.may_answer(by, call):
        raise closing.NotYourCall
    if not call.is_written:
        raise NothingToCorrect
    if seen != lists.count_former(call):
        raise CorrectedMeanwhile
    longest = in_force(case_rules.INTAKE, at=at).params.words_signs
    reason = moves.need_words(reason, longest=longest, field="reason")
    said = _whole(said, at=at)
    kept = {name: getattr(call, name) for name in FormerEnding.KEPT}
    _write(call, said, by=by, at=at)
    if all(getattr(call, name) == kept[name] for name in FormerEnding.KEPT if name not in _STAMPS):
        raise Invalid(_("This is what stands there already. Change what is wrong."), field="outcome")
    FormerEnding.objects.create(call=call, reason=reason, corrected_at=at, corrected_by_id=by.user_id, **kept)
    call.save()
    data = {
        "from": kept["outcome"],
        "to": call.outcome,
        "reason": moves.words_digest(reason),
        "question": moves.words_digest(call.question),
        **({"case": call.case.number} if call.case else {}),
    }
    unit_code = call.unit.code
    record(
        audit_events.CORRECTED, by=by, at=at, subject=f"call:{call.number}", unit_code=unit_code, data=data
    )
    return call


_STAMPS = ("written_at", "typed_by_id")


def _write(call: Call, said: Said, *, by: Actor, at: datetime) -> None:
    call.outcome, call.spoke, call.case = said.outcome, said.spoke, said.case
    call.question, call.answer = said.question, said.answer
    call.article, call.service = said.article, said.service
    if said.outcome in lifecycle.OF_NO_PLACE:
        call.place = call.category = None
    call.written_at, call.typed_by_id, call.corrected_at = at, by.user_id, at


def _whole(said: Said, *, at: datetime) -> Said:
    """Return what belongs to the outcome and nothing else. Raises Invalid where something is missing."""
    longest = in_force(case_rules.INTAKE, at=at).params.text_signs
    question = moves.fit(said.question, longest=longest, field="text")
    plain = Said(said.outcome, question=question, spoke=said.spoke)
    if said.outcome in lifecycle.WITH_CASE:
        if said.case is None:
            raise Invalid(_("Please write the number of the matter."), field="number")
        # The words stand in the matter; a second copy would be for others.
        return replace(plain, question="", case=said.case)
    if said.outcome is Outcome.EMERGENCY:
        return replace(plain, service=closing.known_service(said.service, at=at))
    if said.outcome is Outcome.CONSULT:
        answer = moves.fit(said.answer, longest=longest, field="answer")
        closing.need_answer(answer or said.article)
        asked = moves.need_words(question, longest=longest, field="text")
        return replace(plain, question=asked, answer=answer, article=said.article)
    return plain
