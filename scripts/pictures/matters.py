"""Matters made for the pictures, through the doors that people use: the pages, and the API.

A matter is named for what became of it and made when a page first asks for it: `matter("resolved")`. A row of
`STORIES` is the matter it goes on from and what is said next, by whom.
"""

import io
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from PIL import Image, ImageDraw

from gongzhi.demo.county import SHOWN_VILLAGE

RESIDENT = ""
_telephones = count(2207)
Said = Mapping[str, Any]
BUREAU = f"{SHOWN_VILLAGE[:6]}-transport"
IN_TIME = (datetime.now(tz=UTC) + timedelta(days=20)).date().isoformat()
"""A day within the longest extension of an ordinary request raised today."""


def _signature() -> str:
    """Return a name drawn with a finger, as programs send one."""
    pad = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    pen = ImageDraw.Draw(pad)
    for x in (90, 360, 630):
        pen.line(
            [(x, 90), (x + 180, 90), (x + 90, 90), (x + 90, 230), (x + 20, 230), (x + 190, 225)], "black", 6
        )
        pen.arc((x + 40, 60, x + 170, 210), 20, 200, "black", 5)
    target = io.BytesIO()
    pad.save(target, "PNG")
    return b64encode(target.getvalue()).decode()


STORIES: dict[str, tuple[str, tuple[tuple[str, Said], ...]]] = {
    "accepted": (
        "registered",
        (("clerk", {"move": "accept", "category": "0101", "kind": "request", "tier": "small"}),),
    ),
    "dispatched": (
        "accepted",
        (("clerk", {"move": "dispatch", "unit": SHOWN_VILLAGE, "words": "请今天去看一下。"}),),
    ),
    "handling": ("dispatched", (("clerk", {"move": "sign"}),)),
    "contacted": (
        "handling",
        (("clerk", {"move": "contact", "words": "打过电话，约好明天上午到现场看。"}),),
    ),
    "paused": (
        "contacted",
        (("clerk", {"move": "pause", "reason": "weather", "waiting_for": "天晴路干"}),),
    ),
    "supervised": (
        "handling",
        (("townhead", {"move": "supervise", "words": "校车天天要过，请三天内答复怎么修、什么时候修好。"}),),
    ),
    "resolved": (
        "contacted",
        (("clerk", {"move": "resolve", "outcome": "solved", "answer": "路面已经修补平整，校车恢复通行。"}),),
    ),
    "closed": ("resolved", (("town", {"move": "confirm", "solved": True}),)),
    "rated": (
        "resolved",
        (("town", {"move": "confirm", "solved": True, "score": 5, "words": "办得快，人也和气。"}),),
    ),
    "published": (
        "closed",
        (
            (
                "clerk",
                {
                    "move": "publish",
                    "title": "村口老槐树下的路修好了",
                    "text": "村口老槐树下的路塌了一角，校车不敢过。",
                    "answer": "路面已经修补平整，校车恢复通行。",
                },
            ),
        ),
    ),
    "not-solved": ("resolved", (("town", {"move": "not_solved", "words": "下了一场雨又塌了。"}),)),
    "declined": (
        "registered",
        (
            (
                "clerk",
                {"move": "decline", "reason": "not_ours", "responsible": "省公路局汉阴段 0915-5218888"},
            ),
        ),
    ),
    "withdrawn": ("registered", (("town", {"move": "withdraw", "words": "自己已经弄好了。"}),)),
    "returned": (
        "dispatched",
        (("clerk", {"move": "return", "reason": "other_unit", "words": "这段路归公路站管护。"}),),
    ),
    "at_town": (
        "declined",
        (
            ("town", {"move": "object", "words": "这是村道，该有人管。"}),
            ("town", {"move": "accept", "category": "0101", "kind": "request", "tier": "small"}),
            ("town", {"move": "dispatch", "unit": SHOWN_VILLAGE}),
        ),
    ),
    "arbitrated": (
        "at_town",
        (
            ("clerk", {"move": "return", "reason": "other_unit", "words": "这段路归公路站管护。"}),
            ("town", {"move": "dispatch", "unit": SHOWN_VILLAGE}),
            ("clerk", {"move": "return", "reason": "other_unit", "words": "还是不归我们管。"}),
        ),
    ),
    "called": (
        "handling",
        (
            (
                "clerk",
                {"move": "call_help", "unit": BUREAU, "words": "请派技术员来看路基，带上测量的工具。"},
            ),
        ),
    ),
    "helped": (
        "called",
        (
            ("officer", {"move": "sign_help"}),
            ("officer", {"move": "answer_help", "answer": "看过现场，要打桩，材料由我局出。"}),
        ),
    ),
    "merged": ("accepted", (("clerk", {"move": "merge", "main": "@called"}),)),
    "merged-answered": ("accepted", (("clerk", {"move": "merge", "main": "@resolved"}),)),
    "petition": (
        "registered",
        (
            ("clerk", {"move": "take_as_petition"}),
            ("clerk", {"move": "accept", "category": "0303", "kind": "request", "tier": "small"}),
            ("clerk", {"move": "dispatch", "unit": SHOWN_VILLAGE}),
            ("clerk", {"move": "sign"}),
            (
                "clerk",
                {"move": "resolve", "outcome": "explained", "answer": "补偿款已按标准发放，明细附后。"},
            ),
        ),
    ),
    "reviewed": ("petition", (("town", {"move": "ask_review", "words": "面积量错了。"}),)),
    "answered_order": (
        "supervised",
        (("clerk", {"move": "answer_supervision", "answer": "挖机后天进场，五天内修好。"}),),
    ),
    "asked_time": (
        "contacted",
        (("clerk", {"move": "ask_extension", "until": IN_TIME, "reason": "挖机排到下周才能进场。"}),),
    ),
    "complex": (
        "registered",
        (
            ("clerk", {"move": "accept", "category": "0301", "kind": "dispute", "tier": "complex"}),
            ("clerk", {"move": "dispatch", "unit": SHOWN_VILLAGE}),
            ("clerk", {"move": "sign"}),
        ),
    ),
    "panel": (
        "complex",
        (
            (
                "clerk",
                {
                    "move": "panel",
                    "members": [
                        {"role": "cadre", "name": "陈大山"},
                        {"role": "member", "name": "张桂兰"},
                        {"role": "head", "name": "李有才"},
                    ],
                    "words": "按证上的面积办，老界石重新立好。",
                },
            ),
        ),
    ),
    "major": (
        "registered",
        (
            ("clerk", {"move": "accept", "category": "1202", "kind": "request", "tier": "major"}),
            ("clerk", {"move": "dispatch", "unit": SHOWN_VILLAGE}),
            ("clerk", {"move": "sign"}),
        ),
    ),
    "signed": (
        "handling",
        (
            (
                "clerk",
                {
                    "move": "sign_statement",
                    "about": "done",
                    "words": "塌方清完了，校车能过；路肩的护栏还没装，说好下月装。",
                    "signer": "representative",
                    "name": "王小燕",
                    "picture": _signature(),
                    "way": "drawn",
                },
            ),
        ),
    ),
    "escalated": (
        "handling",
        (
            (
                "clerk",
                {"move": "escalate", "tried": "组织村民清了塌方。", "why_not": "路基掏空，要机械和挡墙。"},
            ),
        ),
    ),
}
TEXT = "昨晚下大雨，三组老槐树下面的路塌了一角，校车不敢过。娃们要走到二组去坐车，来回多走三里路。"


