"""The story of one case: branches by the numbers of `behaviour`, delays in office time. Pure.

A script only takes roads that the table of moves has; a test plays many and counts refusals.
"""

from datetime import datetime, timedelta
from random import Random

from gongzhi.cases.lifecycle import Channel, Level, Move, Outcome, Tier
from gongzhi.core.working_time import SHANGHAI
from gongzhi.demo import content, texts
from gongzhi.demo.names import make_person
from gongzhi.demo.steps import IN_PERSON, RESIDENT, CasePlan, Detail, Frame, Step
from gongzhi.orgs.permissions import RoleCode as R

_PUBLIC = ("01", "02", "0404", "0405", "0602", "10", "11", "1503", "1504", "1506")
"""Matters of everybody: roads, water, power … Never a quarrel, an illness or somebody's poverty."""
_WITHOUT_MONEY = (
    "1301", "1302", "010105", "020203", "1101", "110304", "140301", "1403", "150104", "070202", "0804",
)  # fmt: skip
"""Besides questions, what a neighbour with a good word or a pair of hands can settle."""
_SEATS = ("cadre", "member", "head", "delegate")
"""Who sits down over a complex matter, by the roles of the rule."""
_THANKS = "150601"
_DECLINE_REASONS = ("not_ours", "in_court", "already_open", "no_facts")
_PAUSE_REASONS = ("resident", "weather", "third_party", "procedure")
_SCORES_WHEN_UNSOLVED = {5: 0.15, 4: 0.40, 3: 0.43, 2: 0.02}


