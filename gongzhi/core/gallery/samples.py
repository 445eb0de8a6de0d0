"""Invented values for the gallery: moments around one fixed noon, forms with and without mistakes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a Saturday."""


SAID = (
    "王桂芳",
    "报事人",
    "三组通组路塌方，校车绕行",
    "漩涡镇公路站 李建国",
    "茨沟村 周会计",
    "茨沟村",
    "网格员 刘芳",
    "连心户 · 三组 14 号",
    "公路站 11 月 25 日抢通单幅，校车已恢复。挡墙 12 月 10 日前砌好，由镇上盯着。",
    "挖机 11 月 24 日早八点进场，两天内抢通单幅。校车绕行期间由镇上每天早晚各加一班接送。",
    "附：现场照片 3 张，施工安排 1 份",
    "村里做过",
    "：组织十二名村民清理浮土一天。",
    "为何办不了",
    "：路基掏空约六米，需要机械和浆砌挡墙。",
    "昨晚大雨后三组老槐树下面路塌了一半，校车不敢过，娃们要走到二组坐车。路边还有裂缝。",
    "三组通组路塌方，校车绕行十一公里",
    "自来水管冻裂",
)
"""What invented people said and did; people's own words are not translated."""


class SampleForm(forms.Form):
    """One field of every kind a page may show."""

    what = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In your own words. Where, since when, who is affected."),
    )
    where = forms.CharField(label=gettext_lazy("Where"), max_length=60, required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Village"), choices=[("", "—"), ("1", "茨沟村"), ("2", "三元村")]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of matter"),
        widget=forms.RadioSelect,
        choices=[
            ("request", gettext_lazy("asks for help")),
            ("idea", gettext_lazy("an idea")),
            ("danger", gettext_lazy("a danger")),
        ],
    )
    photos = forms.FileField(
        label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("Up to 6 photos.")
    )
    public = forms.BooleanField(
        label=gettext_lazy("May be shown on the village board, without my name"), required=False
    )
    satisfied = forms.ChoiceField(
        label=gettext_lazy("How satisfied are you?"),
        widget=forms.RadioSelect,
        choices=[(str(n), str(n)) for n in range(5, 0, -1)],
    )


def forms_for_gallery() -> dict[str, Any]:
    """Return an untouched form, one with mistakes and one that was filled in."""
    wrong = SampleForm({"where": "字" * 80, "kind": "none"}, prefix="wrong")
    filled = SampleForm(
        {"filled-what": _("The road slid down to half its width."), "filled-satisfied": "4"}, prefix="filled"
    )
    wrong.is_valid()
    return {"fresh": SampleForm(), "wrong": wrong, "filled": filled}


def navigation() -> dict[str, Any]:
    """Return a side navigation as a village clerk would see it."""
    mine = [
        {
            "label": _("My desk"),
            "short_label": _("Desk"),
            "icon": "home",
            "href": "#",
            "current": True,
            "count": 7,
        },
        {
            "label": _("To dispatch"),
            "short_label": _("Dispatch"),
            "icon": "inbox",
            "href": "#",
            "current": False,
            "count": 12,
        },
        {
            "label": _("All matters"),
            "short_label": _("Matters"),
            "icon": "list",
            "href": "#",
            "current": False,
            "count": 1486,
        },
    ]
    rules = [
        {"label": _("Rules"), "href": "#", "current": False, "count": None},
        {"label": _("Units and posts"), "href": "#", "current": False, "count": None},
    ]
    return {
        "groups": [{"label": "", "items": mine}, {"label": _("Rules and units"), "items": rules}],
        "bottom": mine,
    }


class SamplePage:
    number, has_next, has_previous, pages, total = 2, True, True, 25, 486


def values() -> dict[str, Any]:
    """Return everything the gallery templates show."""
    return {
        "now": NOW,
        "navigation": navigation(),
        "place_name": "茨沟村",
        "said": SAID,
        "started": NOW - timedelta(days=8),
        "moments": [
            NOW - timedelta(hours=3),
            NOW - timedelta(days=1),
            NOW - timedelta(days=1, hours=20),
            NOW + timedelta(days=1),
            NOW - timedelta(days=400),
        ],
        "due_later": NOW + timedelta(days=6),
        "due_soon": NOW + timedelta(hours=20),
        "due_gone": NOW - timedelta(hours=2),
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
        "numbers": ["HY26-004817", "HY26-004816"],
        "steps": [(_("What"), "#"), (_("Where"), ""), (_("How to reach you"), "")],
        "bars": [(_("in the village"), 557, "#"), (_("in the town"), 331, "#"), (_("in the county"), 6, "#")],
        "long_text": "https://example.test/track/HY26-004817?code=7Q2M-KX4P",
        **forms_for_gallery(),
    }
