"""A county of any size for measurements: a few cases played through the real actions, then copied set-wise.

Copies keep everything of their template but key, words and moments, which are shifted so that a year is
filled and a later key is a later matter, as it is in life; keys lie as close together. Every tenth that was
answered stands on the notice board. Only the bench writes like this; it measures reading.
"""

import json
import sys
from datetime import timedelta
from random import Random
from typing import Any

from bench import words

TEMPLATES_CLOSED, TEMPLATES_OPEN = 160, 80
SHARE_OPEN = 0.03
STRIDE = TEMPLATES_CLOSED + TEMPLATES_OPEN + 1
"""Keys of templates stay below it; a copy has the key of its template and strides more, the newest most."""


def play_templates() -> None:
    """Write the templates: raised in villages all over the county, some open, most resolved and rated."""
    from gongzhi.cases.actions import dispatching, handling, intake, judging
    from gongzhi.cases.lifecycle import Channel
    from gongzhi.cases.queries import categories
    from gongzhi.core import clock
    from gongzhi.core.actor import SYSTEM, ActorKind, resident
    from gongzhi.orgs.models import Unit

    random = Random(1)
    villages = list(Unit.objects.filter(kind="village").select_related("parent"))
    office = SYSTEM.__class__(kind=ActorKind.SYSTEM, name="bench", door="import")
    now = clock.now()
    for number in range(TEMPLATES_CLOSED + TEMPLATES_OPEN):
        at = now - timedelta(hours=random.randrange(1, 48))
        matter = intake.Matter(text=f"第{number}件事：三组的路塌了。", place=random.choice(villages))
        reporter = intake.Reporter(name="王桂芳", phone=f"139{random.randrange(10**8):08d}")
        case = intake.register_case(
            matter=matter, reporter=reporter, channel=Channel.WEB, by=resident(), at=at
        )
        is_open = number >= TEMPLATES_CLOSED
        if is_open and number % 2:
            continue
        assessment = dispatching.Assessment(categories.get_category("0101"), "request", "small", "ordinary")
        case = dispatching.accept_case(case=case, assessment=assessment, by=office, at=at)
        case = dispatching.dispatch_case(case=case, unit=case.desk, by=office, at=at)
        case = handling.sign_case(case=case, by=office, at=at)
        if is_open:
            continue
        done = at + timedelta(hours=random.randrange(1, 24))
        case = handling.resolve_case(case=case, outcome="solved", answer="已修好。", by=office, at=done)
        judging.confirm_case(case=case, solved=True, score=random.randrange(2, 6), by=resident(), at=done)


def copy(cases: int) -> None:
    """Copy the templates until there are about `cases` cases, then bring counters up to date."""
    from django.db import connection

    from gongzhi.cases.models import Case, CaseSight, Clock

    open_copies = int(cases * SHARE_OPEN) // TEMPLATES_OPEN
    closed_copies = int(cases * (1 - SHARE_OPEN)) // TEMPLATES_CLOSED
    minutes = max(1, 360 * 24 * 60 // closed_copies)
    for condition, copies, shift in (
        ("t.closed_at IS NOT NULL", closed_copies, minutes),
        ("t.closed_at IS NULL", open_copies, 1),
    ):
        for model, key in ((Case, "id"), (CaseSight, "case_id"), (Clock, "case_id")):
            _copy_table(connection, model, key, condition, copies, shift, newest=closed_copies)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Case, CaseSight, Clock):
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )


def _copy_table(
    connection: Any, model: Any, key: str, condition: str, copies: int, shift: int, *, newest: int
) -> None:
    """Insert `copies` shifted copies of every template row of one table, in one statement. The newest has
    the stride `newest`, whatever their number, so that open matters lie among the newest."""
    from django.db.models import DateTimeField

    own = f"m.{key} + ({newest} + 1 - s.k) * {STRIDE}"
    chosen = {key: own}
    for field in model._meta.concrete_fields:
        if isinstance(field, DateTimeField):
            chosen[str(field.column)] = _shifted(connection.vendor, f"m.{field.column}", shift)
    worded = ""
    if key == "id":
        worded = f" JOIN bench_words AS w ON w.n = {words.message_of(own)}"
        chosen |= _words_of(own, chosen["resolved_at"])
    columns = [
        str(field.column) for field in model._meta.concrete_fields if key == "id" or not field.primary_key
    ]
    values = [chosen.get(column, f"m.{column}") for column in columns]
    series = (
        f"generate_series(1, {copies}) AS s(k)"
        if connection.vendor == "postgresql"
        else f"(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies})"
        " SELECT k FROM n) AS s"
    )
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} AS m"
            f" JOIN cases_case AS t ON t.id = m.{key} AND t.id < {STRIDE} AND {condition}"
            f" CROSS JOIN {series}{worded}"
        )


def _words_of(key: str, resolved_at: str) -> dict[str, str]:
    """Return, as SQL by column, the words of a copy and what of it stands on the notice board."""
    shown = f"m.resolved_at IS NOT NULL AND ({key}) % {words.ONE_PUBLISHED_IN} = 0"
    public = {"public_title": "w.title", "public_text": "w.core", "public_answer": f"'{words.ANSWER}'"}
    return {
        "title": "w.title",
        "text": "w.text",
        "published_at": f"CASE WHEN {shown} THEN {resolved_at} END",
        **{column: f"CASE WHEN {shown} THEN {value} ELSE '' END" for column, value in public.items()},
    }


def _shifted(vendor: str, column: str, minutes: int) -> str:
    if vendor == "postgresql":
        return f"{column} - s.k * {minutes} * interval '1 minute'"
    return f"datetime({column}, '-' || (s.k * {minutes}) || ' minutes')"


def count_figures() -> None:
    """Count the figures of the county, its towns and their villages for this month and the one before."""
    from gongzhi.cases.actions.figures import count_unit
    from gongzhi.cases.queries.measures import month_of
    from gongzhi.core import clock
    from gongzhi.orgs.models import Unit

    now = clock.now()
    for unit in Unit.objects.filter(kind__in=["county", "town"]):
        for month in {month_of(now), month_of(now - timedelta(days=31))}:
            count_unit(unit=unit, month=month, at=now)


def sessions() -> None:
    """Print, as JSON, a session cookie for a dispatcher of a town and for one of the county."""
    from datetime import date

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from gongzhi.orgs.models import Post, Unit, User

    made = {}
    for role, code in (("town_dispatcher", "610921100"), ("county_dispatcher", "610921")):
        user = User.objects.create(username=role, full_name=role)
        Post.objects.create(
            user=user, role=role, unit=Unit.objects.get(code=code), valid_from=date(2020, 1, 1)
        )
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session.save()
        made[role] = session.session_key
    print(json.dumps(made))


if __name__ == "__main__":
    import django

    django.setup()
    play_templates()
    words.write_messages()
    copy(int(sys.argv[1]))
    words.write_index()
    count_figures()
    sessions()
