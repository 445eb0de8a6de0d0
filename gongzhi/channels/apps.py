from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "gongzhi.channels"
    label = "channels"

    def ready(self) -> None:
        from gongzhi.channels.open311 import answers
        from gongzhi.core import faults, resealing

        resealing.declare_index(
            "channels.Follower", "openid", column="openid_index", purpose="channels.openid"
        )
        faults.SHAPES["/open311/"] = answers.refused
