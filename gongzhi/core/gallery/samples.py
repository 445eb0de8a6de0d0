"""Invented values for the gallery: moments around one fixed noon, forms with and without mistakes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a Saturday."""


class SampleForm(forms.Form):
    """One field of every kind a page may show."""

    what = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In your own words. Where, since when, who is affected."),
    )  # fmt: skip
    where = forms.CharField(label=gettext_lazy("Where"), max_length=60, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Village"), choices=[("", "—"), ("1", "茨沟村"), ("2", "三元村")])
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of matter"), widget=forms.RadioSelect,
        choices=[("request", gettext_lazy("asks for help")), ("idea", gettext_lazy("an idea")), ("danger", gettext_lazy("a danger"))],
    )  # fmt: skip
    photos = forms.FileField(label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("Up to 6 photos."))
    public = forms.BooleanField(label=gettext_lazy("May be shown on the village board, without my name"), required=False)
    satisfied = forms.ChoiceField(
        label=gettext_lazy("How satisfied are you?"), widget=forms.RadioSelect, choices=[(str(n), str(n)) for n in range(5, 0, -1)]
    )


def forms_for_gallery() -> dict[str, Any]:
    """Return an untouched form, one with mistakes and one that was filled in."""
    wrong = SampleForm({"where": "字" * 80, "kind": "none"}, prefix="wrong")
    filled = SampleForm({"filled-what": _("The road slid down to half its width."), "filled-satisfied": "4"}, prefix="filled")
    wrong.is_valid()
    return {"fresh": SampleForm(), "wrong": wrong, "filled": filled}


class SamplePage:
    number, has_next, has_previous, pages, total = 2, True, True, 25, 486


def values() -> dict[str, Any]:
    """Return everything the gallery templates show."""
    return {
        "now": NOW,
        "started": NOW - timedelta(days=8),
        "moments": [NOW - timedelta(hours=3), NOW - timedelta(days=1), NOW - timedelta(days=1, hours=20), NOW + timedelta(days=1), NOW - timedelta(days=400)],
        "due_later": NOW + timedelta(days=6), "due_soon": NOW + timedelta(hours=20), "due_gone": NOW - timedelta(hours=2),
        "crumbs": [("漩涡镇", "#"), ("茨沟村", "#"), ("三组", "")],
        "filters": [
            {"label": _("all of mine"), "href": "?", "count": 486, "current": True},
            {"label": _("late"), "href": "?late=1", "count": 3, "current": False},
            {"label": _("due today"), "href": "?today=1", "count": 12, "current": False},
            {"label": _("waiting for the resident"), "href": "?waiting=1", "count": 0, "current": False},
        ],
        "tabs": [
            {"label": _("Story"), "href": "?", "current": True, "count": None},
            {"label": _("Attachments"), "href": "?tab=files", "current": False, "count": 4},
            {"label": _("Who sees it"), "href": "?tab=who", "current": False, "count": None},
        ],
        "page": SamplePage(),
        "steps": [(_("What"), "#"), (_("Where"), ""), (_("How to reach you"), "")],
        "bars": [(_("village"), 557, "#"), (_("town"), 331, "#"), (_("county"), 6, "#")],
        "long_text": "https://example.test/track/HY26-004817?code=7Q2M-KX4P",
        **forms_for_gallery(),
    }  # fmt: skip
