"""Who is told what when a case moves. Notices are written in the move's transaction and sent after it."""

from datetime import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from gongzhi.cases import deadlines, notice_kinds, numbers, rules
from gongzhi.cases.lifecycle import Level, Urgency
from gongzhi.cases.models import Case, Clock
from gongzhi.cases.queries import access, calendars, places
from gongzhi.core.actor import Actor
from gongzhi.core.phones import is_mobile
from gongzhi.notices.actions import Draft, Recipient, write_notice, write_notices
from gongzhi.notices.kinds import NoticeKind
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission, RoleCode
from gongzhi.rulebook.queries import in_force

_HEADS = (RoleCode.VILLAGE_HEAD, RoleCode.TOWN_HEAD, RoleCode.COUNTY_SUPERVISOR)


def rating_ends(*, at: datetime) -> datetime:
    """Return the end of the rating window that opens at `at`."""
    limit = in_force(rules.WINDOWS, at=at).params.rating
    return deadlines.add(calendars.at(at), at, limit.minutes, plain=limit.plain)


def receipt(case: Case, *, by: Actor, at: datetime) -> None:
    """Send the receipt to a reporter who left a mail address or a telephone."""
    _to_reporter(case, notice_kinds.RECEIPT, "", by=by, at=at)


def answered(case: Case, *, words: str = "", mark: str = "", by: Actor, at: datetime) -> None:
    """Send the answer with the question whether it is solved.

    `words` are those of a main matter whose answer it is, and `mark` tells them from others.
    """
    _to_reporter(case, notice_kinds.REPORTER_ANSWER, words or case.answer, mark=mark, by=by, at=at)


def news(case: Case, words: str, *, mark: str = "", by: Actor, at: datetime) -> None:
    """Tell the reporter of something they wait for; `words` are in the reporter's language."""
    _to_reporter(case, notice_kinds.REPORTER_NEWS, words, mark=mark, by=by, at=at)


def _to_reporter(
    case: Case, kind: NoticeKind, words: str, *, mark: str = "", by: Actor, at: datetime
) -> None:
    to = Recipient(
        mail=case.reporter_mail,
        phone=case.reporter_phone if is_mobile(case.reporter_phone) else "",
        name=case.reporter_name,
        language=case.language,
    )
    if not (to.mail or to.phone):
        return
    values = _values(case, words) | {"code": numbers.receipt_code(case.number, case.receipt_serial)}
    write_notice(
        kind=kind.code,
        to=to,
        subject_ref=f"case:{case.number}",
        values=values,
        dedupe_key=f"{kind.code}:{case.pk}:{mark or case.moves}:reporter",
        is_urgent=case.urgency == Urgency.EMERGENCY,
        by=by,
        at=at,
    )


def unit(
    case: Case, to: Unit, kind: NoticeKind, words: str, *, permission: Permission, by: Actor, at: datetime
) -> None:
    """Tell everyone who holds `permission` at exactly this unit, except the one who acts."""
    users = orgs.holders_for_job(unit_id=to.pk, permission=permission, at=at)
    users_told(case, users, kind, words, by=by, at=at)


def owner_or_unit(
    case: Case, kind: NoticeKind, words: str, *, by: Actor, at: datetime, due: str = "", rung: str = ""
) -> None:
    """Tell the owner; while there is none, those who handle matters at the unit."""
    users = (
        [case.owner_id]
        if case.owner_id
        else orgs.holders_for_job(unit_id=case.unit_id, permission=Permission.CASE_HANDLE, at=at)
    )
    users_told(case, users, kind, words, by=by, at=at, due=due, rung=rung)


def heads(
    case: Case,
    of: Unit,
    kind: NoticeKind,
    words: str,
    *,
    by: Actor,
    at: datetime,
    due: str = "",
    rung: str = "",
) -> None:
    """Tell the heads of a unit; a bureau has none of its own, so its officers are told."""
    users = orgs.holders_for_job(unit_id=of.pk, roles=_HEADS, at=at)
    users = users or orgs.holders_for_job(unit_id=of.pk, permission=Permission.CASE_HANDLE, at=at)
    users_told(case, users, kind, words, by=by, at=at, due=due, rung=rung)


def deciders(
    case: Case,
    to: Unit,
    kind: NoticeKind,
    words: str,
    *,
    permission: Permission,
    by: Actor,
    at: datetime,
    due: str = "",
) -> None:
    """Tell everyone who holds `permission` at this unit that something waits for their decision."""
    users = orgs.holders_for_job(unit_id=to.pk, permission=permission, at=at)
    users_told(case, users, kind, words, by=by, at=at, due=due)


def supervisors(
    case: Case, kind: NoticeKind, words: str, *, by: Actor, at: datetime, due: str = "", rung: str = ""
) -> None:
    """Tell those who supervise at the centre above the unit and at the county."""
    centres = {c.pk: c for c in (places.centre_above(case.unit), places.centre_at(case.unit, Level.COUNTY))}
    users = [
        user
        for centre in centres.values()
        for user in orgs.holders_for_job(unit_id=centre.pk, permission=Permission.CASE_SUPERVISE, at=at)
    ]
    users_told(case, users, kind, words, by=by, at=at, due=due, rung=rung)


def users_told(
    case: Case,
    users: list[int],
    kind: NoticeKind,
    words: str,
    *,
    by: Actor,
    at: datetime,
    due: str = "",
    rung: str = "",
) -> None:
    """Write one notice per account, never to the one who acts; once per move or rung."""
    mark = rung or str(case.moves)
    drafts = [
        Draft(
            kind=kind.code,
            to=Recipient(user_id=user),
            subject_ref=f"case:{case.number}",
            values=_values(case, words) | {"due": due},
            dedupe_key=f"{kind.code}:{case.pk}:{mark}:{user}",
            is_urgent=case.urgency == Urgency.EMERGENCY,
        )
        for user in sorted(set(users))
        if user != by.user_id
    ]
    if drafts and by.door != access.IMPORT_DOOR:  # imported history is no news
        write_notices(drafts, by=by, at=at)


def _values(case: Case, words: str) -> dict[str, str]:
    return {"number": case.number, "title": case.title, "unit": case.unit.name, "words": words}


def moment(value: datetime) -> str:
    """Return a moment as people write it, in local time and the active language."""
    return date_format(timezone.localtime(value), "n月j日 H:i" if _chinese() else "j M H:i")


def day(value: datetime) -> str:
    """Return the local day of a moment as people write it, in the active language."""
    return date_format(timezone.localtime(value), "Y年n月j日" if _chinese() else "j M Y")


def moment_in(language: str, value: datetime) -> str:
    """Return a moment as people write it in a language."""
    with translation.override(language):
        return moment(value)


def _chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def in_language_of(case: Case, message: str, **values: str) -> str:
    """Return a translated message in the reporter's language."""
    with translation.override(case.language):
        return gettext(message) % values


def overdue_words(clock: Clock) -> str:
    """Return the words of a supervision that the ladder opens by itself."""
    name = {
        "accept": gettext("acceptance"),
        "contact": gettext("first contact"),
        "finish": gettext("the answer"),
    }
    return gettext("Time for %(what)s has run out at %(due)s.") % {
        "what": name[clock.kind],
        "due": moment(clock.due_at),
    }
