"""A model learnt from decisions: compared, never silently worse, and what becomes of it when it is lost."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import learnt_files
from gongzhi.cases.actions import dispatching, intake, learning, proposing
from gongzhi.cases.lifecycle import Channel, Tier
from gongzhi.cases.models import Case, LearntModel, Proposal
from gongzhi.cases.queries import categories, proposals
from gongzhi.cases.queries import learning as reading
from gongzhi.cases.queries import proposing as said
from gongzhi.cases.tests.stage import RESIDENT, Stage
from gongzhi.core import clock
from gongzhi.core.errors import NotAllowed
from gongzhi.language import storing, workshop
from gongzhi.language.workshop import Compared
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

LAMP = "村口的路灯坏了三天，晚上漆黑一片。"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(learnt_files, "folder", lambda: tmp_path)
    learnt_files._held.model, learnt_files._held.name = None, ""


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def raised(cast: Cast, text: str, at: datetime) -> Case:
    matter = intake.Matter(text=text, place=cast.units.village)
    return intake.register_case(
        matter=matter, reporter=intake.Reporter(), channel=Channel.WEB, by=RESIDENT, at=at
    )


def decided(cast: Cast, text: str, code: str, at: datetime, tier: str = Tier.SMALL) -> Case:
    subject = categories.get_category(code)
    choice = dispatching.Assessment(subject, subject.kind, tier, subject.urgency)
    return dispatching.accept_case(case=raised(cast, text, at), assessment=choice, by=cast.clerk.actor, at=at)


# --- Learning --------------------------------------------------------------------------------------

SAID = {
    "0101": "通组路塌了一段{n}号车过不去",
    "0301": "自来水停了{n}天水管漏水",
    "0501": "邻居的狗{n}次咬人",
}


def many(cast: Cast, at: datetime, times: int = 14) -> None:
    rule = categories.list_categories().filter(depth=2).values_list("code", flat=True)
    codes = list(rule)[:3]
    for n in range(times):
        for code, text in zip(codes, SAID.values(), strict=True):
            tier = Tier.SMALL if n % 2 else Tier.COMPLEX
            decided(cast, text.format(n=n) + ("很多年" if tier == Tier.COMPLEX else ""), code, at, tier)


@pytest.fixture
def learnt(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> LearntModel:
    """A first model from some decisions, trained in this process: the other one has no test database."""
    monkeypatch.setattr(learning, "_check_enough", lambda *_a, **_k: None)
    monkeypatch.setattr(workshop, "run", workshop.work)
    many(cast, at)
    row = learning.ask(by=cast.manager.actor, at=at, by_worker=False)
    learning.run(row.pk)
    row.refresh_from_db()
    return row


def test_a_model_learns_from_decisions_is_compared_and_then_proposes(
    cast: Cast, learnt: LearntModel, at: datetime
) -> None:
    assert learnt.state == LearntModel.State.IN_USE
    assert learnt.figures["category"]["new"] > learnt.figures["category"]["old"]
    assert learnt.figures["category"]["texts"] == 42
    assert AuditEvent.objects.filter(code="cases.model.learnt").count() == 1
    proposing.propose_new(at=at)
    case = raised(cast, "自来水管漏水，停了两天水", at)
    proposing.propose_new(at=at)
    row = Proposal.objects.get(case=case, field="category")
    assert row.model == learnt
    assert row.confidence > 0.5
    assert row.words


def test_a_model_that_is_worse_never_replaces_the_one_in_use(
    cast: Cast, learnt: LearntModel, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = learnt_files.path_of(learnt.file).read_bytes()
    real = workshop.work

    def worse(task: workshop.Task) -> dict[str, Compared]:
        real(task)
        return {"category": Compared(0.7, 0.8, 0.7, 0.8, 40), "tier": Compared(0.95, 0.8, 0.9, 0.8, 40)}

    monkeypatch.setattr(workshop, "run", worse)
    many(cast, at + timedelta(minutes=1), times=3)
    row = learning.ask(by=cast.manager.actor, at=at + timedelta(minutes=2), by_worker=False)
    assert learning.run(row.pk) == LearntModel.State.WORSE
    row.refresh_from_db()
    assert (row.compared_with, row.figures["category"]["new"]) == (learnt, 0.7)
    assert said.model_in_use() == learnt
    assert learnt_files.path_of(learnt.file).read_bytes() == before
    assert not learnt_files.path_of(row.file).exists()


def test_only_decisions_the_model_has_not_seen_are_compared_on(
    cast: Cast, learnt: LearntModel, at: datetime
) -> None:
    later = at + timedelta(hours=1)
    many(cast, later, times=4)
    unseen = learning._unseen(proposals.decided_for_job(), learnt)
    moments = proposals.decided_for_job().moments
    assert len(unseen) == 12
    assert {moments[n] for n in unseen} == {later}


def test_a_training_that_dies_leaves_the_model_in_use_and_can_be_taken_up_again(
    cast: Cast, learnt: LearntModel, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = learning.ask(by=cast.manager.actor, at=at + timedelta(minutes=2), by_worker=False)

    class Killed(BaseException):
        """As a kill, it is caught by nobody."""

    def dies(task: workshop.Task) -> dict[str, Compared]:
        Path(task.out).write_bytes(b"half a model")
        raise Killed

    monkeypatch.setattr(workshop, "run", dies)
    with pytest.raises(Killed):
        learning.run(row.pk)
    assert said.model_in_use() == learnt
    assert learnt_files.model(learnt.file)
    many(cast, at + timedelta(minutes=3), times=3)
    monkeypatch.setattr(workshop, "run", workshop.work)
    assert learning.run(row.pk) in (LearntModel.State.IN_USE, LearntModel.State.WORSE)


def test_what_fails_or_hangs_for_a_day_is_given_up_and_each_step_is_recorded_once(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(learning, "_check_enough", lambda **_more: None)
        first = learning.ask(by=cast.manager.actor, at=at, by_worker=False)
        assert [learning.run(first.pk), learning.run(first.pk)] == [LearntModel.State.FAILED, "gone"]
        hangs = learning.ask(by=cast.manager.actor, at=at, by_worker=False)
    assert not learning.learn_when_due(at=at + timedelta(hours=23))
    hangs.refresh_from_db()
    assert hangs.state == LearntModel.State.TRAINING
    assert not learning.learn_when_due(at=at + timedelta(days=8)), "too few were decided"
    hangs.refresh_from_db()
    assert hangs.state == LearntModel.State.FAILED
    codes = AuditEvent.objects.filter(code__startswith="cases.model").order_by("pk")
    asked, failed = "cases.model.asked", "cases.model.failed"
    assert list(codes.values_list("code", flat=True)) == [asked, failed, asked, failed]


def test_asking_for_a_model_counts_and_reads_no_text(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, at, times=3)
    monkeypatch.setattr(proposals, "_MOST", 5)
    monkeypatch.setattr(proposals, "decided_for_job", None)
    assert proposals.count_for_job(since=None) == (5, 5)
    assert proposals.count_for_job(since=at) == (5, 0)
    with CaptureQueriesContext(connection) as asked, pytest.raises(learning.TooFewDecisions) as refused:
        learning.ask(by=cast.manager.actor, at=at)
    assert "5" in refused.value.hint
    counted = [each["sql"] for each in asked if "cases_case" in each["sql"]]
    assert len(counted) == 1
    assert counted[0].startswith("SELECT COUNT(")
    assert '"text"' not in counted[0]


def test_a_person_goes_back_to_a_former_model_or_to_key_words(
    cast: Cast, learnt: LearntModel, at: datetime
) -> None:
    learning.stop_using(by=cast.manager.actor, at=at)
    assert said.model_in_use() is None
    learning.use(key=learnt.pk, by=cast.supervisor.actor, at=at)
    assert said.model_in_use() == learnt
    with pytest.raises(NotAllowed):
        learning.use(key=learnt.pk, by=cast.clerk.actor, at=at)
    assert AuditEvent.objects.filter(code="cases.model.chosen").count() == 2


def test_another_process_reads_the_model_the_row_names_without_a_restart(
    cast: Cast, learnt: LearntModel, at: datetime
) -> None:
    first = learnt_files.model(learnt.file)
    storing.save(learnt_files.path_of("b" * 32), first)
    learnt.file = "b" * 32
    learnt.save(update_fields=["file"])
    in_use = said.model_in_use()
    assert in_use is not None
    assert learnt_files.model(in_use.file) is not first


def as_of_another_version(row: LearntModel) -> None:
    """Leave of the model what an older version of this system may have written."""
    path = learnt_files.path_of(row.file)
    with np.load(path) as file:
        parts = dict(file)
    names = json.loads(parts["names"].tobytes()) | {"format": storing.FORMAT - 1}
    parts["names"] = np.frombuffer(json.dumps(names).encode(), dtype=np.uint8)
    np.savez(path, **parts)
    learnt_files._held.model, learnt_files._held.name = None, ""


def test_a_lost_or_broken_file_is_no_model(learnt: LearntModel) -> None:
    path = learnt_files.path_of(learnt.file)
    assert said.readable(learnt) == learnt
    for lose in (path.unlink, lambda: path.write_bytes(b"broken")):
        lose()
        learnt_files._held.model, learnt_files._held.name = None, ""
        assert said.readable(learnt) is None


def test_a_model_that_cannot_be_read_lets_key_words_speak_says_so_and_is_learnt_anew_against_them(
    cast: Cast, client: Client, learnt: LearntModel, at: datetime
) -> None:
    as_of_another_version(learnt)
    client.force_login(cast.manager.user)
    assert client.get(reverse("cases:models")).context["rows"][0]["is_lost"]
    proposing.propose_new(at=at)
    case = raised(cast, LAMP, at)
    assert proposing.propose_new(at=at) == 1
    row = Proposal.objects.get(case=case, field="category")
    assert (row.model, "路灯" in row.words) == (None, True)

    later = at + timedelta(days=1)
    assert learning.learn_when_due(at=later), "the days of the rule are not waited for"
    assert not learning.learn_when_due(at=later), "nor is it asked for twice"
    anew = LearntModel.objects.get(state=LearntModel.State.TRAINING)
    assert learning.run(anew.pk) == LearntModel.State.IN_USE
    anew.refresh_from_db()
    assert (anew.compared_with, anew.figures["category"]["texts"]) == (None, 42)
    with pytest.raises(learning.ModelGone):
        learning.use(key=learnt.pk, by=cast.manager.actor, at=later)
    assert not client.get(reverse("cases:models")).context["rows"][0]["is_lost"]


def test_files_nobody_names_are_swept_when_they_are_old(learnt: LearntModel) -> None:
    stray = learnt_files.path_of("c" * 32)
    stray.write_bytes(b"x")
    assert learnt_files.sweep({learnt.file}) == 0
    for path in learnt_files.folder().iterdir():
        os.utime(path, (0, 0))
    assert learnt_files.sweep({learnt.file}) == 1
    assert learnt_files.path_of(learnt.file).exists()


@pytest.mark.once
def test_training_is_a_process_of_its_own_that_says_why_it_failed(tmp_path: Path) -> None:
    task = workshop.Task(["路"], {"a": ["x"]}, [0], str(tmp_path / "m.npz"))
    with pytest.raises(workshop.TrainingFailed, match="20"):
        workshop.run(task)


def test_a_subject_that_is_not_sure_enough_is_proposed_one_level_up() -> None:
    shares = {"010101": 0.4, "010102": 0.35, "0201": 0.25}
    known = {"01", "0101", "010101", "010102", "0201"}
    assert said._subject(shares, known, enough=0.7) == ("0101", 0.75)
    assert said._subject(shares, known, enough=0.3) == ("010101", 0.4)
    assert said._subject(shares, known - {"010101", "0101", "01"}, enough=0.9)[0] == "010102"


def test_subjects_that_are_seldom_are_learnt_as_the_one_above() -> None:
    codes = ["010101"] * 7 + ["010102"] * 2 + ["0201"]
    assert proposals.often_enough(codes) == ["010101"] * 7 + ["01"] * 2 + ["02"]


# --- Figures ---------------------------------------------------------------------------------------


def test_figures_count_what_was_decided_and_open_their_rows(cast: Cast, at: datetime) -> None:
    case = decided(cast, LAMP, "0101", at)
    month = timezone.localtime(at).date().replace(day=1)
    viewer = cast.supervisor.actor
    found = reading.accuracy(viewer=viewer, month=month, field="category")
    assert (found.fields["category"][0].base, found.fields["category"][0].right) == (1, 0)
    assert (found.fields["tier"][0].base, found.fields["tier"][0].right) == (1, 1)
    value, chosen, times = found.pairs[0]
    assert (chosen, times) == ("0101", 1)
    rows = reading.behind(viewer=viewer, month=month, field="category", value=value, chosen=chosen)
    assert list(rows) == [case]
    assert list(reading.behind(viewer=viewer, month=month, field="category", only="right")) == []
    assert (
        reading.accuracy(viewer=cast.peer_clerk.actor, month=month, field="tier").fields["tier"][0].base == 0
    )


@pytest.mark.parametrize("name", ["supervisor", "analyst", "clerk"])
def test_the_page_of_accuracy_serves_who_reads_figures(
    cast: Cast, client: Client, at: datetime, name: str
) -> None:
    decided(cast, LAMP, "0101", clock.now())
    person: Person = getattr(cast, name)
    client.force_login(person.user)
    page = client.get(reverse("cases:proposals"))
    assert page.status_code == 200
    listed = client.get(reverse("cases:proposal_list"), {"field": "category", "only": "wrong"})
    assert listed.status_code == 200


def test_the_page_of_models_shows_the_comparison_and_a_person_goes_back_there(
    cast: Cast, client: Client, learnt: LearntModel
) -> None:
    client.force_login(cast.manager.user)
    page = client.get(reverse("cases:models"))
    assert "42" in page.content.decode()
    token = page.context["form"]["token"].value()
    client.post(reverse("cases:model_use", args=[0]), {"token": token})
    assert said.model_in_use() is None
    page = client.get(reverse("cases:models"))
    token = page.context["rows"][0]["form"]["token"].value()
    client.post(reverse("cases:model_use", args=[learnt.pk]), {"token": token})
    assert said.model_in_use() == learnt
