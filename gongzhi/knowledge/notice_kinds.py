"""What knowledge tells people, and whom."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import NoticeKind, register

_LINK = "/knowledge/%(number)s/"

DUE = register(
    NoticeKind(
        code="knowledge.review_due",
        title=_("Please look whether “%(title)s” still holds"),
        body=_("It is to be looked at by %(day)s. After its last day residents are not shown it any more."),
        audience=_("Who keeps an article, some days before it is to be looked at again."),
        link=_LINK,
    )
)
OVER = register(
    NoticeKind(
        code="knowledge.over",
        title=_("“%(title)s” is over its last day"),
        body=_(
            "Residents are not shown it any more since %(day)s. Please write how it is now, or withdraw it."
        ),
        audience=_("Who keeps an article, when its last day is over."),
        link=_LINK,
    )
)
TO_REVIEW = register(
    NoticeKind(
        code="knowledge.to_review",
        title=_("“%(title)s” waits for your review"),
        body=_("%(unit)s has handed it in. Whoever wrote it may not publish it."),
        audience=_("Who may publish at the unit of an article, when it is handed in."),
        link=_LINK,
    )
)
RETURNED = register(
    NoticeKind(
        code="knowledge.returned",
        title=_("“%(title)s” came back to you"),
        body=_("The review says: %(note)s"),
        audience=_("Who wrote a version of an article, when it is given back."),
        link=_LINK,
    )
)
