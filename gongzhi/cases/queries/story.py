"""The story of a case: its transitions in order, with what belongs to each."""

from gongzhi.cases.models import Case, Transition
from gongzhi.cases.queries.access import reads_words
from gongzhi.core.actor import Actor


def steps(*, viewer: Actor, case: Case) -> list[Transition]:
    """Return all steps of a case the viewer sees, oldest first, with unit and pictures. Two queries.

    Whoever may not read words of cases gets the steps with empty words.
    """
    rows = (
        Transition.objects.filter(case=case)
        .select_related("by_unit", "to_unit")
        .prefetch_related("attachments")
    )
    found = list(rows.order_by("seq"))
    if not reads_words(viewer):
        for step in found:
            step.words, step.by_name, step.data = "", "", {}
    return found
