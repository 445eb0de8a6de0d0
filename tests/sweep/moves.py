"""Every move of the API and who may make it. A new move gets a row in `MOVES` or `DISPUTE_MOVES`."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case
from tests.cast import AT, Cast
from tests.stage import Stage, signature
from tests.sweep.operations import OPERATION_ROWS
from tests.sweep.people import (
    ABOVE,
    DESKS,
    HANDLERS,
    HIGHER,
    MEDIATORS,
    OFFICER,
    PASS_ON,
    REGISTRARS,
    VILLAGE,
)
from tests.sweep.starts import (
    advised,
    answered_order,
    ask_newest_expert,
    asked_expert,
    asked_time,
    at_town,
    called,
    drawn,
    helped,
    merged,
    merged_answered,
    newest,
    of_tier,
    paused,
    petition_answered,
    published,
    state,
    supervised,
    two,
    under_review,
    with_expert,
)


def _accept() -> dict[str, Any]:
    return {"move": "accept", "category": "0101", "kind": "request", "tier": "small"}


@dataclass(frozen=True)
class MoveRow:
    """Who of those who see the case may make a move, tried from a state in which it is possible."""

    start: Callable[[Stage], Case]
    body: Callable[[Cast], dict[str, Any]]
    may: frozenset[str]
    sees: frozenset[str] = VILLAGE


_WORDS = {"words": "几句话。"}

MOVES: dict[str, MoveRow] = {
    "accept": MoveRow(state(State.REGISTERED), lambda c: _accept(), DESKS),
    "decline": MoveRow(
        state(State.REGISTERED),
        lambda c: {"move": "decline", "reason": "not_ours", "responsible": "省公路局"},
        DESKS,
    ),
    "dispatch": MoveRow(
        state(State.ACCEPTED), lambda c: {"move": "dispatch", "unit": c.units.village.code}, DESKS
    ),
    "settle": MoveRow(
        state(State.REGISTERED),
        lambda c: {"move": "settle", "result": "当场劝好了。", "category": "1001"},
        frozenset({"line_person", "clerk", "village_head", "town_head"}),
    ),
    "sign": MoveRow(state(State.DISPATCHED), lambda c: {"move": "sign"}, HANDLERS),
    "return": MoveRow(
        state(State.HANDLING), lambda c: {"move": "return", "reason": "other_unit", **_WORDS}, HANDLERS
    ),
    "escalate": MoveRow(
        state(State.HANDLING),
        lambda c: {"move": "escalate", "tried": "试过。", "why_not": "没有机械。"},
        HANDLERS,
    ),
    "refer_down": MoveRow(
        at_town,
        lambda c: {"move": "refer_down", "unit": c.units.village.code, "reason": "村里办得了。"},
        frozenset({"town_dispatcher", "town_head", "county_dispatcher"}),
        frozenset({"town_dispatcher", "town_head", "county_dispatcher", "supervisor", "analyst"}),
    ),
    "resolve": MoveRow(
        state(State.HANDLING),
        lambda c: {"move": "resolve", "outcome": "solved", "answer": "修好了。"},
        HANDLERS,
    ),
    "sign_statement": MoveRow(
        state(State.RESOLVED),
        lambda c: {
            "move": "sign_statement",
            "about": "done",
            "signer": "reporter",
            "name": "王桂芳",
            "picture": b64encode(signature()).decode(),
            "way": "drawn",
            **_WORDS,
        },
        HANDLERS,
    ),
    "contact": MoveRow(
        state(State.DISPATCHED),
        lambda c: {"move": "contact", **_WORDS},
        DESKS | {"line_person", "supervisor"},
    ),
    "pause": MoveRow(
        state(State.HANDLING),
        lambda c: {"move": "pause", "reason": "weather", "waiting_for": "天晴"},
        HANDLERS,
    ),
    "resume": MoveRow(paused, lambda c: {"move": "resume"}, HANDLERS),
    "supervise": MoveRow(state(State.HANDLING), lambda c: {"move": "supervise", **_WORDS}, ABOVE),
    "answer_supervision": MoveRow(
        supervised, lambda c: {"move": "answer_supervision", "answer": "已在办。"}, DESKS
    ),
    "confirm": MoveRow(
        state(State.RESOLVED), lambda c: {"move": "confirm", "solved": True, "score": 5}, PASS_ON
    ),
    "not_solved": MoveRow(state(State.RESOLVED), lambda c: {"move": "not_solved", **_WORDS}, PASS_ON),
    "rate": MoveRow(state(State.CLOSED), lambda c: {"move": "rate", "score": 4}, PASS_ON),
    "reopen": MoveRow(state(State.CLOSED), lambda c: {"move": "reopen", **_WORDS}, ABOVE),
    "object": MoveRow(state(State.DECLINED), lambda c: {"move": "object", **_WORDS}, REGISTRARS),
    "withdraw": MoveRow(state(State.REGISTERED), lambda c: {"move": "withdraw", **_WORDS}, REGISTRARS),
    "comment": MoveRow(
        state(State.REGISTERED), lambda c: {"move": "comment", **_WORDS}, VILLAGE - {"analyst"}
    ),
    "publish": MoveRow(
        state(State.RESOLVED),
        lambda c: {"move": "publish", "title": "路修通了", "text": "路塌了。", "answer": "修了。"},
        DESKS,
    ),
    "call_help": MoveRow(
        state(State.HANDLING),
        lambda c: {"move": "call_help", "unit": c.units.department.code, **_WORDS},
        DESKS,
    ),
    "sign_help": MoveRow(called, lambda c: {"move": "sign_help"}, OFFICER, VILLAGE | OFFICER),
    "answer_help": MoveRow(
        called, lambda c: {"move": "answer_help", "answer": "看过。"}, OFFICER, VILLAGE | OFFICER
    ),
    "rate_help": MoveRow(
        helped,
        lambda c: {"move": "rate_help", "unit": c.units.department.code, "score": 4},
        HANDLERS,
        VILLAGE | OFFICER,
    ),
    "reassign": MoveRow(
        state(State.HANDLING), lambda c: {"move": "reassign", "owner": c.village_head.user.username}, HANDLERS
    ),
    "call_off": MoveRow(
        called,
        lambda c: {"move": "call_off", "unit": c.units.department.code, **_WORDS},
        HANDLERS,
        VILLAGE | OFFICER,
    ),
    "merge": MoveRow(two, lambda c: {"move": "merge", "main": newest().number}, DESKS),
    "unmerge": MoveRow(merged, lambda c: {"move": "unmerge", **_WORDS}, DESKS),
    "judge_merged": MoveRow(
        merged_answered, lambda c: {"move": "judge_merged", "solved": True, "score": 4}, PASS_ON
    ),
    "take_as_petition": MoveRow(state(State.REGISTERED), lambda c: {"move": "take_as_petition"}, DESKS),
    "ask_review": MoveRow(petition_answered, lambda c: {"move": "ask_review", **_WORDS}, REGISTRARS),
    "decide_review": MoveRow(
        under_review,
        lambda c: {"move": "decide_review", "result": "upheld", "decision": "维持。"},
        frozenset({"town_dispatcher", "town_head"}),
    ),
    "unpublish": MoveRow(published, lambda c: {"move": "unpublish", **_WORDS}, DESKS),
    # Governing: what the level above, the village and the law ask for.
    "judge_answer": MoveRow(answered_order, lambda c: {"move": "judge_answer", "sufficient": True}, ABOVE),
    "check": MoveRow(drawn, lambda c: {"move": "check", "as_written": True, **_WORDS}, DESKS),
    "reissue": MoveRow(
        state(State.RESOLVED),
        lambda c: {"move": "reissue", "identity": "card", "purpose": "丢了。"},
        PASS_ON,
    ),
    "panel": MoveRow(
        of_tier("complex"),
        lambda c: {"move": "panel", "members": [{"role": "cadre", "name": "陈大山"}]},
        HANDLERS,
    ),
    "decision": MoveRow(
        of_tier("major"),
        lambda c: {
            "move": "decision",
            "meeting": "村民代表会",
            "held_on": "2026-01-05",
            "number": "2026-3",
            **_WORDS,
        },
        HANDLERS,
    ),
    "ask_extension": MoveRow(
        state(State.HANDLING),
        lambda c: {"move": "ask_extension", "until": "2026-03-25", "reason": "等挖机。"},
        HANDLERS,
    ),
    "decide_extension": MoveRow(
        asked_time, lambda c: {"move": "decide_extension", "granted": True, **_WORDS}, HIGHER
    ),
    "ask_expert": MoveRow(with_expert, lambda c: ask_newest_expert(), HANDLERS),
    "answer_expert": MoveRow(
        asked_expert, lambda c: {"move": "answer_expert", "position": 1, "answer": "归村集体。"}, DESKS
    ),
    "rate_expert": MoveRow(advised, lambda c: {"move": "rate_expert", "position": 1, "score": 4}, DESKS),
}

DISPUTE_MOVES: dict[str, tuple[str, dict[str, Any], frozenset[str]]] = {
    "start": ("opened", {"consents": [1, 2]}, frozenset({"clerk"})),
    "hold": (
        "mediating",
        {"held_at": AT.isoformat(), "place": "村部", "present": "双方", "minutes": "谈了。"},
        frozenset({"clerk"}),
    ),
    "schedule": ("mediating", {"held_at": "2026-03-20T02:00:00Z", "place": "村部"}, frozenset({"clerk"})),
    "statement": ("mediating", {"party": 1, **_WORDS}, frozenset({"clerk"})),
    "agree_orally": ("mediating", {"terms": "道歉。"}, frozenset({"clerk"})),
    "draft": (
        "mediating",
        {
            "terms": "退半米。",
            "facts": "占了。",
            "matter": "边界。",
            "responsibility": "主要在李。",
            "duties": [{"party": 2, "what": "拆墙", "way": "自行", "due_on": "2026-03-30"}],
        },
        frozenset({"clerk"}),
    ),
    "sign": ("drafted", {"party": 1, "picture": "", "way": "drawn"}, frozenset({"clerk"})),
    "seal": ("signed", {}, frozenset({"village_head"})),
    "talk_again": ("drafted", _WORDS, MEDIATORS),
    "refer_up": ("mediating", _WORDS, MEDIATORS),
    "to_law": ("mediating", {"ways": ["court"], **_WORDS}, MEDIATORS),
    "end": ("mediating", {"reason": "refused", "ways": ["court"]}, MEDIATORS),
    "perform": ("agreed", {"duty": 1, "outcome": "performed"}, MEDIATORS),
    "apply": ("agreed", {"court": "汉阴县人民法院", "on": "2026-03-04", "together": True}, MEDIATORS),
    "decide": ("asked", {"outcome": "confirmed", "on": "2026-03-04"}, MEDIATORS),
    "visit": ("agreed", {"kept": True, **_WORDS}, MEDIATORS),
    "finish": ("agreed_orally", {}, MEDIATORS),
    "add_party": ("mediating", {"party": {"name": "王二"}}, MEDIATORS),
    "assign": ("mediating", {"leader": "line_person"}, frozenset({"village_head"})),
    "object": ("mediating", {"party": 1, "mediator": "clerk"}, MEDIATORS),
    "assess": ("mediating", {"signs": ["money"]}, MEDIATORS),
}
"""Move -> the state it is tried from, its body, and who of those who know of the dispute may make it."""

OPERATIONS = frozenset({"register_case", "list_cases", "get_case", "move_case", *OPERATION_ROWS}) | {
    "open_dispute",
    "list_disputes",
    "get_dispute",
    "move_dispute",
    "ask_export",
    "list_exports",
    "get_export",
    "get_export_file",
    "cancel_export",
    "list_articles",
    "get_article",
    "list_likely",
    "keep_not_the_same",
}
"""Every operation of the API by its name."""

NOT_DESCRIBED = frozenset({"get_export_file", "get_case_file_pdf"})
"""Answers that are no JSON, for which the description has no words."""
