"""Which files rows of cases name."""

from collections.abc import Collection

from gongzhi.cases.models import Attachment, CaseFile


def named_for_job(keys: Collection[str]) -> set[str]:
    """Return those of `keys` that a picture or document of a case names, or a case file to be fetched."""
    kept = Attachment.objects.filter(key__in=keys).values_list("key", flat=True)
    made = CaseFile.objects.filter(key__in=keys).exclude(key="").values_list("key", flat=True)
    return {*kept, *made}
