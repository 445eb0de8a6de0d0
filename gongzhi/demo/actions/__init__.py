"""Building the demonstration county and playing its plan through the real actions, under a simulated clock.

The invariant: nothing is written here but through the actions of the apps below, each with its own moment, so
the demonstration has the same transitions, clocks, notices and audit rows as real work. All or nothing: it is
one transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gongzhi.cases import jobs
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.queries import calendars
from gongzhi.demo.actions import stories
from gongzhi.demo.actions.playing import COMMAND, Player
from gongzhi.demo.afterwards import Afterwards
from gongzhi.demo.answering import play_answers
from gongzhi.demo.behaviour import Behaviour
from gongzhi.demo.calling import play_calls
from gongzhi.demo.calling_back import Callers
from gongzhi.demo.county import DEMO_PASSWORD, DIVISION_FILES, County, build_county
from gongzhi.demo.disputes import DISPUTES_A_CASE
from gongzhi.demo.mediating import play_disputes
from gongzhi.demo.plan import make_plan
from gongzhi.demo.report import Progress, Report
from gongzhi.orgs import actions as orgs
from gongzhi.orgs import queries as org_queries
from gongzhi.orgs.actions.roster import NewHolder, enter_roster
from gongzhi.orgs.models import Unit, User


@transaction.atomic
def build_demo(
    *,
    seed: int,
    cases: int,
    days: int,
    until: datetime,
    behaviour: Behaviour | None = None,
    progress: Progress = lambda _what, _done, _all: None,
) -> Report:
    """Build the county with its people and play `days` of cases up to `until`; all or nothing.

    Same seed, numbers and moment give the same rows. Raises what the actions below raise, for example
    AccountNameTaken when the people are there already.
    """
    since = until - timedelta(days=days)
    founded = since - stories.BEFORE
    county = build_county(seed)
    report = Report(seed=seed, until=until.isoformat())
    units = _build_units(county, founded, report)
    people = _build_people(county, units, founded, report, progress)
    calendar = calendars.at(since)
    told, behaviour = [], behaviour or Behaviour()
    if behaviour.polished and stories.fit(cases=cases, days=days):
        polished = stories.Polished(
            county, units, people, seed=seed, since=since, until=until, calendar=calendar
        )
        polished.play_earlier()
        told = polished.stories()
        report.cases = stories.MATTERS + stories.EARLIER_MATTERS
    plans = make_plan(
        county,
        seed=seed,
        cases=cases - report.cases,
        days=days,
        until=until,
        calendar=calendar,
        behaviour=behaviour,
    )
    callers = Callers(county, people, seed, report.refused, polished=behaviour.polished)
    player = Player(plans, units, people, report, progress, callers, told)
    player.play(until)
    # Before the calls, which are answered from the articles.
    answers = play_answers(county=county, units=units, people=people, seed=seed, days=days, until=until)
    report.articles = answers.articles
    report.refused += answers.refused
    called = play_calls(
        county=county,
        people=people,
        matters=player.raised_by(Channel.HOTLINE),
        seed=seed,
        days=days,
        until=until,
    )
    report.calls = called.calls
    report.refused += called.refused
    afterwards = Afterwards(county, people, seed, until, report.refused)
    afterwards.play(cases)
    report.doubles = afterwards.doubles
    disputes = play_disputes(
        county=county,
        units=units,
        people=people,
        seed=seed,
        count=max(1, round(cases * DISPUTES_A_CASE)),
        days=days,
        until=until,
    )
    report.disputes = disputes.disputes
    report.refused += disputes.refused
    jobs.refresh_figures(at=until)
    return report


# Units and people


def _build_units(county: County, since: datetime, report: Report) -> dict[str, Unit]:
    day = org_queries.day_of(since)
    orgs.import_divisions(
        files=DIVISION_FILES,
        by=COMMAND,
        at=since,
        reject=_refuse_row,
        within=settings.COUNTY_CODE,
        valid_from=day,
    )
    top = org_queries.find_unit(county.code)
    if top is None:
        raise RuntimeError(f"the division files do not hold the county {county.code}")
    units = {unit.code: unit for unit in org_queries.subtree(top)}
    for place in county.places.values():
        if place.code not in units:
            units[place.code] = orgs.create_unit(
                code=place.code,
                name=place.name,
                kind=place.kind,
                parent=units[place.parent],
                phone=place.phone,
                by=COMMAND,
                at=since,
                valid_from=day,
            )
    report.units = len(units)
    return units


def _refuse_row(row: object) -> None:
    raise RuntimeError(f"a row of the division files cannot be used: {row}")


def _build_people(
    county: County, units: Mapping[str, Unit], since: datetime, report: Report, progress: Progress
) -> dict[str, User]:
    """Only the people visitors may sign in as get a password; the others exist to be named and told."""
    silent = [holder for holder in county.holders if not holder.shown]
    rows = [NewHolder(h.username, h.person.name, h.role, units[h.unit]) for h in silent]
    people = {user.username: user for user in enter_roster(rows=rows, by=COMMAND, at=since)}
    shown = [holder for holder in county.holders if holder.shown]
    for number, holder in enumerate(shown, start=1):
        user, _first = orgs.create_account(
            username=holder.username,
            full_name=holder.person.name,
            password=DEMO_PASSWORD,
            by=COMMAND,
            at=since,
        )
        orgs.appoint(user=user, role=holder.role, unit=units[holder.unit], by=COMMAND, at=since)
        people[holder.username] = user
        progress("people", number, len(shown))
    report.people = len(people)
    return people
