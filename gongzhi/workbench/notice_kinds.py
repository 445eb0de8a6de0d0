"""What the workbench tells people."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import NoticeKind, register

SOME_REFUSED = register(
    NoticeKind(
        code="workbench.some_refused",
        title=_("%(refused)s of %(total)s matters were not done"),
        body=_(
            "You pressed for many matters at once. %(done)s are done; for the rest the page says why not."
        ),
        audience=_("Who pressed for many matters at once, when some of them could not be done."),
        link="/batches/%(key)s/",
    )
)
