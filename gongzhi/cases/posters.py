"""Links on posters: they open “raise a matter” with the place, and the words of the spot, filled in. Pure but
for the installation's key.

The words of a spot stand in the link, signed: nobody else can make a link of ours that fills in other words.
The signature comes from the first secret, so a poster works as long as the installation has its keys.
"""

import base64
import hmac
import re

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


def parts(place: str, spot: str) -> tuple[str, str]:
    """Return the two parts of a link that carry the words of a spot: the words, and their signature."""
    return base64.urlsafe_b64encode(spot.encode()).rstrip(b"=").decode(), _signature(place, spot)


def read_spot(place: str, packed: str, signature: str) -> str:
    """Return the words of a spot from the parts of a link, or "" when they are not ours."""
    try:
        spot = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return ""
    right = _signature(place, spot)
    return spot if hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")) else ""


def _signature(place: str, spot: str) -> str:
    return crypto.keyed_hash(f"{place}\0{spot}", purpose="cases.poster")[:_SIGNATURE_SIGNS]
