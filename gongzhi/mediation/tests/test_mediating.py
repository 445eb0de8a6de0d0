"""Mediation played through the real actions, as the people of the cast."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import files
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid
from gongzhi.mediation import jobs
from gongzhi.mediation.actions import agreeing, frame, opening, performing, reminding, talking
from gongzhi.mediation.actions.agreeing import Text
from gongzhi.mediation.actions.opening import NewParty
from gongzhi.mediation.lifecycle import Move, State
from gongzhi.mediation.models import (
    Agreement,
    Dispute,
    DisputeStep,
    Duty,
    Mediator,
    Party,
    Reminder,
    Session,
    Signature,
)
from gongzhi.mediation.queries import access
from gongzhi.mediation.tests.stage import MINUTES, PARTY, ZHANG, Stage, complete
from gongzhi.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast: Cast, at: datetime) -> Stage:
    return Stage(cast, at)


def test_a_dispute_goes_from_the_first_word_to_a_kept_agreement(stage: Stage) -> None:
    dispute = stage.mediating()
    dispute = talking.hold_session(
        dispute=dispute, held_at=stage.tick(), place="村委会调解室", present="双方、村文书刘芳",
        minutes=MINUTES, outcome="同意以水沟为界", by=stage.clerk, at=stage.tick(),
    )  # fmt: skip
    dispute = agreeing.draft_agreement(
        dispute=dispute, text=complete(stage.due_on), by=stage.clerk, at=stage.tick()
    )
    for signer in (1, 2, None):
        dispute = stage.sign(dispute, signer)
    dispute = agreeing.seal_agreement(dispute=dispute, by=stage.head, at=stage.tick())
    agreement = Agreement.objects.get(dispute=dispute)
    assert (dispute.state, dispute.agreed_level) == (State.AGREED, "village")
    assert (agreement.year, agreement.sequence) == (2026, 1)
    assert agreement.confirm_by == date(2026, 4, 3), "thirty days, the first one not counted"
    for duty in (1, 2):
        dispute = performing.record_performance(
            dispute=dispute, duty=duty, outcome="performed", by=stage.clerk, at=stage.tick()
        )
    dispute = performing.record_visit(
        dispute=dispute, words="墙已拆，两家照常来往。", kept=True, by=stage.clerk, at=stage.tick()
    )
    dispute = performing.finish_dispute(dispute=dispute, by=stage.clerk, at=stage.tick())
    assert (dispute.state, dispute.performance) == (State.FINISHED, "performed")
    moves = list(DisputeStep.objects.filter(dispute=dispute).order_by("seq").values_list("move", flat=True))
    assert moves == [
        *("open", "start", "hold", "draft", "sign", "sign", "sign", "seal"),
        *("perform", "perform", "visit", "finish"),
    ]  # fmt: skip
    rows = AuditEvent.objects.filter(subject=f"dispute:{dispute.number}")
    assert rows.count() == len(moves), "one audit row a move"
    assert not any("张守田" in str(row.data) or "水沟" in str(row.data) for row in rows)


def test_nobody_is_mediated_against_their_will(stage: Stage) -> None:
    dispute = stage.opened()
    with pytest.raises(talking.NoConsent):
        talking.start_mediation(dispute=dispute, consents={1}, by=stage.clerk, at=stage.tick())
    alone = stage.opened(parties=(ZHANG,))
    with pytest.raises(talking.TooFewParties):
        talking.start_mediation(dispute=alone, consents={1}, by=stage.clerk, at=stage.tick())


@pytest.mark.parametrize("brought", ["opened", "mediating", "drafted", "signed", "at_town"])
def test_a_party_may_end_it_at_any_time_before_an_agreement_binds_and_is_told_of_other_ways(
    stage: Stage, brought: str
) -> None:
    dispute: Dispute = getattr(stage, brought)()
    dispute = talking.end_mediation(dispute=dispute, reason="party_ended", by=PARTY, at=stage.tick())
    assert (dispute.state, dispute.ending) == (State.ENDED, "party_ended")
    assert "起诉" in dispute.guidance
    assert not Mediator.objects.filter(dispute=dispute, until__isnull=True).exists()
    assert not Reminder.objects.filter(dispute=dispute, done_at__isnull=True).exists()


def test_an_agreement_that_binds_is_not_ended_by_one_party(stage: Stage) -> None:
    with pytest.raises(frame.MoveNotPossible):
        talking.end_mediation(dispute=stage.agreed(), reason="refused", by=PARTY, at=stage.tick())


def test_staff_who_end_it_say_what_else_the_parties_may_do(stage: Stage) -> None:
    dispute = stage.mediating()
    with pytest.raises(talking.GuidanceMissing):
        talking.end_mediation(dispute=dispute, reason="no_agreement", by=stage.clerk, at=stage.tick())
    done = talking.end_mediation(
        dispute=dispute, reason="no_agreement", ways=["court"], by=stage.clerk, at=stage.tick()
    )
    assert "人民法院" in done.guidance


def test_a_reason_that_is_not_the_partys_is_not_given_in_its_name(stage: Stage) -> None:
    with pytest.raises(Invalid):
        talking.end_mediation(dispute=stage.mediating(), reason="not_ours", by=PARTY, at=stage.tick())


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"facts": " "}, "facts"),
        ({"matter": ""}, "matter"),
        ({"responsibility": ""}, "responsibility"),
        ({"terms": ""}, "terms"),
        ({"duties": ()}, "way_and_time"),
    ],
)
def test_a_written_agreement_without_a_required_part_is_refused_with_what_is_missing(
    stage: Stage, changed: dict[str, object], missing: str
) -> None:
    dispute = stage.mediating()
    with pytest.raises(agreeing.AgreementIncomplete) as refused:
        agreeing.draft_agreement(
            dispute=dispute, text=complete(stage.due_on, **changed), by=stage.clerk, at=stage.tick()
        )
    assert refused.value.details["missing"] == [missing]
    assert "二十九" in str(refused.value.hint)
    assert Agreement.objects.count() == 0


def test_a_promise_needs_a_way_and_a_day_and_every_party_an_address(stage: Stage) -> None:
    dispute = stage.mediating(parties=(ZHANG, NewParty("李秀莲")))
    promise = agreeing.Promise(2, "拆墙")
    text = complete(stage.due_on, duties=(promise,))
    with pytest.raises(agreeing.AgreementIncomplete) as refused:
        agreeing.draft_agreement(dispute=dispute, text=text, by=stage.clerk, at=stage.tick())
    assert refused.value.details["missing"] == ["parties", "way_and_time"]


def test_an_oral_agreement_binds_on_the_day_it_is_registered(stage: Stage) -> None:
    dispute = stage.agreed_orally()
    agreement = Agreement.objects.get(dispute=dispute)
    assert (dispute.state, agreement.form, agreement.effective_at) == (
        State.AGREED,
        "oral",
        dispute.agreed_at,
    )
    with pytest.raises(agreeing.AgreementIncomplete):
        agreeing.agree_orally(
            dispute=stage.mediating(), text=Text(terms=" "), by=stage.clerk, at=stage.tick()
        )


def test_the_committee_seals_only_what_all_parties_and_a_mediator_signed(stage: Stage) -> None:
    dispute = stage.drafted()
    for signer, left in ((1, "李秀莲"), (2, "刘芳")):
        dispute = stage.sign(dispute, signer)
        with pytest.raises(agreeing.NotAllSigned) as refused:
            agreeing.seal_agreement(dispute=dispute, by=stage.head, at=stage.tick())
        assert left in str(refused.value.hint)
    dispute = stage.sign(dispute, None)
    told = Notice.objects.filter(kind="mediation.to_seal", user_id=stage.cast.village_head.user.pk)
    assert told.count() == 1
    with pytest.raises(frame.NotYourMove):
        agreeing.seal_agreement(dispute=dispute, by=stage.clerk, at=stage.tick())
    assert agreeing.seal_agreement(dispute=dispute, by=stage.head, at=stage.tick()).state == State.AGREED


def test_one_signs_once_and_a_new_draft_begins_without_signatures(stage: Stage) -> None:
    dispute = stage.sign(stage.drafted(), 1)
    with pytest.raises(agreeing.AlreadySigned):
        stage.sign(dispute, 1)
    agreeing.draft_agreement(dispute=dispute, text=complete(stage.due_on), by=stage.clerk, at=stage.tick())
    standing = Agreement.objects.get(dispute=dispute, replaced_at__isnull=True)
    assert standing.sequence == 1, "a draft set aside gives its number back"
    assert Signature.objects.filter(agreement=standing).count() == 0
    assert Signature.objects.count() == 1, "what was signed stays in the file"


def test_what_is_no_picture_is_no_signature_and_leaves_no_file(stage: Stage) -> None:
    dispute = stage.drafted()
    before = {path for path in files.folder().rglob("*") if path.is_file()}
    with pytest.raises(Invalid):
        stage.sign(dispute, 1, content=b"<svg onload=alert(1)>")
    stage.sign(dispute, 2)
    with pytest.raises(agreeing.AlreadySigned):
        stage.sign(dispute, 2)
    after = {path for path in files.folder().rglob("*") if path.is_file()}
    assert len(after - before) == 1


def test_a_representative_settles_only_with_a_special_authority(stage: Stage) -> None:
    speaks = NewParty("王强", address="城关镇", representative="王律师", authority="general")
    settles = NewParty("赵敏", address="城关镇", representative="赵律师", authority="special")
    dispute = stage.drafted(parties=(speaks, settles))
    with pytest.raises(agreeing.CannotSettle):
        stage.sign(dispute, 1, by_proxy=True)
    stage.sign(dispute, 2, by_proxy=True)
    assert Signature.objects.get().by_proxy


def test_a_party_objects_to_a_mediator_who_stands_down_and_is_not_named_again(stage: Stage) -> None:
    cast, dispute = stage.cast, stage.mediating()
    dispute = opening.object_to_mediator(
        dispute=dispute, party=2, mediator=cast.clerk.user, words="他们是亲戚。", by=PARTY, at=stage.tick()
    )
    assert access.leading(dispute) is None
    assert Notice.objects.filter(kind="mediation.came_up", user_id=cast.village_head.user.pk).exists()
    with pytest.raises(frame.NotYourMove):
        talking.take_statement(dispute=dispute, party=1, words="我说。", by=stage.clerk, at=stage.tick())
    with pytest.raises(opening.ObjectedTo):
        opening.name_mediators(dispute=dispute, leader=cast.clerk.user, by=stage.head, at=stage.tick())
    dispute = opening.name_mediators(
        dispute=dispute, leader=cast.line_person.user, by=stage.head, at=stage.tick()
    )
    lead = access.leading(dispute)
    assert lead is not None
    assert lead.user == cast.line_person.user, "a three-line person may lead in the village"


def test_who_may_mediate_at_a_level_is_a_rule(stage: Stage) -> None:
    cast, dispute = stage.cast, stage.opened()
    for outsider in (cast.peer_clerk, cast.officer, cast.town_dispatcher):
        with pytest.raises(access.MayNotMediate):
            opening.name_mediators(dispute=dispute, leader=outsider.user, by=stage.head, at=stage.tick())
    town = stage.at_town()
    head = cast.town_head.actor
    with pytest.raises(access.MayNotMediate):
        opening.name_mediators(dispute=town, leader=cast.clerk.user, by=head, at=stage.tick())
    town = opening.name_mediators(
        dispute=town, leader=cast.town_dispatcher.user, others=[cast.clerk.user], by=head, at=stage.tick()
    )
    assert Mediator.objects.filter(dispute=town, until__isnull=True).count() == 2


def test_a_dispute_passed_up_belongs_to_the_committee_above_and_asks_for_consent_anew(stage: Stage) -> None:
    dispute = stage.at_town()
    assert (dispute.state, dispute.level, dispute.committee) == (
        State.OPENED, "town", stage.cast.units.town,
    )  # fmt: skip
    assert not Party.objects.filter(dispute=dispute, consented_at__isnull=False).exists()
    assert Notice.objects.filter(kind="mediation.came_up", user_id=stage.cast.town_head.user.pk).exists()
    with pytest.raises(frame.NotYourMove):
        talking.start_mediation(dispute=dispute, consents={1, 2}, by=stage.clerk, at=stage.tick())
    head = stage.cast.town_head
    dispute = opening.name_mediators(dispute=dispute, leader=head.user, by=head.actor, at=stage.tick())
    dispute = talking.refer_up(dispute=dispute, words="还是不成。", by=head.actor, at=stage.tick())
    assert dispute.level == "county"
    county = stage.cast.county_dispatcher
    dispute = opening.name_mediators(dispute=dispute, leader=county.user, by=county.actor, at=stage.tick())
    with pytest.raises(talking.NoLevelAbove):
        talking.refer_up(dispute=dispute, words="再往上。", by=county.actor, at=stage.tick())


def test_signs_of_violence_are_reported_before_they_are_filed(stage: Stage) -> None:
    dispute = stage.mediating()
    with pytest.raises(opening.MustBeReported):
        opening.assess_risk(dispute=dispute, signs=["violence", "long"], by=stage.clerk, at=stage.tick())
    dispute = opening.assess_risk(
        dispute=dispute, signs=["violence", "long"], reported=True, by=stage.clerk, at=stage.tick()
    )
    assert (dispute.risk, dispute.reported_at is not None) == ("high", True)
    dispute = opening.assess_risk(dispute=dispute, signs=["money"], by=stage.clerk, at=stage.tick())
    assert dispute.risk == "medium"


def test_only_both_together_and_only_in_time_can_the_court_be_asked(stage: Stage) -> None:
    dispute, on = stage.agreed(), stage.at.date()

    def ask(day: date, *, together: bool = True, at: datetime | None = None) -> Dispute:
        return performing.apply_for_confirmation(
            dispute=dispute, court="汉阴县人民法院", on=day, together=together, by=stage.clerk,
            at=at or stage.tick(),
        )  # fmt: skip

    with pytest.raises(performing.OnlyTogether):
        ask(on, together=False)
    with pytest.raises(Invalid):
        ask(on - timedelta(days=1))
    late = stage.at + timedelta(days=40)
    with pytest.raises(performing.WindowOver):
        ask(date(2026, 4, 4), at=late)
    with pytest.raises(performing.NothingAsked):
        performing.record_decision(
            dispute=dispute, outcome="confirmed", on=on, by=stage.clerk, at=stage.tick()
        )
    ask(date(2026, 4, 3), at=late)
    agreement = Agreement.objects.get(dispute=dispute)
    assert agreement.confirmation == "applied"
    performing.record_decision(
        dispute=dispute, outcome="confirmed", on=date(2026, 4, 10), number="（2026）陕0921民特3号",
        by=stage.clerk, at=late,
    )  # fmt: skip
    agreement.refresh_from_db()
    assert (agreement.confirmation, agreement.decided_on) == ("confirmed", date(2026, 4, 10))


def test_people_are_reminded_of_promises_and_of_the_end_of_the_window_once(
    stage: Stage, settings: Any
) -> None:
    settings.NOTICE_PORTS = {"mail": "x", "sms": "x"}
    dispute = stage.agreed()
    told = Notice.objects.filter(kind="mediation.date_soon")
    assert jobs.run_reminders(at=stage.at + timedelta(days=5)) == 0
    before = stage.at + timedelta(days=8)
    assert jobs.run_reminders(at=before) == 2, "two promises, three days before"
    assert jobs.run_reminders(at=before) == 0, "running twice tells nobody twice"
    assert told.count() == 2
    party = Notice.objects.filter(kind="mediation.party_date")
    assert {row.mail or row.phone for row in party} == {"li@example.org", "13900001001"}
    later = stage.at + timedelta(days=25)
    assert jobs.run_reminders(at=later) == 4, "both promises are past, and two shares of the window are over"
    windows = Reminder.objects.filter(dispute=dispute, about="confirmation")
    assert all(row.remind_at < row.due_at for row in windows)
    assert jobs.run_reminders(at=stage.at + timedelta(days=31)) == 1, "the visit"


def test_a_kept_promise_reminds_nobody_any_more(stage: Stage) -> None:
    dispute = stage.agreed()
    performing.record_performance(
        dispute=dispute, duty=1, outcome="performed", by=stage.clerk, at=stage.tick()
    )
    open_ones = Reminder.objects.filter(dispute=dispute, done_at__isnull=True, duty__isnull=False)
    assert {row.duty.position for row in open_ones if row.duty} == {2}


def test_what_was_not_kept_is_filed_only_with_what_the_parties_were_told(stage: Stage) -> None:
    dispute = stage.agreed()
    with pytest.raises(performing.StillOpen):
        performing.finish_dispute(dispute=dispute, by=stage.clerk, at=stage.tick())
    for duty, outcome in ((1, "not"), (2, "performed")):
        dispute = performing.record_performance(
            dispute=dispute, duty=duty, outcome=outcome, by=stage.clerk, at=stage.tick()
        )
    assert dispute.performance == "partly"
    with pytest.raises(Invalid):
        performing.finish_dispute(dispute=dispute, by=stage.clerk, at=stage.tick())
    done = performing.finish_dispute(
        dispute=dispute, words="已告知可以向法院起诉。", by=stage.clerk, at=stage.tick()
    )
    assert done.state == State.FINISHED
    assert Duty.objects.filter(outcome="not").count() == 1


def test_a_broken_agreement_leads_to_the_law_and_keeps_binding(stage: Stage) -> None:
    dispute = talking.send_to_law(
        dispute=stage.agreed(), ways=["court"], words="不肯拆墙。", by=stage.clerk, at=stage.tick()
    )
    assert (dispute.state, dispute.ending) == (State.ENDED, "to_law")
    assert Agreement.objects.get(dispute=dispute).replaced_at is None


def test_talks_opened_again_leave_the_old_agreement_in_the_file(stage: Stage) -> None:
    dispute = agreeing.talk_again(
        dispute=stage.agreed(), words="双方都要改。", by=stage.clerk, at=stage.tick()
    )
    assert (dispute.state, dispute.agreed_at, dispute.agreed_level) == (State.MEDIATING, None, "")
    agreeing.draft_agreement(dispute=dispute, text=complete(stage.due_on), by=stage.clerk, at=stage.tick())
    numbers = sorted(row.sequence or 0 for row in Agreement.objects.filter(dispute=dispute))
    assert numbers == [1, 2], "one that bound keeps its number"


def test_sessions_are_announced_and_their_minutes_stay_sealed_in_the_database(stage: Stage) -> None:
    from django.db import connection

    dispute = stage.mediating()
    soon = stage.at + timedelta(days=3)
    dispute = talking.schedule_session(
        dispute=dispute, held_at=soon, place="镇调解室", by=stage.clerk, at=stage.tick()
    )
    assert jobs.run_reminders(at=soon - timedelta(hours=20)) == 1
    dispute = talking.hold_session(
        dispute=dispute, held_at=soon, place="镇调解室", present="双方", minutes=MINUTES,
        next_at=soon + timedelta(days=7), by=stage.clerk, at=soon + timedelta(hours=1),
    )  # fmt: skip
    assert dispute.next_at == soon + timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT minutes FROM mediation_session")
        assert MINUTES not in str(cursor.fetchall())
    assert Session.objects.get().minutes == MINUTES
    with pytest.raises(Invalid):
        talking.schedule_session(
            dispute=dispute, held_at=soon, place="同处", by=stage.clerk, at=soon + timedelta(days=1)
        )


def test_what_is_said_is_read_by_mediators_and_heads_of_the_committees_that_had_it(stage: Stage) -> None:
    cast = stage.cast
    dispute = stage.at_town()
    reads = {person.user.username for person in cast.people if access.reads_words(person.actor, dispute)}
    assert reads == {"village_head", "town_head"}, "the mediator stood down, the county never had it"
    sees = {
        person.user.username
        for person in cast.people
        if access.visible_disputes(person.actor).filter(pk=dispute.pk).exists()
    }
    assert sees == {
        "clerk", "village_head", "town_dispatcher", "town_head", "county_dispatcher", "supervisor", "analyst",
    }  # fmt: skip


def test_a_failing_reminder_does_not_hold_up_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.agreed()
    real, calls = reminding.remind, []

    def first_fails(**said: object) -> bool:
        calls.append(said)
        if len(calls) == 1:
            raise RuntimeError("no")
        return real(**said)  # type: ignore[arg-type]

    monkeypatch.setattr(reminding, "remind", first_fails)
    with pytest.raises(ExceptionGroup):
        reminding.run(by=SYSTEM, at=stage.at + timedelta(days=8), most=10)
    assert Notice.objects.filter(kind="mediation.date_soon").count() == 1


def test_every_pair_of_state_and_move_is_refused_by_the_frame_like_by_the_table(stage: Stage) -> None:
    dispute = stage.ended()
    for move in Move:
        if move is Move.OPEN:
            continue
        with pytest.raises((frame.MoveNotPossible, frame.NotYourMove)):
            frame.check(dispute, move, by=stage.head)


def test_a_party_is_known_to_have_been_added_with_a_usable_telephone(stage: Stage) -> None:
    dispute = opening.add_party(
        dispute=stage.opened(), party=NewParty("王村委", "organisation", address="村部"), by=stage.clerk,
        at=stage.tick(),
    )  # fmt: skip
    assert Party.objects.filter(dispute=dispute).count() == 3
    for wrong in (
        NewParty("某", phone="12"),
        NewParty("某", mail="a\nb@c"),
        NewParty("某", representative="律师"),
    ):
        with pytest.raises(Invalid):
            opening.add_party(dispute=dispute, party=wrong, by=stage.clerk, at=stage.tick())
