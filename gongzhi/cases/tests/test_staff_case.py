"""The page of a case as staff see it: what it shows, to whom, and in how many queries."""

import io
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import audit_events
from gongzhi.cases.actions import handling, story
from gongzhi.cases.models import Case
from gongzhi.cases.tests.stage import NAME, PHONE, RESIDENT, Stage
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1200, 900), "olive").save(target, "JPEG")
    return target.getvalue()


def test_a_clerk_reads_words_story_clocks_and_who_sees_it(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    text = text_of(sign_in(cast.clerk), f"/cases/{case.number}/")
    for words in (
        case.number,
        case.title,
        "塌了一半",
        "办结并答复",
        "签收",
        "三元村委会",
        "城关镇",
        "办结时限",
    ):
        assert words in text, words


def test_the_page_is_for_whoever_sees_the_case_and_for_nobody_else(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.handling()
    for person in cast.people:
        sees = person not in (cast.peer_clerk, cast.peer_dispatcher, cast.officer, cast.manager)
        assert sign_in(person).get(f"/cases/{case.number}/").status_code == (200 if sees else 404), (
            person.name
        )
    assert sign_in(cast.clerk).get("/cases/HY26-999999/").status_code == 404
    assert sign_in(cast.clerk).get("/cases/nonsense/").status_code == 404


@pytest.mark.parametrize("steps", [0, 45])
def test_the_page_costs_the_same_with_five_steps_and_with_fifty(
    steps: int, stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.handling()
    for n in range(steps):
        story.comment_case(
            case=case, words=f"第{n}句。", public=n % 2 == 0, by=cast.clerk.actor, at=stage.tick()
        )
    story.attach_pictures(case=case, contents=[photo()], public=True, by=cast.clerk.actor, at=stage.tick())
    client = sign_in(cast.clerk)
    client.get(f"/cases/{case.number}/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/cases/{case.number}/").status_code == 200
    about_cases = [q["sql"] for q in queries if '"cases_' in q["sql"]]
    assert len(about_cases) == 12 + 1, "\n".join(about_cases)


def test_an_analyst_reads_dated_facts_and_not_a_word(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.closed()
    text = text_of(sign_in(cast.analyst), f"/cases/{case.number}/")
    assert case.number in text
    assert "签收" in text
    for hidden in (case.title, "塌了一半", "已修通", NAME, "王**", "2207", "刘芳", "三组"):
        assert hidden not in text, hidden


def test_an_analyst_opens_no_picture(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = with_picture(stage)
    assert sign_in(cast.analyst).get(f"/cases/{case.number}/pictures/1/").status_code == 404


def with_picture(stage: Stage) -> Case:
    case = stage.handling()
    story.attach_pictures(case=case, contents=[photo()], public=False, by=stage.clerk, at=stage.tick())
    return case


def test_a_picture_is_sent_whole_and_small_to_who_sees_the_case(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = with_picture(stage)
    client = sign_in(cast.clerk)
    whole = client.get(f"/cases/{case.number}/pictures/1/")
    small = client.get(f"/cases/{case.number}/pictures/1/?small")
    assert max(Image.open(io.BytesIO(small.content)).size) == 320
    assert len(small.content) < len(whole.content)
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in whole.headers["Cache-Control"]
    assert client.get(f"/cases/{case.number}/pictures/2/").status_code == 404
    assert sign_in(cast.peer_clerk).get(f"/cases/{case.number}/pictures/1/").status_code == 404


def test_words_the_resident_does_not_read_are_marked(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    story.comment_case(case=case, words="内部说一句。", public=False, by=stage.clerk, at=stage.tick())
    entry = next(e for e in entries(sign_in(cast.clerk), case) if "内部说一句" in e)
    assert "报事人看不到" in entry
    story.comment_case(case=case, words="明天就到。", public=True, by=stage.clerk, at=stage.tick())
    entry = next(e for e in entries(sign_in(cast.clerk), case) if "明天就到" in e)
    assert "报事人看不到" not in entry


def entries(client: Client, case: Case) -> list[str]:
    return re.findall(r'<li class="entry.*?</li>', text_of(client, f"/cases/{case.number}/"), re.DOTALL)


def test_an_escalation_tells_what_was_tried_and_why_not(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.escalated()
    entry = entries(sign_in(cast.town_dispatcher), case)[0]
    for words in ("做过什么", "组织村民清理浮土。", "为何办不了", "路基掏空，需要机械。", "城关镇"):
        assert words in entry, words
    assert entry.count("路基掏空") == 1, "said once"


def test_name_and_telephone_are_masked_until_a_purpose_is_given_and_then_shown_once(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case, client = stage.handling(), sign_in(cast.clerk)
    address = f"/cases/{case.number}/reporter/"
    page = text_of(client, f"/cases/{case.number}/")
    assert "王**" in page
    assert "139 **** 2207" in page
    assert PHONE not in page
    assert PHONE not in text_of(client, address)
    empty = client.post(address, {"why": "other"})
    assert empty.status_code == 422
    assert not AuditEvent.objects.filter(code=audit_events.CONTACT_READ).exists()
    shown = client.post(address, {"why": "ask", "purpose": "问路况"})
    assert PHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    event = AuditEvent.objects.get(subject=f"case:{case.number}", code=audit_events.CONTACT_READ)
    assert "问路况" in str(event.data)
    assert PHONE not in text_of(client, f"/cases/{case.number}/"), "shown on that one answer only"


def test_who_only_may_see_the_case_cannot_open_how_to_reach_the_reporter(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.handling()
    assert sign_in(cast.analyst).post(f"/cases/{case.number}/reporter/", {"why": "ask"}).status_code == 403
    assert sign_in(cast.peer_clerk).post(f"/cases/{case.number}/reporter/", {"why": "ask"}).status_code == 404


def test_a_pause_and_a_supervision_stand_at_the_side_with_whom_and_until_when(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    paused = text_of(sign_in(cast.clerk), f"/cases/{stage.paused().number}/")
    assert "天气原因无法施工" in paused
    assert "天气原因无法施工，要等：天晴" in paused
    supervised = text_of(sign_in(cast.clerk), f"/cases/{stage.supervised().number}/")
    assert "请说明进展。" in supervised
    assert "答复督办" in supervised


def test_the_main_button_is_the_next_step_of_who_looks(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    def main(person: Person, case: Case) -> str:
        found = re.search(
            r'button-primary.*?button-label">([^<]+)', text_of(sign_in(person), f"/cases/{case.number}/")
        )
        return found[1] if found else ""

    assert main(cast.clerk, stage.registered()) == "受理"
    assert main(cast.clerk, stage.accepted()) == "交办"
    assert main(cast.clerk, stage.dispatched()) == "签收"
    assert main(cast.clerk, stage.handling()) == "办结并答复"
    assert main(cast.clerk, stage.supervised()) == "办结并答复"
    assert main(cast.town_dispatcher, stage.handling()) == "", "nobody else's work is put forward as theirs"


def test_the_page_speaks_english_whole(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.supervised()
    client = sign_in(cast.clerk)
    client.cookies["django_language"] = "en"
    text = text_of(client, f"/cases/{case.number}/")
    assert "Resolve and answer" in text
    assert "The story, newest step first" in text
    for chinese in ("办理", "时限", "谁能看到", "报事人"):
        assert chinese not in text, chinese


def test_the_text_to_publish_begins_without_the_reporter_and_marks_what_to_look_at(
    stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    case = stage.closed()
    text = text_of(sign_in(cast.clerk), f"/cases/{case.number}/publish/")
    drafts = re.findall(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert drafts
    assert not any(NAME in draft for draft in drafts)
    marked = re.findall(r"<mark>(.*?)</mark>", text)
    assert NAME in marked
    assert "14号" in marked


def test_what_a_resident_adds_shows_as_theirs(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    case = stage.handling()
    story.comment_case(case=case, words="还有裂缝。", public=True, by=RESIDENT, at=stage.tick())
    assert "报事人" in entries(sign_in(cast.clerk), case)[0]
    handling.record_contact(case=case, words="电话里说好了。", by=stage.clerk, at=stage.tick())
    assert "刘芳" in entries(sign_in(cast.clerk), case)[0]
