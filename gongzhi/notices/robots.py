"""Addresses of the robots of work messengers, as their makers print them. Pure.

Only these hosts are known, so an address that somebody pastes never makes this server call another one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from gongzhi.core.errors import Invalid


class Service(StrEnum):
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


SERVICE_NAMES = {
    Service.WECOM: _("WeCom"),
    Service.DINGTALK: _("DingTalk"),
    Service.FEISHU: _("Feishu"),
}
_ADDRESSES = {
    Service.WECOM: re.compile(
        r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([A-Za-z0-9-]{8,64})"
    ),
    Service.DINGTALK: re.compile(
        r"https://oapi\.dingtalk\.com/robot/send\?access_token=([A-Za-z0-9]{16,128})"
    ),
    Service.FEISHU: re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([A-Za-z0-9-]{8,64})/?"),
}
_SECRET = re.compile(r"SEC[A-Za-z0-9]{8,128}")


@dataclass(frozen=True, slots=True)
class Robot:
    service: Service
    key: str
    """What opens it: `key`, or `secret@key` where the maker asks for signatures."""

    @property
    def masked(self) -> str:
        return f"…{self.key[-4:]}"


def read_robot(address: str, secret: str = "") -> Robot:
    """Return the robot behind the address that its maker printed. Raises Invalid."""
    matches = ((service, shape.fullmatch(address.strip())) for service, shape in _ADDRESSES.items())
    service, found = next(((service, match) for service, match in matches if match), (None, None))
    if service is None or found is None:
        raise Invalid(
            _("This is not the address of a robot of WeCom, DingTalk or Feishu. Please copy it whole."),
            field="address",
        )
    if not secret:
        return Robot(service, found[1])
    if service is not Service.DINGTALK:
        raise Invalid(_("Only robots of DingTalk are signed here. Leave this empty."), field="secret")
    if not _SECRET.fullmatch(secret.strip()):
        raise Invalid(
            _("The signing secret of DingTalk begins with SEC. Please copy it whole."), field="secret"
        )
    return Robot(service, f"{secret.strip()}@{found[1]}")
