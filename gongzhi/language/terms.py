"""What a text is found by: its search terms, and the terms of what somebody types to find it.

Han characters stand alone and in pairs, because one and two are the usual words; letters and digits stand
with their beginnings, because people type the first part of a number. Names and titles are found by pinyin
too: syllables (`ludeng`) and initials (`ld`). Everything is folded first: width, case, full and half forms.
A term is kept as a 32-bit number (`code_of`), which is small in an index and the same on every database;
the few texts that two terms bring together by chance are a wider answer, never a missing one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from zlib import crc32

from gongzhi.language.pinyin import spellings, syllables_of

_RUNS = re.compile(r"(?P<han>[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)|(?P<word>[^\W_]+)")
_SPLIT = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
_BEGINNING = 8
"""Technical: as many signs of a word or number are found by their beginning; after them only the whole is."""
_LONGEST = 40
"""Technical: nobody types more of one word or number; a longer one is cut, so that none fills the index."""
_READ = 6_000
"""Technical: signs of a text that are read; bounds the terms of one text."""
_TYPED = 60
"""Technical: signs of a question that are read."""
_WAYS = 8
"""Technical: readings of one question tried (a run of letters may be a word, syllables or initials)."""

# The kinds of terms that are not plain text begin with a sign that `fold` never leaves in a text.
_SYLLABLES, _INITIALS, _MARK = "\x01", "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed: found is what holds all terms of any one of `ways`. Without ways: nothing."""

    ways: tuple[frozenset[str], ...]

    def __bool__(self) -> bool:
        return bool(self.ways)


def fold(text: str) -> str:
    """Return `text` as it is compared: compatibility forms and case made equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of(text: str) -> set[str]:
    """Return the terms of a text: Han characters and pairs, words and numbers with their beginnings."""
    found: set[str] = set()
    for run, is_han in _runs(fold(text[:_READ])):
        if is_han:
            found.update(run)
            found.update(map("".join, pairwise(run)))
        else:
            word = run[:_LONGEST]
            found.update(word[:length] for length in range(1, min(len(word), _BEGINNING) + 1))
            found.add(word)
    return found


def telling_terms_of(text: str) -> set[str]:
    """Return the terms that say what a text is about: pairs of characters, and whole words and numbers."""
    found: set[str] = set()
    for run, is_han in _runs(fold(text[:_READ])):
        found.update(map("".join, pairwise(run)) if is_han else ([run[:_LONGEST]] if len(run) > 1 else []))
    return found


def sound_terms_of(text: str) -> set[str]:
    """Return the pinyin terms of a short text such as a title: syllables and initials, alone and in pairs.

    Loads the table of sounds when first called; meant for the worker.
    """
    found: set[str] = set()
    for run, is_han in _runs(fold(text[:_READ])):
        if is_han:
            spoken = syllables_of(run)
            found.update(_SYLLABLES + one for one in spoken)
            found.update(_SYLLABLES + "".join(two) for two in pairwise(spoken))
            found.update(_INITIALS + one[0] + two[0] for one, two in pairwise(spoken))
    return found


def mark(kind: str, value: object = "") -> str:
    """Return a term for a fact beside the text, such as who may find it; no text and no question holds it."""
    return f"{_MARK}{kind}:{value}"


def question(words: str) -> Question:
    """Return the ways to understand what was typed. Han runs of two and more ask for their pairs only."""
    parts = [list(_ways_of(run, is_han)) for run, is_han in _runs(fold(words.strip()[:_TYPED]))]
    if not parts:
        return Question(())
    ways = islice(product(*parts), _WAYS)
    return Question(tuple(dict.fromkeys(frozenset[str]().union(*way) for way in ways)))


def with_marks(asked: Question, *either: Iterable[str]) -> Question:
    """Return the question narrowed: each way must hold one mark of every group in `either`."""
    groups = [tuple(group) for group in either]
    ways = [way.union(marks) for way in asked.ways for marks in product(*groups)]
    return Question(tuple(ways))


def code_of(term: str) -> int:
    """Return the term as a signed 32-bit number."""
    code = crc32(term.encode("utf-8", "replace"))
    return code - 2**32 if code >= 2**31 else code


def codes_of(terms: Iterable[str]) -> list[int]:
    """Return the numbers of the terms, each once, in ascending order."""
    return sorted(set(map(code_of, terms)))


def _runs(folded: str) -> Iterator[tuple[str, bool]]:
    """Yield the runs of a folded text, each with whether it is Han."""
    for match in _RUNS.finditer(folded):
        if match["han"]:
            yield match["han"], True
        else:
            # Han characters are word signs to the pattern too: a run of letters ends at the first.
            yield from _mixed(match["word"])


def _mixed(run: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for han in _SPLIT.finditer(run):
        if han.start() > position:
            yield run[position : han.start()], False
        yield han.group(), True
        position = han.end()
    if position < len(run):
        yield run[position:], False


def _ways_of(run: str, is_han: bool) -> Iterator[frozenset[str]]:
    if is_han:
        yield frozenset(map("".join, pairwise(run))) if len(run) > 1 else frozenset(run)
        return
    word = run[:_LONGEST]
    yield frozenset({word})
    if word.isascii() and word.isalpha():
        for spoken in spellings(word):
            yield frozenset(_SYLLABLES + term for term in _pairs_or_one(spoken))
        if len(word) > 1:
            yield frozenset(_INITIALS + "".join(two) for two in pairwise(word))


def _pairs_or_one(spoken: Sequence[str]) -> list[str]:
    return ["".join(two) for two in pairwise(spoken)] if len(spoken) > 1 else list(spoken)
