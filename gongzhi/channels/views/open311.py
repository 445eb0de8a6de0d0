"""Open311 GeoReport v2 at /open311/v2/, with its discovery document. Thin: parse, one call, answer."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gongzhi.cases import rules as case_rules
from gongzhi.cases.actions import raising
from gongzhi.cases.queries import tracking
from gongzhi.channels import rules
from gongzhi.channels.actions import open311 as actions
from gongzhi.channels.open311 import answers, arguments, formats, shapes
from gongzhi.channels.open311.answers import Absent, KeyRefused, Refused
from gongzhi.channels.queries import open311 as queries
from gongzhi.core import clock, links
from gongzhi.core.actor import Actor, resident
from gongzhi.core.errors import DomainError, SignInRequired
from gongzhi.core.middleware import FORMS, WrongMethod
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.actions import record_token_use
from gongzhi.orgs.network import network_mark
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.rulebook.queries import in_force

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_UPLOADS = ("media", "media[]", "file", "photo", "photos[]")


def _door(*methods: str) -> Callable[[View[P]], View[P]]:
    """Hold the method, the ending and the jurisdiction of an address, and say every no in its format."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                if kwargs.pop("ext", formats.XML) not in formats.TYPES:
                    raise answers.wrong_format()
                if request.method not in methods:
                    raise WrongMethod
                _check_jurisdiction(request)
                response = view(request, *args, **kwargs)
            except DomainError as refusal:
                response = answers.refused(request, refusal)
                if isinstance(refusal, WrongMethod):
                    response.headers["Allow"] = ", ".join(methods)
            response.headers.setdefault("Cache-Control", "no-cache")
            return response

        return csrf_exempt(checked)

    return wrap


def _check_jurisdiction(request: HttpRequest) -> None:
    """One county is served: naming it is allowed, naming another is not. Raises Absent, Refused."""
    said = arguments.plain(request.POST if request.method == "POST" else request.GET)
    named = arguments.one(said, "jurisdiction_id")
    if named and named.lower() not in {settings.COUNTY_CODE, urlsplit(settings.PUBLIC_ADDRESS).hostname}:
        raise Absent(_("jurisdiction_id was not found."))


def _key_of(request: HttpRequest, said: arguments.Said) -> str:
    """Return the key of the call, from the arguments or the header. Raises Refused when they differ."""
    named = arguments.one(said, "api_key")
    scheme, _blank, bearer = request.headers.get("Authorization", "").partition(" ")
    bearer = bearer.strip() if scheme.lower() == "bearer" else ""
    if named and bearer and named != bearer:
        raise Refused(_("api_key and Authorization name different keys."))
    return named or bearer


def _caller(request: HttpRequest, said: arguments.Said, *, at: datetime) -> Actor | None:
    """Return who calls by a key, or None without one. Raises KeyRefused."""
    key = _key_of(request, said)
    if not key:
        return None
    try:
        caller = orgs.caller_for(key, at, network=network_mark(request))
    except SignInRequired as unknown:
        raise KeyRefused(_("api_key is not known, has expired or was revoked.")) from unknown
    record_token_use(token_id=caller.token_id, last_used_at=caller.last_used_at, at=at)
    if not posts_granting(caller.actor, Permission.API_USE):
        raise KeyRefused(_("api_key does not allow this."))
    return caller.actor


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _answer(request: HttpRequest, root: str, value: formats.Value) -> HttpResponse:
    return answers.answer(answers.format_of(request), root, value)


@_door("GET", "HEAD")
def discovery(request: HttpRequest) -> HttpResponse:
    """Where the endpoint is, since when it is so, and where to get a key."""
    contact = _("The information centre of the county; %(address)s") % {"address": links.public("/")}
    keys = _("Ask the information centre of the county for an access token.")
    value = shapes.discovery(
        endpoint=links.public("/open311/v2"),
        changed_at=queries.services_changed_at() or clock.now(),
        contact=contact,
        keys=keys,
        formats=formats.TYPES,
    )
    return _answer(request, "discovery", value)


@_door("GET", "HEAD")
def services(request: HttpRequest) -> HttpResponse:
    """Every subject that can be reported."""
    questions = in_force(rules.ATTRIBUTES, at=clock.now()).params
    rows = [shapes.service(row, asks=bool(questions.of(row.code))) for row in queries.list_services()]
    return _answer(request, "services", rows)


