"""The promises of the test setup itself: closed network, a folder of its own, a cast that is what it says."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from conftest import NetworkIsClosed
from gongzhi.orgs.permissions import RoleCode
from tests.cast import Cast, Person


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_a_connection_beyond_this_machine_is_refused(address: tuple[str, int]) -> None:
    with pytest.raises(NetworkIsClosed), socket.create_connection(address, timeout=0.1):
        pass


def test_the_loopback_address_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_no_test_writes_into_the_data_folder_of_an_installation() -> None:
    assert Path(settings.DATA_DIR).name.startswith("gongzhi-test-")


def test_every_role_is_played_by_someone_who_holds_it_now(cast: Cast) -> None:
    assert {person.role for person in cast.people} == set(RoleCode)
    for person in cast.people:
        assert [(post.role, post.unit_code) for post in person.actor.posts] == [
            (person.role.value, person.unit.code)
        ]


def test_signing_in_makes_the_request_act_for_that_person(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    client = sign_in(cast.clerk)
    assert client.session["_auth_user_id"] == str(cast.clerk.user.pk)
