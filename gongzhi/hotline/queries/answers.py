"""What the knowledge base has to say to what the caller asks."""

from datetime import datetime

from django.urls import reverse

from gongzhi.core.actor import Actor
from gongzhi.knowledge import numbers
from gongzhi.knowledge.queries import access, search
from gongzhi.knowledge.queries.search import Found

_MOST = 5
"""Technical: articles beside the words of a caller; more cannot be read while somebody waits."""


def find(*, viewer: Actor, text: str, at: datetime) -> list[Found]:
    """Return the articles that hold now and may answer the text, the best first."""
    return search.find(viewer=viewer, text=text, at=at, most=_MOST) if text.strip() else []


def address_of(viewer: Actor, article: str) -> str:
    """Return the page of the article a call was answered from; "" for who reads no articles."""
    is_read = article and access.reads(viewer) and numbers.parse_number(article)
    return reverse("knowledge:page", args=[article]) if is_read else ""
