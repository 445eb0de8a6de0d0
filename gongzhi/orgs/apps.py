from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "gongzhi.orgs"
    label = "orgs"
    verbose_name = _("Units and posts")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

        from gongzhi.audit import access
        from gongzhi.core import resealing
        from gongzhi.orgs import sign_in
        from gongzhi.orgs.permissions import Permission, posts_granting

        access.readers_are(lambda actor: bool(posts_granting(actor, Permission.AUDIT_VIEW)))
        resealing.declare_json("mfa.Authenticator", "data", names=("secret", "seed", "migrated_codes"))
        authenticator_added.connect(sign_in.record_factor_added)
        authenticator_reset.connect(sign_in.record_factor_added)
        authenticator_removed.connect(sign_in.record_factor_removed)
