from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "gongzhi.notices"
    label = "notices"

    def ready(self) -> None:
        """Let every app declare its kinds: each `notice_kinds.py` is imported once, at start."""
        autodiscover_modules("notice_kinds")
