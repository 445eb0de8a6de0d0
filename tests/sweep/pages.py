"""Every route and who may use it. A new route gets a row in `PAGES`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gongzhi.audit.models import AuditEvent
from gongzhi.knowledge.numbers import article_number
from gongzhi.mediation import numbers as dispute_numbers
from tests.stage import receipt_of
from tests.sweep.people import (
    ANALYST,
    APPOINTERS,
    AUDITORS,
    CALL_SOMEWHERE,
    CALL_TAKERS,
    CALLERS,
    DESKS,
    DISPATCH_SOMEWHERE,
    EVERYONE,
    FIGURES_SOMEWHERE,
    FLAG_RULERS,
    HANDLE_SOMEWHERE,
    HOTLINE,
    HOTLINE_SOMEWHERE,
    KEEP_ARTICLES,
    MANAGER,
    MEDIATION,
    MEDIATION_FIGURES,
    MEDIATORS,
    NO_FIGURES,
    NOBODY,
    PUBLIC,
    PUBLISH_ARTICLES,
    REGISTER_SOMEWHERE,
    REGISTRARS,
    SETTLE_SOMEWHERE,
    TAKE_UP,
    UNIT,
    VILLAGE,
    WRITE_ARTICLES,
)
from tests.sweep.world import World

Args = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """Who may use a route: `may` is served, the rest of `sees` gets 403, everybody else 404."""

    may: frozenset[str]
    sees: frozenset[str] = PUBLIC
    args: Args = field(default=lambda world: {})
    methods: str = "GET"
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    gone: bool = False
    """Answers 404 to all on purpose: an address of a library that is not offered here."""


def _unit(world: World) -> dict[str, Any]:
    return {"code": world.cast.units.village.code}


def _post(world: World) -> dict[str, Any]:
    return _unit(world) | {"post_id": world.post.pk}


def _person(world: World) -> dict[str, Any]:
    return {"username": world.cast.line_person.user.username}


def _day(world: World) -> dict[str, Any]:
    return {"day": world.stage.at.date()}


def of_receipt(world: World) -> dict[str, Any]:
    return receipt_of(world.case)


def _json(world: World) -> dict[str, Any]:
    return {"ext": "json"}


def _followup(world: World) -> dict[str, Any]:
    return {"key": world.followup.pk}


def _rule(world: World) -> dict[str, Any]:
    return {"code": "cases.windows"}


def _notice(world: World) -> dict[str, Any]:
    return {"pk": world.notice.pk}


def _staff(may: frozenset[str] = EVERYONE, **more: Any) -> Row:
    return Row(may, EVERYONE, **more)


def _number(world: World) -> dict[str, Any]:
    return {"number": world.case.number}


def _of_case(may: frozenset[str], *, args: Args = _number, methods: str = "GET") -> Row:
    return Row(may, VILLAGE, args=args, methods=methods)


def _of_figures(*, args: Args = _unit, methods: str = "GET") -> Row:
    return Row(VILLAGE - NO_FIGURES, VILLAGE | NO_FIGURES, args=args, methods=methods)


def _of_owner(methods: str = "GET") -> Row:
    """The clerk's own file, which is not written yet: told so, and not that it is absent."""
    return Row(frozenset({"clerk"}), frozenset({"clerk"}) | MANAGER, args=_export, methods=methods)


def _of_clerk(args: Args, methods: str = "POST") -> Row:
    """The clerk's own; who sees no matter at all is told so."""
    return Row(frozenset({"clerk"}), frozenset({"clerk"}) | MANAGER, args=args, methods=methods)


def _batch(world: World) -> dict[str, Any]:
    return {"key": world.batch.pk}


def _view(world: World) -> dict[str, Any]:
    return {"key": world.view.pk}


def _export(world: World) -> dict[str, Any]:
    return {"key": world.export.pk}


def _of_unit(may: frozenset[str], *, args: Args = _unit, methods: str = "GET POST") -> Row:
    return Row(may, UNIT, args=args, methods=methods)


def _dispute(world: World) -> dict[str, Any]:
    return {"number": world.dispute.number}


def _call(world: World) -> dict[str, Any]:
    return {"number": world.call.number}


def _of_party(world: World) -> dict[str, Any]:
    return _dispute(world) | {"code": dispute_numbers.party_code(world.dispute.number, 1)}


def _article(world: World) -> dict[str, Any]:
    return {"number": article_number(world.article.pk)}


CLOSED = Row(NOBODY, PUBLIC, methods="GET POST", gone=True)

