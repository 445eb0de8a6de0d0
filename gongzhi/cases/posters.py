"""Links on posters: they open “raise a matter” with the place, and the words of the spot, filled in. Pure but
for the installation's key.

The words of a spot stand in the link, signed: nobody else can make a link of ours that fills in other words.
The signature comes from the first secret, so a poster works as long as the installation has its keys. A link
that was taken back and is printed again carries how often, so that the older sheets stay dead.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from gongzhi.core import crypto
from gongzhi.core.errors import Invalid

SPOT_SIGNS = 30
"""What fits one line of the poster and keeps the squares of the code large."""
_SIGNATURE_SIGNS = 16
_BAIT = re.compile(r"[:/@＠：／]|www|\d[\d \-]{3,}\d|\.(?:com|cn|net|top|vip)", re.IGNORECASE)
"""What a place never needs, but a swindle does: addresses and telephone numbers."""


def check_spot(words: str) -> None:
    """Raise Invalid unless the words can be those of a place."""
    if len(words) > SPOT_SIGNS or _BAIT.search(words) or not words.isprintable():
        raise Invalid(
            _("Only where it is, in a few words: no telephone number and no address of the internet."),
            field="spot",
        )


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a link of ours says."""

    spot: str = ""
    serial: int = 0


def parts(place: str, spot: str, serial: int = 0) -> tuple[str, str]:
    """Return the two parts of a link that carry the words of a spot: the words, and their signature.

    `serial` says how often the link was made anew; the first one is not in the words.
    """
    said = f"{spot}\0{serial}" if serial else spot
    return base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode(), _signature(place, said)


def read(place: str, packed: str, signature: str) -> Scanned | None:
    """Return what the parts of a link say, or None when they are not ours."""
    try:
        said = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return None
    right = _signature(place, said)
    if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
        return None
    spot, _zero, serial = said.partition("\0")
    return Scanned(spot, int(serial or 0))


def _signature(place: str, said: str) -> str:
    return crypto.keyed_hash(f"{place}\0{said}", purpose="cases.poster")[:_SIGNATURE_SIGNS]