@cache
def matter(name: str) -> str:
    """Return the number of a matter of which this has become; each name has a matter of its own."""
    number = _raised()[0] if name != "typed" else _typed()
    for account, said in _steps(name):
        _program(account).move(number, {key: _named(value) for key, value in said.items()})
    return number


def _named(value: Any) -> Any:
    """Return what is said; `@handling` stands for the number of the matter of which that became."""
    return matter(value[1:]) if isinstance(value, str) and value.startswith("@") else value


def _steps(name: str) -> list[tuple[str, Said]]:
    if name not in STORIES:
        return []
    before, steps = STORIES[name]
    return [*_steps(before), *steps]


def receipt(name: str) -> dict[str, str]:
    """Return number and code of a matter, as the resident holds them."""
    from gongzhi.cases.numbers import receipt_code

    number = matter(name)
    return {"number": number, "code": receipt_code(number)}


@cache
def dispute_in_talks() -> str:
    """Take up a dispute of two neighbours and begin to mediate it; return its number."""
    clerk = _program("clerk")
    said = {
        "committee": SHOWN_VILLAGE,
        "kind": "neighbours",
        "title": "屋檐滴水",
        "account": "东家新盖的偏房，雨天屋檐的水滴到西家墙上。",
        "parties": [{"name": "王桂芳"}, {"name": "李大贵"}],
    }
    number = str(clerk.post("disputes", said)["number"])
    clerk.post(f"disputes/{number}/moves", {"move": "start", "consents": [1, 2]})
    return number


