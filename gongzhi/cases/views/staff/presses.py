"""The moves of staff: one row for each, with its form, the rule it rests on and its one domain call.

A table, so that every move is served by the same few lines of `moving`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, petition_rules, rules, together_rules
from gongzhi.cases.actions import (
    dispatching,
    handling,
    intake,
    judging,
    judging_merged,
    merging,
    pausing,
    petitions,
    story,
    supervising,
    together,
)
from gongzhi.cases.forms.staff import governing as governing_forms
from gongzhi.cases.forms.staff import judging as judging_forms
from gongzhi.cases.forms.staff import moves as forms
from gongzhi.cases.forms.staff import petitions as petition_forms
from gongzhi.cases.forms.staff import statements as statement_forms
from gongzhi.cases.forms.staff import telling as telling_forms
from gongzhi.cases.forms.staff import together as help_forms
from gongzhi.cases.lifecycle import Move
from gongzhi.cases.queries import categories, merged, picking, places
from gongzhi.cases.views.staff import governing, offers, statements
from gongzhi.cases.views.staff.offers import Offer
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.rulebook.kinds import RuleKind

Said = Mapping[str, Any]
Act = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Press:
    """One move as a page: the form, what it does, the rule behind it, what can be chosen."""

    form: Callable[..., forms.MoveForm]
    act: Act
    rule: RuleKind[Any] | None = None
    offer: Callable[..., Offer] | None = None
    template: str = "cases/staff/move.html"
    asks_viewer: bool = False
    """What may be chosen depends on who chooses: `offer` is called with `by` too."""
    after: str = "cases:case"
    """The page that is shown when it is done."""


def _sign(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    handling.sign_case(case=case, by=by, at=at)


def _accept(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    subject = categories.get_category(said["category"])
    assessment = dispatching.Assessment(
        category=subject,
        kind=said["kind"] or subject.kind,
        tier=said["tier"],
        urgency=said["urgency"] or subject.urgency,
    )
    dispatching.accept_case(case=case, assessment=assessment, by=by, at=at)


def _decline(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    dispatching.decline_case(
        case=case, reason=said["reason"], responsible=said["responsible"], words=said["words"], by=by, at=at
    )


def _dispatch(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    unit = places.get_place(said["unit"], at=at, field="unit")
    dispatching.dispatch_case(case=case, unit=unit, words=said["words"], by=by, at=at)


def _refer_down(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    unit = places.get_place(said["unit"], at=at, field="unit")
    dispatching.refer_down(case=case, unit=unit, reason=said["reason"], by=by, at=at)


def _return(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    code = said["suggested"]
    suggested = places.get_place(code, at=at, field="other") if code else None
    dispatching.return_case(
        case=case, reason=said["reason"], words=said["words"], suggested=suggested, by=by, at=at
    )


def _escalate(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    dispatching.escalate_case(case=case, tried=said["tried"], why_not=said["why_not"], by=by, at=at)


def _settle(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    category = categories.get_category(said["category"]) if said["category"] else None
    intake.settle_case(case=case, result=said["result"], category=category, by=by, at=at)


def _resolve(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    handling.resolve_case(
        case=case,
        outcome=said["outcome"],
        answer=said["answer"],
        despite=said.get("despite", ""),
        no_after=said.get("no_after", ""),
        after=said["cleaned"],
        after_public=bool(said["public"]),
        by=by,
        at=at,
    )


def _reassign(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    owner = picking.get_colleague(said["owner"])
    handling.reassign_case(case=case, owner=owner, words=said["words"], by=by, at=at)


def _contact(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    handling.record_contact(case=case, words=said["words"], by=by, at=at)


def _pause(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    pausing.pause_case(
        case=case,
        reason=said["reason"],
        waiting_for=said["waiting_for"],
        until=said["until"],
        by=by,
        at=at,
    )


def _resume(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    pausing.resume_case(case=case, words=said["words"], by=by, at=at)


def _supervise(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    supervising.supervise_case(case=case, words=said["words"], by=by, at=at)


def _answer_supervision(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    supervising.answer_supervision(case=case, answer=said["answer"], by=by, at=at)


def _confirm(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.confirm_case(
        case=case,
        solved=said["solved"],
        score=said["score"],
        words=said["words"],
        reached=said["reached"],
        by=by,
        at=at,
    )


def _rate(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.rate_answer(
        case=case, score=said["score"], words=said["words"], reached=said["reached"], by=by, at=at
    )


def _not_solved(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.say_not_solved(case=case, words=said["words"], reached=said["reached"], by=by, at=at)


def _reopen(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.reopen_case(case=case, words=said["words"], by=by, at=at)


def _object(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.object_to_refusal(case=case, words=said["words"], by=by, at=at)


def _withdraw(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging.withdraw_case(case=case, words=said["words"], by=by, at=at)


def _comment(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    story.comment_case(case=case, words=said["words"], public=bool(said["public"]), by=by, at=at)


def _attach(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    story.attach_cleaned(
        case=case,
        cleaned=said["cleaned"],
        public=bool(said["public"]),
        purpose=said["purpose"],
        words=said["words"],
        by=by,
        at=at,
    )


def _publish(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    public = story.PublicText(said["title"], said["text"], said["answer"], tuple(said.get("shown", ())))
    story.publish_case(case=case, public=public, by=by, at=at)


def _unpublish(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    story.unpublish_case(case=case, words=said["words"], by=by, at=at)


def _call_help(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    unit = places.get_place(said["unit"], at=at, field="unit")
    together.call_help(case=case, unit=unit, words=said["words"], by=by, at=at)


def _sign_help(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    together.sign_help(case=case, by=by, at=at)


def _answer_help(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    together.answer_help(case=case, answer=said["answer"], by=by, at=at)


def _rate_help(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    unit = places.get_place(said["unit"], at=at, field="unit")
    together.rate_help(case=case, unit=unit, score=said["score"], words=said["words"], by=by, at=at)


def _call_off(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    unit = places.get_place(said["unit"], at=at, field="unit")
    together.call_off(case=case, unit=unit, words=said["words"], by=by, at=at)


def _merge(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    main = merged.find_main(by, said["main"])
    if main is None:
        raise Invalid(_("There is no matter with this number in your sight."), field="main")
    merging.merge_case(case=case, main=main, words=said["words"], by=by, at=at)


def _unmerge(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    merging.unmerge_case(case=case, words=said["words"], by=by, at=at)


def _judge_merged(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    judging_merged.judge_merged(
        case=case,
        solved=said["solved"] == "yes",
        again=said["solved"] == "again",
        score=said["score"],
        words=said["words"],
        reached=said["reached"],
        by=by,
        at=at,
    )


def _take_as_petition(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    petitions.take_as_petition(case=case, new_facts=said["new_facts"], by=by, at=at)


def _ask_review(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    petitions.ask_review(case=case, words=said["words"], by=by, at=at)


def _decide_review(case: Any, said: Said, *, by: Actor, at: datetime) -> None:
    petitions.decide_review(case=case, result=said["result"], decision=said["decision"], by=by, at=at)


def _words(label: Any, *, name: str = "words", required: bool = True) -> Callable[..., forms.MoveForm]:
    return partial(forms.WordsForm, label=label, name=name, required=required)


PRESSES: dict[Move, Press] = {
    Move.ACCEPT: Press(
        forms.AcceptForm, _accept, rules.FINISH_LIMIT, offers.subjects, "cases/staff/accept.html"
    ),
    Move.DECLINE: Press(forms.DeclineForm, _decline, rules.WINDOWS, offers.offices),
    Move.DISPATCH: Press(forms.DispatchForm, _dispatch, rules.CONTACT_LIMIT, offers.to_dispatch),
    Move.SETTLE: Press(forms.SettleForm, _settle, governance_rules.SETTLEMENT, offers.spot_subjects),
    Move.SIGN: Press(forms.SignForm, _sign),
    Move.RETURN: Press(forms.ReturnForm, _return, rules.RETURNS, offers.any_unit),
    Move.ESCALATE: Press(forms.EscalateForm, _escalate),
    Move.REFER_DOWN: Press(forms.ReferDownForm, _refer_down, rules.CONTACT_LIMIT, offers.to_refer_down),
    Move.RESOLVE: Press(forms.ResolveForm, _resolve, rules.WINDOWS, offers.helpers),
    Move.CONTACT: Press(_words(_("What was said")), _contact, rules.CONTACT_LIMIT),
    Move.PAUSE: Press(forms.PauseForm, _pause, governance_rules.PAUSES),
    Move.RESUME: Press(_words(_("What has come"), required=False), _resume),
    Move.SUPERVISE: Press(_words(_("What has to be answered")), _supervise, rules.SUPERVISION),
    Move.ANSWER_SUPERVISION: Press(
        _words(_("Answer to the level above"), name="answer"),
        _answer_supervision,
        governance_rules.SUPERVISION_LADDER,
    ),
    Move.CONFIRM: Press(judging_forms.ConfirmForm, _confirm, rules.WINDOWS),
    Move.RATE: Press(judging_forms.RateForm, _rate, rules.WINDOWS),
    Move.NOT_SOLVED: Press(judging_forms.NotSolvedForm, _not_solved, rules.REWORK),
    Move.REOPEN: Press(_words(_("Why it is opened again")), _reopen, rules.REWORK),
    Move.OBJECT: Press(
        _words(_("Why it should be taken on, in the resident's words")), _object, rules.WINDOWS
    ),
    Move.WITHDRAW: Press(_words(_("Why the resident takes it back")), _withdraw),
    Move.COMMENT: Press(telling_forms.CommentForm, _comment),
    Move.ATTACH: Press(telling_forms.AttachForm, _attach, rules.ATTACHMENTS),
    Move.SIGN_STATEMENT: Press(
        statement_forms.StatementForm,
        statements.sign,
        rules.ATTACHMENTS,
        template="cases/staff/sign_statement.html",
    ),
    Move.PUBLISH: Press(telling_forms.PublishForm, _publish, template="cases/staff/publish.html"),
    Move.UNPUBLISH: Press(_words(_("Why it is taken off")), _unpublish),
    Move.CALL_HELP: Press(help_forms.CallHelpForm, _call_help, together_rules.TOGETHER, offers.to_call),
    Move.SIGN_HELP: Press(forms.SignForm, _sign_help),
    Move.ANSWER_HELP: Press(help_forms.AnswerHelpForm, _answer_help, together_rules.TOGETHER),
    Move.RATE_HELP: Press(help_forms.RateHelpForm, _rate_help, offer=offers.to_rate),
    Move.REASSIGN: Press(forms.ReassignForm, _reassign, offer=offers.colleagues),
    Move.CALL_OFF: Press(help_forms.CallOffForm, _call_off, offer=offers.called),
    Move.MERGE: Press(help_forms.MergeForm, _merge, together_rules.MERGING, offers.mains, asks_viewer=True),
    Move.UNMERGE: Press(_words(_("Why they are taken apart")), _unmerge, together_rules.MERGING),
    Move.TAKE_AS_PETITION: Press(
        _words(_("What is new, where an earlier petition is over"), name="new_facts", required=False),
        _take_as_petition,
        petition_rules.PETITION,
    ),
    Move.ASK_REVIEW: Press(
        _words(_("Why the answer is not right, in the resident's words")),
        _ask_review,
        petition_rules.PETITION,
    ),
    Move.DECIDE_REVIEW: Press(petition_forms.DecideReviewForm, _decide_review, petition_rules.PETITION),
    Move.JUDGE_MERGED: Press(help_forms.JudgeMergedForm, _judge_merged, rules.WINDOWS),
    Move.JUDGE_ANSWER: Press(
        governing_forms.JudgeAnswerForm, governing.judge_answer, governance_rules.SUPERVISION_LADDER
    ),
    Move.CHECK: Press(governing_forms.CheckForm, governing.check, governance_rules.SETTLEMENT),
    Move.REISSUE: Press(
        governing_forms.ReissueForm,
        governing.reissue,
        governance_rules.RECEIPTS,
        offers.identities,
        after="cases:handed",
    ),
    Move.PANEL: Press(governing_forms.PanelForm, governing.panel, governance_rules.TIER_GATE, offers.roles),
    Move.DECISION: Press(governing_forms.DecisionForm, governing.decision, governance_rules.TIER_GATE),
    Move.ASK_EXTENSION: Press(
        governing_forms.AskExtensionForm, governing.ask_extension, governance_rules.EXTENSIONS
    ),
    Move.DECIDE_EXTENSION: Press(
        governing_forms.DecideExtensionForm, governing.decide_extension, governance_rules.EXTENSIONS
    ),
    Move.ASK_EXPERT: Press(
        governing_forms.AskExpertForm, governing.ask_expert, governance_rules.EXPERTS, offers.experts
    ),
    Move.ANSWER_EXPERT: Press(
        governing_forms.AnswerExpertForm, governing.answer_expert, offer=offers.open_questions
    ),
    Move.RATE_EXPERT: Press(
        governing_forms.RateExpertForm, governing.rate_expert, offer=offers.unrated_questions
    ),
}
