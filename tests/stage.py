"""Cases brought to any state through the real actions, and programs that call the API, for tests that cross
apps."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from PIL import Image, ImageDraw

from gongzhi.cases import numbers
from gongzhi.cases.actions import dispatching, handling, intake, judging, merging, story
from gongzhi.cases.lifecycle import Channel, Kind, Outcome, State, Tier, Urgency
from gongzhi.cases.models import Case
from gongzhi.cases.queries import categories
from gongzhi.core import clock
from gongzhi.core.actor import Actor, resident
from gongzhi.orgs.actions import issue_token
from gongzhi.orgs.models import Unit
from gongzhi.rulebook.queries import forget_copy
from tests.cast import AT, PASSWORD, Cast, Person, make_cast

TEXT = "昨晚大雨，三组老槐树下面路塌了一半。校车不敢过。"
NAME, PHONE = "王桂芳", "13900002207"
RESIDENT = resident(NAME)


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    """Return a small picture as a phone would send it."""
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, kind, **options)
    return target.getvalue()


def signature(*, strokes: bool = True) -> bytes:
    """Return a signature as the pad sends it: dark strokes on nothing."""
    pad = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    if strokes:
        ImageDraw.Draw(pad).line([(80, 220), (300, 60), (520, 240), (820, 80)], fill="black", width=6)
    target = io.BytesIO()
    pad.save(target, "PNG")
    return target.getvalue()


@dataclass(frozen=True)
class Stage:
    """The village 三元村 of the cast, where matters are raised and handled."""

    cast: Cast
    at: datetime

    def later(self, minutes: int) -> datetime:
        return self.at + timedelta(minutes=minutes)

    def register(self, text: str = TEXT, place: Unit | None = None, by: Actor = RESIDENT) -> Case:
        matter = intake.Matter(text=text, place=place or self.cast.units.village)
        reporter = intake.Reporter(name=NAME, phone=PHONE)
        return intake.register_case(matter=matter, reporter=reporter, channel=Channel.WEB, by=by, at=self.at)

    def accept(self, case: Case, by: Person | None = None) -> Case:
        road = categories.get_category("0101")
        assessment = dispatching.Assessment(road, Kind.REQUEST, Tier.SMALL, Urgency.ORDINARY)
        return dispatching.accept_case(
            case=case, assessment=assessment, by=(by or self.cast.clerk).actor, at=self.later(5)
        )

    def dispatch(self, case: Case) -> Case:
        clerk, village = self.cast.clerk.actor, self.cast.units.village
        return dispatching.dispatch_case(case=case, unit=village, by=clerk, at=self.later(10))

    def in_state(self, state: State) -> Case:
        """Return a new case in this state, handled by the village."""
        return self.bring(self.register(), state)

    def bring(self, case: Case, state: State) -> Case:
        """Bring a registered case to this state, handled by the village."""
        return self._ways()[state](case)

    def _ways(self) -> dict[State, Callable[[Case], Case]]:
        def accepted(case: Case) -> Case:
            return self.accept(case)

        def dispatched(case: Case) -> Case:
            return self.dispatch(accepted(case))

        def handled(case: Case) -> Case:
            return handling.sign_case(case=dispatched(case), by=self.cast.clerk.actor, at=self.later(15))

        def resolved(case: Case) -> Case:
            return handling.resolve_case(
                case=handled(case),
                outcome=Outcome.SOLVED,
                answer="路已修通。",
                by=self.cast.clerk.actor,
                at=self.later(60),
            )

        def closed(case: Case) -> Case:
            return judging.confirm_case(
                case=resolved(case), solved=True, score=None, by=RESIDENT, at=self.later(70)
            )

        def declined(case: Case) -> Case:
            return dispatching.decline_case(
                case=case,
                reason="not_ours",
                responsible="省公路局 0915-5218888",
                words="",
                by=self.cast.clerk.actor,
                at=self.later(5),
            )

        def withdrawn(case: Case) -> Case:
            return judging.withdraw_case(case=case, by=RESIDENT, at=self.later(5))

        def merged(case: Case) -> Case:
            return merging.merge_case(
                case=case, main=self.register(), words="", by=self.cast.clerk.actor, at=self.later(5)
            )

        return {
            State.REGISTERED: lambda case: case,
            State.ACCEPTED: accepted,
            State.DISPATCHED: dispatched,
            State.HANDLING: handled,
            State.RESOLVED: resolved,
            State.CLOSED: closed,
            State.DECLINED: declined,
            State.WITHDRAWN: withdrawn,
            State.MERGED: merged,
        }

    def published(self) -> Case:
        """Return an answered case that stands on the public board."""
        case = self.in_state(State.RESOLVED)
        words = story.PublicText("路修通了", "三组的路塌了。", "路已修通。")
        return story.publish_case(case=case, public=words, by=self.cast.clerk.actor, at=self.later(65))

    def attach(self, case: Case) -> None:
        cleaned = story.clean_pictures([picture()], at=self.at)
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=RESIDENT, at=self.later(1))


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def lasting_stage() -> Iterator[Stage]:
    """Give a stage for all tests of a module, at three hours past the cast's moment; gone at the end.

    Making it takes longer than most tests. Each test must take back what it writes (`undone`).
    """
    with pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr(clock, "now", lambda: AT + timedelta(hours=3))
        forget_copy()
        call_command("install", verbosity=0)
        yield Stage(make_cast(hashed_password=make_password(PASSWORD)), AT)


def receipt_of(case: Case) -> dict[str, str]:
    """Return number and code, as the addresses of a resident's pages have them."""
    return {"number": case.number, "code": numbers.receipt_code(case.number, case.receipt_serial)}


class Program:
    """A program that calls the API with a token of one person."""

    def __init__(self, person: Person) -> None:
        _token, raw = issue_token(user=person.user, name="test", days=1, by=person.actor, at=clock.now())
        self.headers = {"authorization": f"Bearer {raw}"}
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers=self.headers | headers,
        )
