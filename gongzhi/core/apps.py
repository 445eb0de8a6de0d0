from django.apps import AppConfig
from django.core import checks as django_checks


class CoreConfig(AppConfig):
    name = "gongzhi.core"
    label = "core"

    def ready(self) -> None:
        # Needs the loaded models, which do not exist yet when this module is imported.
        from gongzhi.core import checks

        for check in (checks.check_keys, checks.check_calendar, checks.check_timed_jobs):
            django_checks.register(check, "gongzhi")
