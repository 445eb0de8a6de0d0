"""Open311 GeoReport v2 as a client sees it: exact shapes, exact codes, nothing that is not public."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gongzhi.cases.lifecycle import ClockKind, State
from gongzhi.cases.models import Attachment, Case, Clock
from gongzhi.cases.queries import tracking
from gongzhi.cases.tries_rules import TRIES
from gongzhi.channels import rules
from gongzhi.channels.models import Origin
from gongzhi.channels.open311 import arguments, formats
from gongzhi.channels.open311.answers import Refused
from gongzhi.channels.rules import Attribute
from gongzhi.channels.tests.deciding import decide
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.orgs.actions import issue_token
from tests.cast import Cast
from tests.stage import NAME, PHONE, TEXT, Stage, picture

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
GOOD: dict[str, Any] = {
    "service_code": "010102",
    "address_id": "610921100222",
    "description": "路面断了一块板。",
}
SERVICE_FIELDS = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
FIELDS = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
]


@pytest.fixture
def key(cast: Cast, now: datetime) -> str:
    """The key of a program that posts for the village clerk."""
    _token, raw = issue_token(user=cast.clerk.user, name="app", days=30, by=SYSTEM, at=now)
    return raw


def post(client: Client, key: str = "", *, ext: str = "json", **said: Any) -> Any:
    body = urlencode({"api_key": key, **said}, doseq=True)
    return client.post(f"{V2}/requests.{ext}", body, content_type=FORM)


def errors(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content.decode()
    rows: list[dict[str, Any]] = json.loads(answer.content)
    assert rows
    assert all(set(row) == {"code", "description"} and row["code"] == status for row in rows)
    return " ".join(row["description"] for row in rows)


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"{V2}/{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def test_discovery_names_the_endpoint_in_both_formats(client: Client, rules: None) -> None:
    found = json.loads(client.get("/open311/discovery.json").content)
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["formats"] == ["application/json", "text/xml"]
    answer = client.get("/open311/discovery.xml")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(answer.content)
    assert [each.text for each in root.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_every_subject_is_a_service_and_says_whether_it_asks_questions(client: Client, rules: None) -> None:
    with CaptureQueriesContext(connection) as said:
        found = get(client, "services.json")
    assert len(said) <= 3
    row = next(each for each in found if each["service_code"] == "010103")
    assert list(row) == SERVICE_FIELDS
    assert row["metadata"] is True
    assert row["type"] == "realtime"
    assert (row["service_name"], row["group"]) == ("塌方堵路", "道路交通")
    root = ElementTree.fromstring(client.get(f"{V2}/services.xml").content)
    assert root.tag == "services"
    assert len(root.findall("service")) == len(found)
    assert root.findtext("service/metadata") in ("true", "false")


def test_the_questions_of_a_service_have_their_answers_to_choose_from(client: Client, rules: None) -> None:
    found = get(client, "services/010103.json")
    (question,) = found["attributes"]
    assert found["service_code"] == "010103"
    assert question["datatype"] == "singlevaluelist"
    assert (question["variable"], question["required"], question["order"]) == (True, False, 1)
    assert question["values"][0] == {"key": "no", "name": "过不去"}
    root = ElementTree.fromstring(client.get(f"{V2}/services/010103.xml").content)
    assert root.tag == "service_definition"
    assert root.findtext("attributes/attribute/values/value/key") == "no"
    assert "service_code" in errors(client.get(f"{V2}/services/999999.json"), 404)


def test_an_unpublished_matter_is_not_there_and_a_published_one_shows_only_its_public_words(
    client: Client, stage: Stage
) -> None:
    hidden, shown = stage.register(), stage.published()
    (row,) = get(client, "requests.json")
    assert list(row) == FIELDS
    assert row["service_request_id"] == shown.number
    assert row["description"] == "三组的路塌了。"
    assert (row["status"], row["status_notes"]) == ("closed", "路已修通。")
    assert row["requested_datetime"] == "2026-03-04T10:00:00+08:00"
    assert row["updated_datetime"] == "2026-03-04T11:00:00+08:00"
    clock_row = Clock.objects.get(case=shown, kind=ClockKind.FINISH)
    assert row["expected_datetime"] == formats.moment(clock_row.due_at)
    assert (row["address"], row["address_id"]) == ("三元村, 城关镇, 汉阴县", "610921100222")
    assert (row["zipcode"], row["lat"], row["media_url"]) == ("725100", None, None)
    everything = client.get(f"{V2}/requests.xml", {"extensions": "true"}).content.decode()
    assert not any(word in everything for word in (NAME, PHONE, TEXT, hidden.number))
    errors(client.get(f"{V2}/requests/{hidden.number}.json"), 404)
    assert get(client, f"requests/{shown.number}.json") == [row]


def test_xml_and_json_are_one_structure(client: Client, stage: Stage) -> None:
    stage.published()
    (row,) = get(client, "requests.json")
    root = ElementTree.fromstring(client.get(f"{V2}/requests.xml").content)
    assert root.tag == "service_requests"
    (element,) = root.findall("request")
    assert {each.tag: each.text for each in element} == row


def test_the_extensions_come_only_when_asked_for(client: Client, stage: Stage) -> None:
    shown = stage.published()
    (row,) = get(client, "requests.json", extensions="true")
    assert list(row)[len(FIELDS) :] == ["media_urls", "attributes", "extended_attributes", "notes"]
    assert row["extended_attributes"]["state"] == "resolved"
    assert [note["type"] for note in row["notes"]] == ["register", "accept", "dispatch", "sign", "resolve"]
    found = get(client, "servicerequestupdates.json", service_request_id=shown.number)
    assert [each["status"] for each in found] == ["open", "open", "open", "open", "closed"]
    assert found[-1]["description"].endswith("路已修通。")
    root = ElementTree.fromstring(client.get(f"{V2}/servicerequestupdates.xml").content)
    assert root.tag == "service_request_updates"
    assert len(root.findall("request_update")) == len(found)


def test_a_list_takes_the_same_queries_for_one_and_for_many(client: Client, stage: Stage) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as said:
            get(client, "requests.json", extensions="true")
        return len(said)

    stage.published()
    first = count()
    for _more in range(3):
        stage.published()
    assert count() == first <= 4


def test_filters_hold(client: Client, stage: Stage) -> None:
    shown = stage.published()

    def numbers(**query: Any) -> list[str]:
        return [row["service_request_id"] for row in get(client, "requests.json", **query)]

    assert numbers(status="open") == []
    assert numbers(status="open,closed") == numbers(status="closed") == [shown.number]
    assert numbers(service_code="010101,0101") == [shown.number]
    assert numbers(service_code="02") == []
    assert numbers(start_date="2026-03-04T10:00:00+08:00") == [shown.number]
    assert numbers(start_date="2026-03-04T02:00:01Z") == []
    assert numbers(end_date="2026-03-04T01:59:59Z") == []
    assert numbers(service_request_id=f"{shown.number}, HY26-999999,nonsense", status="open") == [
        shown.number
    ]
    assert numbers(page="2") == []
    assert numbers(page_size="1") == [shown.number]
    assert numbers(start_date="", status="", service_code="", page="") == [shown.number]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "half"},
        {"start_date": "yesterday"},
        {"start_date": "2026-03-04T10:00:00"},
        {"start_date": "2026-03-05T00:00:00Z", "end_date": "2026-03-04T00:00:00Z"},
        {"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"start_date": "9999-12-31T23:59:59Z"},
        {"start_date": "0001-01-01T00:00:00+08:00"},
        {"page": "0"},
        {"page_size": "many"},
        {"page": ["1", "2"]},
        {"service_request_id": ",".join(f"HY26-{n}" for n in range(1001))},
    ],
)
def test_arguments_that_are_wrong_or_against_one_another_are_a_400(
    client: Client, rules: None, query: dict[str, Any]
) -> None:
    errors(client.get(f"{V2}/requests.json", query), 400)


def test_the_jurisdiction_may_be_named_and_no_other_is_known(client: Client, rules: None) -> None:
    for known in ("610921", "localhost", ""):
        get(client, "requests.json", jurisdiction_id=known)
        get(client, "services.json", jurisdiction_id=known)
    assert "jurisdiction_id" in errors(client.get(f"{V2}/services.json?jurisdiction_id=city.gov"), 404)
    errors(client.get(f"{V2}/services.json?jurisdiction_id=610921&jurisdiction_id=x"), 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "requests.yaml", 406),
        ("GET", "requests", 406),
        ("GET", "services/010102", 406),
        ("DELETE", "requests.xml", 405),
        ("POST", "services.xml", 405),
        ("PUT", "requests/HY26-000001.xml", 405),
        ("GET", "nothing/here", 404),
        ("GET", "requests/HY26-000001.xml", 404),
        ("GET", "tokens/HY26-000001.AAAA.xml", 404),
        ("GET", "requests.xml?status=%00", 400),
        ("POST", "requests.xml", 400),
    ],
)
def test_every_refusal_is_an_array_of_errors_in_the_format_of_the_address(
    client: Client, rules: None, method: str, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.generic(method, f"{V2}/{path}", content_type="application/json")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert (root.tag, root.findtext("error/code")) == ("errors", str(status))
    assert root.findtext("error/description")
    assert len([line for line in caplog.records if line.levelname != "INFO"]) == 1
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_a_posted_request_becomes_a_matter_and_says_who_spoke_and_who_typed(
    client: Client, cast: Cast, key: str
) -> None:
    said = GOOD | {"first_name": "桂芳", "last_name": "王", "phone": "139 0000 2207", "account_id": "u-7"}
    answer = post(client, key, **said, email="w@example.org", lat="33.0661234", long="108.5091234")
    (row,) = json.loads(answer.content)
    assert (answer.status_code, list(row)) == (200, ["service_request_id", "service_notice", "account_id"])
    case = Case.objects.get()
    assert row["service_request_id"] == case.number
    assert row["account_id"] == "u-7"
    assert tracking.code_of(case) in row["service_notice"]
    assert case.category
    assert (case.text, case.category.code, case.place.code) == (
        said["description"],
        "010102",
        said["address_id"],
    )
    assert (case.reporter_name, case.reporter_phone) == ("王桂芳", "13900002207")
    assert case.registered_by == cast.clerk.user
    assert "33.066123, 108.509123" in case.place_detail
    assert Origin.objects.get().case == case
    token = get(client, f"tokens/{case.number}.{tracking.code_of(case)}.json")
    assert token[0]["service_request_id"] == case.number


def test_who_posted_reads_it_back_with_the_same_key_and_nobody_else_does(client: Client, key: str) -> None:
    post(client, key, **GOOD, lat="33.0661234", long="108.5091234", media_url="https://example.org/a.jpg")
    number = Case.objects.get().number
    (row,) = get(client, f"requests/{number}.json", api_key=key)
    assert row["description"].startswith(GOOD["description"])
    assert (row["status"], row["service_code"], row["lat"]) == ("open", "010102", 33.066123)
    assert row["media_url"] == "https://example.org/a.jpg"
    assert get(client, "requests.json", api_key=key)[0] == row
    errors(client.get(f"{V2}/requests/{number}.json"), 404)


def test_a_key_that_reads_no_words_sees_no_words_and_no_door(
    client: Client, cast: Cast, key: str, now: datetime
) -> None:
    said = GOOD | {
        "service_code": "010103",
        "attribute[passable]": "no",
        "lat": "33.0661234",
        "long": "108.5",
    }
    post(client, key, **said, media_url="https://example.org/a.jpg")
    _token, raw = issue_token(user=cast.analyst.user, name="figures", days=1, by=SYSTEM, at=now)
    (row,) = get(client, "requests.json", api_key=raw, extensions="true")
    assert (row["description"], row["media_url"], row["media_urls"], row["attributes"]) == (
        None,
        None,
        [],
        [],
    )
    assert (row["lat"], row["extended_attributes"]["title"]) == (33.066, "")
    assert row["address"] == "三元村, 城关镇, 汉阴县"


def test_a_published_location_is_rounded_so_that_it_shows_no_door(client: Client, stage: Stage) -> None:
    shown = stage.published()
    Origin.objects.create(case=shown, latitude="33.066123", longitude="108.509987")
    (row,) = get(client, "requests.json")
    assert (row["lat"], row["long"]) == (33.066, 108.51)


def test_the_same_post_sent_again_is_the_same_matter(client: Client, key: str) -> None:
    first, second = post(client, key, **GOOD), post(client, key, ext="xml", **GOOD)
    assert Case.objects.count() == 1
    root = ElementTree.fromstring(second.content)
    assert root.findtext("request/service_request_id") == json.loads(first.content)[0]["service_request_id"]
    post(client, key, **GOOD | {"description": "另一段路也断了。"})
    assert Case.objects.count() == 2
    body = urlencode({"api_key": key} | GOOD | {"description": "甲"})
    for _again in range(2):
        client.post(f"{V2}/requests.json", body, content_type=FORM, headers={"idempotency-key": "a" * 30})
    assert Case.objects.count() == 3
    changed = urlencode({"api_key": key} | GOOD | {"description": "乙"})
    answer = client.post(
        f"{V2}/requests.json", changed, content_type=FORM, headers={"idempotency-key": "a" * 30}
    )
    errors(answer, 400)


def test_the_example_of_the_specification_is_understood(client: Client, key: str) -> None:
    example = (
        f"api_key={key}&jurisdiction_id=&service_code=010102&lat=37.76524078&long=-122.4212043"
        "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456"
        "&first_name=john&last_name=smith&phone=111111111&description=A+large+sinkhole+is+destroying+the+street"
        "&media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg"
    )
    county_key = key  # the clerk may not register outside the village
    answer = client.post(f"{V2}/requests.xml", example, content_type=f"{FORM}; charset=utf-8")
    assert answer.status_code == 403, (
        "the place is not found, so it is the county's, where the clerk has no post"
    )
    assert county_key
    answer = client.post(f"{V2}/requests.xml", example + "&address_id=610921100222", content_type=FORM)
    assert answer.status_code == 200
    assert Case.objects.get().reporter_name == "john smith"


def test_a_place_is_found_in_the_words_of_the_address(client: Client, key: str) -> None:
    said = {
        "service_code": "010102",
        "description": "路坏了",
        "address_string": "汉阴县城关镇三元村三组老槐树旁",
    }
    assert post(client, key, **said).status_code == 200
    assert Case.objects.get().place.code == "610921100222"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "999999"}, 404),
        ({"address_id": ""}, 400),
        ({"address_id": "1"}, 400),
        ({"lat": "33.1"}, 400),
        ({"lat": "91", "long": "108"}, 400),
        ({"lat": "NaN", "long": "108"}, 400),
        ({"lat": "1e999999", "long": "108"}, 400),
        ({"email": "not a mail"}, 400),
        ({"phone": "call me"}, 400),
        ({"media_url": "file:///etc/passwd"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"description": "长" * 4001}, 400),
        ({"attribute[nobody_asks]": "1"}, 400),
        ({"service_code": ["010102", "010101"]}, 400),
        ({"jurisdiction_id": "elsewhere"}, 404),
        ({"description": "a\x00b"}, 400),
        ({"api_key": "gz_wrong"}, 403),
        ({"api_key": ""}, 403),
    ],
)
def test_a_post_that_misses_or_contradicts_is_refused_and_makes_nothing(
    client: Client, key: str, change: dict[str, Any], status: int
) -> None:
    errors(post(client, **{"key": change.pop("api_key", key), **GOOD, **change}), status)
    assert not Case.objects.exists()


def test_all_that_is_wrong_is_said_at_once(client: Client, key: str) -> None:
    answer = post(client, key, service_code="010102", email="x", phone="y", lat="z")
    assert len(json.loads(answer.content)) >= 4


def test_a_key_in_the_header_serves_and_two_different_keys_do_not(client: Client, key: str) -> None:
    bearer = {"authorization": f"Bearer {key}"}
    body = urlencode(GOOD)
    assert client.post(f"{V2}/requests.json", body, content_type=FORM, headers=bearer).status_code == 200
    other = client.post(f"{V2}/requests.json", body + "&api_key=gz_x", content_type=FORM, headers=bearer)
    errors(other, 400)


def test_a_key_without_the_right_to_register_is_refused(client: Client, cast: Cast, now: datetime) -> None:
    _token, raw = issue_token(user=cast.analyst.user, name="app", days=1, by=SYSTEM, at=now)
    errors(post(client, raw, **GOOD), 403)


def test_questions_are_answered_in_their_kind(client: Client, key: str) -> None:
    road = GOOD | {"service_code": "010103"}
    errors(post(client, key, **road, **{"attribute[passable]": "maybe"}), 400)
    errors(post(client, key, **(road | {"attribute[passable]": ["no", "car"]})), 400)
    assert post(client, key, **road, **{"attribute[passable]": "foot"}).status_code == 200
    case = Case.objects.get()
    assert "现在还能不能过？ 只能走人" in case.text
    (row,) = get(client, f"requests/{case.number}.json", api_key=key, extensions="true")
    assert row["attributes"] == [{"code": "passable", "label": "现在还能不能过？", "value": "foot"}]
    water = GOOD | {"service_code": "020101"}
    errors(post(client, key, **water, **{"attribute[households]": "many"}), 400)
    errors(post(client, key, **water, **{"attribute[since]": "2026-03-04T08:00"}), 400)
    good = {"attribute[households]": "12", "attribute[since]": "2026-03-04T08:00+08:00"}
    assert post(client, key, **water, **good).status_code == 200


def test_a_required_question_must_be_answered_and_several_answers_are_sent_with_brackets() -> None:
    asked = Attribute(
        category="01",
        code="kinds",
        datatype="multivaluelist",
        required=True,
        zh="哪些",
        en="Which",
        values="a:甲:A/b:乙:B",
    )
    questions = rules.ATTRIBUTES.first.model_copy(update={"attributes": (asked,)})

    def read(**said: list[str]) -> arguments.Posting:
        return arguments.read_posting(
            {"address_string": ["x"], **said},
            category="0101",
            limits=rules.OPEN311.first,
            questions=questions,
            language="zh-hans",
        )

    with pytest.raises(Refused):
        read()
    with pytest.raises(Refused):
        read(**{"attribute[kinds]": ["c"]})
    assert read(**{"attribute[kinds][]": ["a", "b"]}).answers[0].words == "甲、乙"


def test_pictures_are_cleaned_and_what_is_none_or_too_large_is_refused(client: Client, key: str) -> None:
    def send(content: bytes) -> Any:
        media = SimpleUploadedFile("a.jpg", content, "image/jpeg")
        return client.post(f"{V2}/requests.json", GOOD | {"api_key": key, "media": media})

    errors(send(b"no picture"), 400)
    errors(send(b"\xff\xd8" + b"0" * 15_000_001), 413)
    assert not Case.objects.exists()
    assert send(picture(exif=b"")).status_code == 200
    assert Attachment.objects.get().mime == "image/jpeg"


def test_a_form_too_large_to_read_is_a_413(client: Client, rules: None) -> None:
    answer = client.post(f"{V2}/requests.json", "description=" + "a" * 3_000_000, content_type=FORM)
    errors(answer, 413)


def test_where_the_rule_opens_posting_a_resident_posts_without_a_key_within_the_hourly_limit(
    client: Client, cast: Cast, now: datetime
) -> None:
    decide(rules.OPEN311, posting="open")
    assert post(client, **GOOD).status_code == 200
    case = Case.objects.get()
    assert case.registered_by is None
    decide(TRIES, raised_per_network_an_hour=3)
    told = [post(client, **GOOD | {"description": f"第{n}件"}).status_code for n in range(3)]
    assert told == [200, 200, 429], "the same count as on the pages"


def test_what_was_taken_off_the_board_is_gone_from_here_too(client: Client, stage: Stage) -> None:
    shown = stage.published()
    Case.objects.filter(pk=shown.pk).update(published_at=None, status=State.HANDLING)
    assert get(client, "requests.json") == []
    assert get(client, "servicerequestupdates.json", service_request_id=shown.number) == []


SIGNS = st.text(max_size=30)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(
            ["status", "start_date", "end_date", "page", "page_size", "service_code", "service_request_id"]
        ),
        st.lists(SIGNS | st.sampled_from(["2026-03-04T10:00:00Z", "1", "open", "9999-12-31"]), max_size=2),
    )
)
def test_no_question_breaks_the_reader(said: dict[str, list[str]]) -> None:
    try:
        search = arguments.read_search(said, rules.OPEN311.first, at=clock.now())
    except Refused:
        pass
    else:
        assert search.end - search.start <= timedelta(days=90)
        assert 1 <= search.page_size <= 1000


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "lat",
                "long",
                "address_string",
                "description",
                "phone",
                "email",
                "media_url",
                "attribute[since]",
            ]
        ),
        st.lists(SIGNS | st.sampled_from(["33.1", "108.5", "inf", "-0", "1e400"]), max_size=2),
    )
)
def test_no_posting_breaks_the_reader(said: dict[str, list[str]]) -> None:
    with suppress(Refused):
        arguments.read_posting(
            said,
            category="020101",
            limits=rules.OPEN311.first,
            questions=rules.ATTRIBUTES.first,
            language="zh-hans",
        )


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["service_code", "description", "keywords"]), st.text(max_size=50)))
def test_every_text_survives_as_xml_that_a_strict_reader_takes(row: dict[str, str]) -> None:
    written = formats.write("xml", "services", [row])
    root = ElementTree.fromstring(written)
    assert {each.tag for each in root.iter()} <= {"services", "service", *row}