PAGES: dict[str, Row] = {
    # Residents: no account; the receipt is the key.
    "cases:home": Row(PUBLIC),
    "cases:forget": Row(PUBLIC, methods="POST"),
    "cases:raise": Row(PUBLIC, methods="GET POST"),
    "cases:raise_likely": Row(PUBLIC, methods="POST"),
    "cases:poster_link": Row(PUBLIC, args=lambda w: {"place": w.cast.units.village.code}),
    "cases:poster_spot": Row(
        PUBLIC, args=lambda w: {"place": w.cast.units.village.code, "packed": "5qeQ", "signature": "no"}
    ),
    "cases:track": Row(PUBLIC, methods="GET POST"),
    "cases:matter": Row(PUBLIC, args=of_receipt),
    "cases:receipt": Row(PUBLIC, args=of_receipt),
    "cases:picture": Row(PUBLIC, args=lambda w: of_receipt(w) | {"position": 1}),
    "cases:ways": Row(PUBLIC, args=of_receipt, methods="GET POST"),
    "cases:add": Row(PUBLIC, args=of_receipt, methods="GET POST"),
    "cases:own_file": Row(PUBLIC, args=of_receipt, methods="GET POST"),
    "cases:own_file_made": Row(NOBODY, NOBODY, args=lambda w: of_receipt(w) | {"key": 1}, gone=True),
    # The world's case is no petition: its documents are there for nobody.
    "cases:document": Row(NOBODY, NOBODY, args=lambda w: of_receipt(w) | {"name": "answer"}, gone=True),
    "cases:press": Row(PUBLIC, args=lambda w: of_receipt(w) | {"name": "withdraw"}, methods="GET POST"),
    "cases:verify": Row(PUBLIC, methods="GET POST"),
    "cases:verified": Row(PUBLIC, args=of_receipt),
    "cases:proof": Row(PUBLIC, args=of_receipt),
    "cases:board": Row(PUBLIC),
    "cases:board_feed": Row(PUBLIC),
    "cases:board_picture": Row(
        NOBODY, NOBODY, args=lambda w: {"number": w.published.number, "position": 1}, gone=True
    ),
    "cases:published": Row(PUBLIC, args=lambda w: {"number": w.published.number}),
    # Other systems: what is public without a key; posting asks for one, whoever is signed in.
    "open311:discovery": Row(PUBLIC, args=_json),
    "open311:v2_discovery": Row(PUBLIC, args=_json),
    "open311:services": Row(PUBLIC, args=_json),
    "open311:service": Row(PUBLIC, args=lambda w: _json(w) | {"code": "0101"}),
    "open311:requests": Row(PUBLIC, args=_json),
    "open311:request": Row(PUBLIC, args=lambda w: _json(w) | {"number": w.published.number}),
    "open311:token": Row(
        PUBLIC, args=lambda w: _json(w) | {"token": "{number}.{code}".format(**receipt_of(w.case))}
    ),
    "open311:updates": Row(PUBLIC, args=_json),
    "open311:elsewhere": Row(NOBODY, PUBLIC, gone=True, args=lambda w: {"rest": "v2/nothing"}),
    # Signed doors: closed while the settings hold no secret. What they ask for: gongzhi/channels/tests.
    "channels:wechat": Row(NOBODY, PUBLIC, gone=True, methods="GET POST"),
    "channels:mail": Row(NOBODY, PUBLIC, gone=True, methods="POST"),
    "channels:sms": Row(NOBODY, PUBLIC, gone=True, methods="POST"),
    "hotline:events": Row(NOBODY, PUBLIC, gone=True, methods="POST"),
    # Open to all by their nature.
    "audit:roots": Row(PUBLIC),
    "audit:roots_json": Row(PUBLIC),
    "audit:proof_json": Row(PUBLIC, args=lambda w: {"row": AuditEvent.objects.order_by("id")[0].pk}),
    "rulebook:public_list": Row(PUBLIC),
    "rulebook:public_rule": Row(PUBLIC, args=_rule),
    "rulebook:list_json": Row(PUBLIC),
    "rulebook:rule_json": Row(PUBLIC, args=_rule),
    "site:healthz": Row(PUBLIC),
    "site:metrics": Row(PUBLIC),
    "set_language": Row(PUBLIC, methods="POST"),
    "appearance:type_size": Row(PUBLIC, args=lambda w: {"size": "large"}),
    # For builders; absent unless the setting says otherwise.
    "gallery:staff": Row(NOBODY, PUBLIC, gone=True),
    "gallery:resident": Row(NOBODY, PUBLIC, gone=True),
    "gallery:error": Row(NOBODY, PUBLIC, gone=True, args=lambda w: {"status": 404}),
    # Signing in, and one's own account.
    "account_login": Row(PUBLIC, methods="GET POST"),
    "account_logout": Row(PUBLIC, methods="GET POST"),
    "account_inactive": Row(PUBLIC),
    "account_reauthenticate": _staff(methods="GET POST"),
    "account_change_password": _staff(methods="GET POST"),
    "orgs:account": _staff(),
    "orgs:revoke_token": Row(
        frozenset({"clerk"}), frozenset({"clerk"}), methods="POST", args=lambda w: {"token_id": w.token.pk}
    ),
    "mfa_index": _staff(),
    "mfa_authenticate": _staff(methods="GET POST"),
    "mfa_login_webauthn": _staff(),
    "mfa_reauthenticate": _staff(methods="GET POST"),
    "mfa_activate_totp": _staff(methods="GET POST"),
    "mfa_deactivate_totp": Row(NOBODY, NOBODY, methods="GET POST"),
    "mfa_view_recovery_codes": Row(NOBODY, NOBODY),
    "mfa_generate_recovery_codes": _staff(methods="GET POST"),
    "mfa_download_recovery_codes": Row(NOBODY, NOBODY),
    "mfa_list_webauthn": _staff(),
    "mfa_add_webauthn": _staff(methods="GET POST"),
    "mfa_reauthenticate_webauthn": _staff(methods="POST"),
    "mfa_remove_webauthn": Row(NOBODY, NOBODY, methods="GET POST", args=lambda w: {"pk": 1}),
    "mfa_edit_webauthn": Row(NOBODY, NOBODY, methods="GET POST", args=lambda w: {"pk": 1}),
    **dict.fromkeys(
        (
            "account_signup",
            "account_email",
            "account_email_verification_sent",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "account_confirm_login_code",
        ),
        CLOSED,
    ),
    # Units and posts.
    "orgs:units": _staff(),
    "orgs:unit": _of_unit(UNIT, methods="GET"),
    "orgs:create_unit": _of_unit(MANAGER),
    "orgs:rename_unit": _of_unit(MANAGER),
    "orgs:move_unit": _of_unit(MANAGER),
    "orgs:end_unit": _of_unit(MANAGER),
    "orgs:unit_days": _of_unit(MANAGER),
    "orgs:clear_unit_day": Row(NOBODY, VILLAGE - NOBODY, methods="POST", args=lambda w: _unit(w) | _day(w)),
    "orgs:appoint": _of_unit(APPOINTERS),
    "orgs:end_post": _of_unit(APPOINTERS, args=_post),
    # Calendar and accounts belong to the whole county.
    "orgs:calendar": _staff(),
    "orgs:calendar_day": _staff(MANAGER, args=_day, methods="GET POST"),
    "orgs:calendar_clear": _staff(MANAGER, args=_day, methods="POST"),
    "orgs:accounts": _staff(MANAGER),
    "orgs:create_account": _staff(MANAGER, methods="GET POST"),
    "orgs:person": _staff(MANAGER, args=_person),
    "orgs:reset_password": _staff(MANAGER, args=_person, methods="POST"),
    "orgs:close_account": _staff(MANAGER, args=_person, methods="POST"),
    "orgs:reopen_account": _staff(MANAGER, args=_person, methods="POST"),
    # Rules: everybody reads, the system manager enters what was decided.
    "rulebook:list": _staff(),
    "rulebook:rule": _staff(args=_rule),
    "rulebook:change": _staff(MANAGER, args=_rule, methods="GET POST"),
    "rulebook:withdraw": _staff(MANAGER, args=lambda w: _rule(w) | {"number": 1}, methods="POST"),
    # Staff pages of cases.
    "site:desk": _staff(),
    "site:pulse_desk": _staff(),
    "cases:list": _staff(EVERYONE - MANAGER),
    "cases:dispatch_queue": _staff(DISPATCH_SOMEWHERE),
    "cases:case": _of_case(VILLAGE),
    "cases:staff_picture": Row(
        # An analyst reads no words, so for them a case has no pictures either.
        VILLAGE - ANALYST,
        VILLAGE - ANALYST,
        args=lambda w: _number(w) | {"position": 1},
    ),
    "cases:case_file": Row(VILLAGE - ANALYST, VILLAGE - ANALYST, args=_number, methods="GET POST"),
    "cases:case_file_made": Row(NOBODY, NOBODY, args=lambda w: _number(w) | {"key": 1}),
    "cases:staff_document": Row(
        NOBODY, NOBODY, args=lambda w: _number(w) | {"name": "answer"}, methods="GET"
    ),
    "cases:reporter": _of_case(REGISTRARS | {"supervisor"}, methods="GET POST"),
    "cases:move": _of_case(DESKS, args=lambda w: _number(w) | {"name": "accept"}, methods="GET POST"),
    "cases:likely": _of_case(VILLAGE - ANALYST),
    "cases:likely_merge": _of_case(DESKS, methods="POST"),
    "cases:likely_apart": _of_case(DESKS, methods="POST"),
    "cases:waiting": _staff(DISPATCH_SOMEWHERE, args=lambda w: {"name": "checks"}),
    "cases:exports": _staff(EVERYONE - MANAGER),
    "cases:ask_export": _staff(EVERYONE - MANAGER, methods="GET POST"),
    # Whose it is fetches it; to anybody else it is not there.
    "cases:export_file": _of_owner(),
    "cases:cancel_export": _of_owner(methods="POST"),
    "cases:flags": _staff(FLAG_RULERS),
    "cases:flag": Row(FLAG_RULERS, EVERYONE, args=lambda w: {"key": w.flag.pk}, methods="GET POST"),
    "cases:poster": _of_unit(DESKS),
    "cases:poster_take_back": _of_unit(DESKS, args=lambda w: _unit(w) | {"key": w.poster.pk}),
    "cases:experts": _staff(HANDLE_SOMEWHERE),
    "cases:end_expert": Row(
        frozenset({"town_dispatcher", "town_head", "county_dispatcher"}),
        EVERYONE - {"peer_dispatcher"},
        args=lambda w: {"key": w.expert.pk},
        methods="POST",
    ),
    "cases:register": _staff(REGISTER_SOMEWHERE, methods="GET POST"),
    "cases:register_proposed": _staff(REGISTER_SOMEWHERE, methods="POST"),
    "cases:settle_new": _staff(SETTLE_SOMEWHERE, methods="GET POST"),
    # The receipt is shown to nobody but who typed the matter in.
    "cases:handed": Row(
        frozenset({"clerk"}),
        EVERYONE - REGISTER_SOMEWHERE | {"clerk"},
        args=lambda w: {"number": w.typed.number},
    ),
    # Figures: of the village for whose posts read figures and have it in sight.
    "cases:dashboard": _staff(FIGURES_SOMEWHERE),
    "cases:proposals": _staff(FIGURES_SOMEWHERE),
    "cases:proposal_list": _staff(FIGURES_SOMEWHERE),
    "cases:models": _staff(AUDITORS),
    "cases:model_learn": _staff(AUDITORS, methods="POST"),
    "cases:model_use": _staff(AUDITORS, args=lambda w: {"key": 0}, methods="POST"),
    "cases:unit_figures": _of_figures(),
    "cases:count_figures": _of_figures(methods="POST"),
    "cases:help_figures": _of_figures(),
    "cases:help_list": _of_figures(),
    "cases:figure_list": _of_figures(args=lambda w: _unit(w) | {"measure": "registered"}),
    "cases:figure_file": _of_figures(args=lambda w: _unit(w) | {"measure": "registered"}),
    # Follow-up calls: never by the unit that answered; to a centre of another town they are not there.
    "followup:list": _staff(CALL_SOMEWHERE),
    "followup:figures": _staff(CALL_SOMEWHERE),
    "followup:call": Row(CALLERS, EVERYONE - {"peer_dispatcher"}, args=_followup, methods="GET POST"),
    "followup:number": Row(CALLERS, EVERYONE - {"peer_dispatcher"}, args=_followup, methods="POST"),
    "followup:draw": Row(CALLERS, EVERYONE - {"peer_dispatcher"}, args=lambda w: {"key": w.followup.draw_id}),
    # Mediation: dated facts for who has the village in sight, words for mediator and head.
    "mediation:list": _staff(EVERYONE - MANAGER),
    "mediation:open": _staff(TAKE_UP, methods="GET POST"),
    "mediation:figures": _staff(MEDIATION_FIGURES),
    "mediation:dispute": Row(MEDIATION, MEDIATION, args=_dispute),
    "mediation:agreement": Row(MEDIATORS, MEDIATORS, args=_dispute),
    "mediation:contacts": Row(MEDIATORS, MEDIATION, args=_dispute, methods="GET POST"),
    "mediation:answer": Row(NOBODY, MEDIATION, args=_dispute, methods="GET POST"),
    "mediation:signature": Row(MEDIATORS, MEDIATORS, args=lambda w: _dispute(w) | {"position": 1}),
    "mediation:move": Row(
        MEDIATORS, MEDIATION, args=lambda w: _dispute(w) | {"name": "visit"}, methods="GET POST"
    ),
    "mediation:party": Row(PUBLIC, args=_of_party),
    "mediation:party_agreement": Row(PUBLIC, args=_of_party),
    "mediation:party_press": Row(
        PUBLIC, args=lambda w: _of_party(w) | {"name": "statement"}, methods="GET POST"
    ),
    # The hotline: calls of the town's line; the screen for whoever takes calls anywhere.
    "hotline:screen": _staff(CALL_TAKERS | {"peer_dispatcher"}, methods="GET POST"),
    "hotline:answers": _staff(CALL_TAKERS | {"peer_dispatcher"}, methods="POST"),
    "hotline:list": _staff(HOTLINE_SOMEWHERE),
    "hotline:figures": _staff(HOTLINE_SOMEWHERE),
    "hotline:call": Row(HOTLINE, EVERYONE - {"peer_dispatcher"}, args=_call),
    "hotline:correct": Row(CALL_TAKERS, EVERYONE - {"peer_dispatcher"}, args=_call, methods="GET POST"),
    "hotline:number": Row(CALL_TAKERS, EVERYONE - {"peer_dispatcher"}, args=_call, methods="GET POST"),
    # Many at once, and saved views: whose they are sees them; to anybody else they are not there.
    "workbench:batches": _staff(EVERYONE - MANAGER),
    "workbench:new": _staff(HANDLE_SOMEWHERE, methods="GET POST"),
    "workbench:batch": _of_clerk(_batch, methods="GET"),
    "workbench:undo": _of_clerk(_batch),
    "workbench:pulse_list": _staff(EVERYONE - MANAGER),
    "workbench:pulse_case": _of_case(VILLAGE),
    "workbench:views": _staff(EVERYONE - MANAGER),
    "workbench:save_view": _staff(EVERYONE - MANAGER, methods="POST"),
    "workbench:change_view": _of_clerk(_view, methods="GET POST"),
    "workbench:move_view": _of_clerk(_view),
    "workbench:delete_view": _of_clerk(_view),
    # Knowledge: published for everybody; written and reviewed at its unit and above.
    "knowledge:index": Row(PUBLIC),
    "knowledge:help": Row(PUBLIC, args=_article),
    "knowledge:used": Row(PUBLIC, args=_article, methods="POST"),
    "knowledge:thanks": Row(PUBLIC, args=_article),
    "knowledge:missed": Row(PUBLIC, methods="POST"),
    "knowledge:proposals": Row(PUBLIC, methods="POST"),
    "knowledge:list": _staff(EVERYONE - MANAGER),
    "knowledge:missed_words": _staff(EVERYONE - MANAGER),
    "knowledge:new": _staff(WRITE_ARTICLES, methods="GET POST"),
    "knowledge:page": _staff(EVERYONE - MANAGER, args=_article),
    "knowledge:edit": _staff(DESKS, args=_article, methods="GET POST"),
    "knowledge:versions": _staff(KEEP_ARTICLES, args=_article),
    "knowledge:own": _staff(DESKS, args=_article, methods="POST"),
    "knowledge:step": _staff(
        PUBLISH_ARTICLES, args=lambda w: _article(w) | {"name": "withdraw"}, methods="GET POST"
    ),
    # Records and notices.
    "audit:log": _staff(AUDITORS),
    "notices:deliveries": _staff(AUDITORS),
    "notices:mine": _staff(),
    "notices:ways": _staff(methods="GET POST"),
    "notices:messenger": _staff(methods="POST"),
    "notices:mark_all_read": _staff(methods="POST"),
    "notices:open": Row(frozenset({"clerk"}), frozenset({"clerk"}), args=_notice, methods="POST"),
    "notices:mark_read": Row(frozenset({"clerk"}), frozenset({"clerk"}), args=_notice, methods="POST"),
}
WITH_A_SECOND_FACTOR = frozenset(
    {"mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}
    | {"mfa_remove_webauthn", "mfa_edit_webauthn"}
)
"""Pages for who has set up a second factor, which nobody of the cast has: shown to none of them."""
API_ROUTES = frozenset({"api:openapi-json", "api:api-root"})


def verdict(answer: Any) -> str:
    """Return what an answer says of rights: sign in, refused, absent, or served (with or without success)."""
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/account/login/"):
        return "sign in"
    return {401: "sign in", 403: "refused", 404: "absent"}.get(answer.status_code, "served")


def expected(row: Row, name: str) -> str:
    if row.gone:
        return "absent"
    if name in row.may:
        return "served"
    if name == "anonymous":
        return "sign in"
    return "refused" if name in row.sees else "absent"
