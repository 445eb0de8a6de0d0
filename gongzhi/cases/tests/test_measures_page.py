"""The page about the figures names every measure, with the words people see."""

from pathlib import Path

import pytest
from django.utils import translation

from gongzhi.cases.measures import MEASURES, Measure

PAGE = Path(__file__).resolve().parents[3] / "docs" / "measures.md"


@pytest.mark.once
@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.code)
def test_every_measure_is_explained_under_the_names_on_its_page(measure: Measure) -> None:
    row = next(
        (line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{measure.code}`")), ""
    )
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert f"| {measure.title} |" in row
