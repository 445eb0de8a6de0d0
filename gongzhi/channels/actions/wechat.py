"""What a follower of the WeChat account says and presses, mapped onto the actions of cases.

Everything here runs while WeChat waits five seconds: photos are only noted, and fetched by the worker.
"""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.audit.actions import record
from gongzhi.cases import numbers
from gongzhi.cases.actions import judging, raising, story
from gongzhi.cases.actions.intake import Reporter
from gongzhi.cases.lifecycle import Channel
from gongzhi.cases.models import Case
from gongzhi.cases.queries import tracking
from gongzhi.channels import audit_events, rules
from gongzhi.channels.actions import media, speaking
from gongzhi.channels.actions.receiving import Outcome, Reception, receive, sender_mark
from gongzhi.channels.models import FollowedCase, Follower
from gongzhi.channels.open311.arguments import DATE_LINE, POLE, Point
from gongzhi.channels.queries import followers
from gongzhi.channels.wechat.commands import MENU, Command, Wish, understand
from gongzhi.channels.wechat.messages import Message
from gongzhi.core import crypto, links
from gongzhi.core.actor import Actor, resident
from gongzhi.core.errors import DomainError
from gongzhi.rulebook.queries import in_force

CHANNEL = "wechat"
_IGNORED = Outcome("ignored")
_SIX = Decimal("0.000001")


def take(*, message: Message, content: str, proof: str, at: datetime) -> Reception:
    """Do what one message asks for, once however often WeChat sends it; the reply may be empty.

    A refusal of the domain is a reply in words, and undoes whatever was begun. Raises Replayed, TooOften.
    """

    def run() -> Outcome:
        by = resident(door=CHANNEL, network=sender_mark(message.sender))
        try:
            with transaction.atomic():
                return _done(message, _follower(message, at=at), by=by, at=at)
        except DomainError as refusal:
            said = " ".join(str(part) for part in (refusal.message, refusal.hint) if part)
            return Outcome("refused", reason=refusal.code[:32], reply=said)

    return receive(
        channel=CHANNEL,
        key=message.key,
        content=content,
        proof=proof,
        sender=message.sender,
        at=at,
        run=run,
    )


def _follower(message: Message, *, at: datetime) -> Follower:
    """Return the follower who speaks, kept from the first word on."""
    known = followers.find_follower(message.sender)
    if known is None:
        index = crypto.blind_index(message.sender, purpose=followers.OPENID)
        fresh = {"openid": message.sender, "seen_at": at}
        known, _is_new = Follower.objects.get_or_create(openid_index=index, defaults=fresh)
    locked = Follower.objects.select_for_update().get(pk=known.pk)
    locked.seen_at, locked.subscribed = at, True
    return locked


