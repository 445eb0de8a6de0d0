"""Playing the steps of a plan through the real actions in the order of time, with the worker in between."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from gongzhi.cases import jobs
from gongzhi.cases.actions import (
    dispatching,
    experts,
    extending,
    gates,
    handling,
    intake,
    judging,
    pausing,
    petitions,
    story,
    supervising,
    together,
)
from gongzhi.cases.lifecycle import Channel, Move
from gongzhi.cases.models import Case, Category, Expert
from gongzhi.cases.queries import categories
from gongzhi.core.actor import SYSTEM, Actor, resident
from gongzhi.core.errors import DomainError
from gongzhi.demo.actions.stories import Story
from gongzhi.demo.calling_back import Callers
from gongzhi.demo.report import Progress, Report
from gongzhi.demo.steps import RESIDENT, CasePlan, Step
from gongzhi.orgs import queries as org_queries

if TYPE_CHECKING:
    from gongzhi.orgs.models import Unit, User

COMMAND = replace(SYSTEM, door="command")
_TICK = timedelta(hours=2)
"""How often the simulated worker looks at the ladder of deadlines."""


class Player:
    """Plays the steps of all plans in the order of time, and lets the worker look at the clock in between."""

    def __init__(
        self,
        plans: Iterable[CasePlan],
        units: "Mapping[str, Unit]",
        people: "Mapping[str, User]",
        report: Report,
        progress: Progress,
        callers: Callers,
        stories: Iterable[Story] = (),
    ) -> None:
        self.stories = list(stories)
        self.too_late: set[int] = set()
        self.callers = callers
        self.plans = {plan.number: plan for plan in plans}
        self.units, self.people, self.report, self.progress = units, people, report, progress
        self.categories: dict[str, Category] = {row.code: row for row in categories.list_categories()}
        self.cases: dict[int, Case] = {}
        self.actors: dict[str, Actor] = {}
        self.known_experts: list[Expert] = []

    def play(self, until: datetime) -> None:
        """Play everything that happens up to `until`, the earliest first; stories beside the plans."""
        queue = [
            (step.at, plan.number, n) for plan in self.plans.values() for n, step in enumerate(plan.steps)
        ]
        queue += [(tale.at, 0, n) for n, tale in enumerate(self.stories)]
        heapq.heapify(queue)
        total, done = len(queue), 0
        tick = queue[0][0].astimezone(UTC).replace(minute=0, second=0, microsecond=0) if queue else until
        while queue:
            at, number, index = heapq.heappop(queue)
            tick = self._work(tick, at)
            if number:
                self._play_step(self.plans[number], self.plans[number].steps[index])
                done += 1
            elif self._go_on(self.stories[index]) and self.stories[index].at <= until:
                heapq.heappush(queue, (self.stories[index].at, 0, index))
            self.progress("moves", done, total)
        self._work(tick, until)

    def _go_on(self, tale: Story) -> bool:
        try:
            return tale.go_on()
        except DomainError as error:
            self.report.refused.append(f"story at {tale.at}: {error.code}")
            return False

    def raised_by(self, channel: Channel) -> list[Case]:
        """Return the matters that came by this channel, as they are now, in the order of the plan."""
        keys = [case.pk for n, case in self.cases.items() if self.plans[n].channel is channel]
        return list(Case.objects.filter(pk__in=keys).select_related("place").order_by("pk"))

    def _work(self, tick: datetime, until: datetime) -> datetime:
        """Run the timed jobs of every second hour up to `until`; return the next one."""
        while tick <= until:
            self.report.rungs += jobs.run_ladder(at=tick)
            jobs.end_pauses(at=tick)
            jobs.remind_of_supervisions(at=tick)
            jobs.lapse_extensions(at=tick)
            self.report.filed_unrated += jobs.close_unrated(at=tick)
            self.callers.look(tick)
            tick += _TICK
        return tick

    def _play_step(self, plan: CasePlan, step: Step) -> None:
        by = self._actor(plan, step)
        if step.move in (Move.PAUSE, Move.RESUME) and self._is_late(plan.number, step):
            return
        try:
            if step is plan.steps[0]:
                self.cases[plan.number] = self._open(plan, step, by)
                self.report.cases += 1
            else:
                self._move(self.cases[plan.number], step, by)
        except DomainError as error:
            self.report.refused.append(f"{plan.number} {step.move} by {step.by or 'resident'}: {error.code}")
            return
        self.report.moves += 1
        self.report.by_move[str(step.move)] += 1

    def _is_late(self, number: int, step: Step) -> bool:
        """Whether the clock is late already: such a clock cannot be paused, and offices do not try."""
        if step.move is Move.PAUSE:
            due_at = Case.objects.get(pk=self.cases[number].pk).due_at
            if due_at is not None and due_at <= step.at:
                self.too_late.add(number)
        return number in self.too_late

    def _actor(self, plan: CasePlan, step: Step) -> Actor:
        if step.by == RESIDENT:
            # Each resident has a network of their own: nobody here rates from the handler's.
            return resident(plan.reporter.name if plan.reporter else "", network=f"demo-{plan.number}")
        if step.by not in self.actors:
            self.actors[step.by] = org_queries.actor_for(self.people[step.by], at=step.at)
        return self.actors[step.by]

    def _open(self, plan: CasePlan, step: Step, by: Actor) -> Case:
        settled = step.move is Move.SETTLE
        matter = intake.Matter(
            text=plan.message.text,
            place=self.units[plan.place.code],
            place_detail=plan.message.place,
            title=plan.message.title,
            category=self.categories[plan.message.category] if settled else None,
            urgency=plan.urgency if plan.urgency == "emergency" else "ordinary",
        )
        person = plan.reporter
        reporter = intake.Reporter(person.name, person.phone) if person else intake.Reporter()
        if settled:
            return intake.settle_new_case(
                matter=matter, reporter=reporter, channel=plan.channel, result=step.words, by=by, at=step.at
            )
        return intake.register_case(matter=matter, reporter=reporter, channel=plan.channel, by=by, at=step.at)

    def _move(self, case: Case, step: Step, by: Actor) -> None:
        said = partial(_CALLS[step.move], case=case, by=by, at=step.at)
        words, data = step.words, step.data
        match step.move:
            case Move.ACCEPT:
                said(assessment=self._assessment(data))
            case Move.DECLINE:
                said(reason=data["reason"], responsible=data["responsible"], words=words)
            case Move.DISPATCH:
                said(unit=self.units[str(data["unit"])], words=words)
            case Move.REFER_DOWN:
                said(unit=self.units[str(data["unit"])], reason=words)
            case Move.RETURN:
                said(reason=data["reason"], words=words, suggested=self.units[str(data["suggested"])])
            case Move.ESCALATE:
                said(tried=words, why_not=data["why_not"])
            case Move.PAUSE:
                said(reason=data["reason"], waiting_for=words)
            case Move.RESOLVE:
                said(outcome=data["outcome"], answer=words)
            case Move.CALL_HELP | Move.RATE_HELP:
                said(words=words, **{**data, "unit": self.units[str(data["unit"])]})
            case Move.SIGN | Move.SIGN_HELP | Move.TAKE_AS_PETITION:
                said()
            case _:
                self._govern(case, step, said)

    def _govern(self, case: Case, step: Step, said: Callable[..., Case]) -> None:
        """Make a step of governing, or one that needs no more than its words."""
        words, data = step.words, step.data
        match step.move:
            case Move.ANSWER_SUPERVISION | Move.ANSWER_HELP:
                said(answer=words)
            case Move.PUBLISH:
                said(public=story.PublicText(str(data["title"]), str(data["text"]), str(data["answer"])))
            case Move.PANEL:
                said(members=_members(str(data["members"])), words=words)
            case Move.DECISION:
                held_on = timezone.localdate(step.at) - timedelta(days=1)
                said(decision=gates.Decision(str(data["meeting"]), held_on, str(data["number"]), words))
            case Move.ASK_EXTENSION:
                due_at = Case.objects.get(pk=case.pk).due_at or step.at
                said(until=timezone.localdate(due_at) + timedelta(days=int(data["days"])), reason=words)
            case Move.ASK_EXPERT:
                said(expert=self._roster(step.at)[len(words) % len(_EXPERTS)], question=words)
            case Move.ANSWER_EXPERT:
                said(position=int(data["position"]), answer=words)
            case Move.RATE_EXPERT:
                said(position=int(data["position"]), score=int(data["score"]))
            case _:
                said(words=words, **data)

    def _roster(self, at: datetime) -> list[Expert]:
        """The county's roster of experts, begun when the first of them is needed."""
        if not self.known_experts:
            top = next(unit for unit in self.units.values() if unit.kind == "county")
            self.known_experts = [
                experts.add_expert(unit=top, person=person, by=COMMAND, at=at) for person in _EXPERTS
            ]
        return self.known_experts

    def _assessment(self, data: Mapping[str, Any]) -> dispatching.Assessment:
        return dispatching.Assessment(
            self.categories[data["category"]], data["kind"], data["tier"], data["urgency"]
        )


