"""Pictures of cases: opened with care, made smaller, re-encoded, stripped of where they were taken. Pure
bytes.

Re-encoding drops every metadata block (GPS position, camera, thumbnails) and anything hidden behind the
pixels.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from gongzhi.cases.rules import AttachmentParams
from gongzhi.core.errors import Invalid

_JPEG_QUALITY = 82
"""Encoder setting; smaller files for weak networks without visible loss on photographs."""


_BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, struct.error)
"""What the decoders raise for bytes that are no picture, or one made to break them."""


class PictureRefused(Invalid):
    code: ClassVar[str] = "picture_refused"
    message = _("This file is not a picture that can be used.")
    hint = _("Please choose a photo (JPG, PNG or WebP), or take a new one.")


class PictureTooLarge(PictureRefused):
    code = "picture_too_large"
    message = _("This picture is too large.")
    hint = _("Please choose a smaller one, or take it again with a lower resolution.")


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    mime: str
    width: int
    height: int


def clean(content: bytes, limits: AttachmentParams, *, field: str = "pictures") -> Picture:
    """Return the picture re-encoded as JPEG within the limits.

    Raises PictureTooLarge, and PictureRefused for anything that is not wholly a picture of an allowed format.
    """
    if len(content) > limits.bytes_each:
        raise PictureTooLarge(field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(limits.formats)) as opened:
                if opened.width * opened.height > limits.pixels:
                    raise PictureTooLarge(field=field)
                opened.draft("RGB", (limits.longest_side, limits.longest_side))
                return _encoded(opened, limits.longest_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooLarge(field=field) from bomb
    except _BROKEN as broken:
        raise PictureRefused(field=field) from broken


def _encoded(opened: Image.Image, longest_side: int) -> Picture:
    opened.thumbnail((longest_side, longest_side))  # before anything is copied, for the memory's sake
    turned = ImageOps.exif_transpose(opened)
    flat = Image.new("RGB", turned.size, "white")
    flat.paste(turned.convert("RGBA"), mask=turned.convert("RGBA").getchannel("A"))
    target = io.BytesIO()
    flat.save(target, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return Picture(target.getvalue(), "image/jpeg", flat.width, flat.height)


_INK = 128
"""Technical: a dot darker than half grey counts as drawn."""


def is_blank(picture: Picture) -> bool:
    """Whether nothing is drawn on it: no dot is dark."""
    with Image.open(io.BytesIO(picture.content), formats=["JPEG"]) as opened:
        darkest, _brightest = opened.convert("L").getextrema()
    return float(str(darkest)) > _INK


_THUMBNAIL_SIDE = 320
"""Twice the size it is shown at, for screens with fine dots."""


def thumbnail(content: bytes, *, side: int = _THUMBNAIL_SIDE) -> bytes:
    """Return a stored picture (a JPEG of our own) made small, for lists or for paper."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as opened:
        opened.draft("RGB", (side, side))
        opened.thumbnail((side, side))
        target = io.BytesIO()
        opened.save(target, "JPEG", quality=_JPEG_QUALITY)
    return target.getvalue()
