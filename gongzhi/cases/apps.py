from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    name = "gongzhi.cases"
    label = "cases"

    def ready(self) -> None:
        """Declare the rules that do not lie in `rules.py`, so that the rulebook knows them from the start."""
        from gongzhi.core import resealing

        resealing.declare_index(
            "cases.Case", "reporter_phone", column="reporter_phone_index", purpose="cases.phone"
        )
        autodiscover_modules(
            "together_rules",
            "petition_rules",
            "governance_rules",
            "likeness_rules",
            "tries_rules",
            "flag_rules",
            "export_rules",
            "evidence_rules",
            "learning_rules",
        )
