from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "gongzhi.followup"
    label = "followup"

    def ready(self) -> None:
        """Hang the panel on the page of a case and the detector beside those of cases, which knows nothing of
        this app."""
        from gongzhi.cases import panels
        from gongzhi.cases.queries import suspicion
        from gongzhi.followup.queries import case_panel, otherwise

        panels.register(case_panel.panel)
        suspicion.register(otherwise.told_otherwise)
