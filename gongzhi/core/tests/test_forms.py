"""Promises of the fields people type into, and of pages of long lists."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import paging
from gongzhi.core.errors import Conflict, Invalid
from gongzhi.core.forms import CleanTextField, Form, PhoneField, TokenField
from gongzhi.core.middleware import CONTROL
from gongzhi.core.models import CalendarOverride
from gongzhi.core.phones import normal_phone


class SampleForm(Form):
    text = CleanTextField(max_length=10)
    phone = PhoneField(required=False, area="0915")
    form_token = TokenField()


def filled(**values: str) -> SampleForm:
    return SampleForm({"text": "路坏了", "form_token": "6f1c1f34-6f0e-4f55-9a3c-0a4c8f7e2b11", **values})


# Text


def test_text_is_trimmed_and_keeps_its_lines() -> None:
    form = filled(text="  一\r\n二\t三 \x0b\u2060 ")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == "一\n二\t三"


def test_marks_that_reorder_text_on_the_screen_are_dropped() -> None:
    assert CleanTextField(max_length=20).clean("a\u202eb\u2066c") == "abc"


@given(st.text(max_size=300))
def test_cleaned_text_can_always_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    field = CleanTextField(max_length=10_000, required=False)
    try:
        clean = field.clean(text)
    except ValidationError:
        assert "\x00" in text
        return
    assert not CONTROL.search(clean)
    assert field.clean(clean) == clean


def test_text_that_is_too_long_says_by_how_much_and_is_given_back_whole() -> None:
    form = filled(text="一" * 13)
    with translation.override("en"):
        assert form.errors["text"] == ["This is 3 characters too long: please keep it to 10."]
    assert form["text"].value() == "一" * 13
    assert "maxlength" not in str(form["text"])


def test_a_nul_is_refused_at_its_field() -> None:
    assert "text" in filled(text="a\x00b").errors


# Telephone numbers


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0915-5212345", "09155212345"),
        ("（0915）5212345", "09155212345"),
        ("010 12345678", None),
        ("010 62345678", "01062345678"),
        ("5212345", "09155212345"),
        ("12345", "12345"),
        ("400-810-1234", "4008101234"),
        ("1380013800", None),
        ("12800138000", None),
        ("call me", None),
        ("138001380001", None),
        ("+1 202 555 0100", None),
        ("", ""),
    ],
)
def test_a_telephone_number_is_understood_as_people_write_it(typed: str, digits: str | None) -> None:
    form = filled(phone=typed)
    if digits is None:
        assert "phone" in form.errors
    else:
        assert form.is_valid(), form.errors
        assert form.cleaned_data["phone"] == digits


@given(st.text(max_size=40))
def test_no_text_breaks_the_telephone_field_and_what_it_gives_is_digits(text: str) -> None:
    try:
        digits = normal_phone(text, area="0915")
    except ValidationError:
        return
    assert digits.isascii()
    assert digits.isdigit()


# The token, and refusals


def test_every_open_form_has_its_own_token_and_sends_it_back() -> None:
    first, second = SampleForm(), SampleForm()
    assert first["form_token"].value() != second["form_token"].value()
    assert 'type="hidden"' in str(first["form_token"])
    assert filled().is_valid()


@pytest.mark.parametrize("token", ["", "1", "not-a-uuid", "'; DROP TABLE"])
def test_a_forged_token_is_refused_in_words(token: str) -> None:
    assert "form_token" in filled(form_token=token).errors


def test_a_refusal_shows_at_its_field_or_above_the_form() -> None:
    form = filled()
    assert form.is_valid()
    form.refuse(Invalid("Too short.", field="text"))
    form.refuse(Conflict("Somebody was first.", hint="Look again."))
    assert form.errors["text"] == ["Too short."]
    assert form.errors[NON_FIELD_ERRORS] == ["Somebody was first. Look again."]


# Pages


@pytest.fixture
def days(db: None) -> Any:
    first = date(2026, 1, 1)
    CalendarOverride.objects.bulk_create(
        CalendarOverride(day=first + timedelta(days=n), is_working=True) for n in range(60)
    )
    return CalendarOverride.objects.order_by("day")


@pytest.mark.parametrize(
    ("asked", "number", "has_note"),
    [
        (None, 1, False),
        ("", 1, False),
        ("2", 2, False),
        ("3", 3, False),
        ("4", 3, True),
        ("0", 1, True),
        ("-1", 1, True),
        ("1.5", 1, True),
        ("٣", 1, True),
        ("²", 1, True),
        ("abc", 1, True),
        ("9" * 5000, 3, True),
        ("1 OR 1=1", 1, True),
    ],
)
def test_whatever_page_a_person_asks_for_there_is_one(
    days: Any, asked: str | None, number: int, has_note: bool
) -> None:
    page = paging.page_for_people(days, asked)
    assert (page.number, bool(page.note)) == (number, has_note)
    assert len(page) == (25 if number < 3 else 10)
    assert (page.has_next, page.has_previous, page.pages, page.total) == (number < 3, number > 1, 3, 60)


def test_machines_get_exactly_the_page_they_ask_for_or_a_refusal(days: Any) -> None:
    assert len(paging.page_for_machines(days, 4)) == 0
    for number in (0, -1, 10**30):
        with pytest.raises(paging.UnusablePage):
            paging.page_for_machines(days, number)


def test_a_long_list_is_counted_only_so_far(
    days: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 50)
    with django_assert_num_queries(2):
        page = paging.page_for_people(days, "2")
    assert (page.total, page.pages, page.total_words, page.has_next) == (None, None, "50+", True)


def test_nobody_pages_past_the_furthest_row(days: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MAX_OFFSET", 25)
    page = paging.page_for_people(days, "3")
    assert (page.number, page.has_next, bool(page.note)) == (2, False, True)


def test_an_empty_list_has_one_empty_page(db: None) -> None:
    page = paging.page_for_people(CalendarOverride.objects.order_by("day"), None)
    assert (len(page), page.pages, page.total, page.note) == (0, 1, 0, "")
