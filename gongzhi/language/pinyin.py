"""How Chinese sounds: syllables of a text, and how typed letters may be cut into syllables."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

_INITIALS = (*"b p m f d t n l g k h j q x zh ch sh r z c s y w".split(), "")  # noqa: SIM905
# Which finals stand after which initials; written as in typing: ü is v after n and l, u elsewhere.
_FINALS = {
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un v ve ue",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ue",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "y": "a o e ai ao ou an ang ong i in ing u ue uan un",
    "w": "a o ai ei an en ang eng u",
    "": "a o e ai ei ao ou an en ang eng er",
}
_LONGEST_SYLLABLE = 6
_CUTS = 4
"""Technical: ways to cut the same letters that are tried; `xian` has two."""


@cache
def _syllables() -> frozenset[str]:
    return frozenset(initial + final for initial in _INITIALS for final in _FINALS[initial].split())


def spellings(letters: str) -> list[tuple[str, ...]]:
    """Return the ways to cut letters into whole syllables, those of fewest syllables first; few at most."""
    return sorted(islice(_cuts(letters, {}), _CUTS), key=len)


def syllables_of(han: str) -> list[str]:
    """Return one toneless syllable for each Han character that has one, as said in this context."""
    return [sound for sound in _reader()(han) if sound.isascii() and sound.isalpha()]


def _cuts(letters: str, dead: dict[str, bool]) -> Iterator[tuple[str, ...]]:
    if not letters:
        yield ()
        return
    if dead.get(letters):
        return
    dead[letters] = True
    for length in range(min(_LONGEST_SYLLABLE, len(letters)), 0, -1):
        if letters[:length] in _syllables():
            for rest in _cuts(letters[length:], dead):
                dead[letters] = False
                yield letters[:length], *rest


@cache
def _reader() -> Callable[[str], list[str]]:
    # Thirty megabytes and half a second: only who writes an index pays for it, and only once.
    from pypinyin import Style, lazy_pinyin

    def read(han: str) -> list[str]:
        return lazy_pinyin(han, style=Style.NORMAL, errors="ignore", v_to_u=False)

    return read
