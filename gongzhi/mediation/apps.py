from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "gongzhi.mediation"
    label = "mediation"

    def ready(self) -> None:
        """Hang the panel about mediation on the page of a case, which knows nothing of this app, and name the
        files that belong to signatures."""
        from gongzhi.cases import files, panels
        from gongzhi.mediation.queries import case_panel, kept_files

        panels.register(case_panel.panel)
        files.HOLDERS["mediation"] = kept_files.named_for_job
