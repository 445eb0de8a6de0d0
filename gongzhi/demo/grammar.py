"""A small grammar for texts: choices in brackets, named words in braces. Pure; same random source, same text.

`[a|b|]` picks one of the alternatives and may be nested. `{word}` puts in a word that is drawn once and then
stays the same for the whole message; `{word2}` draws again and differs. `{3-20}` is a number, `{n:3-20}` a
number that stays. The invariant: only what is really chosen is drawn and kept, so a reply finds the facts
that the message named.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random

Words = Mapping[str, Sequence[str]]
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(?:([^{}:]*?):)?([^{}:]+)\}")
_RANGE = re.compile(r"^(\d+)-(\d+)$")
_TRIES = 20


class UnknownWord(KeyError):
    """A template names a word that no list holds."""


def expand(template: str, rng: Random, words: Words, bound: dict[str, str]) -> str:
    """Return `template` with choices made and words put in; newly drawn words are added to `bound`.

    Raises UnknownWord.
    """
    text = template
    while match := _CHOICE.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return _SLOT.sub(lambda slot: _fill(slot[1], slot[2], rng, words, bound), text)


def _fill(name: str | None, what: str, rng: Random, words: Words, bound: dict[str, str]) -> str:
    limits = _RANGE.match(what)
    key = name or what
    if limits is None:
        return bound[key] if key in bound else _draw_word(key, rng, words, bound)
    if name and name in bound:
        return bound[name]
    number = _number(int(limits[1]), int(limits[2]), rng)
    if name:
        bound[name] = number
    return number


def _draw_word(key: str, rng: Random, words: Words, bound: dict[str, str]) -> str:
    """Draw the word `key`; a trailing digit asks for one that differs from the word without it."""
    source = key if key in words else key.rstrip("0123456789")
    if source not in words:
        raise UnknownWord(key)
    taken = bound.get(source) if source != key else None
    for _attempt in range(_TRIES):
        # Words inside words are drawn on their own: a place may be named after another family.
        drawn = expand(rng.choice(words[source]), rng, words, {})
        if drawn != taken:
            break
    bound[key] = drawn
    return drawn


def _number(low: int, high: int, rng: Random) -> str:
    """A number people would say: the larger it may be, the rounder. Years are left alone."""
    number = rng.randint(low, high)
    if low >= 1900 and high <= 2100:
        return str(number)
    step = 100 if high >= 2000 else 10 if high >= 200 else 1
    return str(max(low, number // step * step))
