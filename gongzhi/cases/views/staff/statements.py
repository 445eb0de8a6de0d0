"""The one domain call of a signature on the spot; read by `presses`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongzhi.cases.actions import statements
from gongzhi.core.actor import Actor


def sign(case: Any, said: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    [picture] = said["cleaned"]
    statement = statements.Statement(said["about"], said["words"], said["signer"], said["name"])
    statements.sign_statement(case=case, statement=statement, picture=picture, way=said["way"], by=by, at=at)
