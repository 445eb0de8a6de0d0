"""A signature given in somebody's presence: drawn on the screen, or a photo of the signed paper.

The part of a form is `forms.SignatureFields`, the pad the component `{% signature_pad %}` with
`frontend/src/signature.ts`; without script, or on a phone that cannot draw, it stays hidden, and the photo
remains.
"""

import base64
import binascii
from typing import Annotated, Protocol

from pydantic import Field

from gongzhi.core.errors import Invalid

Drawn = Annotated[str, Field(max_length=20_000_000)]
"""A picture as base64 in the body of a program's request."""
DRAWN, PAPER = "drawn", "paper"
DRAWN_SIGNS = 400_000
"""Technical: bounds what a browser may send as one signature."""
DRAWN_HEAD = "data:image/png;base64,"


class Limits(Protocol):
    """What a rule says of pictures that are sent."""

    @property
    def bytes_each(self) -> int: ...

    @property
    def longest_side(self) -> int: ...


def decoded(picture: str) -> bytes:
    """Return the bytes of a picture that came as base64, as programs send one. Raises Invalid."""
    try:
        return base64.b64decode(picture, validate=True)
    except (ValueError, binascii.Error) as broken:
        raise Invalid(field="picture") from broken
