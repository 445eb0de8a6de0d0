"""The components as people meet them: the gallery, words of time, fields tied to their explanations."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from gongzhi.core import icons, phrases

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


def _draw(source: str, **values: object) -> str:
    return Template("{% load components %}" + source).render(Context(values))


class Matter(forms.Form):
    what = forms.CharField(label="什么事", max_length=20, help_text="照您平时说话写", widget=forms.Textarea)
    kind = forms.ChoiceField(label="哪一类", widget=forms.RadioSelect, choices=[("a", "甲"), ("b", "乙")])


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (NOON - timedelta(hours=3), "今天 09:00", "today 09:00"),
        (NOON - timedelta(hours=13), "昨天 23:00", "yesterday 23:00"),
        (NOON + timedelta(hours=13), "明天 01:00", "tomorrow 01:00"),
        (NOON - timedelta(days=2), "11 月 19 日 12:00", "19 November 12:00"),
        (NOON - timedelta(days=400), "2025 年 10 月 17 日 12:00", "17 October 2025 12:00"),
    ],
)
def test_moments_are_said_as_people_say_them(moment: datetime, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert phrases.say_moment(moment, at=NOON) == chinese
    with translation.override("en"):
        assert phrases.say_moment(moment, at=NOON) == english


@pytest.mark.parametrize(
    ("minutes", "working_day", "words"),
    [
        (480, 480, "还有 1 个工作日"),
        (2400, 480, "还有 5 个工作日"),
        (479, 480, "还有 7 个工作小时"),
        (59, None, "还有 59 分钟"),
        (0, None, "还有 0 分钟"),
        (-1, None, "已超 1 分钟"),
        (-120, None, "已超 2 小时"),
        (1440 * 3, None, "还有 3 天"),
    ],
)
def test_what_is_left_is_said_in_its_largest_useful_unit(
    minutes: int, working_day: int | None, words: str
) -> None:
    with translation.override("zh-hans"):
        assert phrases.say_remaining(minutes, working_day=working_day) == words


def test_numbers_are_grouped_and_other_words_left_alone() -> None:
    assert [phrases.group_digits(v) for v in (18204, 97.4, "12", "—", 1000.0)] == [
        "18,204",
        "97.4",
        "12",
        "—",
        "1,000",
    ]


@pytest.mark.parametrize(
    ("due_in_hours", "tone", "sign"),
    [(100, "quiet", ""), (20, "soon", "clock-exclamation"), (-2, "late", "alert-triangle")],
)
def test_a_deadline_tells_its_state_by_word_sign_and_colour(due_in_hours: int, tone: str, sign: str) -> None:
    html = _draw(
        "{% deadline due_at=due started_at=started at=now label='办结' rule='办结时限' version=3 %}",
        due=NOON + timedelta(hours=due_in_hours),
        started=NOON - timedelta(hours=100),
        now=NOON,
    )
    assert f"deadline-{tone}" in html
    assert "办结时限" in html
    assert (f"#{sign}" in html) == bool(sign)


def test_a_field_is_tied_to_its_help_its_error_and_its_counter() -> None:
    form = Matter({"what": "", "kind": "a"})
    html = _draw("{% field form.what counter=True %}", form=form)
    assert 'aria-describedby="id_what_helptext id_what_error id_what_counter"' in html
    assert 'aria-invalid="true"' in html
    for part in ("helptext", "error", "counter"):
        assert f'id="id_what_{part}"' in html


def test_choices_come_as_one_group_with_a_legend() -> None:
    html = _draw("{% field form.kind %}", form=Matter())
    assert "<fieldset" in html
    assert "哪一类" in html.split("</legend>")[0]


def test_the_summary_leads_to_each_field_that_needs_a_second_look() -> None:
    html = _draw("{% form_errors form %}", form=Matter({}))
    assert 'href="#id_what"' in html
    assert 'href="#id_kind"' in html
    assert _draw("{% form_errors form %}", form=Matter()).strip() == ""


def test_what_people_typed_is_escaped_in_every_component() -> None:
    bad = "<script>x</script>\"'"
    for source in (
        "{% button bad kind='primary' hint=bad data_x=bad %}",
        "{% badge bad %}",
        "{% card title=bad %}{{ bad }}{% endcard %}",
        "{% entry who=bad what=bad %}{{ bad }}{% endentry %}",
        "{% notice bad %}{{ bad }}{% endnotice %}",
        "{% qr bad bad caption=bad %}",
        "{% copy bad bad %}",
        "{% phone bad bad bad %}",
        "{% figure bad 3 unit=bad definition=bad %}",
        "{% bars bad rows unit=bad %}",
        "{% crumbs crumbs %}",
        "{% table caption=bad %}{% endtable %}",
        "{% field form.what hint=bad label=bad data_x=bad %}",
    ):
        html = _draw(
            source, bad=bad, rows=[(bad, 3, bad)], crumbs=[(bad, bad), (bad, "")], form=Matter({"what": bad})
        )
        assert "<script" not in html, source
        assert "x</script>\"'" not in html, source


def test_an_unknown_icon_tone_or_kind_raises_instead_of_missing_in_silence() -> None:
    with pytest.raises(icons.UnknownIcon):
        _draw("{% icon 'no-such' %}")
    for source in ("{% badge 'x' tone='blue' %}", "{% button 'x' kind='big' %}"):
        with pytest.raises(Exception, match="is not one of"):
            _draw(source)


def test_the_pager_keeps_the_rest_of_the_address(client: Client) -> None:
    request = client.get("/components?status=late&page=2").wsgi_request
    page = type("Page", (), {"number": 2, "has_next": True})
    html = Template("{% load components %}{% pager page %}").render(
        Context({"page": page, "request": request})
    )
    assert "status=late&amp;page=3" in html
    assert "status=late&amp;page=1" in html


# --- pages --------------------------------------------------------------------------------


@pytest.fixture
def gallery(settings: Settings) -> None:
    settings.GALLERY = True


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/components", "/components/resident"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_shows_every_component(
    gallery: None, client: Client, address: str, language: str
) -> None:
    client.cookies["django_language"] = language
    page = client.get(address)
    assert page.status_code == 200
    expected = '<html lang="zh-Hans-CN"' if language == "zh-hans" else '<html lang="en"'
    assert expected in page.content.decode()


def test_the_gallery_is_absent_unless_asked_for(client: Client) -> None:
    assert client.get("/components").status_code == 404


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500, 503])
def test_every_refusal_has_a_page_that_needs_no_database(gallery: None, client: Client, status: int) -> None:
    # No django_db mark: a query would fail this test.
    page = client.get(f"/components/errors/{status}")
    assert page.status_code == status
    assert "<h1>" in page.content.decode()


def test_large_letters_are_kept_on_this_device(client: Client) -> None:
    answer = client.get("/appearance/letters/large?next=/components%3Fa%3D1")
    assert answer.status_code == 302
    assert answer["Location"] == "/components?a=1"
    assert client.cookies["gongzhi_type_size"].value == "large"


@pytest.mark.parametrize(
    "away", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "evil"]
)
def test_the_way_back_never_leads_away(client: Client, away: str) -> None:
    assert client.get("/appearance/letters/large", {"next": away})["Location"] == "/"


def test_an_unknown_size_of_letters_is_not_there(client: Client) -> None:
    assert client.get("/appearance/letters/huge").status_code == 404
