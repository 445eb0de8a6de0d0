from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gongzhi.demo"
    label = "demo"

    def ready(self) -> None:
        from gongzhi.demo import checks  # noqa: F401 - registers itself
