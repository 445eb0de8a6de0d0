"""Durable creation of cases over HTTP, held against a bare insert behind the same server in the same run."""

import json
import os
import re
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import load, servers
from bench.report import Line
from scripts.postgres import find_binaries, temporary_postgres

CONNECTIONS = 8
SHARE_WANTED = 0.25
DIVISIONS = servers.ROOT / "gongzhi" / "demo" / "data"


def prepare(environ: dict[str, str]) -> str:
    """Make tables, rules, Hanyin's units and one clerk; return the clerk's access token and village."""
    servers.command(environ, "migrate", "-v0")
    servers.command(environ, "install", "-v0")
    files = [str(DIVISIONS / name) for name in ("hanyin_towns.csv", "hanyin_villages.csv")]
    servers.command(environ, "import_divisions", *files, "--county-name", "汉阴县")
    return servers.command(environ, "shell", "-v0", "-c", _CLERK).strip().splitlines()[-1]


_CLERK = """
from datetime import date
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.orgs.actions import issue_token
from gongzhi.orgs.models import Post, Unit, User
user = User.objects.create(username="bench", full_name="量具")
village = Unit.objects.get(code="610921100001")
Post.objects.create(user=user, role="village_clerk", unit=village, valid_from=date(2020, 1, 1))
print(issue_token(user=user, name="bench", days=1, by=SYSTEM, at=clock.now())[1])
"""


def requests(token: str) -> tuple[load.Request, load.Request]:
    """Return the request that raises a matter and the one that inserts a bare row, with the same text."""
    text = "三组老槐树下面的路昨晚塌了一半，校车不敢过，娃们要走到二组坐车。"
    headers = {"Content-Type": "application/json"}
    body = {"text": text, "place": "610921100001", "reporter_name": "王桂芳", "reporter_phone": "13900002207"}
    case = load.Request(
        "POST",
        "/api/v1/cases",
        json.dumps(body).encode(),
        headers | {"Authorization": f"Bearer {token}"},
        201,
    )
    return case, load.Request("POST", "/bare/", json.dumps({"text": text}).encode(), headers, 201)


def measure(*, seconds: float, pairs: int, postgres: bool) -> list[Line]:
    """Measure case and bare row in turn, pair by pair; return the lines with the median of the ratios."""
    name = "PostgreSQL, fsync on" if postgres else "SQLite"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(temporary_postgres(durable=True)) if postgres else ""
        environ = servers.environ_for(folder, database)
        token = prepare(environ)
        case, bare = requests(token)
        with servers.serving(environ) as port:
            load.rate(port, case, connections=CONNECTIONS, seconds=2)
            rates = [
                tuple(
                    load.rate(port, asked, connections=CONNECTIONS, seconds=seconds) for asked in (case, bare)
                )
                for _ in range(pairs)
            ]
        minimal = environ | {"DJANGO_SETTINGS_MODULE": "bench.minimal_settings"}
        with servers.serving(minimal, alone=True) as port:
            most = load.rate(port, bare, connections=CONNECTIONS, seconds=seconds)
        ratio = statistics.median(made / plain for made, plain in rates)
        cases, rows = (statistics.median(column) for column in zip(*rates, strict=True))
        lines = [
            Line(f"cases created, {name}, {CONNECTIONS} connections", f"{cases:.0f}/s",
                 f"bare insert {rows:.0f}/s", ratio, f">= {SHARE_WANTED}", ratio >= SHARE_WANTED),
            Line(f"the same, {name}", f"{cases:.0f}/s", f"in an empty Django {most:.0f}/s", cases / most),
        ]  # fmt: skip
        if postgres:
            lines.append(_replayed(environ, database, folder, cases, seconds))
    return lines


def _replayed(environ: dict[str, str], database: str, folder: Path, cases: float, seconds: float) -> Line:
    """Replay the statements of one case with pgbench: what the database alone could do."""
    script = folder / "case.sql"
    script.write_text(
        pgbench_script(servers.command(environ, "shell", "-v0", "-c", _STATEMENTS)), encoding="utf-8"
    )
    match = re.fullmatch(r"postgres://(\w+):([^@]+)@([\d.]+):(\d+)/(\w+)", database)
    assert match is not None
    user, password, host, port, name = match.groups()
    run = [str(find_binaries() / "pgbench"), "-n", "-c", str(CONNECTIONS), "-j", "2",
           "-T", str(max(2, int(seconds))), "-f", str(script), "-h", host, "-p", port,
           "-U", user, name]  # fmt: skip
    said = subprocess.run(
        run, env=os.environ | {"PGPASSWORD": password}, check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found is not None, said
    alone = float(found.group(1))
    return Line(
        "the same, PostgreSQL", f"{cases:.0f}/s", f"pgbench, same statements {alone:.0f}/s", cases / alone
    )


_STATEMENTS = """
import json
from django.db import connection
from django.test.utils import CaptureQueriesContext
from gongzhi.cases.actions import intake
from gongzhi.cases.lifecycle import Channel
from gongzhi.core import clock
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.models import User, Unit
actor = orgs.actor_for(User.objects.get(username="bench"), at=clock.now(), door="api")
def one():
    place = Unit.objects.get(code="610921100001")
    matter = intake.Matter(text="三组老槐树下面的路昨晚塌了一半，校车不敢过。", place=place)
    reporter = intake.Reporter(name="王桂芳", phone="13900002207")
    now = clock.now()
    return intake.register_case(matter=matter, reporter=reporter, channel=Channel.API, by=actor, at=now)
one()
with CaptureQueriesContext(connection, ) as seen:
    case = one()
print(json.dumps({"case": case.pk, "statements": [q["sql"] for q in seen.captured_queries]}))
"""


def pgbench_script(captured: str) -> str:
    """Turn captured statements into a pgbench script: the key of the case becomes a variable."""
    found = json.loads(captured.strip().splitlines()[-1])
    lines = []
    for statement in found["statements"]:
        text = re.sub(rf"(?<![\w-]){found['case']}(?![\w-])", ":case_id", statement)
        is_case = text.startswith('INSERT INTO "cases_case"')
        text = re.sub(r"RETURNING .*$", "RETURNING id" if is_case else "", text)
        lines.append(text.replace("\n", " ") + (" \\gset case_" if is_case else ";"))
    return "\n".join(lines) + "\n"
