"""How a deadline is shown: words, sign, bar, and the rule it comes from."""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.core import clock, phrases
from gongzhi.core.components.drawing import TONE_ICONS, register, render


@register.simple_tag
def deadline(
    due_at: datetime,
    label: str = "",
    started_at: datetime | None = None,
    done_at: datetime | None = None,
    at: datetime | None = None,
    remaining: int | None = None,
    working_day: int | None = None,
    paused: str = "",
    rule: str = "",
    version: int | str = "",
    rule_href: str = "",
    soon: bool | None = None,
    compact: bool = False,
) -> SafeString:
    """Say what is left of a limit.

    `remaining` is signed minutes as the clock's own calendar counts them (when not given: plain minutes);
    `working_day` is the minutes of an office day and makes the words say working days. `paused` says why it
    stands still. `soon` overrides the usual sign (80 % of the way gone).
    """
    now = done_at or at or clock.now()
    left = remaining if remaining is not None else int((due_at - now).total_seconds() // 60)
    gone = _share_gone(started_at, due_at, now)
    tone = _deadline_tone(left=left, gone=gone, done=done_at is not None, paused=bool(paused), soon=soon)
    return render(
        "deadline",
        {
            "label": label,
            "due_at": due_at,
            "at": at or clock.now(),
            "done_at": done_at,
            "paused": paused,
            "tone": tone,
            "words": _deadline_words(left, working_day, done=done_at is not None, paused=paused),
            "icon": "player-pause" if paused else TONE_ICONS[tone],
            "gone": gone,
            "rule": rule,
            "version": version,
            "rule_href": rule_href,
            "compact": compact,
        },
    )


def _share_gone(started_at: datetime | None, due_at: datetime, now: datetime) -> int | None:
    if started_at is None or due_at <= started_at:
        return None
    return max(0, min(100, round(100 * ((now - started_at) / (due_at - started_at)))))


def _deadline_tone(*, left: int, gone: int | None, done: bool, paused: bool, soon: bool | None) -> str:
    if left < 0:
        return "late"
    if done:
        return "good"
    if paused:
        return "quiet"
    near = soon if soon is not None else (gone is not None and gone >= 80)
    return "soon" if near else "quiet"


def _deadline_words(left: int, working_day: int | None, *, done: bool, paused: str) -> str:
    if done:
        return (
            _("done late, %(span)s") % {"span": phrases.say_remaining(left, working_day=working_day)}
            if left < 0
            else _("done in time")
        )
    if paused:
        return _("paused: %(why)s") % {"why": paused}
    return phrases.say_remaining(left, working_day=working_day)
