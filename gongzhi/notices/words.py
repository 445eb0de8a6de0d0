"""Words for the states of a delivery. Pure."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.lifecycle import DeliveryState

STATE_NAMES = {
    DeliveryState.QUEUED: _("waiting to be sent"),
    DeliveryState.SENDING: _("being sent"),
    DeliveryState.SENT: _("sent"),
    DeliveryState.FAILED: _("failed, will be tried again"),
    DeliveryState.GAVE_UP: _("given up"),
    DeliveryState.NO_ADDRESS: _("no address known"),
    DeliveryState.HELD: _("waits for the end of the quiet hours"),
    DeliveryState.STOPPED: _("not wanted this way"),
}
STATE_TONES = {
    DeliveryState.QUEUED: "quiet",
    DeliveryState.SENDING: "info",
    DeliveryState.SENT: "good",
    DeliveryState.FAILED: "soon",
    DeliveryState.GAVE_UP: "late",
    DeliveryState.NO_ADDRESS: "quiet",
    DeliveryState.HELD: "quiet",
    DeliveryState.STOPPED: "quiet",
}
