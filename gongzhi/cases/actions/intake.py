"""Raising a matter: by the resident, by someone acting for one, or settled on the spot."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongzhi.cases import governance_rules, levels, lifecycle, rules
from gongzhi.cases.actions import checking, clocks, moves, telling
from gongzhi.cases.lifecycle import Channel, Move, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case, CaseSight, Category
from gongzhi.cases.queries import access, categories, places
from gongzhi.cases.speaking import Speaker, facts, typist_of
from gongzhi.core import crypto
from gongzhi.core.actor import Actor
from gongzhi.core.errors import Invalid
from gongzhi.core.inserts import insert, insert_together
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, can
from gongzhi.rulebook.queries import in_force


class CannotRegisterHere(moves.NotYourMove):
    """Acting for someone is bound to the scope of one's posts."""

    code = "cannot_register_here"
    message = _("None of your posts lets you register a matter at this place.")
    hint = _("Choose a place in your own area, or ask the centre of that place.")


class NotForTheSpot(Invalid):
    """By the rule, a matter of this subject, tier or urgency is not settled on the spot."""

    code = "not_for_the_spot"
    message = _("By the rule this is not settled on the spot.")
    hint = _("Register it instead: the desk takes it on, names who handles it, and you keep sight of it.")


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who raised the matter and how to reach them; all empty for an anonymous one."""

    name: str = ""
    phone: str = ""
    """Digits only, as `core.forms.PhoneField` gives them."""
    mail: str = ""

    @property
    def anonymous(self) -> bool:
        return not (self.name or self.phone or self.mail)


@dataclass(frozen=True, slots=True)
class Matter:
    """What was said and where. A title left empty is taken from the text."""

    text: str
    place: Unit
    place_detail: str = ""
    title: str = ""
    category: Category | None = None
    urgency: str = Urgency.ORDINARY
    spoke: str = Speaker.SELF
    """Whose matter the one who spoke speaks of; who typed is known from the actor."""


@transaction.atomic
def register_case(
    *,
    matter: Matter,
    reporter: Reporter,
    channel: Channel,
    by: Actor,
    at: datetime,
    language: str = "zh-hans",
    source_ref: str | None = None,
) -> Case:
    """Register a matter at the centre of its place and start its accept clock.

    A staff actor acts for the reporter, which is recorded. Raises Invalid, CannotRegisterHere.
    """
    case = _new_case(matter, reporter, channel, by=by, at=at, language=language, source_ref=source_ref)
    _insert(case, Move.REGISTER, by=by, at=at)
    telling.receipt(case, by=by, at=at)
    return case


@transaction.atomic
def settle_new_case(
    *,
    matter: Matter,
    reporter: Reporter,
    channel: Channel,
    result: str,
    by: Actor,
    at: datetime,
    language: str = "zh-hans",
) -> Case:
    """Register and settle a small matter in one step, by a three-line person who dealt with it on the spot.

    Raises NotForTheSpot, Invalid, NotYourMove.
    """
    case = _new_case(matter, reporter, channel, by=by, at=at, language=language, source_ref=None)
    if not access.may(by, case, Move.SETTLE):
        raise moves.NotYourMove
    _settled(case, result, by=by, at=at)
    _insert(case, Move.SETTLE, by=by, at=at, words=case.answer)
    checking.draw(case, at=at)
    telling.answered(case, by=by, at=at)
    return case


@transaction.atomic
def settle_case(
    *, case: Case, result: str, category: Category | None = None, by: Actor, at: datetime
) -> Case:
    """Settle a registered small matter on the spot, naming its subject unless it has one.

    Raises NotForTheSpot, Invalid, NotYourMove, MoveNotPossible.
    """
    case, at = moves.begin(case, Move.SETTLE, by=by, at=at)
    if category is not None:
        case.category, case.kind = category, category.kind
    fields = _settled(case, result, by=by, at=at)
    rule = in_force(governance_rules.SETTLEMENT, at=at).label
    moves.finish(case, Move.SETTLE, by=by, at=at, words=case.answer, rule=rule, changed=fields)
    checking.draw(case, at=at)
    telling.answered(case, by=by, at=at)
    return case


def _new_case(
    matter: Matter,
    reporter: Reporter,
    channel: Channel,
    *,
    by: Actor,
    at: datetime,
    language: str,
    source_ref: str | None,
) -> Case:
    limits = in_force(rules.INTAKE, at=at).params
    text = moves.need_words(matter.text, longest=limits.text_signs, field="text")
    title = moves.fit(matter.title, longest=limits.title_signs, field="title") or title_of(
        text, limits.title_signs
    )
    if by.is_staff and not can(by, Permission.CASE_REGISTER, unit_path=matter.place.path):
        raise CannotRegisterHere
    if matter.urgency not in set(Urgency):
        raise Invalid(field="urgency")
    if matter.spoke not in set(Speaker) or (matter.spoke == Speaker.STAFF and not by.is_staff):
        raise Invalid(field="spoke")
    if matter.spoke == Speaker.STAFF and not reporter.anonymous:
        raise Invalid(_("If nobody spoke, leave name, telephone and mail empty."), field="spoke")
    desk = places.entry_desk(matter.place)
    return Case(
        title=title,
        text=text,
        place=matter.place,
        place_detail=moves.fit(matter.place_detail, longest=120, field="place_detail"),
        channel=channel,
        language=language,
        reporter_name=reporter.name,
        reporter_phone=reporter.phone,
        reporter_phone_index=crypto.blind_index(reporter.phone, purpose="cases.phone")
        if reporter.phone
        else "",
        reporter_mail=reporter.mail,
        anonymous=reporter.anonymous,
        registered_by_id=by.user_id if by.is_staff else None,
        spoke=matter.spoke,
        typed=typist_of(by),
        status=State.REGISTERED,
        level=places.level_of(desk),
        desk=desk,
        unit=desk,
        category=matter.category,
        kind=matter.category.kind if matter.category else "",
        urgency=matter.urgency,
        registered_at=at,
        moved_at=at,
        source_ref=source_ref,
    )


def title_of(text: str, longest: int) -> str:
    """Return a title from the first sentence of a text, cut at a natural pause where there is one."""
    first = text.strip().splitlines()[0]
    for sign in "。！？!?；;":
        first = first.split(sign)[0]
    if len(first) <= longest:
        return first.strip() or text.strip()[:longest]
    head = first[:longest]
    pause = max(head.rfind(sign) for sign in "，,、：: ")
    return head[:pause] if pause >= longest // 2 else head[: longest - 1] + "…"


def _settled(case: Case, result: str, *, by: Actor, at: datetime) -> list[str]:
    """Set what settling on the spot means on the case; return the names of the fields."""
    limits = in_force(rules.INTAKE, at=at).params
    case.answer = moves.need_words(result, longest=limits.words_signs, field="result")
    case.tier = case.tier or Tier.SMALL
    _check_spot(case, in_force(governance_rules.SETTLEMENT, at=at).params)
    case.outcome = Outcome.SOLVED
    case.settled_at_level = levels.settled_level(lifecycle.Level(case.level), on_the_spot=True)
    case.owner_id = by.user_id
    case.resolved_at = at
    case.answer_seconds = int((at - case.registered_at).total_seconds())
    case.contacted_at = at
    case.finish_minutes = 0
    case.finish_on_time = True
    case.rate_by = telling.rating_ends(at=at)
    return [
        "answer",
        "category",
        "kind",
        "tier",
        "outcome",
        "settled_at_level",
        "owner",
        "resolved_at",
        "answer_seconds",
        "contacted_at",
        "finish_minutes",
        "finish_on_time",
        "rate_by",
    ]


def _check_spot(case: Case, rule: governance_rules.SettlementParams) -> None:
    """Raise NotForTheSpot unless tier, urgency and subject may be settled on the spot."""
    if case.category is None:
        raise Invalid(_("Please choose what it was about."), field="category")
    if case.tier not in rule.tiers:
        raise NotForTheSpot(_("Only small matters can be settled on the spot."), field="category")
    if case.urgency not in rule.urgencies:
        raise NotForTheSpot(_("What is this urgent is not settled on the spot."), field="category")
    if rule.excludes(case.category.code):
        raise NotForTheSpot(
            _("“%(subject)s” is not settled on the spot.") % {"subject": categories.name_of(case.category)},
            field="category",
        )


def _insert(case: Case, move: Move, *, by: Actor, at: datetime, words: str = "") -> None:
    """Write a new case with its first transition, clocks, sight and audit row."""
    step = lifecycle.STEPS[move]
    case.moves = 1
    case.status = step.target or State.REGISTERED
    quiet = by.door == access.IMPORT_DOOR  # imported history reminds nobody until somebody touches it
    started = [clocks.draft(case, kind, move, at=at, quiet=quiet) for kind in step.starts]
    case.due_at = clocks.earliest(started)
    insert(case)
    for clock in started:
        clock.case = case
    post = next(iter(moves.posts_at(by, case, move)), None)
    said = {
        **facts(case.channel, case.spoke, by),
        "acting_for": by.is_staff and not case.anonymous and case.spoke != Speaker.STAFF,
        "place": case.place.code,
        "text": moves.words_digest(case.text),
        **({"category": case.category.code} if case.category else {}),
    }
    first = moves.draft_transition(case, move, before="", by=by, post=post, at=at, words=words, data=said)
    insert_together([started, [first], moves.sights(case, case.desk, CaseSight.Reason.PLACE, at=at)])
    moves.audit_transition(first, case, by=by, post=post, to_unit=None)
