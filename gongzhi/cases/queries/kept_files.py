"""Which files rows of cases name."""

from collections.abc import Collection

from gongzhi.cases.models import Attachment


def named_for_job(keys: Collection[str]) -> set[str]:
    """Return those of `keys` that a picture of a case names."""
    return set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True))
