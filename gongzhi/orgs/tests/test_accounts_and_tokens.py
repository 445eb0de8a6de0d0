"""Accounts and access tokens."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gongzhi.audit.models import AuditEvent
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import Invalid, NotAllowed, NotFound, SignInRequired
from gongzhi.orgs import actions, queries
from gongzhi.orgs.models import AccessToken, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_new_account_has_a_first_password_and_no_rights(cast: Cast, at: datetime) -> None:
    user, first = actions.create_account(username="wu.fang", full_name="吴芳", by=cast.manager.actor, at=at)
    assert user.check_password(first)
    assert user.must_change_password
    assert queries.actor_for(user, at=at).posts == ()
    event = AuditEvent.objects.get(code="orgs.account.created")
    assert "吴芳" not in event.data + event.subject
    assert first not in event.data


def test_account_names_differ_by_more_than_case(cast: Cast, at: datetime) -> None:
    with pytest.raises(actions.AccountNameTaken):
        actions.create_account(username="CLERK", full_name="x", by=SYSTEM, at=at)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王", ["wang.guifang"]),
        ("桂芳", ["wang.guifang"]),
        ("芳", ["wang.guifang", "wu.fang"]),
        ("王 桂", ["wang.guifang"]),
        ("WU", ["wu.fang"]),
        ("fang", ["wu.fang"]),
        ("ang", []),
        ("%", []),
        ("_", []),
    ],
)
def test_an_account_is_found_by_any_piece_of_the_name_and_by_a_beginning_of_the_account_name(
    cast: Cast, at: datetime, typed: str, found: list[str]
) -> None:
    for username, full_name in (("Wang.GuiFang", "王桂芳"), ("wu.fang", "吴芳")):
        actions.create_account(username=username, full_name=full_name, by=cast.manager.actor, at=at)
    listed = queries.list_accounts(cast.manager.actor, text=typed)
    ours = [user.username for user in listed if user.username in {"wang.guifang", "wu.fang"}]
    assert ours == found


@pytest.mark.parametrize(
    ("field", "entered"),
    [
        ("username", {"username": "a b"}),
        ("username", {"username": "a/b"}),
        ("full_name", {"full_name": " "}),
        ("email", {"email": "nobody"}),
        ("password", {"password": "12345"}),
    ],
)
def test_an_account_that_cannot_be_says_which_field_is_wrong(
    at: datetime, field: str, entered: dict[str, str]
) -> None:
    good = {"username": "ok", "full_name": "好", "email": ""}
    with pytest.raises(Invalid) as refused:
        actions.create_account(by=SYSTEM, at=at, **(good | entered))
    assert refused.value.field == field


def test_only_system_managers_touch_accounts_and_never_their_own(cast: Cast, at: datetime) -> None:
    for person in cast.people:
        if person is not cast.manager:
            with pytest.raises(NotAllowed):
                actions.reset_password(user=cast.clerk.user, by=person.actor, at=at)
            assert not queries.list_accounts(person.actor).exists()
    for act in (actions.reset_password, actions.close_account, actions.reopen_account):
        with pytest.raises(NotAllowed):
            act(user=cast.manager.user, by=cast.manager.actor, at=at)


def test_a_token_is_kept_as_a_hash_and_stands_for_its_owner(cast: Cast, at: datetime) -> None:
    token, raw = actions.issue_token(user=cast.clerk.user, name="脚本", days=30, by=SYSTEM, at=at)
    assert raw not in str(AccessToken.objects.values().get())
    actor = queries.actor_for_token(raw, at)
    assert (actor.user_id, actor.door, actor.posts) == (cast.clerk.user.pk, "api", cast.clerk.actor.posts)
    for moment in (at, at + timedelta(seconds=9)):
        caller = queries.caller_for(raw, moment)
        actions.record_token_use(token_id=caller.token_id, last_used_at=caller.last_used_at, at=moment)
    token.refresh_from_db()
    assert token.last_used_at == at


def test_a_token_stops_when_it_expires_is_revoked_or_the_account_closes(cast: Cast, at: datetime) -> None:
    token, raw = actions.issue_token(user=cast.clerk.user, name="x", days=1, by=cast.clerk.actor, at=at)
    assert queries.actor_for_token(raw, at + timedelta(hours=23))
    with pytest.raises(SignInRequired):
        queries.actor_for_token(raw, at + timedelta(days=1))
    actions.revoke_token(token=token, by=cast.clerk.actor, at=at)
    with pytest.raises(SignInRequired):
        queries.actor_for_token(raw, at)
    _token, other = actions.issue_token(user=cast.clerk.user, name="y", days=1, by=SYSTEM, at=at)
    actions.close_account(user=cast.clerk.user, by=cast.manager.actor, at=at)
    with pytest.raises(SignInRequired):
        queries.actor_for_token(other, at)


@pytest.mark.parametrize("forged", ["", "gz_", "gz_" + "A" * 43, "\udcff", "x" * 100_000, "' OR 1=1 --"])
def test_a_forged_token_opens_nothing(cast: Cast, at: datetime, forged: str) -> None:
    actions.issue_token(user=cast.clerk.user, name="x", days=1, by=SYSTEM, at=at)
    with pytest.raises(SignInRequired):
        queries.actor_for_token(forged, at)


def test_nobody_makes_or_stops_the_token_of_another(cast: Cast, at: datetime) -> None:
    token, _raw = actions.issue_token(user=cast.clerk.user, name="x", days=1, by=SYSTEM, at=at)
    with pytest.raises(NotAllowed):
        actions.issue_token(user=cast.clerk.user, name="x", days=1, by=cast.manager.actor, at=at)
    with pytest.raises(NotFound):
        queries.get_own_token(cast.manager.actor, token.pk)


def test_the_command_prints_a_token_that_works_and_names_an_unknown_account(cast: Cast) -> None:
    out = StringIO()
    call_command("token", "clerk", days=3, stdout=out)
    assert queries.actor_for_token(out.getvalue().strip(), clock.now()).user_id == cast.clerk.user.pk
    with pytest.raises(CommandError, match="nobody"):
        call_command("token", "nobody")
    with pytest.raises(CommandError):
        call_command("token", "clerk", days=99999)


def test_the_command_makes_the_first_system_manager(cast: Cast) -> None:
    out = StringIO()
    call_command("create_account", "first", name="第一人", role="system_manager", stdout=out)
    user = User.objects.get(username="first")
    assert user.check_password(out.getvalue().strip())
    assert queries.actor_for(user, at=clock.now()).posts[0].role == "system_manager"
