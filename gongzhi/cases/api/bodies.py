"""The base of the bodies of moves, and the kinds of text in them."""

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from ninja import Schema
from pydantic import Field

from gongzhi.core.actor import Actor

if TYPE_CHECKING:
    from gongzhi.cases.models import Case

Words = Annotated[str, Field(max_length=20_000)]
"""The exact limit is a rule and answered in words; this one only bounds what is read at all."""
Code = Annotated[str, Field(max_length=32)]


class MoveBody(Schema):
    """Base of all moves."""

    model_config = {"extra": "forbid"}

    @abstractmethod
    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        """Make the one domain call; return the case as it is then."""
