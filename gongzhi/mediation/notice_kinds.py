"""What mediation tells people, and whom. Never with names or what was said."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import Channel, NoticeKind, register

_STAFF_LINK = "/mediation/%(number)s/"
_PARTY_LINK = "/m/%(number)s/%(code)s/"
_OUTSIDE = frozenset({Channel.MAIL, Channel.SMS})

NAMED = register(
    NoticeKind(
        code="mediation.named",
        title=_("You are a mediator of %(number)s"),
        body=_("%(kind)s at %(unit)s waits for you."),
        audience=_("Who is named mediator of a dispute."),
        link=_STAFF_LINK,
    )
)
CAME_UP = register(
    NoticeKind(
        code="mediation.came_up",
        title=_("Dispute %(number)s has come to %(unit)s"),
        body=_("%(kind)s could not be settled below. Please name the mediators."),
        audience=_(
            "The heads of a committee, when a dispute comes to it or has no leading mediator any more."
        ),
        link=_STAFF_LINK,
    )
)
TO_SEAL = register(
    NoticeKind(
        code="mediation.to_seal",
        title=_("The agreement of %(number)s waits for the seal"),
        body=_("All have signed. It binds once the committee has sealed it."),
        audience=_("The heads of a committee, when everybody has signed an agreement."),
        link=_STAFF_LINK,
    )
)
DATE_SOON = register(
    NoticeKind(
        code="mediation.date_soon",
        title=_("%(number)s: %(what)s on %(due)s"),
        body=_("Please see to it in time. %(kind)s, %(unit)s."),
        audience=_("The mediators, before a session, a promise, a visit or the end of the court's window."),
        link=_STAFF_LINK,
    )
)
PARTY_DATE = register(
    NoticeKind(
        code="mediation.party_date",
        title=_("Your mediation %(number)s: %(what)s on %(due)s"),
        body=_("%(unit)s reminds you. The link shows your own page."),
        audience=_("The parties who left a mail address or telephone, before dates that concern them."),
        channels=_OUTSIDE,
        link=_PARTY_LINK,
    )
)
