"""Evidence through the API: a statement that somebody signed on the spot."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from gongzhi.cases.actions import statements
from gongzhi.cases.api.bodies import MoveBody, Words
from gongzhi.core.actor import Actor
from gongzhi.core.handwriting import Drawn, decoded

if TYPE_CHECKING:
    from gongzhi.cases.models import Case


class SignStatement(MoveBody):
    """`picture` is a JPEG, PNG or WebP as base64. It judges nothing: only the reporter says solved."""

    move: Literal["sign_statement"]
    about: Literal["done", "received", "visit"]
    words: Words
    signer: Literal["reporter", "representative", "witness"]
    name: Annotated[str, Field(max_length=200)] = ""
    """Left open for the reporter: the name of the matter stands."""
    picture: Drawn
    way: Literal["drawn", "paper"]

    def apply(self, case: "Case", *, by: Actor, at: datetime) -> "Case":
        picture = statements.clean_signature(decoded(self.picture), way=self.way, at=at)
        statement = statements.Statement(self.about, self.words, self.signer, self.name)
        return statements.sign_statement(
            case=case, statement=statement, picture=picture, way=self.way, by=by, at=at
        )
