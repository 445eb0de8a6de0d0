"""Numbers as people type them, and codes nobody guesses."""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cases import numbers
from gongzhi.cases.queries import access
from gongzhi.cases.tests.playing import World
from gongzhi.cases.tests.test_invariants import registered, world  # noqa: F401 - a fixture

REGISTERED = datetime(2026, 3, 4, 2, tzinfo=UTC)


def test_a_number_has_prefix_local_year_and_six_digits_or_more() -> None:
    assert numbers.case_number(4817, REGISTERED) == "HY26-004817"
    assert numbers.case_number(12_345_678, REGISTERED) == "HY26-12345678"
    assert numbers.case_number(1, datetime(2026, 12, 31, 16, tzinfo=UTC)) == "HY27-000001", "New Year, local"


TYPED = [
    "HY26-004817",
    "hy26-004817",
    " HY26-004817\n",
    "HY 26 - 004817",
    "HY26004817",
    "HY264817",
    "HY26—4817",
    "HY26–004817",
    "HY26−004817",
    "ＨＹ２６－００４８１７",
    "HY２６-００４８１７",
    "ｈｙ26－4817",
    "HY\u300026\u3000004817",
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert numbers.parse_number(typed) == 4817
    assert numbers.canonical(typed) == "HY26-004817"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "HY",
        "26-004817",
        "XX26-004817",
        "HY26-",
        "HY2-004817",
        "HY26-0048l7",
        "HY26-004817-1",
        "HY26-1234567890123",
        "HY26--4817",
        "HY26-٠٠٤٨١٧",
        "HY26-004817\x00",
        "HY26-004817 OR 1=1",
        "²HY26-004817",
    ],
)
def test_what_is_not_a_number_of_ours_is_none(typed: str) -> None:
    assert numbers.parse_number(typed) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers_and_codes(text: str) -> None:
    key = numbers.parse_number(text)
    assert key is None or 0 <= key < 10**12
    assert (numbers.canonical(text) == "") or numbers.canonical(numbers.canonical(text))
    numbers.normalise_code(text)


@given(st.integers(1, 10**12 - 1))
def test_a_printed_number_is_read_back(key: int) -> None:
    number = numbers.case_number(key, REGISTERED)
    assert numbers.parse_number(number) == key
    assert numbers.canonical(number) == number


def test_a_code_has_eight_signs_none_of_which_is_read_for_another() -> None:
    code = numbers.receipt_code("HY26-004817")
    assert code == numbers.receipt_code("HY26-004817"), "the receipt can be printed again"
    assert len(code) == 8
    assert not set(code) & set("0O1Il")


def test_codes_of_neighbouring_numbers_are_spread_as_if_drawn_by_lot() -> None:
    """20,000 neighbours: every sign at every place about as often, no code twice, no sign carried over."""
    codes = [numbers.receipt_code(f"HY26-{key:06d}") for key in range(20_000)]
    assert len(set(codes)) == len(codes)
    for place in range(8):
        often = Counter(code[place] for code in codes)
        assert len(often) == 32
        assert 500 < min(often.values()) <= max(often.values()) < 760, (
            "625 each, give or take five deviations"
        )
    same = sum(a == b for one, two in pairwise(codes) for a, b in zip(one, two, strict=True))
    assert 4_600 < same < 5_400, "one sign in 32 agrees by chance"


def test_a_code_comes_from_the_key_of_the_installation_for_this_purpose_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gongzhi.core import crypto

    keyed = crypto.keyed_hash
    code = numbers.receipt_code("HY26-004817")
    seen: list[str] = []

    def spied(text: str, *, purpose: str) -> str:
        seen.append(purpose)
        return keyed(text, purpose=purpose)

    monkeypatch.setattr(crypto, "keyed_hash", spied)
    assert numbers.receipt_code("HY26-004817") == code
    assert seen == ["cases.receipt"]
    assert keyed("HY26-004817", purpose="cases.phone") != keyed("HY26-004817", purpose="cases.receipt")


@pytest.mark.django_db
def test_a_receipt_opens_its_own_matter_however_it_is_typed_and_no_other(
    world: World,  # noqa: F811
    at: datetime,
) -> None:
    case, other = registered(world, at), registered(world, at)
    code = numbers.receipt_code(case.number)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"{code[:4]}-{code[4:]}".lower())
    for typed in (code, code.lower(), f"{code[:4]} {code[4:]}", f"{code[:4]}—{code[4:]}", wide):
        assert access.get_case_by_receipt(number=case.number.lower(), code=typed) == case
    wrong_year = case.number.replace("HY26", "HY25")
    wrong_prefix = case.number.replace("HY", "XX")
    for number, tried in (
        (other.number, code),
        (wrong_year, code),
        (wrong_year, numbers.receipt_code(wrong_year)),
        (wrong_prefix, code),
        (case.number, ""),
        (case.number, code[:-1]),
        (case.number, code + code[-1]),
        ("", numbers.receipt_code("-")),
        ("HY26-999999", numbers.receipt_code("HY26-999999")),
    ):
        with pytest.raises(access.CaseNotFound):
            access.get_case_by_receipt(number=number, code=tried)


@pytest.mark.django_db
def test_staff_find_a_number_only_with_its_own_year(world: World, at: datetime) -> None:  # noqa: F811
    case, clerk = registered(world, at), world.cast.clerk.actor
    wide = case.number.translate({ord(d): ord(d) + 0xFEE0 for d in "HY0123456789-"})
    assert access.get_case(viewer=clerk, number=wide) == case
    with pytest.raises(access.CaseNotFound):
        access.get_case(viewer=clerk, number=case.number.replace("26-", "25-"))
    with pytest.raises(access.CaseNotFound):
        access.get_case(viewer=world.cast.peer_clerk.actor, number=case.number)
