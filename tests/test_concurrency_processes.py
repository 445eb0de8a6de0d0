"""Two server processes on one database, pressed at the same moment: one wins, the other is told, nothing is
doubled, and nobody reads that a database is locked."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.installation import Answer, Installation, free_port, installation, text_of

VILLAGE = "610921100222"
ASSESSED = {"category": "0101", "kind": "request", "tier": "small", "urgency": "ordinary"}
Post = Callable[..., Answer]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Installation]]:
    with installation(tmp_path_factory.mktemp("installation")) as one:
        other = replace(one, port=free_port())
        try:
            one.start()
            other.start()
            yield one, other
        finally:
            other.kill()


def post(server: Installation, path: str, body: dict[str, Any], **headers: str) -> Answer:
    told = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    return server.call("POST", f"/api/v1{path}", json.dumps(body).encode(), headers=told | headers)


def at_once(
    servers: tuple[Installation, Installation], path: str, bodies: list[dict[str, Any]], **headers: str
) -> list[Answer]:
    """Send all bodies at the same moment, to the servers in turn; return the answers."""
    gate, answers = threading.Barrier(len(bodies)), dict[int, Answer]()

    def send(place: int) -> None:
        gate.wait()
        answers[place] = post(servers[place % 2], path, bodies[place], **headers)

    senders = [threading.Thread(target=send, args=(place,)) for place in range(len(bodies))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return [answers[place] for place in range(len(bodies))]


def assert_whole(case: dict[str, Any], *, moves: int) -> None:
    """Fail unless each of so many steps has one transition and one audit row."""
    assert (case["moves"], case["transitions"], case["audits"]) == (moves, moves, moves)


def test_one_key_sent_to_two_servers_registers_one_matter(
    servers: tuple[Installation, Installation],
) -> None:
    before = servers[0].cases().keys()
    body = {"text": text_of(0), "place": VILLAGE}
    answers = at_once(servers, "/cases", [body] * 6, **{"Idempotency-Key": str(uuid4())})
    told = Counter(answer.status for answer in answers)
    assert set(told) <= {201, 409}, [answer.body for answer in answers]
    assert told[201] >= 1
    after = servers[0].cases()
    (made,) = after.keys() - before
    assert {answer.json()["number"] for answer in answers if answer.status == 201} == {made}
    assert_whole(after[made], moves=1)


def test_eight_matters_at_once_on_two_servers_have_numbers_of_their_own(
    servers: tuple[Installation, Installation],
) -> None:
    bodies = [{"text": text_of(number), "place": VILLAGE} for number in range(8)]
    answers = at_once(servers, "/cases", bodies)
    assert [answer.status for answer in answers] == [201] * 8, [answer.body for answer in answers]
    numbers = [answer.json()["number"] for answer in answers]
    assert len(set(numbers)) == 8
    stored = servers[0].cases()
    for number, body in zip(numbers, bodies, strict=True):
        assert stored[number]["text"] == body["text"]
        assert_whole(stored[number], moves=1)


def test_each_move_pressed_on_two_servers_at_once_is_made_once_and_the_others_are_told(
    servers: tuple[Installation, Installation],
) -> None:
    number = post(servers[0], "/cases", {"text": text_of(9), "place": VILLAGE}).json()["number"]
    steps: list[dict[str, Any]] = [
        {"move": "accept", **ASSESSED},
        {"move": "dispatch", "unit": VILLAGE},
        {"move": "sign"},
        {"move": "resolve", "outcome": "solved", "answer": "修好了。"},
    ]
    for made, step in enumerate(steps, start=2):
        answers = at_once(servers, f"/cases/{number}/moves", [step] * 4)
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409], [a.body for a in answers]
        refused = {answer.json()["error"]["code"] for answer in answers if answer.status == 409}
        assert refused <= {"move_not_possible", "already_there"}
        assert_whole(servers[0].cases()[number], moves=made)
