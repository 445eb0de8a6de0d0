"""Input of the page on which people choose how they are told. Validation only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongzhi.core.forms import CleanTextField, Form
from gongzhi.notices.kinds import CHANNEL_NAMES, Channel

_ADDRESS_SIGNS = 300
_SECRET_SIGNS = 140


class WaysForm(Form):
    """The ways that are offered; those ticked are wanted."""

    ways = forms.MultipleChoiceField(
        label=_("Tell me by"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(
        self, *args: Any, offered: Sequence[Channel], stopped: frozenset[Channel], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"ways": [channel.value for channel in offered if channel not in stopped]}
        super().__init__(*args, **kwargs)
        self.fields["ways"].choices = [  # type: ignore[attr-defined]
            (channel.value, CHANNEL_NAMES[channel]) for channel in offered
        ]

    @property
    def wanted(self) -> frozenset[Channel]:
        return frozenset(Channel(value) for value in self.cleaned_data["ways"])


class MessengerForm(Form):
    """The address of a robot, as its maker prints it."""

    address = CleanTextField(
        label=_("Address of the robot (Webhook)"),
        max_length=_ADDRESS_SIGNS,
        help_text=_("WeCom, DingTalk or Feishu: add a robot to a group and copy its address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    secret = CleanTextField(
        label=_("Signing secret (DingTalk only)"),
        max_length=_SECRET_SIGNS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
