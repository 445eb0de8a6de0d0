"""How a person who took a call ends it: each once for a form, and every call once.

The call belongs to who took it; a matter raised in it is the caller's, typed by the one who took the call,
and both are recorded.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongzhi.audit.actions import record
from gongzhi.cases import notice_kinds
from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import intake, moves, proposing, story, telling
from gongzhi.cases.actions.intake import Matter, Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case, Category
from gongzhi.cases.queries.offering import Offered
from gongzhi.cases.speaking import FOR_RESIDENTS, Speaker
from gongzhi.core.actions.idempotency import Answer, fingerprint_of, once
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid, NotAllowed, NotFound
from gongzhi.hotline import audit_events, rules
from gongzhi.hotline.lifecycle import Outcome
from gongzhi.hotline.models import Call
from gongzhi.hotline.queries import access, caller
from gongzhi.knowledge.actions import uses
from gongzhi.knowledge.lifecycle import Where
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import in_force


class AlreadyWritten(Conflict):
    code = "already_written"
    message = gettext_lazy("What became of this call is written down already.")
    hint = gettext_lazy("Open the call to see it.")


class NotYourCall(NotAllowed):
    code = "not_your_call"
    message = gettext_lazy("None of your posts takes calls of this line.")


@dataclass(frozen=True, slots=True)
class Heard:
    """The call on the screen: which one (`ref` is the telephone system's name of it), from whom, when."""

    ref: str = ""
    call: Call | None = None
    """The call when it is known already."""
    caller: str = ""
    """Digits only."""
    opened_at: datetime | None = None
    """When the screen opened: the moment of hello for a call without a telephone system."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What was written down of a call."""

    outcome: Outcome
    question: str = ""
    answer: str = ""
    spoke: Speaker = Speaker.SELF
    place: Unit | None = None
    category: Category | None = None
    article: str = ""
    service: str = ""
    matter: Matter | None = None
    """What to register."""
    reporter: Reporter = field(default_factory=Reporter)
    case: Case | None = None
    """The matter to add to."""
    language: str = "zh-hans"
    shown: Offered | None = None
    """What the screen proposed about the matter."""


def end_call(*, heard: Heard, ending: Ending, token: str, by: Actor, at: datetime) -> str:
    """Write down what became of a call, once for each `token`; return the number of the call.

    Raises AlreadyWritten, NotYourCall, Invalid, CannotRegisterHere, KeyReused, StillRunning.
    """
    fingerprint = fingerprint_of(
        "call",
        heard.ref,
        ending.outcome,
        ending.question,
        ending.answer,
        ending.article,
        ending.service,
        asdict(ending.reporter),
        ending.place.code if ending.place else "",
        ending.case.number if ending.case else "",
    )

    def run() -> Answer:
        return Answer(201, write_ending(heard=heard, ending=ending, by=by, at=at).number)

    answer, _is_repeat = once(key=token, by=by, at=at, fingerprint=fingerprint, run=run)
    return str(answer.body)


@transaction.atomic
def write_ending(*, heard: Heard, ending: Ending, by: Actor, at: datetime) -> Call:
    """Write down what became of a call, and do it: register, add, or only answer.

    Raises AlreadyWritten, NotYourCall, Invalid, CannotRegisterHere.
    """
    call = _call(heard, by=by, at=at)
    if call.is_written:
        raise AlreadyWritten
    if ending.spoke not in FOR_RESIDENTS:
        raise Invalid(field="spoke")
    ending = _WAYS[ending.outcome](call, ending, by=by, at=at)
    longest = in_force(case_rules.INTAKE, at=at).params
    call.question = moves.fit(ending.question, longest=longest.text_signs, field="text")
    call.answer = moves.fit(ending.answer, longest=longest.text_signs, field="answer")
    call.outcome, call.spoke, call.article, call.service = (
        ending.outcome,
        ending.spoke,
        ending.article,
        ending.service,
    )
    call.case, call.place, call.category = ending.case, ending.place, ending.category
    call.written_at, call.typed_by_id = at, by.user_id
    call.agent_id = call.agent_id or by.user_id
    call.save()
    _audit(call, by=by, at=at)
    return call


def _call(heard: Heard, *, by: Actor, at: datetime) -> Call:
    """Return the call, locked; one that no event has told of yet, or without a telephone system, is made."""
    if heard.call is not None:
        call = access.lock_call(heard.call)
    elif heard.ref:
        call, _is_new = Call.objects.get_or_create(
            system_ref=heard.ref, defaults={"unit": _own_unit(by), "started_at": _hello(heard, at=at)}
        )
        call = access.lock_call(call)
    else:
        hello = _hello(heard, at=at)
        call = Call(unit=_own_unit(by), started_at=hello, answered_at=hello, ended_at=at)
        call.talk_seconds = call.moments.talk_seconds
    if not access.may_answer(by, call):
        raise NotYourCall
    if heard.caller and not call.caller:
        call.caller, call.caller_index = heard.caller, caller.index_of(heard.caller)
    return call


def _hello(heard: Heard, *, at: datetime) -> datetime:
    """When the screen opened, within what the rule lets be late."""
    earliest = at - timedelta(hours=in_force(rules.EVENTS, at=at).params.late_hours)
    return min(at, max(heard.opened_at or at, earliest))


def _own_unit(by: Actor) -> Unit:
    post = access.answering_post(by)
    unit = orgs.find_unit(post.unit_code) if post else None
    if unit is None:
        raise NotYourCall
    return unit


# The ways


def _register(call: Call, ending: Ending, *, by: Actor, at: datetime) -> Ending:
    if ending.case is not None:
        return ending  # registered on another page while the caller spoke
    if ending.matter is None:
        raise Invalid(field="text")
    matter = replace(ending.matter, spoke=ending.spoke)
    case = intake.register_case(
        matter=matter,
        reporter=ending.reporter,
        channel=Channel.HOTLINE,
        language=ending.language,
        by=by,
        at=at,
    )
    proposing.keep_shown(case, ending.shown, at=at)
    # The words stand in the matter, for those who see it; a second copy would be for others.
    return replace(ending, case=case, question="", answer="")


def _answer(call: Call, ending: Ending, *, by: Actor, at: datetime) -> Ending:
    question = _need(ending.question, "text", at=at)
    need_answer(ending.answer.strip() or ending.article)
    if ending.article:
        _count_use(ending.article, by=by, at=at)
    return replace(ending, question=question, case=None)


def need_answer(answer: str) -> None:
    """Raise Invalid when neither words nor an article say what was answered."""
    if not answer:
        words = _("Please write what you answered, or choose the article it stands in.")
        raise Invalid(words, field="answer")


def _count_use(article: str, *, by: Actor, at: datetime) -> None:
    """Count that the article answered a question in a call."""
    try:
        uses.record_use(article, Where.CALL, True, by, at)
    except NotFound as gone:
        words = _("This article is no longer in force. Please look for answers again.")
        raise Invalid(words, field="answer") from gone


def _add(call: Call, ending: Ending, *, by: Actor, at: datetime) -> Ending:
    """Add the caller's words to a matter, for those who handle it: other reporters of it never read them."""
    case = ending.case
    if case is None:
        raise Invalid(_("Please choose the matter, or write its number."), field="matter")
    words = _need(ending.question, "text", at=at)
    said = _("By telephone: %(words)s") % {"words": words}
    longest = in_force(case_rules.INTAKE, at=at).params.words_signs
    case = story.comment_case(
        case=case,
        words=_cut(said, longest),
        public=False,
        channel=Channel.HOTLINE,
        spoke=ending.spoke,
        by=by,
        at=at,
    )
    telling.owner_or_unit(
        case, notice_kinds.RESIDENT_WROTE, words, by=by, at=at, rung=f"{case.pk}-{case.moves}"
    )
    return replace(ending, case=case, question="", answer="")


def _cut(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Invalid(
            _("Please keep it shorter: what is added has room for %(count)d characters.")
            % {"count": longest},
            field="text",
        )
    return text


def _pass_on(call: Call, ending: Ending, *, by: Actor, at: datetime) -> Ending:
    return replace(ending, service=known_service(ending.service, at=at), case=None)


def known_service(service: str, *, at: datetime) -> str:
    """Return the emergency number. Raises Invalid for one that the rule does not name."""
    if service not in {known.number for known in in_force(rules.EMERGENCY, at=at).params.services}:
        raise Invalid(_("Please choose whom you passed the caller on to."), field="service")
    return service


def _nothing(call: Call, ending: Ending, *, by: Actor, at: datetime) -> Ending:
    return replace(ending, case=None, place=None, category=None, answer="", article="")


_WAYS: dict[Outcome, Callable[..., Ending]] = {
    Outcome.MATTER: _register,
    Outcome.CONSULT: _answer,
    Outcome.ADDED: _add,
    Outcome.EMERGENCY: _pass_on,
    Outcome.WRONG: _nothing,
    Outcome.NUISANCE: _nothing,
}


def _need(text: str, field_name: str, *, at: datetime) -> str:
    longest = in_force(case_rules.INTAKE, at=at).params.text_signs
    return moves.need_words(text, longest=longest, field=field_name)


def _audit(call: Call, *, by: Actor, at: datetime) -> None:
    data = {
        "spoke": call.spoke,
        "typed_by": by.key,
        "question": moves.words_digest(call.question),
        **({"case": call.case.number} if call.case else {}),
        **({"article": call.article} if call.article else {}),
        **({"service": call.service} if call.service else {}),
    }
    code = audit_events.CODES[Outcome(call.outcome)]
    record(code, by=by, at=at, subject=f"call:{call.number}", unit_code=call.unit.code, data=data)