def _done(message: Message, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    match message.kind:
        case "text":
            outcome = _obey(understand(message.field("Content")), follower, by=by, at=at)
        case "voice":
            outcome = _voice(message, follower, by=by, at=at)
        case "image":
            outcome = _image(message, follower, at=at)
        case "location":
            outcome = _location(message, follower, by=by, at=at)
        case "event":
            outcome = _event(message, follower, by=by, at=at)
        case _:
            outcome = Outcome("ignored", reason="kind", reply=_("Please say it in words, or call 12345."))
    follower.save()
    return outcome


def _event(message: Message, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    match message.field("Event").lower():
        case "subscribe":
            return Outcome("answered", reply=_welcome())
        case "unsubscribe":
            follower.subscribed, follower.waiting = False, {}
            media.drop_waiting(follower)
            return _IGNORED
        case "click":
            command = MENU.get(message.field("EventKey"))
            return _obey(command, follower, by=by, at=at) if command else _IGNORED
    return _IGNORED


def _obey(command: Command, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    match command.wish:
        case Wish.RAISE:
            return _raise(command.words, follower, by=by, at=at)
        case Wish.ADD:
            return _add(command, follower, by=by, at=at)
        case Wish.BIND:
            return _bind(command, follower, by=by, at=at)
        case Wish.FORGET:
            return _forget(follower, by=by, at=at)
        case Wish.MINE:
            return Outcome("answered", reply=_mine(follower, at=at))
        case Wish.RATE:
            return _rate(command.score, follower, by=by, at=at)
        case Wish.NOT_SOLVED:
            return _not_solved(command.words, follower, by=by, at=at)
        case Wish.ASK_WORDS:
            return Outcome("answered", reply=_("Write in one message what it is and where."))
    return Outcome("answered", reply=_welcome())


def _welcome() -> str:
    return _(
        "Write what troubles you and where: it becomes a matter with a number. A photo or your location may"
        " come before or after. “进度” shows your matters. In an emergency call 110, 119 or 120."
    )


def _raise(words: str, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    """A new matter, with the location and the photos that came shortly before."""
    together = timedelta(minutes=in_force(rules.WECHAT, at=at).params.together_minutes)
    where, point = _waiting_place(follower, since=at - together)
    spoken = speaking.Spoken(
        words=words,
        reporter=Reporter(phone=follower.phone),
        channel=Channel.WECHAT,
        where=where,
        point=point,
    )
    case = speaking.raised(spoken, by=by, at=at)
    follower.waiting = {}
    _follow(follower, case, at=at)
    media.give_waiting(follower, case, since=at - together, at=at)
    return Outcome("matter", case, reply=speaking.receipt_words(case))


def _waiting_place(follower: Follower, *, since: datetime) -> tuple[str, Point | None]:
    kept = follower.waiting
    if not kept or datetime.fromisoformat(kept["at"]) < since:
        return "", None
    return kept["label"], Point(Decimal(kept["latitude"]), Decimal(kept["longitude"]))


def _follow(follower: Follower, case: Case, *, at: datetime) -> None:
    FollowedCase.objects.get_or_create(follower=follower, case=case, defaults={"since": at})


def _add(command: Command, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    case = followers.own_case(follower, numbers.canonical(command.number))
    if case is None:
        whole = f"{command.number} {command.words}"
        return _raise(whole, follower, by=by, at=at)
    story.comment_case(case=case, words=command.words, public=True, by=by, at=at)
    return Outcome("comment", case, reply=_("Added to %(number)s.") % {"number": case.number})


def _bind(command: Command, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    """The receipt proves that the matter is theirs; its telephone becomes the follower's."""
    try:
        case = raising.look_up(number=command.number, secret=command.code, phone="", by=by, at=at)
    except tracking.NoSuchReceipt as unknown:
        # Not raised further: the try must be counted, and a refusal would undo it.
        return Outcome("answered", reason=unknown.code, reply=f"{unknown.message} {unknown.hint}")
    _follow(follower, case, at=at)
    if case.reporter_phone:
        follower.phone, follower.bound_at = case.reporter_phone, at
        record(audit_events.FOLLOWER_BOUND.code, by=by, at=at, subject=f"case:{case.number}")
    words = _("Done. You hear of %(number)s here, and new matters carry your telephone number.")
    if not case.reporter_phone:
        words = _("Done. You find %(number)s among your matters.")
    return Outcome("answered", case, reply=words % {"number": case.number})


def _forget(follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    if follower.phone:
        follower.phone, follower.bound_at = "", None
        record(audit_events.FOLLOWER_FORGOTTEN.code, by=by, at=at, subject=f"follower:{follower.pk}")
    FollowedCase.objects.filter(follower=follower).delete()
    return Outcome("answered", reply=_("Done. This account is no longer tied to your matters."))


def _mine(follower: Follower, *, at: datetime) -> str:
    rows = tracking.own_matters(followers.receipts(follower), at=at)
    if not rows:
        return _("You have not raised anything here yet. With a receipt, send: 绑定 number code.")
    lines = []
    for row in rows:
        address = links.public(f"/t/{row.number}/{row.code}/")
        lines.append(f"{row.number} {row.title}\n{row.standing.word}：{row.standing.sentence}\n{address}")
    return "\n\n".join(lines)


def _rate(score: int, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    case = followers.waits_for_judgement(follower)
    if case is None:
        return Outcome("answered", reply=_("None of your matters waits for your word."))
    judging.confirm_case(case=case, solved=True, score=score, by=by, at=at)
    return Outcome("answered", case, reply=_("Noted for %(number)s. Thank you.") % {"number": case.number})


def _not_solved(words: str, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    case = followers.waits_for_judgement(follower)
    if case is None:
        return Outcome("answered", reply=_("None of your matters waits for your word."))
    words = words or _("Pressed “not solved” in WeChat.")
    judging.say_not_solved(case=case, words=words, by=by, at=at)
    reply = _("%(number)s is done again, under supervision. What is still wrong? Send: %(number)s and words.")
    return Outcome("answered", case, reply=reply % {"number": case.number})


def _voice(message: Message, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    """The words WeChat recognised; without them nobody can read it, and we say so."""
    words = message.field("Recognition")
    if words and in_force(rules.WECHAT, at=at).params.voice:
        return _obey(understand(words), follower, by=by, at=at)
    reply = _("We cannot listen to voice notes here. Please write it, or call 12345.")
    return Outcome("ignored", reason="voice", reply=reply)


def _image(message: Message, follower: Follower, *, at: datetime) -> Outcome:
    together = timedelta(minutes=in_force(rules.WECHAT, at=at).params.together_minutes)
    case = followers.newest_open(follower, at=at, within=together)
    media.note(follower, message.field("MediaId"), case=case, at=at)
    if case is None:
        return Outcome("answered", reply=_("We have the photo. Now write what it is and where."))
    return Outcome("comment", case, reply=_("The photo goes to %(number)s.") % {"number": case.number})


def _location(message: Message, follower: Follower, *, by: Actor, at: datetime) -> Outcome:
    point = _point(message.field("Location_X"), message.field("Location_Y"))
    if point is None:
        return Outcome("ignored", reason="location")
    label = message.field("Label")[:100]
    together = timedelta(minutes=in_force(rules.WECHAT, at=at).params.together_minutes)
    case = followers.newest_open(follower, at=at, within=together)
    if case is not None:
        words = _("Location: %(label)s (%(latitude)s, %(longitude)s)")
        said = {"label": label, "latitude": f"{point.latitude:f}", "longitude": f"{point.longitude:f}"}
        story.comment_case(case=case, words=words % said, public=True, by=by, at=at)
        return Outcome("comment", case, reply=_("Added to %(number)s.") % {"number": case.number})
    follower.waiting = {
        "label": label,
        "latitude": str(point.latitude),
        "longitude": str(point.longitude),
        "at": at.isoformat(),
    }
    return Outcome("answered", reply=_("We have the place. Now write what it is."))


def _point(latitude: str, longitude: str) -> Point | None:
    try:
        north, east = Decimal(latitude), Decimal(longitude)
        if not (abs(north) <= POLE and abs(east) <= DATE_LINE):
            return None
        return Point(north.quantize(_SIX), east.quantize(_SIX))
    except InvalidOperation:
        return None
