"""Numbers that should be rules: limits, waits and weights of governance live in the rulebook, not in the
code.

Every number in the files that decide something must be harmless by its place (a column width, an HTTP status,
the look of a page), or be a named constant of its module that stands in `TECHNICAL` below with the reason why
nobody outside engineering could want to change it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DECIDING = ("lifecycle", "actions", "queries", "jobs", "views", "api", "forms")
TECHNICAL: dict[str, str] = {
    "audit/actions:SALT_BYTES": "length of a salt, by the state of cryptography",
    "audit/forms:HIGHEST_NUMBER": "largest whole number that the databases hold",
    "audit/queries/events:PAGE_ROWS": "rows of a page",
    "audit/queries/proofs:ROOTS_PER_PAGE": "rows of a page",
    "audit/queries/proofs:MOST_EVENTS": "bounds the work of one request for proofs",
    "audit/queries/proofs:_proof": "place of a column in a fetched row",
    "audit/queries/sealing:BATCH_ROWS": "size of a Merkle batch, bounds memory",
    "audit/queries/sealing:_RANGES_PER_QUERY": "bounds the length of one statement",
    "audit/queries/sealing:GAP_GIVEN_UP_AFTER": "how long a database may keep a transaction open",
    "audit/queries/verification:verify_for_job": "how many findings are printed before the count",
    "cases/actions/statements:NAME_SIGNS": "longer is no name of a person",
    "cases/queries/evidence:_SIGNATURE_SIDE": "the look of a page",
    "cases/actions/indexing:_TRANSITIONS": "bounds one transaction of the worker",
    "cases/actions/indexing:_SECONDS": "bounds how long one run holds the worker",
    "knowledge/actions/uses:_DIGEST": "signs of a digest that tell apart",
    "knowledge/api:_TYPED_SIGNS": "as much of a text as is looked at",
    "knowledge/api:_MOST": "articles of one answer",
    "knowledge/api:_USUAL": "articles of one answer",
    "knowledge/jobs:_BATCH": "bounds one run of the worker",
    "knowledge/queries/differences:_CLOSE": "bounds the work of comparing two texts",
    "knowledge/queries/keeping:_MOST_WORDS": "lines of a page",
    "knowledge/queries/search:_LOOKED_AT": "bounds the work of one search",
    "knowledge/queries/search:_USUAL": "lines of a short list",
    "knowledge/queries/search:_ASKED": "bounds the length of one question",
    "knowledge/queries/search:_STRONG": "the order of results of one search",
    "knowledge/queries/search:_WHOLE": "the order of results of one search",
    "knowledge/views/public:_TYPED_SIGNS": "longest search worth running",
    "knowledge/views/public:_WRITTEN_SIGNS": "as much of a text as is looked at while it is written",
    "knowledge/views/public:_MOST_FOUND": "rows of a page",
    "knowledge/views/staff:_TYPED_SIGNS": "longest search worth running",
    "knowledge/views/staff:_MOST_FOUND": "rows of a page",
    "knowledge/views/staff:_edit": "statuses of HTTP answers",
    "knowledge/views/staff:step": "statuses of HTTP answers",
    "cases/forms/staff/likely:_NUMBER_SIGNS": "a number and what people add to it",
    "cases/queries/likeness:_SAMPLE": "texts that say which words are usual",
    "cases/queries/likeness:_RAREST": "bounds the length of one question",
    "cases/queries/likeness:_COMPARED": "bounds the texts compared in one request",
    "cases/queries/lines:_SNIPPET": "the look of a page",
    "cases/queries/proposals:_MOST": "bounds the memory of training",
    "cases/queries/proposals:_SELDOM": "so many of a label a classifier needs to learn it",
    "cases/queries/proposals:decided_for_job": "places of columns in a fetched row",
    "cases/queries/learning:_PAIRS": "lines of a short list",
    "cases/actions/learning:_PROBLEM_SIGNS": "as wide as the column",
    "cases/actions/proposing:_TRANSITIONS": "bounds one transaction of the worker",
    "cases/forms/proposals:_CODE_SIGNS": "no code is longer",
    "cases/forms/staff/offered:_CODE_SIGNS": "no code of a subject is longer",
    "cases/forms/staff/offered:_TOKEN_SIGNS": "no proposal we give out is longer",
    "cases/queries/offering:_HOLDS": "as long as a device keeps a form half filled in",
    "cases/views/proposals:_MONTHS": "bars of a trend",
    "cases/queries/search:MOST": "bounds the work of one search",
    "workbench/actions/batching:_AT_ONCE": "bounds one run of the worker",
    "workbench/forms:_NAME_SIGNS": "width of a database column",
    "workbench/forms:_WORDS_SIGNS": "bounds what is read at all; the exact limit is a rule",
    "workbench/views/saved:change": "statuses of HTTP answers",
    "workbench/views/saved:_change": "statuses of HTTP answers",
    "workbench/queries/pulse:_FAR": "bounds the rows of one question",
    "site/views:_KEY_DIGITS": "digits of a key that a database holds",
    "workbench/queries/pulse:_MOST_STEPS": "lines of a short list",
    "workbench/queries/batches:MOST_SHOWN": "lines of a short list",
    "workbench/views/bulk:_LONGEST_LIST": "bounds what is read of an address",
    "workbench/views/saved:_LONGEST_QUERY": "width of a database column",
    "cases/actions/figures:_TRANSITIONS": "bounds the memory of one batch",
    "cases/actions/figures:_SECONDS": "how long one run of the worker may hold its thread",
    "cases/actions/figures:_MARKS": "bounds the memory of one batch",
    "cases/actions/judging:check_score": "the five levels of the rating scale, also a database constraint",
    "cases/actions/together:rate_help": "the five levels of the rating scale, also a database constraint",
    "cases/api/together:RateHelp": "the five levels of the rating scale, also a database constraint",
    "cases/api/together:JudgeMerged": "the five levels of the rating scale, also a database constraint",
    "cases/forms/staff/together:RateHelpForm": "the five levels of the rating scale",
    "cases/forms/staff/together:_NUMBER_SIGNS": "no public number is longer",
    "cases/queries/merged:_SUGGESTED": "lines of a short list",
    "cases/queries/merged:_LOOKED_AT": "bounds the work of making a short list",
    "cases/actions/checking:_WHOLE": "how many values a part of a hash can have",
    "cases/actions/checking:draw": "signs of a hash that are read",
    "cases/actions/flagging:_LOOK_BACK": "so far back rows are seen again, so that a month is seen whole",
    "cases/actions/flagging:_PIECE": "bounds the length of one statement",
    "cases/actions/case_files:_BATCH": "bounds one run of the worker",
    "cases/queries/case_file:_PRINTED_SIDE": "sharpness of a picture on paper",
    "cases/queries/case_file:MOST_SHOWN": "lines of a short list",
    "cases/views/case_files:for_resident": "statuses of HTTP answers",
    "cases/actions/taking_out:PART": "bounds the memory of one part",
    "cases/actions/taking_out:_BATCH": "bounds one run of the worker",
    "cases/queries/exports:MOST_SHOWN": "lines of a short list",
    "cases/queries/suspicion:_DIGEST": "signs of a digest that tell texts apart",
    "cases/views/staff/exports:_PERCENT": "a hundred per cent make a whole",
    "cases/views/staff/exports:_ask": "statuses of HTTP answers",
    "cases/views/staff/exports:ask": "statuses of HTTP answers",
    "cases/views/staff/flags:_rule": "statuses of HTTP answers",
    "cases/views/staff/flags:flag_page": "statuses of HTTP answers",
    "cases/actions/experts:rate_expert": "the five levels of the rating scale, also a database constraint",
    "cases/api/governing:Position": "bounds what is read at all",
    "cases/api/governing:RateExpert": "the five levels of the rating scale, also a database constraint",
    "cases/forms/staff/governing:_NAME_SIGNS": "width of a database column",
    "cases/forms/staff/governing:_OFFICE_SIGNS": "width of a database column",
    "cases/forms/staff/governing:_SKILL_SIGNS": "width of a database column",
    "cases/forms/staff/governing:_NAMES_SIGNS": "longest list of names worth reading",
    "cases/forms/staff/governing:RateExpertForm": "the five levels of the rating scale",
    "cases/queries/calendars:_MOST_KEPT": "bounds the memory of copies of calendars",
    "cases/views/roster:experts": "statuses of HTTP answers",
    "cases/views/roster:_add": "statuses of HTTP answers",
    "hotline/forms:_PLACE_DETAIL_SIGNS": "width of a database column",
    "hotline/forms:_NAME_SIGNS": "longest name worth reading",
    "hotline/forms:_NUMBER_SIGNS": "no public number is longer",
    "hotline/forms:_ARTICLE_SIGNS": "width of a database column",
    "hotline/forms:_TOKEN_SIGNS": "bounds what is read at all",
    "hotline/forms:_REASON_SIGNS": "longest reason worth reading",
    "hotline/views/correcting:correct": "statuses of HTTP answers",
    "hotline/views/correcting:_corrected": "statuses of HTTP answers",
    "hotline/queries/caller:_MATTERS": "lines of a short list",
    "hotline/queries/caller:_CALLS": "lines of a short list",
    "hotline/queries/answers:_MOST": "lines of a short list",
    "hotline/queries/case_panel:_MOST": "lines of a short list",
    "hotline/queries/lists:PERCENT": "a hundred per cent make a whole",
    "hotline/views/calls:number": "statuses of HTTP answers",
    "hotline/views/calls:_LATELY": "how far back lines and people are offered as filters",
    "hotline/queries/lists:_PERIOD": "what a page shows before a period is chosen",
    "hotline/queries/lists:_LONGEST": "bounds the rows of one table",
    "orgs/actions/days:LONGEST_RUN": "bounds a slip of the year in one press",
    "orgs/queries/days:_KEPT_SECONDS": "how long a process keeps a copy of the calendar",
    "cases/api/moves:Confirm": "the five levels of the rating scale, also a database constraint",
    "cases/api/moves:Rate": "the five levels of the rating scale, also a database constraint",
    "cases/forms/resident:RatingForm": "the five levels of the rating scale, also a database constraint",
    "cases/forms/resident:_PLACE_DETAIL_SIGNS": "width of a database column",
    "cases/forms/resident:_NAME_SIGNS": "width of a database column",
    "cases/forms/resident:_POSTER_SIGNS": "no link of a poster is longer",
    "cases/forms/resident:_CODE_SIGNS": "no receipt code is longer",
    "cases/forms/staff/moves:_WAITING_SIGNS": "width of a database column",
    "cases/forms/staff/judging:score_field": "the five levels of the rating scale, a database constraint too",
    "cases/forms/staff/picking:_TYPED_SIGNS": "longest search worth running",
    "cases/forms/staff/picking:_MOST_SHOWN": "lines of a short list",
    "cases/forms/staff/registering:_PLACE_DETAIL_SIGNS": "width of a database column",
    "cases/forms/staff/registering:_NAME_SIGNS": "width of a database column",
    "cases/queries/case_moves:_BESIDE": "the look of the case page",
    "cases/queries/case_page:_LAST_STEPS": "the look of the case page",
    "cases/queries/picking:_PROPOSED": "lines of a short list",
    "cases/queries/story:score_words": "names of the five levels of the rating scale",
    "cases/views/resident/looking_up:find": "statuses of HTTP answers",
    "cases/views/resident/looking_up:_status": "statuses of HTTP answers",
    "cases/views/staff/case:reporter": "statuses of HTTP answers",
    "cases/queries/board:PAGE_SIZE": "rows of a page",
    "cases/queries/board:FEED_SIZE": "entries of a news feed",
    "cases/queries/board:HOME_SIZE": "the look of the home page",
    "cases/views/resident/mine:_MOST": "bounds the size of a cookie",
    "cases/views/resident/mine:_KEPT_SECONDS": "longest life browsers give a cookie",
    "cases/actions/sweeping:_KEYS_PER_QUERY": "bounds the length of one statement",
    "cases/actions/sweeping:_FEW": "failed writes of a day that are believed",
    "cases/actions/sweeping:_SHARE": "failed writes of a day that are believed",
    "cases/actions/importing:_ROWS_A_TRANSACTION": "rows of one durable write",
    "cases/views/resident/board:_TEXT_SIGNS": "longest search worth running",
    "cases/queries/measures:UPPER_QUARTILE": "the definition of a quartile",
    "cases/queries/measures:_SECONDS_A_DAY": "seconds of a day",
    "cases/forms/figures:FIRST_MONTH": "earliest month an address may name",
    "cases/forms/lists:_LONGEST_SEARCH": "longest search worth running",
    "cases/views/list_flow:_LONGEST": "bounds the address of a list that a link carries",
    "cases/queries/desk:MOST": "lines of a short list",
    "cases/queries/desk:LONGEST_LOOK_BACK": "how far back news are news",
    "cases/queries/figures:TREND_MONTHS": "the look of the trend",
    "cases/queries/lists:WINDOW": "how far back a list is looked through",
    "cases/queries/stale:_GAPS_ASKED": "bounds the length of one statement",
    "cases/views/figure_file:_EXPORT_PIECE": "rows of a file held in memory",
    "site/views:_LOOK_KEPT_SECONDS": "how long a browser keeps a cookie",
    "cases/jobs:_BATCH": "bounds the work of one run",
    "cases/queries/measures:MEDIAN": "the definition of a median",
    "cases/queries/measures:month_after": "months of a year",
    "cases/queries/tracking:HOME_MATTERS": "the look of the home page",
    "channels/actions/media:_NAME_SIGNS": "no name that WeChat gives a photo is longer",
    "channels/actions/speaking:_WIDEST": "leaves room for a number in a note",
    "channels/jobs:_BATCH": "bounds the work of one run",
    "channels/queries/followers:_MOST": "bounds how far back one person's matters are looked through",
    "channels/queries/locating:_KM_A_DEGREE": "the size of the earth",
    "channels/queries/open311:_STORED_DECIMALS": "width of a database column",
    "channels/views/inbound:_SMS_BYTES": "no text message is longer",
    "channels/views/wechat:_MESSAGE_BYTES": "no callback of WeChat is longer",
    "channels/views/wechat:_MOMENT_SIGNS": "figures of a moment worth parsing",
    "core/actions/background:MAX_ATTEMPTS": "tries of a technical task; notices have their own rule",
    "core/actions/background:PEEK": "rows a worker looks at to find a free one",
    "core/actions/background:KEEP_FINISHED": "how long the log of finished tasks helps to find faults",
    "core/actions/background:FIRST_RETRY": "pause of a technical task after a fault",
    "core/actions/calendar:NOTE_LENGTH": "width of a database column",
    "core/actions/background:_furthest": "how far a technical task is put off after faults",
    "core/actions/background:fail_timed_run": "how far a technical task is put off after faults",
    "followup/api:_MOST_ANSWERS": "bounds what is read at all",
    "workbench/api:_MOST_READ": "bounds what is read at all; the rule says how many",
    "core/api:PageNumber": "bounds how far back one pages",
    "core/api:ERRORS": "statuses of HTTP",
    "core/api:_on_http": "statuses of HTTP",
    "core/queries:_days_of": "the last day of a year",
    "core/queries:CALENDAR_CACHE_SECONDS": "how long a process keeps a copy of the calendar",
    "followup/actions/listing:_BATCH": "bounds the work of one run",
    "followup/views:_PERCENT": "a hundred per cent make a whole",
    "followup/queries/lists:_SHOWN": "the period shown before one is chosen",
    "followup/forms:_ROWS": "the look of a form",
    "mediation/api:PartyIn": "years that can be one of birth, width of a database column",
    "mediation/api:Position": "bounds what is read at all; the rule says how many",
    "mediation/api:SignAgreement": "bounds what is read at all; the rule says how many",
    "mediation/actions/reminding:_MORNING": "when the day's reminders are sent",
    "mediation/forms:_OCCUPATION_SIGNS": "width of a database column",
    "mediation/forms:_ETHNICITY_SIGNS": "width of a database column",
    "mediation/forms:_FIRST_BIRTH, _LAST_BIRTH": "years that can be one of birth",
    "mediation/forms:_ROWS": "the look of a form",
    "mediation/jobs:_BATCH": "bounds the work of one run",
    "mediation/queries/choosing:_LABEL_SIGNS": "the look of a list of choices",
    "mediation/queries/dispute_page:_BESIDE": "the look of the page",
    "mediation/views/disputes:_PERIOD": "the period shown before one is chosen",
    "mediation/views/disputes:contacts": "statuses of HTTP answers",
    "cases/views/staff/posters:poster": "statuses of HTTP answers",
    "notices/forms:_ADDRESS_SIGNS": "longest address worth reading",
    "notices/forms:_SECRET_SIGNS": "longest secret worth reading",
    "notices/views:messenger": "statuses of HTTP answers",
    "notices/views:_page": "figures of a page number worth parsing",
    "notices/actions:_ROWS_PER_STATEMENT": "bounds the parameters of one statement",
    "notices/jobs:BATCH": "bounds the work of one run",
    "notices/lifecycle:LEASE": "longer than the slowest port, so that two never send at once",
    "notices/queries:PAGE_ROWS": "rows of a page",
    "notices/queries:LAST_PAGE": "bounds how far back one pages",
    "orgs/actions/accounts:_make_password": "groups of signs in a first password",
    "orgs/actions/divisions:_create": "length of a division code at its level",
    "orgs/actions/divisions:BATCH": "bounds the memory of an import",
    "orgs/actions/roster:_ROWS_PER_STATEMENT": "bounds the parameters of one statement",
    "orgs/actions/tokens:LAST_USE_STEP": "how exactly the last use of a token is noted, to spare writes",
    "orgs/actions/tokens:issue_token": "bytes of chance in a token",
    "orgs/actions/units:_clean_code": "width of a database column",
    "orgs/actions/units:RANK": "order of the levels of administration",
    "orgs/views/calendar:FIRST_YEAR, LAST_YEAR": "years the calendar page shows",
    "orgs/views/calendar:year": "figures of a year",
    "orgs/views/calendar:_weeks": "days of a week",
    "orgs/queries/units:SEARCH_LIMIT": "rows of a list of suggestions",
    "rulebook/forms:MOST_ROWS": "bounds the memory one form can cost",
    "rulebook/forms:_PERCENT": "hundredths of a whole",
    "rulebook/forms:_LENGTHS": "minutes of an hour and of a day",
}
"""`app/module:NAME` or `app/module:function` -> why the numbers there are no rule."""

_HARMLESS_KEYWORDS = frozenset(
    {"max_length", "longest", "status", "response", "rows", "cols", "indent", "batch_size"}
)
"""Arguments whose numbers are widths of columns, HTTP statuses and the look of inputs."""
_SMALL = frozenset({-2, -1, 0, 1, 2})


def deciding_files() -> list[Path]:
    files = [path for name in DECIDING for path in ROOT.glob(f"gongzhi/*/{name}.py")]
    files += [path for name in DECIDING for path in ROOT.glob(f"gongzhi/*/{name}/**/*.py")]
    # The stories of the demonstration say when somebody does what: made up, and deciding nothing.
    made_up = ROOT / "gongzhi/demo/actions/stories.py"
    return sorted(path for path in files if "tests" not in path.parts and path != made_up)


def numbers_in(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and source of every number that is not small.

    The name is that of the constant of the module, or of the function or class, that holds the number.
    """
    tree = ast.parse(source)
    names = {id(node): name for name, value in _named(tree) for node in ast.walk(value)}
    harmless = {id(node) for place in _harmless(tree) for node in ast.walk(place)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and _counts(node.value) and id(node) not in harmless:
            yield node.lineno, names.get(id(node), ""), ast.unparse(node)


def _counts(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value not in _SMALL


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            yield ast.unparse(node.targets[0]).strip("()"), node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node


def _harmless(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(name), value=value) if name in _HARMLESS_KEYWORDS:
                yield value
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _HARMLESS_KEYWORDS:
                yield value
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in _HARMLESS_KEYWORDS:
                        yield value
            case ast.Compare(left=ast.Name(id="status") | ast.Attribute(attr="status" | "status_code")):
                yield from node.comparators
            case ast.Call(func=func, args=[first, *_]) if ast.unparse(func).endswith("Answer"):
                yield first
            case ast.arguments(kwonlyargs=named, kw_defaults=defaults):
                yield from (
                    d for a, d in zip(named, defaults, strict=True) if d and a.arg in _HARMLESS_KEYWORDS
                )
            case ast.Slice():
                # What is cut to be shown or stored; what must not be longer is refused, not cut.
                yield node


def complaints(source: str, where: str) -> list[str]:
    """Return a sentence for every number of `source` that should be a rule."""
    return [
        f"{where}:{line}: {text} looks like a rule; read it with in_force, or name it and give a reason"
        for line, name, text in numbers_in(source)
        if f"{where}:{name}" not in TECHNICAL
    ]


def where(path: Path) -> str:
    return str(path.relative_to(ROOT / "gongzhi").with_suffix(""))


@pytest.mark.parametrize("path", deciding_files(), ids=where)
def test_a_number_that_decides_something_is_a_rule(path: Path) -> None:
    assert complaints(path.read_text(), where(path)) == []


def test_every_technical_constant_still_exists_and_has_a_reason() -> None:
    found = {
        f"{where(path)}:{name}"
        for path in deciding_files()
        for _line, name, _text in numbers_in(path.read_text())
    }
    assert sorted(set(TECHNICAL) - found) == []
    assert all(len(reason.split()) >= 3 for reason in TECHNICAL.values())


@pytest.mark.parametrize(
    "planted",
    [
        "if days > 15:\n    escalate()",
        "due_at = at + timedelta(days=5)",
        "score = 0.7 * solved + 0.3 * contacted",
        "LIMIT = 60 * 8",
        "def f(limit: int = 30) -> None: ...",
        "return_rate = returns / cases > 0.05",
    ],
)
def test_a_planted_limit_is_found(planted: str) -> None:
    assert complaints(planted, "cases/actions")


@pytest.mark.parametrize(
    "harmless",
    [
        "rows[0], rows[-1], n * 2",
        "form = CharField(max_length=500)",
        "class Gone(DomainError):\n    status = 410",
        "flag = True",
    ],
)
def test_what_decides_nothing_is_left_alone(harmless: str) -> None:
    assert complaints(harmless, "cases/actions") == []
