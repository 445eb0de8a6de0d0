"""Cutting a text into words with the words a model was trained with.

Texts come cut into words already (with blanks) or as people write them. Both give the same words, because a
text without blanks is cut by the longest known word from left to right, and words that say nothing by
themselves are dropped.
"""

import logging
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import cast

from django.conf import settings

from gongzhi.language.terms import fold

_RUN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+")
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")
_LONGEST = 6
_LENGTHS = tuple(range(_LONGEST, 1, -1))
_SEGMENTED = 3.5
"""Technical: mean signs of a run of Han characters between blanks below which a text counts as cut."""
_READ = 4_000
"""Technical: signs of one text that are read."""

EMPTY_WORDS = frozenset(
    """
    的 了 是 在 我 我们 你 你们 您 他 她 它 他们 有 和 就 都 而 及 与 着 或 一个
    没有 也 还 又 把 被 让 给 对 从 到 向 这 那 这个 那个 这些 那些 这样 那样 什么
    怎么 为什么 吗 呢 吧 啊 呀 哦 嘛 地 得 之 以 于 其 所 并 但 但是 而且 因为 所以
    如果 虽然 不过 然后 可以 可是 只是 就是 还是 不是 也是 都是 很 太 更 最 非常 已经
    一直 每 各 该 本 此 个 们 上 下 里 中 会 能 要 想 说 去 来 做 用 看 等 后 前
    时 时候 多 少 大 小 不 没 未 无 则 且 若 由 为 为了 关于 对于 根据 按照 通过
    自己 大家 人们 有些 一些 许多 很多 所有 任何 某 另 另外 其他 其它 其中 之后 之前
    以后 以前 以及 甚至 尤其 特别 请问 希望 谢谢 您好 你好 尊敬 反映 情况 问题
    """.split()  # noqa: SIM905 - read as words
)
"""Words that lead to no label; a model drops those its own texts never hold."""


def words_of(text: str, lexicon: Collection[str], dropped: Collection[str]) -> list[str]:
    """Return the words of a text in their order, those in `dropped` left out; `lexicon` holds these too."""
    folded = fold(text[:_READ])
    runs = _RUN.findall(folded)
    if is_cut(runs):
        return [run for run in runs if run not in dropped]
    return [word for run in runs for word in _cut(run, lexicon) if word not in dropped]


def is_cut(runs: Collection[str]) -> bool:
    """Whether the runs look like words rather than sentences."""
    han = [len(run) for run in runs if _HAN.match(run)]
    return len(han) > 1 and sum(han) / len(han) < _SEGMENTED


def lexicon_of(texts: Iterable[str]) -> dict[str, int]:
    """Return the words of texts with how often they stand there; sentences are cut by a dictionary."""
    found: dict[str, int] = {}
    for text in texts:
        runs = _RUN.findall(fold(text[:_READ]))
        for word in runs if is_cut(runs) else _by_dictionary(runs):
            if len(word) <= _LONGEST:
                found[word] = found.get(word, 0) + 1
    return found


def _by_dictionary(runs: Iterable[str]) -> Iterator[str]:
    cutter = _dictionary()
    for run in runs:
        yield from cutter(run) if _HAN.match(run) else [run]


@cache
def _dictionary() -> Callable[[str], Iterable[str]]:
    # Some seconds and a hundred megabytes: only training pays for it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own source
        import jieba
    jieba.setLogLevel(logging.CRITICAL)  # without room for its prepared form it works too
    dictionary = jieba.Tokenizer()
    # Its prepared form is kept where only we write: a shared folder could be prepared by anybody.
    dictionary.tmp_dir = str(settings.DATA_DIR)
    return cast(Callable[[str], Iterable[str]], dictionary.cut)


def _cut(run: str, lexicon: Collection[str]) -> list[str]:
    if not _HAN.match(run):
        return [run]
    found = []
    position, end = 0, len(run)
    while position < end:
        for length in _LENGTHS:
            word = run[position : position + length]
            if word in lexicon:
                break
        else:
            word = run[position]
        found.append(word)
        position += len(word)
    return found
