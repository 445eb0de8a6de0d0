from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    name = "gongzhi.audit"
    label = "audit"

    def ready(self) -> None:
        from gongzhi.audit import codes
        from gongzhi.core import audit_events as core_events

        # Every app declares its events there; without this an app that nobody has imported yet
        # would record undeclared codes.
        autodiscover_modules("audit_events")
        for code, name in core_events.EVENTS:
            codes.declare(code, name)