def _raised() -> tuple[str, str]:
    """Raise a matter on the page for residents, with a photo; return number and code."""
    page = "/raise/"
    said = {
        "text": TEXT,
        "place": SHOWN_VILLAGE,
        "place_detail": "三组老槐树下",
        "name": "王桂芳",
        # One telephone raises only so much in an hour.
        "phone": f"1390000{next(_telephones)}",
    }
    landed = _send(_client(), f"{page}?place={SHOWN_VILLAGE}", page, {**said, "pictures": _photo()})
    found = re.search(r"/t/([^/]+)/([^/]+)/", landed)
    assert found, landed
    return found[1], found[2]


def _typed() -> str:
    """Type a matter in at the clerk's desk; return its number."""
    page = "/cases/new/"
    said = {"text": TEXT, "place": SHOWN_VILLAGE, "channel": "counter", "name": "王桂芳"}
    landed = _send(_client("clerk"), page, page, said)
    found = re.search(r"/cases/([^/]+)/receipt/", landed)
    assert found, landed
    return found[1]


def _send(client: Any, page: str, to: str, said: Mapping[str, Any]) -> str:
    """Fill in the form of a page and send it; return the address it leads to."""
    shown = client.get(page).content.decode()
    token = re.search(r'name="token"[^>]*value="([^"]+)"', shown)
    assert token, f"{page} has no form"
    answer = client.post(to, {**said, "token": token[1]})
    assert answer.status_code == 302, f"{to} answered {answer.status_code}"
    return str(answer.headers["Location"])


def _photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (640, 480), "#a9b8a0")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 200), fill="#cfdce4")
    draw.polygon([(240, 480), (300, 200), (340, 200), (460, 480)], fill="#8a8378")
    draw.ellipse((360, 330, 470, 430), fill="#5d554b")
    target = io.BytesIO()
    picture.save(target, "JPEG")
    return SimpleUploadedFile("photo.jpg", target.getvalue(), "image/jpeg")


def _client(account: str = RESIDENT) -> Any:
    from django.test import Client

    client = Client()
    if account:
        client.force_login(user(account), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def user(account: str) -> Any:
    from gongzhi.orgs.models import User

    return User.objects.get(username=account)


@dataclass(frozen=True)
class _Program:
    """A program that writes for one account."""

    token: str

    def move(self, number: str, said: Said) -> None:
        self.post(f"cases/{number}/moves", said)

    def post(self, path: str, said: Said) -> Any:
        answer = _client().post(
            f"/api/v1/{path}",
            json.dumps(said),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.token}"},
        )
        if answer.status_code not in (200, 201):
            raise AssertionError(f"{path}: {answer.status_code} {answer.content.decode()}")
        return answer.json()


@cache
def _program(account: str) -> _Program:
    from django.core.management import call_command

    said = io.StringIO()
    call_command("token", account, stdout=said, skip_checks=True)
    return _Program(said.getvalue().strip())
