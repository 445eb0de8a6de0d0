from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gongzhi.cases"
    label = "cases"

    def ready(self) -> None:
        from gongzhi.core import resealing

        resealing.declare_index(
            "cases.Case", "reporter_phone", column="reporter_phone_index", purpose="cases.phone"
        )
