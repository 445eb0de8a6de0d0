"""What the loop tells people, and whom."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import Channel, NoticeKind, register

_STAFF_LINK = "/cases/%(number)s/"
_RESIDENT_LINK = "/t/%(number)s/%(code)s/"
_MAIL_ONLY = frozenset({Channel.MAIL})

RECEIPT = register(
    NoticeKind(
        code="cases.receipt",
        title=_("We have your matter %(number)s"),
        body=_(
            "“%(title)s” was registered at %(unit)s. "
            "Number %(number)s, receipt code %(code)s. The link shows where it stands."
        ),
        audience=_("The reporter who left a mail address, when the matter is registered."),
        channels=_MAIL_ONLY,
        link=_RESIDENT_LINK,
    )
)
REPORTER_NEWS = register(
    NoticeKind(
        code="cases.reporter_news",
        title=_("News of your matter %(number)s"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The reporter who left a mail address, when something they wait for has happened."),
        channels=_MAIL_ONLY,
        link=_RESIDENT_LINK,
    )
)
REPORTER_ANSWER = register(
    NoticeKind(
        code="cases.answer",
        title=_("Your matter %(number)s has an answer"),
        body=_("“%(title)s”: %(words)s\n\nIs it solved? Open the link and press “solved” or “not solved”."),
        audience=_("The reporter who left a mail address, when the matter is resolved."),
        channels=_MAIL_ONLY,
        link=_RESIDENT_LINK,
    )
)
ARRIVED = register(
    NoticeKind(
        code="cases.arrived",
        title=_("%(number)s has come to %(unit)s"),
        body=_("“%(title)s” waits to be signed for. %(words)s"),
        audience=_(
            "Those who handle matters at the unit, when a matter is dispatched, escalated or referred to it."
        ),
        link=_STAFF_LINK,
    )
)
CAME_BACK = register(
    NoticeKind(
        code="cases.came_back",
        title=_("%(number)s was returned"),
        body=_("“%(title)s” was returned and waits to be dispatched. %(words)s"),
        audience=_("The dispatchers of the desk a matter is returned to."),
        link=_STAFF_LINK,
    )
)
NOT_SOLVED = register(
    NoticeKind(
        code="cases.not_solved",
        title=_("%(number)s: the resident says it is not solved"),
        body=_("“%(title)s” is to be handled again, under supervision. %(words)s"),
        audience=_("The owner and those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
RESIDENT_WROTE = register(
    NoticeKind(
        code="cases.resident_wrote",
        title=_("%(number)s: the resident wrote"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
SUPERVISED = register(
    NoticeKind(
        code="cases.supervised",
        title=_("%(number)s is under supervision"),
        body=_("“%(title)s” must be answered for by %(due)s. %(words)s"),
        audience=_("The owner and the heads of the unit."),
        link=_STAFF_LINK,
    )
)
DUE_SOON = register(
    NoticeKind(
        code="cases.due_soon",
        title=_("%(number)s is due %(due)s"),
        body=_("“%(title)s” has used most of its time."),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
OVERDUE = register(
    NoticeKind(
        code="cases.overdue",
        title=_("%(number)s is overdue since %(due)s"),
        body=_("“%(title)s” at %(unit)s has passed its due time."),
        audience=_(
            "The owner and the heads of the unit; further up the ladder the unit above and the county."
        ),
        link=_STAFF_LINK,
    )
)