_EXPERTS = (
    experts.Person("郑明远", "县法律援助中心", "0915-0005101", "土地、邻里、合同", ("03", "13")),
    experts.Person("喻清扬", "县农技推广站", "0915-0005102", "种养、病虫害、农机", ("04",)),
    experts.Person("柯建林", "县住建局质监站", "0915-0005103", "房屋安全、道路桥梁", ("01", "0304")),
    experts.Person("祝玉兰", "县医院社会工作部", "0915-0005104", "家庭、老人、心理", ("07", "14")),
)
"""Invented, with numbers nobody can dial."""


def _members(text: str) -> list[gates.Member]:
    return [gates.Member(*pair.split(":", 1)) for pair in text.split(",")]


_CALLS: Mapping[Move, Callable[..., Case]] = {
    Move.ACCEPT: dispatching.accept_case,
    Move.DECLINE: dispatching.decline_case,
    Move.OBJECT: judging.object_to_refusal,
    Move.DISPATCH: dispatching.dispatch_case,
    Move.SIGN: handling.sign_case,
    Move.RETURN: dispatching.return_case,
    Move.ESCALATE: dispatching.escalate_case,
    Move.REFER_DOWN: dispatching.refer_down,
    Move.RESOLVE: handling.resolve_case,
    Move.CONFIRM: judging.confirm_case,
    Move.NOT_SOLVED: judging.say_not_solved,
    Move.REOPEN: judging.reopen_case,
    Move.WITHDRAW: judging.withdraw_case,
    Move.CONTACT: handling.record_contact,
    Move.PAUSE: pausing.pause_case,
    Move.RESUME: pausing.resume_case,
    Move.SUPERVISE: supervising.supervise_case,
    Move.ANSWER_SUPERVISION: supervising.answer_supervision,
    Move.JUDGE_ANSWER: supervising.judge_answer,
    Move.PANEL: gates.record_panel,
    Move.DECISION: gates.record_decision,
    Move.ASK_EXTENSION: extending.ask_extension,
    Move.DECIDE_EXTENSION: extending.decide_extension,
    Move.ASK_EXPERT: experts.ask_expert,
    Move.ANSWER_EXPERT: experts.answer_expert,
    Move.RATE_EXPERT: experts.rate_expert,
    Move.CALL_HELP: together.call_help,
    Move.SIGN_HELP: together.sign_help,
    Move.ANSWER_HELP: together.answer_help,
    Move.RATE_HELP: together.rate_help,
    Move.TAKE_AS_PETITION: petitions.take_as_petition,
    Move.COMMENT: story.comment_case,
    Move.PUBLISH: story.publish_case,
}
