from django.apps import AppConfig
from django.core import checks as django_checks
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "gongzhi.core"
    label = "core"

    def ready(self) -> None:
        # Needs the loaded models, which do not exist yet when this module is imported.
        from gongzhi.core import checks, key_proof

        for check in (
            checks.check_keys,
            checks.check_key_proof,
            checks.check_calendar,
            checks.check_timed_jobs,
        ):
            django_checks.register(check, "gongzhi")
        post_migrate.connect(key_proof.prepare, sender=self)
