"""What the knowledge base has to say to what the caller asks."""

from dataclasses import dataclass
from datetime import datetime

from gongzhi.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """An article that may answer the caller."""

    key: str
    title: str
    summary: str
    url: str


def find(*, viewer: Actor, text: str, at: datetime) -> list[Found]:
    """Return the articles that hold now and may answer the text, the best first."""
    return []
