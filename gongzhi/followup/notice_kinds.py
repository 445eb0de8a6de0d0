"""What is told about follow-up calls, and whom. Never with names or what was said."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import NoticeKind, register

BAD_RATING = register(
    NoticeKind(
        code="followup.bad_rating",
        title=_("Please call back: %(number)s was rated badly"),
        body=_("%(unit)s answered it. Please ask the resident by %(due)s what went wrong."),
        audience=_("Who calls back for a unit, when a bad rating comes onto its list."),
        link="/followup/%(key)s/",
    )
)
