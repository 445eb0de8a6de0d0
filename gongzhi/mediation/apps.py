from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "gongzhi.mediation"
    label = "mediation"

    def ready(self) -> None:
        """Hang the panel about mediation on the page of a case, which knows nothing of this app."""
        from gongzhi.cases import panels
        from gongzhi.mediation.queries import case_panel

        panels.register(case_panel.panel)
