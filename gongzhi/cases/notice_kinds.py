"""What the loop tells people, and whom."""

from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import Channel, NoticeKind, register

_STAFF_LINK = "/cases/%(number)s/"
_RESIDENT_LINK = "/t/%(number)s/%(code)s/"
_OUTSIDE = frozenset({Channel.MAIL, Channel.SMS})

RECEIPT = register(
    NoticeKind(
        code="cases.receipt",
        title=_("We have your matter %(number)s"),
        body=_(
            "“%(title)s” was registered at %(unit)s. "
            "Number %(number)s, receipt code %(code)s. The link shows where it stands."
        ),
        audience=_("The reporter who left a mail address or a telephone, when the matter is registered."),
        channels=_OUTSIDE,
        link=_RESIDENT_LINK,
    )
)
REPORTER_NEWS = register(
    NoticeKind(
        code="cases.reporter_news",
        title=_("News of your matter %(number)s"),
        body=_("“%(title)s”: %(words)s"),
        audience=_(
            "The reporter who left a mail address or a telephone, when something they wait for has happened."
        ),
        channels=_OUTSIDE,
        link=_RESIDENT_LINK,
    )
)
REPORTER_ANSWER = register(
    NoticeKind(
        code="cases.answer",
        title=_("Your matter %(number)s has an answer"),
        body=_("“%(title)s”: %(words)s\n\nIs it solved? Open the link and press “solved” or “not solved”."),
        audience=_("The reporter who left a mail address or a telephone, when the matter is resolved."),
        channels=_OUTSIDE,
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
HANDED_OVER = register(
    NoticeKind(
        code="cases.handed_over",
        title=_("%(number)s is yours now"),
        body=_("“%(title)s” was given to you by a colleague. %(words)s"),
        audience=_("The new owner of a matter that a colleague gave away."),
        link=_STAFF_LINK,
    )
)
GIVEN_AWAY = register(
    NoticeKind(
        code="cases.given_away",
        title=_("%(number)s has a new owner"),
        body=_("“%(title)s” was yours and is with %(words)s now."),
        audience=_("Who owned a matter that was given to a colleague."),
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
        audience=_("The owner and the heads of the unit, when a matter is put under supervision."),
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
HELP_CALLED = register(
    NoticeKind(
        code="cases.help_called",
        title=_("%(number)s: you are called to help"),
        body=_("“%(title)s”: report and answer by %(due)s. %(words)s"),
        audience=_("Those who handle matters at the unit that was called."),
        link=_STAFF_LINK,
    )
)
HELP_ANSWERED = register(
    NoticeKind(
        code="cases.help_answered",
        title=_("%(number)s: a helper has answered"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit that has it."),
        link=_STAFF_LINK,
    )
)
HELP_DUE = register(
    NoticeKind(
        code="cases.help_due",
        title=_("%(number)s: your help is due %(due)s"),
        body=_("“%(title)s” waits for your answer."),
        audience=_("Whoever reported to help, or else those who handle matters at the unit that was called."),
        link=_STAFF_LINK,
    )
)
HELP_LATE = register(
    NoticeKind(
        code="cases.help_late",
        title=_("%(number)s: help is overdue since %(due)s"),
        body=_("“%(title)s”: %(words)s was called to help and has not answered."),
        audience=_(
            "The unit that was called and its heads, and the owner; further up the ladder the levels above."
        ),
        link=_STAFF_LINK,
    )
)
HELP_OFF = register(
    NoticeKind(
        code="cases.help_off",
        title=_("%(number)s: your help is not needed any more"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("Whoever reported to help, or else those who handle matters at the unit that was called."),
        link=_STAFF_LINK,
    )
)
REVIEW_WAITS = register(
    NoticeKind(
        code="cases.review_waits",
        title=_("%(number)s: the review of the petition is to be decided by %(due)s"),
        body=_("“%(title)s”: %(words)s"),
        audience=_(
            "Those who decide at the centre that reviews; further up the ladder its heads and those above."
        ),
        link=_STAFF_LINK,
    )
)
SUPERVISION_WAITS = register(
    NoticeKind(
        code="cases.supervision_waits",
        title=_("%(number)s: the supervision waits for an answer since %(due)s"),
        body=_("“%(title)s”: %(words)s"),
        audience=_(
            "The owner or those who handle matters at the unit; by the rule's steps its heads and those who "
            "supervise, also when the matter is closed."
        ),
        link=_STAFF_LINK,
    )
)
SUPERVISION_ANSWERED = register(
    NoticeKind(
        code="cases.supervision_answered",
        title=_("%(number)s: the supervision was answered"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("Those who supervise at the level above and at the county."),
        link=_STAFF_LINK,
    )
)
RUNS_AGAIN = register(
    NoticeKind(
        code="cases.runs_again",
        title=_("%(number)s: the clocks run again"),
        body=_("The pause of “%(title)s” has come to its end."),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
OBJECTED = register(
    NoticeKind(
        code="cases.objected",
        title=_("%(number)s: the resident objects to the refusal"),
        body=_("“%(title)s” waits at %(unit)s to be accepted or refused anew. %(words)s"),
        audience=_("Those who accept matters at the desk the objection goes to."),
        link=_STAFF_LINK,
    )
)
EXTENSION_ASKED = register(
    NoticeKind(
        code="cases.extension_asked",
        title=_("%(number)s: %(unit)s asks for more time"),
        body=_("“%(title)s”: %(words)s Please decide by %(due)s; silence is a no."),
        audience=_("Those who may grant more time at the level above."),
        link=_STAFF_LINK,
    )
)
EXTENSION_DECIDED = register(
    NoticeKind(
        code="cases.extension_decided",
        title=_("%(number)s: decided on more time"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
EXPERT_ANSWERED = register(
    NoticeKind(
        code="cases.expert_answered",
        title=_("%(number)s: the expert's answer is there"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
EXPERT_LATE = register(
    NoticeKind(
        code="cases.expert_late",
        title=_("%(number)s: the expert's answer was due %(due)s"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit."),
        link=_STAFF_LINK,
    )
)
MERGED = register(
    NoticeKind(
        code="cases.merged",
        title=_("%(number)s rests with another matter"),
        body=_("“%(title)s” is handled together with another matter about the same thing. %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit that had it."),
        link=_STAFF_LINK,
    )
)
MERGED_IN = register(
    NoticeKind(
        code="cases.merged_in",
        title=_("%(number)s: another matter rests with it"),
        body=_("“%(title)s”: somebody else raised the same. Your answer goes to both reporters."),
        audience=_("The owner of the main matter, or else those who handle matters at its unit."),
        link=_STAFF_LINK,
    )
)
TAKEN_APART = register(
    NoticeKind(
        code="cases.taken_apart",
        title=_("%(number)s goes on by itself"),
        body=_("“%(title)s” does not rest with another matter any more. %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit that has it."),
        link=_STAFF_LINK,
    )
)
REVIEW_ASKED = register(
    NoticeKind(
        code="cases.review_asked",
        title=_("%(number)s: a review is asked for"),
        body=_(
            "“%(title)s”, answered by %(unit)s: the resident asks your level to review the answer. %(words)s"
        ),
        audience=_("Those who arbitrate at the centre that reviews."),
        link=_STAFF_LINK,
    )
)
REVIEW_DECIDED = register(
    NoticeKind(
        code="cases.review_decided",
        title=_("%(number)s: the review is decided"),
        body=_("“%(title)s”: %(words)s"),
        audience=_("The owner, or else those who handle matters at the unit that answered."),
        link=_STAFF_LINK,
    )
)
