"""What a text or a press of the menu asks for. Everything that is no known word is a matter to be raised.
Pure."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    RAISE = "raise"
    ADD = "add"
    BIND = "bind"
    FORGET = "forget"
    MINE = "mine"
    RATE = "rate"
    NOT_SOLVED = "not_solved"
    HELP = "help"
    ASK_WORDS = "ask_words"


@dataclass(frozen=True, slots=True)
class Command:
    wish: Wish
    words: str = ""
    number: str = ""
    code: str = ""
    score: int = 0


SCORES = {"非常满意": 5, "很满意": 5, "满意": 4, "已解决": 4, "解决了": 4, "基本满意": 3}
"""Words that say it is solved, with how satisfied; the official names of the levels."""
_END = re.compile(r"[。.!~\s]+$")
_MINE = frozenset({"我的事项", "进度", "查询", "查进度", "我的"})
_HELP = frozenset({"帮助", "菜单", "你好", "您好", "在吗", "在么", "hi", "hello", "help", "?", "人工"})
_FORGET = frozenset({"解绑", "取消绑定"})
_NUMBER = r"([A-Za-z]{1,6}\s*\d{2}\s*[-‐–—−]?\s*\d{1,12})"
_BIND = re.compile(rf"绑定\s*{_NUMBER}\s*[,，/\s]\s*([0-9A-Za-z][0-9A-Za-z\s-]{{6,12}})\s*", re.IGNORECASE)
_ADD = re.compile(rf"(?:补充\s*)?{_NUMBER}[\s,，:：。]+(.+)", re.IGNORECASE | re.DOTALL)
_NOT_SOLVED = re.compile(r"(?:没有?解决|未解决|不满意|非常不满意)[\s,，:：。!！]*(.*)", re.DOTALL)

MENU = {
    "RAISE": Command(Wish.ASK_WORDS),
    "MINE": Command(Wish.MINE),
    "RATE_5": Command(Wish.RATE, score=5),
    "RATE_4": Command(Wish.RATE, score=4),
    "RATE_3": Command(Wish.RATE, score=3),
    "NOT_SOLVED": Command(Wish.NOT_SOLVED),
    "HELP": Command(Wish.HELP),
}
"""Keys of the buttons in `menu.json`."""


def understand(text: str) -> Command:
    """Return what a text asks for."""
    said = unicodedata.normalize("NFKC", text).strip()
    plain = _END.sub("", said).lower()
    if plain in _MINE:
        return Command(Wish.MINE)
    if not plain or plain in _HELP:
        return Command(Wish.HELP)
    if plain in _FORGET:
        return Command(Wish.FORGET)
    if plain in SCORES:
        return Command(Wish.RATE, score=SCORES[plain])
    if match := _BIND.fullmatch(said):
        return Command(Wish.BIND, number=match[1], code=match[2])
    if match := _NOT_SOLVED.fullmatch(said):
        return Command(Wish.NOT_SOLVED, words=match[1].strip())
    if match := _ADD.fullmatch(said):
        return Command(Wish.ADD, number=match[1], words=match[2].strip())
    return Command(Wish.RAISE, words=text.strip())
