"""Who spoke and who typed: recorded for every matter and every addition, by whatever door it came. Pure.

The one invariant: the three facts (channel, speaker, typist) are never empty. The person concerned is the
reporter; when somebody speaks for them, how the two stand to one another is recorded, and no second name.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gongzhi.cases.lifecycle import Channel
from gongzhi.core.actor import Actor


class Speaker(StrEnum):
    """Whose matter the one who speaks speaks of."""

    SELF = "self"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    OTHER = "other"
    STAFF = "staff"
    """Nobody spoke: whoever typed it saw it at work."""
    UNSAID = "unsaid"
    """What was taken over from another system does not say."""


FOR_RESIDENTS = (Speaker.SELF, Speaker.FAMILY, Speaker.NEIGHBOUR, Speaker.OTHER)
"""What people are asked to choose from."""


class Typist(StrEnum):
    PERSON = "person"
    """The one who spoke typed it too."""
    ACCOUNT = "account"
    SYSTEM = "system"


_CHANNELS: Mapping[str, Channel] = {
    "wechat": Channel.WECHAT,
    "mail": Channel.MAIL,
    "sms": Channel.SMS,
    "api": Channel.API,
}


def typist_of(by: Actor) -> Typist:
    """Return who typed: a person of the staff by account, the system, or the one who spoke."""
    if by.is_staff:
        return Typist.ACCOUNT
    return Typist.PERSON if by.is_resident else Typist.SYSTEM


def channel_of(by: Actor) -> Channel:
    """Return the channel of what a resident adds, by the door it came through."""
    return _CHANNELS.get(by.door, Channel.WEB)


def facts(channel: str, spoke: str, by: Actor) -> dict[str, Any]:
    """Return the three facts as a transition, and so the audit log, holds them."""
    return {"channel": str(channel), "spoke": str(spoke), "typed": str(typist_of(by))}


def of_addition(by: Actor, *, channel: Channel | None, spoke: Speaker) -> dict[str, Any]:
    """Return the facts of words or pictures added to a matter; none for what staff say in their own name."""
    if by.is_staff and channel is None:
        return {}
    return facts(channel or channel_of(by), spoke, by) | ({"acting_for": True} if by.is_staff else {})
