"""Taking out of a text what would tell who is meant. Pure; a person always reads the result.

It finds what can be found by rule (the reporter's own name and numbers, telephones, identity numbers, house
numbers); names of other people it cannot find, which is why nothing is published without a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-?\d{7,8}|\d{15,19})(?!\d)"
)
"""Identity numbers, mobile and landline numbers, bank cards."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOUSE = re.compile(r"[0-9一二三四五六七八九十百]+(?:号|栋|单元|室|户)(?!召|码)")
_CALLED = "大姐|大哥|大嫂|大爷|大妈|大娘|大叔|大伯|叔叔|阿姨|爷爷|奶奶|师傅|先生|女士|同志|老师|某"
_ADDRESSED = re.compile(rf"[\u4e00-\u9fff](?:{_CALLED})")
"""One character and a form of address: 杨大姐. The character may be no surname, so it is only marked."""
_STANDS_FOR_NUMBER = "＊＊＊"


@dataclass(frozen=True, slots=True)
class Person:
    """Who must not be recognised."""

    name: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_marked` asks the reader to look at it."""

    text: str
    is_marked: bool


def without_person(text: str, person: Person, *, stands_for_name: str) -> str:
    """Return the text with the person's name, telephone and mail, and every long number, replaced."""
    for value in (person.phone, person.mail):
        if value:
            text = text.replace(value, _STANDS_FOR_NUMBER)
    if len(person.name) > 1:
        text = text.replace(person.name, stands_for_name)
        text = re.sub(f"{re.escape(person.name[0])}(?:{_CALLED})", stands_for_name, text)
    return _MAIL.sub(_STANDS_FOR_NUMBER, _NUMBERS.sub(_STANDS_FOR_NUMBER, text))


def marked(text: str, person: Person) -> list[Piece]:
    """Return the text in pieces; those that may tell who is meant are marked, house numbers included."""
    return list(_pieces(text, person))


def _pieces(text: str, person: Person) -> Iterator[Piece]:
    exact = [re.escape(v) for v in (person.name, person.phone, person.mail) if len(v) > 1]
    pattern = re.compile(
        "|".join([*exact, _NUMBERS.pattern, _MAIL.pattern, _HOUSE.pattern, _ADDRESSED.pattern])
    )
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield Piece(text[end : match.start()], is_marked=False)
        yield Piece(match.group(), is_marked=True)
        end = match.end()
    if end < len(text):
        yield Piece(text[end:], is_marked=False)


def masked_name(name: str) -> str:
    """Return the first sign of a name and a mark for the rest."""
    return name[0] + "*" * max(1, min(2, len(name) - 1)) if name else ""
