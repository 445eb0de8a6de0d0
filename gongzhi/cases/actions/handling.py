"""What the unit does with a matter: sign for it, reach the resident, answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import evidence_rules, levels, notice_kinds, rules
from gongzhi.cases.actions import flagging, gates, merging, moves, pausing, story, telling, together
from gongzhi.cases.lifecycle import Level, Move, Outcome
from gongzhi.cases.models import Attachment, Case
from gongzhi.cases.queries import access
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import User
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force


@transaction.atomic
def sign_case(*, case: Case, by: Actor, at: datetime) -> Case:
    """Sign for a dispatched matter; whoever signs becomes its owner. Raises MoveNotPossible, NotYourMove."""
    case, at = moves.begin(case, Move.SIGN, by=by, at=at)
    case.owner_id = by.user_id
    moves.finish(case, Move.SIGN, by=by, at=at, changed=["owner"])
    return case


class NotOfTheUnit(Invalid):
    code = "not_of_the_unit"
    message = _("This person does not handle matters at the unit that has the matter.")
    hint = _("Choose a colleague who handles matters there, or dispatch the matter to another unit.")


class AlreadyTheirs(Conflict):
    code = "already_theirs"
    message = _("The matter is theirs already.")


@transaction.atomic
def reassign_case(*, case: Case, owner: User, words: str = "", by: Actor, at: datetime) -> Case:
    """Make a colleague of the same unit the owner. Unit and clocks stay; both owners are told.

    Raises NotOfTheUnit, AlreadyTheirs, Invalid, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.REASSIGN, by=by, at=at)
    check_owner(case, owner.pk, at=at)
    words = moves.fit(words, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="words")
    before, case.owner_id = case.owner_id, owner.pk
    data = {"before": before, "owner": owner.pk}
    moves.finish(case, Move.REASSIGN, by=by, at=at, words=words, public=False, data=data, changed=["owner"])
    telling.users_told(case, [owner.pk], notice_kinds.HANDED_OVER, words, by=by, at=at)
    if before is not None:
        telling.users_told(case, [before], notice_kinds.GIVEN_AWAY, owner.get_full_name(), by=by, at=at)
    return case


def check_owner(case: Case, owner: int, *, at: datetime) -> None:
    """Raise AlreadyTheirs or NotOfTheUnit unless this account may become the owner of the case."""
    if case.owner_id == owner:
        raise AlreadyTheirs(field="owner")
    if owner not in orgs.holders_for_job(unit_id=case.unit_id, permission=Permission.CASE_HANDLE, at=at):
        raise NotOfTheUnit(field="owner")


@transaction.atomic
def record_contact(*, case: Case, words: str, by: Actor, at: datetime) -> Case:
    """Record that the resident was reached and what was said; the first one stops the contact clock."""
    case, at = moves.begin(case, Move.CONTACT, by=by, at=at)
    words = moves.need_words(words, longest=in_force(rules.INTAKE, at=at).params.words_signs)
    moves.finish(case, Move.CONTACT, by=by, at=at, words=words, public=False)
    return case


@transaction.atomic
def resolve_case(
    *,
    case: Case,
    outcome: str,
    answer: str,
    despite: str = "",
    no_after: str = "",
    after: Sequence[story.Cleaned] = (),
    after_public: bool = False,
    by: Actor,
    at: datetime,
) -> Case:
    """Answer the resident: the outcome and the words. The rating window opens.

    `despite` says why helpers that were called and have not answered are not waited for,
    `no_after` why there is no photo of how it is now where the rule demands one; `after` are such photos.
    Raises AfterPhotoMissing, GateClosed, Invalid, HelpersStillOpen, MoveNotPossible, NotYourMove.
    """
    case, at = moves.begin(case, Move.RESOLVE, by=by, at=at)
    if after:
        story.attach_cleaned(
            case=case, cleaned=after, public=after_public, purpose=Attachment.Purpose.AFTER, by=by, at=at
        )
        case, at = moves.begin(case, Move.RESOLVE, by=by, at=at)
    answer = moves.need_words(
        answer, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="answer"
    )
    try:
        case.outcome = Outcome(outcome)
    except ValueError as unknown:
        raise Invalid(_("Please choose what came of it."), field="outcome") from unknown
    despite = moves.fit(despite, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="despite")
    no_after = moves.fit(no_after, longest=in_force(rules.INTAKE, at=at).params.words_signs, field="no_after")
    _need_after(case, no_after, by=by, at=at)
    gates.check(case, by=by, at=at)
    left = together.leave_helpers(case, despite=despite, at=at)
    pausing.end_pause(case, at=at)
    changed = _keep_answer(case, answer, by=by, at=at)
    moves.finish(
        case,
        Move.RESOLVE,
        by=by,
        at=at,
        words=answer,
        data={
            "outcome": case.outcome,
            **({"not_waited_for": left} if left else {}),
            **({"no_after": no_after} if no_after else {}),
        },
        changed=["outcome", *changed],
    )
    flagging.note_network(case, by=by, at=at)
    telling.answered(case, by=by, at=at)
    merging.tell_followers(case, answer, answered=True, by=by, at=at)
    return case


def _keep_answer(case: Case, answer: str, *, by: Actor, at: datetime) -> list[str]:
    """Set on the case what its answer means; return the fields."""
    case.answer = answer
    case.owner_id = by.user_id or case.owner_id
    case.resolved_at = at
    case.answer_seconds = int((at - case.registered_at).total_seconds())
    case.rate_by = telling.rating_ends(at=at)
    case.settled_at_level = levels.settled_level(Level(case.level), on_the_spot=False)
    return ["answer", "owner", "resolved_at", "answer_seconds", "rate_by", "settled_at_level"]


class AfterPhotoMissing(Invalid):
    """The rule demands a photo of how it is now, or words why there is none."""

    code: ClassVar[str] = "after_photo_missing"
    message = _("For this subject a photo of how it is now belongs to the answer.")
    hint = _("Add one, or write why there is none.")


def _need_after(case: Case, no_after: str, *, by: Actor, at: datetime) -> None:
    """Raise AfterPhotoMissing where the rule demands a photo taken since the last answer. History is not
    asked."""
    category = case.category.code if case.category else ""
    rule = in_force(evidence_rules.AFTER, at=at).params
    if by.door == access.IMPORT_DOOR or no_after or not rule.demands(category, case.outcome):
        return
    shown = Attachment.objects.filter(case=case, purpose=Attachment.Purpose.AFTER)
    if case.resolved_at is not None:
        shown = shown.filter(at__gt=case.resolved_at)
    if not shown.exists():
        raise AfterPhotoMissing(field="no_after")
