"""Pages of residents and of staff, and the API."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cases.models import Case
from gongzhi.core import clock
from gongzhi.knowledge.models import Article, ArticleUse, MissedWord
from gongzhi.knowledge.tests.conftest import Publish
from gongzhi.knowledge.tests.stage import number_of
from tests.cast import Cast, Person
from tests.stage import Program

pytestmark = pytest.mark.django_db
SignIn = Callable[["Person"], Client]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_resident_finds_reads_and_says_that_it_helped_without_an_account(
    publish: Publish, at: datetime
) -> None:
    number, client = number_of(publish()), Client()
    found = text_of(client.get("/help/", {"q": "dibao"}))
    assert f"/help/{number}/" in found
    page = text_of(client.get(f"/help/{number}/"))
    for part in ("<h2>要带什么</h2>", "三元村委会", "社会救助暂行办法", "长期有效"):
        assert part in page
    assert "sessionid" not in client.cookies
    answer = client.post(f"/help/{number}/used/", {"solved": "yes", "where": "page"}, follow=True)
    assert "帮上忙就好" in text_of(answer)
    client.post(f"/help/{number}/used/", {"solved": "no", "where": "page"})
    assert [(row.solved, row.times) for row in ArticleUse.objects.all()] == [(True, 1)]


def test_after_no_help_the_way_leads_to_somebody_who_answers(publish: Publish) -> None:
    number = number_of(publish())
    answer = Client().post(f"/help/{number}/used/", {"solved": "no"}, follow=True)
    assert 'href="/raise/"' in text_of(answer)


def test_what_is_over_is_absent_for_residents_on_every_page(
    publish: Publish, at: datetime, monkeypatch: pytest.MonkeyPatch, cast: Cast, sign_in: SignIn
) -> None:
    number, client = number_of(publish(last_day=date(2026, 3, 4))), Client()
    assert "低保怎么申请" in text_of(client.get("/help/"))
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=1))
    assert client.get(f"/help/{number}/").status_code == 404
    assert client.get(f"/help/{number}/thanks/").status_code == 404
    assert client.post(f"/help/{number}/used/", {"solved": "yes"}).status_code == 404
    for address in ("/help/", "/help/?q=低保", "/help/?subject=05"):
        assert "低保怎么申请" not in text_of(client.get(address))
    assert "低保怎么申请" not in text_of(client.post("/help/proposals/", {"text": "我家低保停了"}))
    page = text_of(sign_in(cast.clerk).get(f"/knowledge/{number}/"))
    assert "谁也看不到它了" in page
    assert f'href="/help/{number}/"' not in page


def test_what_is_for_staff_is_absent_for_residents(publish: Publish) -> None:
    number, client = number_of(publish(audience="staff")), Client()
    assert client.get(f"/help/{number}/").status_code == 404
    assert "低保怎么申请" not in text_of(client.get("/help/"))
    assert "低保怎么申请" not in text_of(client.post("/help/proposals/", {"text": "我家低保停了"}))


def test_while_a_resident_types_answers_appear_and_nothing_typed_is_kept(publish: Publish) -> None:
    number, client = number_of(publish()), Client()
    assert 'data-proposals="/help/proposals/"' in text_of(client.get("/q/610921100222/"))
    part = client.post("/help/proposals/", {"text": "我家里困难，想吃低保"})
    assert "低保怎么申请" in text_of(part)
    assert f"/help/{number}/used/" in text_of(part)
    assert "no-store" in part.headers["Cache-Control"]
    assert text_of(client.post("/help/proposals/", {"text": "路灯坏了三天"})).strip() == ""
    assert (MissedWord.objects.count(), ArticleUse.objects.count()) == (0, 0)


def test_an_answered_question_ends_without_a_matter(publish: Publish) -> None:
    number = number_of(publish())
    ends = Client().post(
        f"/help/{number}/used/", {"solved": "yes", "where": "raise"}, headers={"x-part": "yes"}
    )
    assert "什么都没有发出去" in text_of(ends)
    assert ArticleUse.objects.get().where == "raise"
    assert not Case.objects.exists()


def test_markup_of_an_article_and_of_a_search_is_shown_and_not_run(publish: Publish) -> None:
    bad = "<script>alert(1)</script>"
    number, client = (
        number_of(publish(title=f"低保{bad}", body=f"{bad}\n\n[点](javascript:alert(1))")),
        Client(),
    )
    for answer in (client.get(f"/help/{number}/"), client.get("/help/", {"q": f"低保 {bad}"})):
        assert bad not in text_of(answer)
        assert "javascript:" not in text_of(answer).replace("](javascript", "")


def test_looking_in_vain_offers_to_tell_and_only_a_press_is_counted(rules: None) -> None:
    client = Client()
    page = text_of(client.get("/help/", {"q": "殡葬补贴"}))
    assert "我要找的这里没有" in page
    assert MissedWord.objects.count() == 0
    assert "谢谢您告诉我们" in text_of(client.post("/help/missed/", {"q": "殡葬补贴"}))
    assert MissedWord.objects.get().times == 1


def test_an_article_goes_from_the_form_to_the_reader_through_two_people(cast: Cast, sign_in: SignIn) -> None:
    clerk, head = sign_in(cast.clerk), sign_in(cast.village_head)
    form = text_of(clerk.get("/knowledge/new/"))
    assert "三元村委会" in form
    said = {
        "token": "00000000-0000-4000-8000-000000000001",
        "expected": "0",
        "unit": cast.units.village.code,
        "title": "宅基地怎么申请",
        "summary": "先向组里提，村上议，再报镇上批。",
        "body": "## 谁能申请\n\n本村的人家。",
        "keywords": "建房 批地",
        "subject": "03",
        "audience": "public",
        "source": "土地管理法",
        "valid_from": "2026-03-01",
        "last_day": "",
        "note": "",
    }
    seen = text_of(clerk.post("/knowledge/new/", {**said, "preview": "yes"}))
    assert "<h2>谁能申请</h2>" in seen
    assert not Article.objects.exists()
    assert clerk.post("/knowledge/new/", {**said, "title": ""}).status_code == 422
    for _press in range(2):
        made = clerk.post("/knowledge/new/", said)
    article = Article.objects.get()
    number = number_of(article)
    assert made.headers["Location"] == f"/knowledge/{number}/"
    clerk.post(f"/knowledge/{number}/submit/", {"token": "00000000-0000-4000-8000-000000000002", "note": ""})
    token = {"token": "00000000-0000-4000-8000-000000000003", "note": ""}
    assert clerk.post(f"/knowledge/{number}/publish/", token).status_code == 403
    assert head.post(f"/knowledge/{number}/publish/", token).status_code == 302
    assert "先向组里提" in text_of(Client().get(f"/help/{number}/"))


def test_lists_of_staff_are_narrowed_to_what_one_asks_for(
    publish: Publish, cast: Cast, sign_in: SignIn, at: datetime
) -> None:
    number = number_of(publish(last_day=date(2026, 3, 20)))
    publish(title="水管冻裂了找谁", keywords="水管")
    Client().post(f"/help/{number}/used/", {"solved": "no"})
    client = sign_in(cast.clerk)
    for show, is_there in (
        ("mine", True),
        ("due", True),
        ("unhelpful", True),
        ("drafts", False),
        ("review", False),
    ):
        page = text_of(client.get("/knowledge/", {"show": show}))
        assert ("低保怎么申请" in page) is is_there, show
        assert ("水管冻裂了找谁" in page) is (show == "mine"), show
    assert "解答了 0 次，没解答 1 次" in text_of(client.get(f"/knowledge/{number}/"))
    assert "低保怎么申请" not in text_of(sign_in(cast.peer_clerk).get("/knowledge/", {"show": "due"}))


def test_a_list_costs_the_same_with_many_articles(publish: Publish, cast: Cast, sign_in: SignIn) -> None:
    def cost(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    publish()
    staff, anybody = sign_in(cast.clerk), Client()
    before = cost(staff, "/knowledge/"), cost(anybody, "/help/"), cost(anybody, "/help/?q=低保")
    for turn in range(6):
        publish(title=f"低保第{turn}问")
    assert (cost(staff, "/knowledge/"), cost(anybody, "/help/"), cost(anybody, "/help/?q=低保")) == before
    assert before[0] <= 14
    assert before[1] <= 5
    assert before[2] <= 8


def test_programs_look_for_articles_and_read_one(publish: Publish, cast: Cast) -> None:
    number = number_of(publish(audience="staff"))
    program = Program(cast.peer_clerk)
    found = program.get("/knowledge?q=低保").json()
    assert [(one["number"], one["is_public"]) for one in found] == [(number, False)]
    read = program.get(f"/knowledge/{number}").json()
    assert (read["title"], read["unit"]) == ("低保怎么申请", cast.units.village.code)
    assert program.get("/knowledge/HYZ-9999").status_code == 404
    assert Program(cast.manager).get("/knowledge?q=低保").status_code == 403
