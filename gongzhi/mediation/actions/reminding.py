"""Dates that people are reminded of: written beside the date, claimed by the worker, taken back when moot."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import pgettext

from gongzhi.audit.actions import record
from gongzhi.core.actor import Actor
from gongzhi.core.working_time import SHANGHAI
from gongzhi.mediation import audit_events, notice_kinds, numbers, rules
from gongzhi.mediation.models import Dispute, Duty, Mediator, Party, Reminder
from gongzhi.mediation.queries import due
from gongzhi.notices.actions import Draft, Recipient, write_notices
from gongzhi.notices.kinds import NoticeKind
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import Unit
from gongzhi.orgs.permissions import Permission
from gongzhi.rulebook.queries import in_force

About = Reminder.About
_MORNING = time(8)
"""When the office opens: reminders by the day come in the morning."""


def morning(day: date) -> datetime:
    return datetime.combine(day, _MORNING, SHANGHAI).astimezone(UTC)


def plan(
    dispute: Dispute,
    about: About,
    *,
    due_at: datetime,
    remind_at: datetime,
    at: datetime,
    duty: Duty | None = None,
) -> None:
    """Remind at `remind_at` of what is due; a moment already past reminds at once."""
    Reminder.objects.create(
        dispute=dispute, about=about, duty=duty, due_at=due_at, remind_at=max(remind_at, at)
    )


def take_back(dispute: Dispute, *abouts: About, at: datetime, duty: Duty | None = None) -> None:
    """Take back the reminders that are moot: of these things, or of one promise, or all of the dispute."""
    rows = Reminder.objects.filter(dispute=dispute, done_at__isnull=True)
    if abouts:
        rows = rows.filter(about__in=abouts)
    if duty is not None:
        rows = rows.filter(duty=duty)
    rows.update(done_at=at)


@transaction.atomic
def remind(*, reminder: Reminder, by: Actor, at: datetime) -> bool:
    """Tell the mediators, and the parties what concerns them, once; say whether this call did it."""
    claimed = Reminder.objects.filter(pk=reminder.pk, done_at__isnull=True).update(done_at=at)
    if not claimed:
        return False
    dispute = reminder.dispute
    _tell_mediators(dispute, reminder, by=by, at=at)
    if reminder.about in (About.SESSION, About.PERFORMANCE, About.CONFIRMATION):
        _tell_parties(dispute, reminder, by=by, at=at)
    record(
        audit_events.REMINDED,
        by=by,
        at=at,
        subject=f"dispute:{dispute.number}",
        unit_code=dispute.committee.code,
        data={"about": reminder.about, "due": reminder.due_at.isoformat()},
    )
    return True


def run(*, by: Actor, at: datetime, most: int) -> int:
    """Give every reminder that is due, each in its own transaction; return how many. One that fails does not
    hold up the others; raises ExceptionGroup at the end."""
    given, failures = 0, []
    for reminder in due.reminders_for_job(at=at, most=most):
        try:
            given += remind(reminder=reminder, by=by, at=at)
        except Exception as failure:  # raised below, after the others had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup("reminders of mediation", failures)
    return given


def what(about: str) -> str:
    """Return the words of what is due, in the active language."""
    return {
        About.SESSION: pgettext("reminder", "session of mediation"),
        About.PERFORMANCE: pgettext("reminder", "a promise falls due"),
        About.OVERDUE: pgettext("reminder", "a promise was due; please ask and record"),
        About.CONFIRMATION: pgettext("reminder", "last day for asking the court together"),
        About.VISIT: pgettext("reminder", "follow-up visit"),
    }[About(about)]


def _when(moment: datetime, about: str) -> str:
    local = timezone.localtime(moment)
    zh = (translation.get_language() or "").startswith("zh")
    if about == About.SESSION:
        return date_format(local, "n月j日 H:i" if zh else "j M H:i")
    return date_format(local, "n月j日" if zh else "j M Y")


def _values(dispute: Dispute, reminder: Reminder, language: str, at: datetime) -> dict[str, str]:
    kinds = in_force(rules.KINDS, at=at).params
    with translation.override(language):
        return {
            "number": dispute.number,
            "unit": dispute.committee.name,
            "kind": kinds.label(dispute.kind, language=language),
            "what": what(reminder.about),
            "due": _when(reminder.due_at, reminder.about),
        }


def _tell_mediators(dispute: Dispute, reminder: Reminder, *, by: Actor, at: datetime) -> None:
    users = list(
        Mediator.objects.filter(dispute=dispute, until__isnull=True).values_list("user_id", flat=True)
    )
    users = users or heads(dispute.committee, at=at)
    values = _values(dispute, reminder, "zh-hans", at)
    write_notices(
        [
            Draft(
                kind=notice_kinds.DATE_SOON.code,
                to=Recipient(user_id=user),
                subject_ref=f"dispute:{dispute.number}",
                values=values,
                dedupe_key=f"mediation.reminder:{reminder.pk}:{user}",
            )
            for user in users
        ],
        by=by,
        at=at,
    )


def _tell_parties(dispute: Dispute, reminder: Reminder, *, by: Actor, at: datetime) -> None:
    parties = Party.objects.filter(dispute=dispute)
    if reminder.duty is not None:
        parties = parties.filter(pk=reminder.duty.party_id)
    drafts = []
    for party in parties:
        if not (party.mail or party.phone):
            continue
        to = Recipient(mail=party.mail, phone=party.phone, name=party.name)
        values = _values(dispute, reminder, to.language, at)
        drafts.append(
            Draft(
                kind=notice_kinds.PARTY_DATE.code,
                to=to,
                subject_ref=f"dispute:{dispute.number}",
                values=values | {"code": numbers.party_code(dispute.number, party.position)},
                dedupe_key=f"mediation.reminder:{reminder.pk}:party-{party.position}",
            )
        )
    write_notices(drafts, by=by, at=at)


def heads(committee: Unit, *, at: datetime) -> list[int]:
    return orgs.holders_for_job(unit_id=committee.pk, permission=Permission.MEDIATION_LEAD, at=at)


def tell(
    dispute: Dispute, users: list[int], kind: NoticeKind, *, by: Actor, at: datetime, mark: str = ""
) -> None:
    """Write one notice per account about the dispute, never to the one who acts."""
    kinds = in_force(rules.KINDS, at=at).params
    values = {
        "number": dispute.number,
        "unit": dispute.committee.name,
        "kind": kinds.label(dispute.kind, language="zh"),
    }
    drafts = [
        Draft(
            kind=kind.code,
            to=Recipient(user_id=user),
            subject_ref=f"dispute:{dispute.number}",
            values=values,
            dedupe_key=f"{kind.code}:{dispute.pk}:{mark or dispute.moves}:{user}",
        )
        for user in sorted(set(users))
        if user != by.user_id
    ]
    write_notices(drafts, by=by, at=at)


def days_before(day: date, days: int) -> datetime:
    return morning(day - timedelta(days=days))
