"""The sizes of letters a person may choose, and the cookie that remembers the choice."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.utils.translation import gettext as _

COOKIE = "gongzhi_type_size"
COOKIE_SECONDS = 365 * 24 * 3600


class TypeSize(StrEnum):
    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class SizeChoice:
    name: str
    label: str


def chosen(request: HttpRequest) -> TypeSize:
    """Return the size the cookie asks for; an unknown one means the normal size."""
    try:
        return TypeSize(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return TypeSize.NORMAL


def choices(request: HttpRequest) -> list[SizeChoice]:
    """Return the sizes to offer, in words: from normal only the next one, else every other one."""
    labels = {
        TypeSize.NORMAL: _("normal letters"),
        TypeSize.LARGE: _("large letters"),
        TypeSize.LARGEST: _("largest letters"),
    }
    now = chosen(request)
    others = [TypeSize.LARGE] if now is TypeSize.NORMAL else [size for size in TypeSize if size is not now]
    return [SizeChoice(size.value, labels[size]) for size in others]
