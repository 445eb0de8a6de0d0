"""Rules are said in words, and what changed between two versions is named place by place."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from pydantic import Field

from gongzhi.rulebook.kinds import KINDS, Params, Shown
from gongzhi.rulebook.presentation import UNITS, compare, describe, label_of, parts_of, say, shown_of


class Wait(Params):
    who: str
    minutes: int = Field(gt=0)


class Waits(Params):
    rows: tuple[Wait, ...]
    share: float = 0.8


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def _params_of(model: type[Params]) -> Iterator[tuple[type[Params], str]]:
    for name, info in model.model_fields.items():
        yield model, name
        inner, _optional, _many = parts_of(info.annotation)
        if isinstance(inner, type) and issubclass(inner, Params):
            yield from _params_of(inner)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_parameter_of_every_rule_has_words_for_people(code: str) -> None:
    nameless = [
        f"{m.__name__}.{name}" for m, name in _params_of(KINDS[code].params) if shown_of(m, name) is None
    ]
    assert nameless == []


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_unit_of_every_rule_is_known(code: str) -> None:
    for model, name in _params_of(KINDS[code].params):
        shown = shown_of(model, name)
        assert shown is None or shown.unit in UNITS


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("working_minutes", 4800, "10 working days"),
        ("working_minutes", 600, "1 working day 2 working hours"),
        ("working_minutes", 0, "0 working minutes"),
        ("minutes", 1440, "24 hours"),
        ("minutes", 90, "1 hour 30 minutes"),
        ("minutes", 14400, "10 days"),
        ("seconds", 60, "1 minute"),
        ("share", 0.8, "80 %"),
        ("bytes", 15_000_000, "15 MB"),
        ("times", 1, "once"),
        ("", 2.5, "2.5"),
    ],
)
def test_numbers_are_said_with_their_unit(unit: str, value: float, words: str) -> None:
    from django.utils.translation import gettext_lazy as _

    assert say(value, Shown(_("limit"), unit)) == words


def test_a_list_of_parts_becomes_a_table() -> None:
    (table, share) = describe(Waits(rows=(Wait(who="clerk", minutes=5), Wait(who="head", minutes=9))))
    assert table.table is not None
    assert [[cell.words for cell in row] for row in table.table.rows] == [["clerk", "5"], ["head", "9"]]
    assert share.words == "0.8"


def test_changes_name_the_row_they_touch_whatever_its_place() -> None:
    old = Waits(rows=(Wait(who="clerk", minutes=5), Wait(who="head", minutes=9)))
    new = Waits(rows=(Wait(who="new", minutes=1), Wait(who="head", minutes=9), Wait(who="clerk", minutes=7)))
    assert [(c.label, c.old, c.new) for c in compare(old, new)] == [
        ("rows · clerk", "5", "7"),
        ("rows · new", "", "1"),
    ]


def test_equal_versions_have_no_changes() -> None:
    for kind in KINDS.values():
        assert compare(kind.first, kind.first) == []


def test_places_of_every_rule_are_told_apart() -> None:
    """Two places with the same words would hide a change behind one another."""
    from gongzhi.rulebook.presentation import _places

    for kind in KINDS.values():
        places = [place for place, _words in _places(kind.first)]
        assert len(places) == len(set(places)), kind.code
    assert label_of(Wait, "who") == "who"