@_door("GET", "HEAD")
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of one service."""
    if queries.find_service(code) is None:
        raise Absent(_("service_code was not found."))
    questions = in_force(rules.ATTRIBUTES, at=clock.now()).params.of(code)
    return _answer(request, "service_definition", shapes.definition(code, questions, language=_language()))


@_door("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> HttpResponse:
    """The list, or a new one."""
    return _post(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    at, said = clock.now(), arguments.plain(request.GET)
    limits = in_force(rules.OPEN311, at=at).params
    viewer = _caller(request, said, at=at)
    search = arguments.read_search(said, limits, at=at)
    found = queries.list_requests(search, viewer=viewer, unsorted=_unsorted(at))
    return _answered(request, found, limits, viewer=viewer, extensions=search.extensions)


def _unsorted(at: datetime) -> str:
    return in_force(case_rules.INTAKE, at=at).params.unsorted_category


def _answered(
    request: HttpRequest,
    found: "list[queries.Request]",
    limits: rules.Open311Params,
    *,
    viewer: Actor | None,
    extensions: bool,
) -> HttpResponse:
    notices: dict[tuple[str, str, str], str] = {}
    limit = in_force(case_rules.FINISH_LIMIT, at=clock.now()).params
    rows = []
    for row in found:
        kind = (row.row["kind"], row.row["urgency"], row.service_code)
        if kind not in notices:
            notices[kind] = _notice(limit, *kind)
        point = queries.published_point(row.origin, limits.point_decimals, exact=row.is_whole)
        rows.append(
            shapes.request(row, limits, notice=notices[kind] or None, point=point, extensions=extensions)
        )
    response = _answer(request, "service_requests", rows)
    if viewer is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _notice(limit: case_rules.FinishLimits, kind: str, urgency: str, category: str) -> str:
    """The promise of the rule for such a matter."""
    if not kind:
        return ""
    length = limit.limit_for(kind=kind, urgency=urgency, category=category).words()
    return _("Answered within %(length)s.") % {"length": length}


def _post(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    if request.content_type not in FORMS:
        raise Refused(_("Send the arguments as a form: application/x-www-form-urlencoded."))
    said = arguments.plain(request.POST)
    limits = in_force(rules.OPEN311, at=at).params
    by = _poster(request, said, limits, at=at)
    code = arguments.one(said, "service_code")
    if not code:
        raise Refused(_("service_code was not provided."))
    category = queries.find_service(code)
    if category is None:
        raise Absent(_("service_code was not found."))
    posting = arguments.read_posting(
        said,
        category=code,
        limits=limits,
        questions=in_force(rules.ATTRIBUTES, at=at).params,
        language=_language(),
    )
    made = actions.post_request(
        posting=posting,
        service=category,
        pictures=[upload.read() for name in _UPLOADS for upload in request.FILES.getlist(name)],
        content=arguments.canonical(said),
        key=request.headers.get("Idempotency-Key", "")[:200],
        language=_language(),
        by=by,
        at=at,
    )
    response = _answer(request, "service_requests", [made])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _poster(
    request: HttpRequest, said: arguments.Said, limits: rules.Open311Params, *, at: datetime
) -> Actor:
    """Return who posts: the account of the key, or where the rule allows it a resident. Raises
    KeyRefused."""
    caller = _caller(request, said, at=at)
    if caller is None and limits.posting == "key":
        raise KeyRefused(_("api_key was not provided."))
    if caller is not None and not posts_granting(caller, Permission.CASE_REGISTER):
        raise KeyRefused(_("api_key does not allow this."))
    return caller or resident(door="api", network=network_mark(request))


@_door("GET", "HEAD")
def one_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request; what is not public and not in sight is not there."""
    at, said = clock.now(), arguments.plain(request.GET)
    limits = in_force(rules.OPEN311, at=at).params
    viewer = _caller(request, said, at=at)
    extensions = arguments.one(said, "extensions").lower() in ("true", "1", "v1")
    found = queries.find_request(number, viewer=viewer, unsorted=_unsorted(at), extensions=extensions)
    if found is None:
        raise Absent(_("service_request_id was not found."))
    return _answered(request, [found], limits, viewer=viewer, extensions=extensions)


@_door("GET", "HEAD")
def token(request: HttpRequest, token: str) -> HttpResponse:
    """The request of a token. Numbers are given at once here, so the only token is the receipt itself:
    number, dot, receipt code."""
    number, _dot, code = token.rpartition(".")
    try:
        case = raising.open_matter(
            number=number,
            code=code,
            by=resident(door="api", network=network_mark(request)),
            at=clock.now(),
        )
    except tracking.NoSuchReceipt as unknown:
        raise Absent(_("token was not found.")) from unknown
    response = _answer(request, "service_requests", [{"service_request_id": case.number, "token": token}])
    response.headers["Cache-Control"] = "private, no-store"
    return response


@_door("GET", "HEAD")
def updates(request: HttpRequest) -> HttpResponse:
    """What happened to requests, step by step: the extension other systems poll."""
    at, said = clock.now(), arguments.plain(request.GET)
    limits = in_force(rules.OPEN311, at=at).params
    viewer = _caller(request, said, at=at)
    search = arguments.read_search(said, limits, at=at)
    rows = [shapes.update(note, status) for note, status in queries.list_updates(search, viewer=viewer)]
    return _answer(request, "service_request_updates", rows)


@_door("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
def elsewhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below: a known one without its ending, or nothing at all."""
    first = rest.removeprefix("v2/").split("/")[0]
    if first in ("services", "requests", "tokens", "servicerequestupdates", "discovery"):
        raise answers.wrong_format()
    raise Absent(_("There is nothing at this address."))
