from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "gongzhi.hotline"
    label = "hotline"

    def ready(self) -> None:
        """Hang the panel about calls on the page of a case, which knows nothing of this app, and name the
        blind index for new keys."""
        from gongzhi.cases import panels
        from gongzhi.core import resealing
        from gongzhi.hotline.queries import case_panel

        panels.register(case_panel.panel)
        resealing.declare_index("hotline.Call", "caller", column="caller_index", purpose="cases.phone")
