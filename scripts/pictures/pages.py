"""The list of pages: one line for each page and each state of it that looks different.

A new page gets a line here, or a line with its reason in `WITHOUT_PICTURE`; `tests/test_pictures.py` finds
the route that has neither, and the move without a picture of its form.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page

from gongzhi.demo.county import SHOWN_VILLAGE
from scripts.pictures import factors
from scripts.pictures import finding as found
from scripts.pictures.finding import case, held
from scripts.pictures.matters import matter
from scripts.pictures.shown import Shown, send_empty

CLERK, DISPATCHER, SUPERVISOR, MANAGER = "clerk", "town", "supervisor", "manager"
COUNTY = "county"
HEAD, TOWN_HEAD, OFFICER, LINE = "head", "townhead", "officer", "line"
NOTHING = "没有这样的字"
REFUSED = 422
"""A form that came back with what is wrong."""


def _locked(page: Page) -> None:
    """Try wrong passwords until the account is locked; nobody has this name."""
    name = f"nobody-{uuid4().hex[:8]}"
    for _ in range(12):
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill("wrong-password")
        with page.expect_navigation() as led:
            page.locator("main form button.button-primary").click()
        if led.value.status == 429:
            return
    raise AssertionError("twelve wrong passwords and not locked")


def _looked_up(page: Page) -> None:
    page.locator("main form [name=why]").first.check(force=True)
    page.locator("main form button.button-primary").click()


def _new_account(page: Page) -> None:
    form = page.locator("main form")
    form.locator("[name=username]").fill(f"new-{uuid4().hex[:8]}")
    form.locator("[name=full_name]").fill("刘小梅")
    form.locator("button.button-primary").click()


def _changed_rule(page: Page) -> None:
    form = page.locator("main form")
    for name in ("note", "source", "decided_by"):
        if form.locator(f"[name={name}]").count():
            form.locator(f"[name={name}]").fill("县政府常务会议 2026 年第 3 次")
    if form.locator("[name=confidence]").count():
        form.locator("[name=confidence]").first.check(force=True)
    form.locator("input[type=number]").first.fill("9")
    form.locator("button.button-primary").click()


RESIDENTS = (
    Shown("home", "cases:home"),
    Shown("home-village", "cases:home", query=f"?place={SHOWN_VILLAGE}"),
    Shown("raise", "cases:raise"),
    Shown("raise-found", "cases:raise", query="?q=柏杨"),
    Shown("raise-nothing", "cases:raise", query=f"?q={NOTHING}"),
    Shown("raise-form", "cases:raise", query=f"?place={SHOWN_VILLAGE}"),
    Shown(
        "raise-refused",
        "cases:raise",
        query=f"?place={SHOWN_VILLAGE}",
        act=send_empty,
        status=REFUSED,
    ),
    Shown("raise-likely", "cases:raise", query=found.place_of_published, act=found.send_what_is_public),
    Shown("receipt", "cases:receipt", kwargs=held("registered")),
    Shown("own-file", "cases:own_file", kwargs=held("registered")),
    Shown("track", "cases:track"),
    Shown("track-refused", "cases:track", act=send_empty, status=REFUSED),
    Shown("board", "cases:board"),
    Shown("board-nothing", "cases:board", query=f"?q={NOTHING}"),
    Shown("published", "cases:published", kwargs=found.published),
    Shown("verify", "cases:verify"),
    Shown("verify-refused", "cases:verify", act=send_empty, status=REFUSED),
    Shown("verified", "cases:verified", kwargs=found.sealed_receipt),
    Shown("verified-waiting", "cases:verified", kwargs=held("contacted")),
    *(
        Shown(f"matter-{story}", "cases:matter", kwargs=held(story))
        for story in ("registered", "accepted", "dispatched", "handling", "paused", "resolved", "not-solved")
    ),
    *(
        Shown(f"matter-{story}", "cases:matter", kwargs=held(story))
        for story in ("closed", "rated", "declined", "withdrawn", "escalated")
    ),
    *(
        Shown(f"matter-{story}", "cases:matter", kwargs=held(story))
        for story in ("called", "merged", "merged-answered", "petition", "signed")
    ),
    Shown("paper-petition", "cases:document", kwargs=held("petition", "answer")),
    Shown("matter-done", "cases:matter", kwargs=held("closed"), query="?done=solved"),
    Shown("matter-late", "cases:matter", kwargs=held("closed"), query="?late=1"),
    Shown("ways", "cases:ways", kwargs=held("handling")),
    Shown("raise-poster", "cases:poster_spot", kwargs=found.poster_spot),
    Shown("raise-poster-village", "cases:poster_link", kwargs=found.poster_link),
    Shown("add", "cases:add", kwargs=held("handling")),
    Shown("add-refused", "cases:add", kwargs=held("handling"), act=send_empty, status=REFUSED),
    *(
        Shown(f"press-{press}", "cases:press", kwargs=held(story, press))
        for press, story in (
            ("solved", "resolved"),
            ("not-solved", "resolved"),
            ("let-it-be", "resolved"),
            ("rate", "closed"),
            ("object", "declined"),
            ("reopen", "rated"),
            ("withdraw", "handling"),
            ("review", "petition"),
        )
    ),
    Shown(
        "press-reopen-refused",
        "cases:press",
        kwargs=held("rated", "reopen"),
        act=send_empty,
        status=REFUSED,
    ),
    Shown("press-rate-refused", "cases:press", kwargs=held("closed", "rate"), act=send_empty, status=REFUSED),
    Shown("help", "knowledge:index"),
    Shown("help-found", "knowledge:index", query="?q=dibao"),
    Shown("help-nothing", "knowledge:index", query=f"?q={NOTHING}"),
    Shown("help-article", "knowledge:help", kwargs=found.article("public")),
    Shown("help-thanks", "knowledge:thanks", kwargs=found.article("public")),
    Shown("help-no-help", "knowledge:thanks", kwargs=found.article("public"), query="?helped=no"),
    Shown("rules", "rulebook:public_list"),
    Shown("rule", "rulebook:public_rule", kwargs=found.rule("cases.finish_limit")),
    Shown("seals", "audit:roots"),
)


def _named(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"name": name}


MOVES = (
    ("accept", "registered", CLERK),
    ("decline", "registered", CLERK),
    ("settle", "registered", LINE),
    ("object", "declined", DISPATCHER),
    ("dispatch", "accepted", CLERK),
    ("sign", "dispatched", CLERK),
    ("return", "dispatched", CLERK),
    ("escalate", "handling", CLERK),
    ("refer_down", "arbitrated", COUNTY),
    ("resolve", "handling", CLERK),
    ("confirm", "resolved", DISPATCHER),
    ("rate", "closed", DISPATCHER),
    ("not_solved", "resolved", DISPATCHER),
    ("reopen", "closed", SUPERVISOR),
    ("withdraw", "handling", DISPATCHER),
    ("contact", "handling", CLERK),
    ("pause", "handling", CLERK),
    ("resume", "paused", CLERK),
    ("supervise", "handling", TOWN_HEAD),
    ("answer_supervision", "supervised", CLERK),
    ("comment", "handling", CLERK),
    ("attach", "handling", CLERK),
    ("sign_statement", "handling", CLERK),
    ("publish", "closed", CLERK),
    ("unpublish", "published", CLERK),
    ("judge_answer", "answered_order", SUPERVISOR),
    ("reissue", "handling", LINE),
    ("panel", "complex", CLERK),
    ("decision", "major", CLERK),
    ("ask_extension", "contacted", CLERK),
    ("decide_extension", "asked_time", DISPATCHER),
    ("ask_expert", "contacted", CLERK),
    ("call_help", "handling", CLERK),
    ("sign_help", "called", OFFICER),
    ("answer_help", "called", OFFICER),
    ("rate_help", "helped", CLERK),
    ("call_off", "called", CLERK),
    ("reassign", "handling", CLERK),
    ("merge", "accepted", CLERK),
    ("unmerge", "merged", CLERK),
    ("judge_merged", "merged-answered", DISPATCHER),
    ("take_as_petition", "registered", CLERK),
    ("ask_review", "petition", DISPATCHER),
    ("decide_review", "reviewed", DISPATCHER),
)
"""The form of each move, of which matter, and who makes it."""

CASES = (
    Shown("case", "cases:case", SUPERVISOR, kwargs=found.longest_story),
    *(
        Shown(f"case-{story}", "cases:case", CLERK, kwargs=case(story))
        for story in ("registered", "accepted", "dispatched", "handling", "paused", "supervised", "resolved")
    ),
    *(
        Shown(f"case-{story}", "cases:case", CLERK, kwargs=case(story))
        for story in ("closed", "rated", "published", "not-solved", "declined", "withdrawn", "returned")
    ),
    Shown("case-arbitrated", "cases:case", COUNTY, kwargs=case("arbitrated")),
    *(
        Shown(f"case-{story}", "cases:case", CLERK, kwargs=case(story))
        for story in ("complex", "panel", "major", "asked_time", "answered_order")
    ),
    *(
        Shown(f"case-{story}", "cases:case", CLERK, kwargs=case(story))
        for story in ("called", "helped", "merged", "merged-answered", "petition", "reviewed")
    ),
    Shown("case-helper", "cases:case", OFFICER, kwargs=case("called")),
    Shown("document", "cases:staff_document", CLERK, kwargs=case("petition", "answer")),
    Shown("experts", "cases:experts", DISPATCHER),
    Shown("flags", "cases:flags", SUPERVISOR, kwargs=found.flags),
    Shown("flags-none", "cases:flags", TOWN_HEAD, query="?kind=longer_limit&state=founded"),
    Shown("flag", "cases:flag", SUPERVISOR, kwargs=found.flag),
    Shown("flag-refused", "cases:flag", SUPERVISOR, kwargs=found.flag, status=REFUSED, act=send_empty),
    Shown("exports", "cases:exports", SUPERVISOR, kwargs=found.exports),
    Shown("exports-none", "cases:exports", OFFICER),
    Shown("export-ask", "cases:ask_export", CLERK, query="?state=closed"),
    Shown("batch-choose", "workbench:new", CLERK, query=found.many("dispatch", "accepted", "handling")),
    Shown("batch-preview", "workbench:new", CLERK, query=found.many("accept", "registered", "handling")),
    Shown("batch-merge", "workbench:new", CLERK, query=found.many("merge", "accepted", "handling")),
    Shown("batch-held", "workbench:batch", CLERK, kwargs=found.held_batch),
    Shown("batch-done", "workbench:batch", DISPATCHER, kwargs=found.done_batch),
    Shown("batches", "workbench:batches", DISPATCHER, kwargs=found.listed_batches),
    Shown("batches-none", "workbench:batches", OFFICER),
    Shown("views", "workbench:views", CLERK, kwargs=found.views),
    Shown("view-change", "workbench:change_view", CLERK, kwargs=found.view),
    Shown("list-with-views", "cases:list", CLERK, query=found.list_with_views),
    *(
        Shown(f"waiting-{name}", "cases:waiting", who, kwargs=_named(name))
        for name, who in (
            ("supervisions", SUPERVISOR),
            ("answers", SUPERVISOR),
            ("extensions", DISPATCHER),
            ("checks", CLERK),
        )
    ),
    Shown("case-signed", "cases:case", CLERK, kwargs=case("signed")),
    Shown("case-escalated", "cases:case", DISPATCHER, kwargs=case("escalated")),
    Shown("case-analyst", "cases:case", "analyst", kwargs=case("handling")),
    *(
        Shown(f"move-{move}", "cases:move", who, kwargs=case(story, move.replace("-", "_")))
        for move, story, who in MOVES
    ),
    *(
        Shown(
            f"move-{move}-refused",
            "cases:move",
            who,
            kwargs=case(story, move),
            act=send_empty,
            status=REFUSED,
        )
        for move, story, who in MOVES
        if move in ("accept", "decline", "dispatch", "resolve", "publish", "attach", "sign_statement")
    ),
    Shown("case-outrun", "cases:move", CLERK, kwargs=case("resolved", "resolve"), status=409),
    Shown("case-file", "cases:case_file", CLERK, kwargs=case("handling")),
    Shown("reporter", "cases:reporter", CLERK, kwargs=case("handling")),
    Shown("case-likely", "cases:case", CLERK, kwargs=found.alike),
    Shown("likely", "cases:likely", CLERK, kwargs=found.alike),
    Shown("likely-nothing", "cases:likely", CLERK, kwargs=case("typed")),
    Shown("reporter-open", "cases:reporter", CLERK, kwargs=case("handling"), act=_looked_up),
    Shown("call", "hotline:screen", COUNTY, query=found.known_caller),
    Shown("call-first", "hotline:screen", COUNTY),
    Shown("call-refused", "hotline:screen", COUNTY, act=send_empty, status=REFUSED),
    Shown("calls", "hotline:list", COUNTY),
    Shown("calls-nothing", "hotline:list", COUNTY, query="?line=99"),
    Shown("call-page", "hotline:call", COUNTY, kwargs=found.call),
    Shown("call-number", "hotline:number", COUNTY, kwargs=found.call),
    Shown("call-correct", "hotline:correct", COUNTY, kwargs=found.call),
    Shown("call-corrected", "hotline:call", COUNTY, kwargs=found.corrected_call),
    Shown("call-run-out", "hotline:screen", COUNTY, query="?who=x&call=9999-1"),
    Shown("calls-figures", "hotline:figures", SUPERVISOR),
    Shown("knowledge", "knowledge:list", CLERK),
    Shown("knowledge-due", "knowledge:list", OFFICER, query="?show=due"),
    Shown("knowledge-found", "knowledge:list", CLERK, query="?q=低保"),
    Shown("knowledge-page", "knowledge:page", OFFICER, kwargs=found.article("published")),
    Shown("knowledge-review", "knowledge:page", COUNTY, kwargs=found.article("review")),
    Shown("knowledge-publish", "knowledge:step", COUNTY, kwargs=found.article("review", "publish")),
    Shown("knowledge-versions", "knowledge:versions", COUNTY, kwargs=found.article("revised")),
    Shown("knowledge-new", "knowledge:new", OFFICER),
    Shown("knowledge-edit", "knowledge:edit", OFFICER, kwargs=found.article("own")),
    Shown("knowledge-missed", "knowledge:missed_words", CLERK),
    Shown("followups", "followup:list", DISPATCHER, kwargs=found.followups),
    Shown(
        "followups-none", "followup:list", DISPATCHER, query="?measure=late&first=2001-01-01&last=2001-01-02"
    ),
    Shown("followup", "followup:call", DISPATCHER, kwargs=found.followup),
    Shown(
        "followup-refused", "followup:call", DISPATCHER, kwargs=found.followup, act=send_empty, status=REFUSED
    ),
    Shown("followup-told", "followup:call", SUPERVISOR, kwargs=found.followup_told),
    Shown("followup-draw", "followup:draw", SUPERVISOR, kwargs=found.followup_draw),
    Shown("followup-figures", "followup:figures", SUPERVISOR),
    Shown("mediation", "mediation:list", CLERK),
    Shown("mediation-open", "mediation:open", CLERK),
    Shown("mediation-figures", "mediation:figures", "county"),
    Shown("dispute-talks", "mediation:dispute", CLERK, kwargs=found.dispute("mediating")),
    Shown("dispute-agreed", "mediation:dispute", CLERK, kwargs=found.dispute("agreed")),
    Shown("dispute-facts", "mediation:dispute", SUPERVISOR, kwargs=found.dispute("agreed")),
    Shown("dispute-draft", "mediation:move", CLERK, kwargs=found.dispute("mediating", "draft")),
    Shown("dispute-hold", "mediation:move", CLERK, kwargs=found.dispute("mediating", "hold")),
    Shown("dispute-party", "mediation:party", kwargs=found.party("agreed")),
    Shown("dispute-end", "mediation:party_press", kwargs=found.party("mediating", "end")),
    Shown("register", "cases:register", CLERK),
    Shown("register-town", "cases:register", DISPATCHER),
    Shown("register-refused", "cases:register", CLERK, act=send_empty, status=REFUSED),
    Shown("settle", "cases:settle_new", LINE),
    Shown("settle-refused", "cases:settle_new", LINE, act=send_empty, status=REFUSED),
    Shown("handed", "cases:handed", CLERK, kwargs=lambda: {"number": matter("typed")}),
)

LISTS = (
    Shown("desk", "site:desk", CLERK),
    Shown("desk-town", "site:desk", DISPATCHER),
    Shown("desk-supervisor", "site:desk", SUPERVISOR),
    Shown("desk-manager", "site:desk", MANAGER),
    Shown("desk-quiet", "site:desk", found.quiet_clerk),
    Shown("queue", "cases:dispatch_queue", DISPATCHER),
    Shown("queue-quiet", "cases:dispatch_queue", found.quiet_clerk),
    Shown("matters", "cases:list", CLERK),
    Shown("matters-county", "cases:list", SUPERVISOR, query="?state=any"),
    Shown("matters-nothing", "cases:list", CLERK, query=f"?q={NOTHING}"),
    Shown("matters-unknown", "cases:list", CLERK, query="?state=nonsense"),
    Shown("dashboard", "cases:dashboard", SUPERVISOR),
    Shown("proposals", "cases:proposals", SUPERVISOR),
    Shown("proposals-list", "cases:proposal_list", SUPERVISOR, query="?field=category&only=wrong"),
    Shown("models", "cases:models", MANAGER),
    Shown("unit-figures", "cases:unit_figures", CLERK, kwargs=found.village),
    Shown("help-figures", "cases:help_figures", SUPERVISOR, kwargs=found.county),
    Shown("help-list", "cases:help_list", SUPERVISOR, kwargs=found.bureau),
    Shown("figure-list", "cases:figure_list", SUPERVISOR, kwargs=found.figure("solution")),
    Shown("notices", "notices:mine", CLERK),
    Shown("notices-ways", "notices:ways", CLERK),
    Shown("poster-take-back", "cases:poster_take_back", CLERK, kwargs=found.poster_printed(is_back=False)),
    Shown("poster-put-back", "cases:poster_take_back", CLERK, kwargs=found.poster_printed(is_back=True)),
    Shown("poster", "cases:poster", CLERK, kwargs=found.poster_unit),
    Shown("notices-quiet", "notices:mine", found.quiet_clerk),
    Shown("deliveries", "notices:deliveries", SUPERVISOR),
)

HOUSE = (
    Shown("desk-rules", "rulebook:list", CLERK),
    Shown("desk-rule", "rulebook:rule", MANAGER, kwargs=found.rule("cases.finish_limit")),
    Shown("desk-rule-change", "rulebook:change", MANAGER, kwargs=found.rule("cases.finish_limit")),
    Shown(
        "desk-rule-refused",
        "rulebook:change",
        MANAGER,
        kwargs=found.rule("cases.windows"),
        act=send_empty,
        status=REFUSED,
    ),
    Shown(
        "desk-rule-preview",
        "rulebook:change",
        MANAGER,
        kwargs=found.rule("cases.windows"),
        act=_changed_rule,
    ),
    Shown("units", "orgs:units", CLERK),
    Shown("units-found", "orgs:units", MANAGER, query="?q=平梁"),
    Shown("units-nothing", "orgs:units", MANAGER, query=f"?q={NOTHING}"),
    Shown("unit", "orgs:unit", MANAGER, kwargs=found.town),
    Shown("unit-village", "orgs:unit", CLERK, kwargs=found.village),
    Shown("unit-days", "orgs:unit_days", MANAGER, kwargs=found.village),
    Shown("unit-create", "orgs:create_unit", MANAGER, kwargs=found.town),
    Shown("unit-create-refused", "orgs:create_unit", MANAGER, kwargs=found.town, act=send_empty, status=422),
    Shown("unit-rename", "orgs:rename_unit", MANAGER, kwargs=found.village),
    Shown("unit-move", "orgs:move_unit", MANAGER, kwargs=found.village),
    Shown("unit-end", "orgs:end_unit", MANAGER, kwargs=found.village),
    Shown("appoint", "orgs:appoint", HEAD, kwargs=found.village),
    Shown("appoint-refused", "orgs:appoint", MANAGER, kwargs=found.village, act=send_empty, status=REFUSED),
    Shown("post-end", "orgs:end_post", HEAD, kwargs=found.post),
    Shown("calendar", "orgs:calendar", MANAGER),
    Shown("calendar-day", "orgs:calendar_day", MANAGER, kwargs=found.day),
    Shown("accounts", "orgs:accounts", MANAGER),
    Shown("accounts-nothing", "orgs:accounts", MANAGER, query=f"?q={NOTHING}"),
    Shown("account-new", "orgs:create_account", MANAGER),
    Shown("account-new-refused", "orgs:create_account", MANAGER, act=send_empty, status=REFUSED),
    Shown("account-first-password", "orgs:create_account", MANAGER, act=_new_account),
    Shown("person", "orgs:person", MANAGER, kwargs=lambda: {"username": CLERK}),
    Shown("account", "orgs:account", CLERK),
    Shown("audit", "audit:log", SUPERVISOR),
    Shown("audit-nothing", "audit:log", SUPERVISOR, query="?subject=case:nothing"),
    Shown("sign-in", "account_login"),
    Shown("sign-in-refused", "account_login", act=send_empty, status=200),
    Shown("sign-in-locked", "account_login", act=_locked, status=429),
    Shown("sign-out", "account_logout", CLERK),
    Shown("closed-account", "account_inactive"),
    Shown("password", "account_change_password", CLERK),
    Shown("password-again", "account_reauthenticate", CLERK),
    Shown("second-factor", "mfa_index", CLERK),
    Shown("second-factor-app", "mfa_activate_totp", CLERK),
    Shown("passkeys", "mfa_list_webauthn", CLERK),
    Shown("passkey-new", "mfa_add_webauthn", CLERK),
    Shown("second-factor-app-refused", "mfa_activate_totp", CLERK, act=factors.wrong_code),
    Shown("second-factor-on", "mfa_index", factors.holder),
    Shown("second-factor-off", "mfa_deactivate_totp", factors.holder),
    Shown("second-factor-asked", "mfa_authenticate", act=factors.password_given()),
    Shown("second-factor-wrong", "mfa_authenticate", act=factors.password_given(factors.wrong_code)),
    Shown("second-factor-again", "mfa_reauthenticate", factors.holder),
    Shown("second-factor-again-refused", "mfa_reauthenticate", factors.holder, act=factors.wrong_code),
    Shown("passkey-again", "mfa_reauthenticate_webauthn", factors.holder),
    Shown("recovery-codes", "mfa_view_recovery_codes", factors.holder),
    Shown("recovery-codes-new", "mfa_generate_recovery_codes", factors.holder),
    Shown("passkeys-two", "mfa_list_webauthn", factors.holder),
    Shown("passkey-rename", "mfa_edit_webauthn", factors.holder, kwargs=factors.passkey),
    Shown(
        "passkey-rename-refused",
        "mfa_edit_webauthn",
        factors.holder,
        kwargs=factors.passkey,
        act=send_empty,
    ),
    Shown("passkey-remove", "mfa_remove_webauthn", factors.holder, kwargs=factors.passkey),
    Shown("components", "gallery:staff"),
    Shown("components-resident", "gallery:resident"),
    *(
        Shown(f"error-{status}", "gallery:error", kwargs=found.error(status), status=status)
        for status in (403, 404, 409, 429, 500, 503)
    ),
)

PAGES: tuple[Shown, ...] = (*RESIDENTS, *CASES, *LISTS, *HOUSE)

_PRESSED = "only pressed (POST); leads to a page that is pictured"
_FILE = "answers no page: a file, a picture or data for programs"
_CLOSED = "answers 404 on purpose: an address of the sign-in library that is not offered"

MOVES_WITHOUT_PICTURE = {
    "check": "which settlements are drawn for a check depends on a secret",
    "answer_expert": "needs a person of the roster of experts, whose key the run does not know",
    "rate_expert": "the same, once answered",
}
"""Moves whose form the run cannot reach through the doors, each with the reason."""

WITHOUT_PICTURE: dict[str, str] = {
    **dict.fromkeys(
        ("site:pulse_desk", "workbench:pulse_list", "workbench:pulse_case"), "for scripts of pages: no page"
    ),
    **dict.fromkeys(
        ("workbench:undo", "workbench:save_view", "workbench:move_view", "workbench:delete_view"),
        "a press that leads back to a pictured page",
    ),
    **dict.fromkeys(("cases:model_learn", "cases:model_use"), "a press without a page of its own"),
    **dict.fromkeys(("channels:mail", "channels:sms", "channels:wechat"), "for programs: no page"),
    **dict.fromkeys(
        (
            "open311:discovery",
            "open311:elsewhere",
            "open311:request",
            "open311:requests",
            "open311:service",
            "open311:services",
            "open311:token",
            "open311:updates",
            "open311:v2_discovery",
        ),
        "for programs: no page",
    ),
    **dict.fromkeys(("cases:end_expert", "orgs:clear_unit_day"), _PRESSED),
    **dict.fromkeys(("knowledge:used", "knowledge:missed", "knowledge:own"), _PRESSED),
    "knowledge:proposals": "a part of the page of raising, looked at by its own test",
    **dict.fromkeys(("cases:likely_merge", "cases:likely_apart"), _PRESSED),
    "cases:raise_likely": "a part of a page, shown in raise-likely",
    "cases:export_file": "a file, looked at by its own test",
    "cases:register_proposed": "a part of a page, shown in register-refused",
    "hotline:answers": "a part of the screen of a call",
    "hotline:events": "a door for telephone systems",
    "cases:case_file_made": "a document, looked at by its own test",
    "cases:own_file_made": "a document, looked at by its own test",
    "followup:number": "the page of a call, with the number once",
    "mediation:agreement": "a document, looked at by its own test",
    "mediation:party_agreement": "a document, looked at by its own test",
    "mediation:signature": "a picture itself",
    "mediation:answer": "the form of any move",
    "mediation:contacts": "the form of any move",
    **dict.fromkeys(
        (
            "cases:cancel_export",
            "cases:forget",
            "cases:count_figures",
            "orgs:calendar_clear",
            "orgs:reset_password",
            "orgs:close_account",
            "orgs:reopen_account",
            "orgs:revoke_token",
            "rulebook:withdraw",
            "notices:mark_all_read",
            "notices:open",
            "notices:mark_read",
            "notices:messenger",
            "set_language",
            "appearance:type_size",
        ),
        _PRESSED,
    ),
    **dict.fromkeys(
        (
            "cases:picture",
            "cases:board_picture",
            "cases:staff_picture",
            "cases:proof",
            "cases:board_feed",
            "cases:figure_file",
            "audit:roots_json",
            "audit:proof_json",
            "rulebook:list_json",
            "rulebook:rule_json",
            "site:healthz",
            "site:metrics",
            "mfa_login_webauthn",
            "mfa_download_recovery_codes",
        ),
        _FILE,
    ),
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
        _CLOSED,
    ),
}
