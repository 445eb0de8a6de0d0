"""Which files rows of mediation name."""

from collections.abc import Collection

from gongzhi.mediation.models import Signature


def named_for_job(keys: Collection[str]) -> set[str]:
    """Return those of `keys` that a signature names."""
    return set(Signature.objects.filter(key__in=keys).values_list("key", flat=True))
