"""What the county's own decisions teach about new matters."""

from gongzhi.cases.models import Case

_MOST = 50_000
"""Technical: newest decided matters that are learnt from; more cost memory and say little new."""


def decided_for_job() -> tuple[list[str], list[str]]:
    """Return the texts and category codes of the newest accepted matters. One query."""
    rows = (
        Case.objects.filter(accepted_at__isnull=False, category__isnull=False)
        .order_by("-pk")
        .values_list("title", "text", "category__code")[:_MOST]
    )
    found = [(f"{title}\n{text}", code) for title, text, code in rows]
    return [text for text, _code in found], [code for _text, code in found]
