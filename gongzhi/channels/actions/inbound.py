"""Mails and text messages coming in: each taken once, machines and loops passed over."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from gongzhi.cases.actions.intake import Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.channels.actions import speaking
from gongzhi.channels.actions.receiving import Outcome, Reception, receive, sender_mark
from gongzhi.channels.inbound.mail import Mail
from gongzhi.channels.inbound.sms import Text
from gongzhi.core.actor import resident

MAIL, SMS = "mail", "sms"


def take_mail(*, mail: Mail, body: str, proof: str, at: datetime) -> Reception:
    """Take one mail; `body` is the hash of all of it.

    The receipt goes to the sender by the notice that registering writes, once.
    Raises Replayed, TooOften, Invalid.
    """
    by = resident(door=MAIL, network=sender_mark(mail.sender))

    def run() -> Outcome:
        if mail.loop:
            return Outcome("ignored", reason=mail.loop)
        if not _is_address(mail.sender):
            return Outcome("ignored", reason="no_sender")
        if not (mail.words or mail.subject or mail.pictures):
            return Outcome("ignored", reason="empty")
        spoken = speaking.Spoken(
            words=mail.words,
            reporter=Reporter(name=mail.name, mail=mail.sender),
            channel=Channel.MAIL,
            search=mail.whole,
            title=mail.subject,
            pictures=mail.pictures,
            left_out=mail.left_out,
        )
        return speaking.say(spoken, by=by, at=at)

    # Not the bytes: a mail that is delivered again has other trace headers.
    said = "\n".join((mail.sender, mail.subject, mail.whole))
    return receive(
        channel=MAIL, key=mail.key or body, content=said, proof=proof, sender=mail.sender, at=at, run=run
    )


def _is_address(sender: str) -> bool:
    try:
        validate_email(sender)
    except ValidationError:
        return False
    return True


def take_text(*, text: Text, content: str, proof: str, at: datetime) -> Reception:
    """Take one text message; the reply is for the gateway to send back.

    Raises Replayed, TooOften, Invalid.
    """
    by = resident(door=SMS, network=sender_mark(text.sender))

    def run() -> Outcome:
        reporter = Reporter(phone=text.sender)
        spoken = speaking.Spoken(words=text.words, reporter=reporter, channel=Channel.SMS)
        return speaking.say(spoken, by=by, at=at)

    return receive(
        channel=SMS, key=text.key, content=content, proof=proof, sender=text.sender, at=at, run=run
    )
