"""What the address of a page of figures may say."""

from datetime import date

from django import forms

from gongzhi.cases.measures import MEASURES
from gongzhi.cases.queries.figures import COMPARED

FIRST_MONTH = date(2000, 1, 1)
"""Technical: no definition of a measure reaches further back."""


class MonthForm(forms.Form):
    """A month as YYYY-MM, not after `latest`; anything else counts as the latest and is an error."""

    month = forms.DateField(input_formats=["%Y-%m"], required=False)

    def chosen(self, *, latest: date) -> date:
        self.is_valid()
        month: date | None = self.cleaned_data.get("month")
        return month if month is not None and FIRST_MONTH <= month <= latest else latest


class ViewForm(forms.Form):
    """Which measure the trend shows, and by which one the units below are sorted."""

    trend = forms.ChoiceField(
        choices=[(code, code) for code, measure in MEASURES.items() if not measure.values], required=False
    )
    sort = forms.ChoiceField(
        choices=[(f"{sign}{code}", code) for code in COMPARED for sign in ("", "-")], required=False
    )

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        asked = self.cleaned_data
        return {"trend": asked.get("trend") or "response", "sort": asked.get("sort") or ""}


class BehindForm(forms.Form):
    """Which rows of a measure: all, the hits or the misses of a share, or one part of a distribution."""

    only = forms.ChoiceField(choices=[("hits", "hits"), ("misses", "misses")], required=False)
    part = forms.SlugField(max_length=32, required=False)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("only", "part")}
