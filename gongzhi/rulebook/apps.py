from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RulebookConfig(AppConfig):
    name = "gongzhi.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Let every app declare its kinds: each `rules.py` is imported once, at start."""
        autodiscover_modules("rules", "rule_previews")
