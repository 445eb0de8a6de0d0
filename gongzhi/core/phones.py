"""Telephone numbers of mainland China, as people write them and as they are kept: digits only. Pure."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = r"0(?:10|2\d|[3-9]\d{2})"
_LANDLINE = re.compile(rf"({_AREA})([2-9]\d{{6,7}})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SHORT = re.compile(r"(?:1\d{2,4}|400\d{7}|800\d{7})")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_SEPARATORS = re.compile(r"[\s\-‐-―－()（）.·]")


def normal_phone(text: str, *, area: str = "") -> str:
    """Return the digits of a mainland telephone number. Raises ValidationError with what would be right."""
    digits = unicodedata.normalize("NFKC", _SEPARATORS.sub("", text))
    digits = _COUNTRY.sub("", digits)
    if len(digits) in (12, 13) and digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        digits = digits[2:]
    if not digits.isascii() or not digits.isdigit():
        raise ValidationError(_("A telephone number has only digits. Please look at it again."), code="phone")
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) or _SHORT.fullmatch(digits):
        return digits
    if area and _LOCAL.fullmatch(digits):
        return area + digits
    if digits.startswith("1") and len(digits) != 11:
        raise ValidationError(
            _("A mobile number has 11 digits; this one has %(count)d."),
            params={"count": len(digits)},
            code="phone",
        )
    raise ValidationError(
        _(
            "This is not a telephone number we can call."
            " Write a mobile number, or a landline with its area code."
        ),
        code="phone",
    )


def is_mobile(digits: str) -> bool:
    """Whether a number in the form it is kept in takes text messages."""
    return _MOBILE.fullmatch(digits) is not None


_SHOWN_BEFORE, _SHOWN_AFTER = 3, 4


def masked(digits: str) -> str:
    """Return a telephone number with its middle hidden: 139 **** 2207; too short a one is hidden whole."""
    if len(digits) < _SHOWN_BEFORE + _SHOWN_AFTER + 2:
        return "*" * len(digits)
    hidden = "*" * (len(digits) - _SHOWN_BEFORE - _SHOWN_AFTER)
    return f"{digits[:_SHOWN_BEFORE]} {hidden} {digits[-_SHOWN_AFTER:]}"
