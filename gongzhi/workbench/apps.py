from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "gongzhi.workbench"
    label = "workbench"

    def ready(self) -> None:
        """Hang saved views, choosing many and news on the lists of matters, which do not know this app."""
        from gongzhi.cases import list_tools, panels
        from gongzhi.workbench.queries import tools

        list_tools.register(tools.views_tool)
        list_tools.register(tools.batch_tool)
        list_tools.register(tools.news_tool)
        panels.register(tools.case_news, kind=panels.Kind.NEWS)
        list_tools.register_landing(tools.landing)