class Script:
    """Writes the steps of one plan. Knows where the case is: its unit, its desk and the last moment."""

    def __init__(self, frame: Frame, plan: CasePlan, rng: Random) -> None:
        self.frame, self.plan, self.rng = frame, plan, rng
        self.county, self.b, self.message = frame.county, frame.behaviour, plan.message
        self.steps: list[Step] = []
        self.village = plan.place.code
        self.town = plan.place.parent
        self.desk = self.unit = self.village
        self.now = frame.until
        self.emergency = plan.urgency == "emergency"

    def write(self, at: datetime) -> list[Step]:
        self.now = at
        if self._is_on_the_spot():
            self._settle()
            self._judge(Outcome.SOLVED)
            return self.steps
        self._register()
        if self._chance(self.b.declined) and not self.emergency:
            if not self._decline():
                return self.steps
        elif self._chance(self.b.withdrawn / 2) and not self.emergency:
            self._withdraw()
            return self.steps
        else:
            self._accept(self._clerk())
            self._find_handler()
        if self._chance(self.b.withdrawn / 2) and not self.emergency:
            self._withdraw()
            return self.steps
        self._handle()
        self._judge(self._resolve())
        return self.steps

    # What happens

    def _is_on_the_spot(self) -> bool:
        ordinary = self.plan.tier is Tier.SMALL and self.message.urgency == "ordinary"
        easy = self.message.kind == "consultation" or self.message.category.startswith(_WITHOUT_MONEY)
        return self.plan.channel in IN_PERSON and ordinary and easy and self._chance(self.b.on_the_spot)

    def _settle(self) -> None:
        words = texts.write_settlement(self.rng, self.message)
        self._add(Move.SETTLE, self._line_person(), words)

    def _register(self) -> None:
        by = RESIDENT
        if self.plan.channel in IN_PERSON:
            by = self._line_person()
        elif self.plan.channel is Channel.COUNTER:
            by = self._clerk()
        elif self.plan.channel is Channel.HOTLINE:
            by = self._holder(self.county.code, R.COUNTY_DISPATCHER)
        self._add(Move.REGISTER, by)

    def _decline(self) -> bool:
        """Refuse; return whether an objection brings the matter back, then handled from the town."""
        self._wait(self.b.accept_minutes)
        reason = self.rng.choice(_DECLINE_REASONS)
        words = texts.write_decline(self.rng, self.message, reason=reason)
        self._add(Move.DECLINE, self._clerk(), words, reason=reason, responsible=self._responsible())
        if not self._chance(self.b.objected):
            return False
        self._wait_days(0.2, 2.5)
        self._add(Move.OBJECT, RESIDENT, texts.write_line(self.rng, self.message, name="objection"))
        self.desk = self.unit = self.town
        self._accept(self._desk_holder())
        if self._chance(self.b.referred_down):
            self._wait(self.b.dispatch_minutes)
            words = texts.write_line(self.rng, self.message, name="refer_down")
            self._add(Move.REFER_DOWN, self._desk_holder(), words, unit=self.village)
            self.desk = self.unit = self.village
            self._sign()
        else:
            self._dispatch(self._station() or self.town)
            self._sign()
        return True

    def _responsible(self) -> str:
        bureau = self.county.places[
            self.county.bureau(content.categories()[self.message.category].department)
        ]
        return f"{bureau.name} {bureau.phone}"

    def _withdraw(self) -> None:
        self._wait(self.b.sign_minutes * 3)
        self._add(Move.WITHDRAW, RESIDENT, texts.write_line(self.rng, self.message, name="withdraw"))

    def _accept(self, by: str) -> None:
        if self._chance(self.b.petition) and not self.emergency and self.message.kind == "request":
            self._wait(self.b.accept_minutes / 2)
            self._add(Move.TAKE_AS_PETITION, by)
        self._wait(self.b.accept_minutes, urgent=(3, 15))
        self._add(
            Move.ACCEPT,
            by,
            category=self.message.category,
            kind=self.message.kind,
            tier=str(self.plan.tier),
            urgency=self.plan.urgency,
        )

    def _find_handler(self) -> None:
        """From acceptance to a signature at the level that will settle it."""
        level = self._pick_level()
        station = self._station()
        if level is Level.VILLAGE or (self.emergency and station is None):
            self._dispatch(self.village)
            self._sign()
            return
        if station and (self.emergency or (level is Level.TOWN and self._chance(self.b.straight_to_station))):
            self._dispatch_with_returns(station)
            self._sign()
            return
        self._dispatch(self.village)
        self._sign()
        self._contact()
        self._escalate("village", self.town)
        if level is Level.COUNTY:
            self._sign()
            self._escalate("town", self.county.code)
            bureau = self.county.bureau(self._department())
            self._dispatch(bureau)
        elif station:
            self._dispatch(station)
        self._sign()

    def _pick_level(self) -> Level:
        shares = self.b.dispute_levels if self.message.kind == "dispute" else self.b.other_levels
        if self.message.category.startswith(self.b.county_matters):
            shares = self.b.county_matter_levels
        return self.rng.choices(list(shares), list(shares.values()))[0]

    def _dispatch_with_returns(self, station: str) -> None:
        """Send to the station, perhaps after one or two that gave it back."""
        others = [
            p.code for p in self.county.of_kind("station") if p.parent == self.town and p.code != station
        ]
        times = (
            0
            if self.emergency or not self._chance(self.b.returned)
            else 2
            if self._chance(self.b.returned_twice)
            else 1
        )
        for wrong in self.rng.sample(others, times):
            self._dispatch(wrong)
            self._wait(self.b.sign_minutes)
            self._return(wrong, station)
        if times == 2:
            # The second return goes to the level above, whose choice cannot be returned.
            self.desk = self.town
        self._dispatch(station)

    def _return(self, wrong: str, station: str) -> None:
        words = texts.write_return(
            self.rng, self.message, reason="other_unit", to=self.county.places[station].name
        )
        self._add(Move.RETURN, self._member(wrong), words, reason="other_unit", suggested=station)
        self.unit = self.desk

    def _dispatch(self, unit: str) -> None:
        self._wait(self.b.dispatch_minutes, urgent=(1, 5))
        self._add(
            Move.DISPATCH,
            self._desk_holder(),
            texts.write_line(self.rng, self.message, name="dispatch"),
            unit=unit,
        )
        self.unit = unit

    def _sign(self) -> None:
        self._wait(self.b.sign_minutes, urgent=(2, 15))
        self._add(Move.SIGN, self._member(self.unit))

    def _contact(self) -> None:
        late = self._chance(self.b.contact_missed)
        self._wait(self.b.contact_minutes * (10 if late else 1), urgent=(3, 30))
        self._add(
            Move.CONTACT, self._member(self.unit), texts.write_line(self.rng, self.message, name="contact")
        )

    def _escalate(self, level: str, to: str) -> None:
        self._wait(self.b.escalate_minutes)
        tried, why_not = texts.write_escalation(self.rng, self.message, level=level)
        self._add(Move.ESCALATE, self._member(self.unit), tried, why_not=why_not)
        self.desk = self.unit = to

    def _handle(self) -> None:
        """What goes on between the signature and the answer."""
        self._contact()
        if self._chance(self.b.commented):
            self._wait(self.b.contact_minutes, urgent=(5, 30))
            self._add(
                Move.COMMENT,
                self._member(self.unit),
                texts.write_line(self.rng, self.message, name="comment"),
                public=False,
            )
        if self._chance(self.b.resident_writes) and not self.emergency:
            self._wait(self.b.contact_minutes * 3)
            self._add(
                Move.COMMENT,
                RESIDENT,
                texts.write_line(self.rng, self.message, name="resident_comment"),
                public=True,
            )
        if self._chance(self.b.helped) and self.plan.tier is not Tier.SMALL:
            self._call_help()
        if self._chance(self.b.paused) and not self.emergency:
            self._pause()
        if self._chance(self.b.supervised) and not self.emergency:
            self._supervise()
        slow = self.message.kind in ("request", "suggestion", "dispute") and self.plan.urgency == "ordinary"
        if slow and self.unit == self.village and self._chance(self.b.asked_for_time):
            self._ask_for_time()
        if slow and self._chance(self.b.asked_expert):
            self._ask_expert()

    def _call_help(self) -> None:
        """The unit whistles for the bureau of the subject, which comes, answers and is rated."""
        bureau = self.county.bureau(self._department())
        if bureau == self.unit or self.emergency:
            return
        member, officer = self._member(self.unit), self._member(bureau)
        self._wait(self.b.contact_minutes)
        self._add(
            Move.CALL_HELP, member, texts.write_line(self.rng, self.message, name="call_help"), unit=bureau
        )
        self._wait(self.b.sign_minutes)
        self._add(Move.SIGN_HELP, officer)
        self._wait(self.b.escalate_minutes)
        self._add(Move.ANSWER_HELP, officer, texts.write_line(self.rng, self.message, name="help_answer"))
        self._wait(self.b.contact_minutes)
        score = self.rng.choices([5, 4, 3, 2], [50, 35, 12, 3])[0]
        self._add(Move.RATE_HELP, member, unit=bureau, score=score)

    def _pause(self) -> None:
        reason = self.rng.choice(_PAUSE_REASONS)
        words = self.rng.choice(content.answers()["pause"][reason])
        member = self._member(self.unit)
        self._wait(self.b.contact_minutes)
        self._add(Move.PAUSE, member, texts.fill(self.rng, self.message, words), reason=reason)
        self._wait_days(1, 5)
        self._add(Move.RESUME, member)

    def _supervise(self) -> None:
        self._wait(self.b.escalate_minutes / 2)
        by = self._holder(self.county.code, R.COUNTY_SUPERVISOR)
        if self._chance(0.5):
            by = self._holder(self.town, R.TOWN_HEAD)
        self._add(Move.SUPERVISE, by, texts.write_line(self.rng, self.message, name="supervise"))
        self._answer_supervision()
        if self._chance(self.b.answer_judged):
            self._wait(self.b.contact_minutes)
            by = self._holder(self.county.code, R.COUNTY_SUPERVISOR)
            self._add(Move.JUDGE_ANSWER, by, self._line("judge_answer"), sufficient=True)

    def _answer_supervision(self) -> None:
        self._wait(self.b.contact_minutes * 2)
        words = texts.write_line(self.rng, self.message, name="supervision_answer")
        self._add(Move.ANSWER_SUPERVISION, self._member(self.unit), words)

    def _resolve(self) -> Outcome:
        minutes = self.b.finish_minutes[self.message.kind] * (0.5 if self.plan.urgency == "urgent" else 1)
        late = self.b.late_factor if self._chance(self.b.late) else 1
        self._wait(minutes * late, urgent=(60, 700))
        shares = self.b.consultation_outcomes if self.message.kind == "consultation" else self.b.outcomes
        outcome = self.rng.choices(list(shares), list(shares.values()))[0]
        if self.message.category == _THANKS:
            outcome = Outcome.SOLVED
        self._answer(outcome)
        return outcome

    def _gate(self) -> None:
        """What the tier asks for before an answer: the panel in the village, the decision of a meeting."""
        made = {step.move for step in self.steps}
        if self.plan.tier is Tier.COMPLEX and self.unit == self.village and Move.PANEL not in made:
            self._add(Move.PANEL, self._member(self.unit), self._line("panel"), members=self._panel())
        if self.plan.tier is Tier.MAJOR and Move.DECISION not in made:
            self._add(
                Move.DECISION,
                self._member(self.unit),
                self._line("decision"),
                meeting=self.rng.choice(content.answers()["meeting"][""]),
                number=f"{self.now.year}-{self.rng.randint(1, 40)}",
            )

    def _panel(self) -> str:
        """Who sat down over it, as `role:name` with commas: the village head leads, neighbours take part."""
        head = self.county.posts(self.village, R.VILLAGE_HEAD)[0].person.name
        names = [head]
        while len(names) < len(_SEATS):
            name = make_person(self.rng, youngest=35, oldest=75).name
            if name not in names:
                names.append(name)
        return ",".join(f"{role}:{name}" for role, name in zip(_SEATS, names, strict=True))

    def _line(self, name: str) -> str:
        return texts.write_line(self.rng, self.message, name=name)

    def _ask_for_time(self) -> None:
        """The village needs longer; the town says yes, mostly."""
        self._wait(self.b.contact_minutes)
        days = self.rng.randint(3, 6)
        self._add(Move.ASK_EXTENSION, self._member(self.unit), self._line("ask_extension"), days=days)
        self._wait(self.b.dispatch_minutes)
        granted = self._chance(self.b.time_granted)
        said = self._line("grant_extension" if granted else "refuse_extension")
        self._add(Move.DECIDE_EXTENSION, self._holder(self.town, R.TOWN_DISPATCHER), said, granted=granted)

    def _ask_expert(self) -> None:
        member = self._member(self.unit)
        self._add(Move.ASK_EXPERT, member, self._line("ask_expert"))
        self._wait(self.b.escalate_minutes)
        self._add(Move.ANSWER_EXPERT, member, self._line("expert_answer"), position=1)
        self._add(Move.RATE_EXPERT, member, position=1, score=self.rng.choice((4, 5, 5)))

    def _answer(self, outcome: Outcome) -> None:
        self._gate()
        days = max(1, (self.now - self.steps[0].at).days)
        words = texts.write_reply(self.rng, self.message, outcome=outcome, days=days)
        self._add(Move.RESOLVE, self._member(self.unit), words, outcome=str(outcome))

    # What the resident makes of it

    def _judge(self, outcome: Outcome, *, rounds: int = 0) -> None:
        settled = self.steps[-1].move is Move.SETTLE
        if (
            self._chance(self.b.not_solved_again if rounds else self.b.not_solved)
            and rounds < 2
            and not settled
        ):
            self._not_solved(rounds)
            return
        self._maybe_publish()
        if self._chance(self.b.unrated):
            return
        self._wait_days(0.1, 3.0)
        self._confirm(outcome)
        if not rounds and not settled and self._chance(self.b.reopened):
            self._wait_days(0.5, 4)
            self._add(Move.REOPEN, RESIDENT, texts.write_line(self.rng, self.message, name="not_solved"))
            self._rework()

    def _confirm(self, outcome: Outcome) -> None:
        solved = outcome in (Outcome.SOLVED, Outcome.EXPLAINED) or self._chance(0.4)
        shares = self.b.scores if solved else _SCORES_WHEN_UNSOLVED
        score = self.rng.choices(list(shares), list(shares.values()))[0]
        words = texts.write_rating_words(self.rng, self.message, score=score)
        by = RESIDENT
        if self._chance(self.b.rated_by_phone) and self.unit != self.county.code:
            by = self._holder(self.county.code, R.COUNTY_DISPATCHER)
        self._add(Move.CONFIRM, by, words, solved=solved, score=score, reached=True)

    def _not_solved(self, rounds: int) -> None:
        self._wait_days(0.2, 3.0)
        self._add(Move.NOT_SOLVED, RESIDENT, texts.write_line(self.rng, self.message, name="not_solved"))
        if rounds:
            self._go_up()
        self._rework(rounds=rounds + 1)

    def _go_up(self) -> None:
        """The second "not solved" is handled by the centre one level up; the county keeps its own."""
        at_village = self.unit == self.village
        at_county = not at_village and self.county.places[self.unit].kind in ("county", "department")
        if not at_county:
            self.desk = self.unit = self.town if at_village else self.county.code

    def _rework(self, rounds: int = 1) -> None:
        self._answer_supervision()
        self._wait(self.b.escalate_minutes)
        self._answer(Outcome.SOLVED)
        self._judge(Outcome.SOLVED, rounds=rounds)

    def _maybe_publish(self) -> None:
        public = self.message.category.startswith(_PUBLIC) and self.message.kind != "dispute"
        if not public or not self._chance(self.b.published):
            return
        self._wait(self.b.sign_minutes)
        answer = self.steps[-1].words
        title, text, answer = (
            texts.anonymise(part, self.message) for part in (self.message.title, self.message.core, answer)
        )
        self._add(Move.PUBLISH, self._desk_holder(), title=title, text=text, answer=answer)

    # Who, when

    def _department(self) -> str:
        return content.categories()[self.message.category].department

    def _station(self) -> str | None:
        return self.county.station(self.town, self._department())

    def _line_person(self) -> str:
        return self.rng.choice(self.county.posts(self.village, R.LINE_PERSON)).username

    def _clerk(self) -> str:
        role = R.VILLAGE_CLERK if self._chance(0.85) else R.VILLAGE_HEAD
        return self._holder(self.village, role)

    def _desk_holder(self) -> str:
        kind = self.county.places[self.desk].kind
        if kind == "village":
            return self._holder(self.desk, R.VILLAGE_CLERK)
        return self._holder(self.desk, R.TOWN_DISPATCHER if kind == "town" else R.COUNTY_DISPATCHER)

    def _member(self, unit: str) -> str:
        roles = (R.VILLAGE_CLERK, R.TOWN_DISPATCHER, R.COUNTY_DISPATCHER, R.DEPARTMENT_OFFICER)
        return self.county.posts(unit, *roles)[0].username

    def _holder(self, unit: str, role: R) -> str:
        return self.county.posts(unit, role)[0].username

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _wait(self, median: float, *, urgent: tuple[int, int] | None = None) -> None:
        """Let office time pass, log-normal around the median; in an emergency plain minutes."""
        if self.emergency:
            self.now += timedelta(minutes=self.rng.randint(*(urgent or (5, 60))))
            return
        minutes = max(1, round(self.rng.lognormvariate(0, self.b.spread) * median))
        moment = self.frame.calendar.add(self.now, minutes).astimezone(SHANGHAI)
        self.now = max(moment, self.now) + timedelta(seconds=self.rng.randrange(60))

    def _wait_days(self, least: float, most: float) -> None:
        """Let days pass and go on between seven in the morning and nine in the evening."""
        moment = (self.now + timedelta(days=self.rng.uniform(least, most))).astimezone(SHANGHAI)
        if not 7 <= moment.hour < 21:
            moment = moment.replace(hour=self.rng.randint(7, 20)) + timedelta(days=1)
        self.now = moment

    def _add(self, move: Move, by: str, words: str = "", /, **data: Detail) -> None:
        self.steps.append(Step(self.now, move, by, words, data))
