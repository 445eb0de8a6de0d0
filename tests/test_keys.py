"""Keys and database belong together; a new key is put in place without losing or stopping anything."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from gongzhi.audit.actions import record
from gongzhi.audit.models import AuditEvent
from gongzhi.cases import numbers
from gongzhi.cases.models import Case
from gongzhi.core import checks, crypto, key_proof, keys, resealing
from gongzhi.core.actions.key_rotation import Rotated, rotate_keys
from gongzhi.core.actor import SYSTEM
from gongzhi.core.crypto import KeyMissing, Profile
from gongzhi.core.models import IdempotencyRecord, KeyProof
from gongzhi.core.tests.test_worker import make_database
from gongzhi.orgs.sign_in import MFAAdapter
from tests.cast import AT, Cast
from tests.installation import Installation, free_port
from tests.stage import PHONE, Stage

SECRET = "JBSWY3DPEHPK3PXP"
both_profiles = pytest.mark.parametrize("profile", list(Profile))


@pytest.fixture
def folder(db: None, settings: Settings, tmp_path: Path) -> Path:
    """A prepared database with keys of its own."""
    KeyProof.objects.all().delete()
    settings.DATA_DIR = tmp_path
    key_proof.prepare()
    return tmp_path


def rotate(**options: bool) -> Rotated:
    return rotate_keys(by=SYSTEM, at=AT, record=record, start=lambda total: lambda rows: None, **options)


def fill(texts: int = 3) -> None:
    for n in range(texts):
        IdempotencyRecord.objects.create(actor_key="a", key_hash=str(n), request_hash="r", body=f"文{n}")


def texts() -> list[str]:
    return list(IdempotencyRecord.objects.order_by("key_hash").values_list("body", flat=True))


def marks() -> set[str]:
    """Return with which keys the rows are sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM core_idempotencyrecord")
        return {row[0][:15] for row in cursor.fetchall()}


# Noticing


def ids() -> list[str]:
    return [str(found.id) for found in (*checks.check_keys(), *checks.check_key_proof())]


def test_a_prepared_installation_has_nothing_to_complain_of(folder: Path) -> None:
    key_proof.require_right_keys()
    assert ids() == []


def test_a_lost_key_file_is_named_and_never_made_anew(folder: Path) -> None:
    keys.data_file(folder).unlink()
    with pytest.raises(keys.KeyFileMissing, match="Put back the copy"):
        key_proof.require_right_keys()
    with pytest.raises(keys.KeyFileMissing):
        crypto.vault()
    with pytest.raises(keys.KeyFileMissing):
        key_proof.prepare()
    assert ids() == ["core.E006"]
    assert not keys.data_file(folder).exists()


@pytest.mark.parametrize("command", ["serve", "worker", "rotate_keys"])
def test_nothing_starts_with_the_keys_of_another_database(folder: Path, command: str) -> None:
    keys.data_file(folder).unlink()
    keys.make_data_keys(folder)
    with pytest.raises(CommandError, match=r"belongs to another database.*Put back the copy"):
        call_command(command)
    assert ids() == ["core.E006"]


def test_a_database_that_lost_its_proof_is_held_against_its_rows(folder: Path) -> None:
    fill()
    KeyProof.objects.all().delete()
    key_proof.prepare()
    assert key_proof.sealed_last_with(crypto.vault())
    KeyProof.objects.all().delete()
    keys.data_file(folder).unlink()
    with pytest.raises(keys.KeyFileMissing):
        key_proof.prepare()
    keys.make_data_keys(folder)
    with pytest.raises(keys.KeyFileForeign):
        key_proof.prepare()


def test_before_a_database_is_prepared_nothing_is_missing(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    KeyProof.objects.all().delete()
    settings.DATA_DIR = tmp_path
    key_proof.require_right_keys()
    assert ids() == []
    assert not keys.data_file(tmp_path).exists()


# A new key


@both_profiles
def test_everything_is_sealed_with_the_new_key_and_reads_as_before(
    folder: Path, settings: Settings, profile: Profile
) -> None:
    settings.CRYPTO_PROFILE = profile
    key_proof.write_proof()
    fill()
    old = crypto.vault().ring.current.id
    done = rotate()
    assert done.key_id == crypto.vault().ring.current.id != old
    assert texts() == ["文0", "文1", "文2"]
    assert marks() == {crypto.vault().mark}
    assert done.rows == 3
    assert json.loads(AuditEvent.objects.get(code="core.keys.rotated").data)["rows"] == 3


def test_a_changed_profile_is_carried_through_without_a_new_key(folder: Path, settings: Settings) -> None:
    fill()
    settings.CRYPTO_PROFILE = Profile.NATIONAL
    done = rotate()
    assert (done.rows, done.went_on, len(crypto.vault().ring.keys)) == (3, True, 1)
    assert marks() == {f"s.{done.key_id}."}
    assert texts() == ["文0", "文1", "文2"]


def test_a_run_that_was_cut_goes_on_with_the_same_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    monkeypatch.setattr(resealing, "BATCH", 1)
    calls: list[int] = []

    def cut(total: int) -> Any:
        def progress(rows: int) -> None:
            calls.append(rows)
            if len(calls) == 2:
                raise KeyboardInterrupt

        return progress

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(by=SYSTEM, at=AT, record=record, start=cut)
    begun = crypto.vault().ring.current.id
    assert len(marks()) == 2, "some are done, some are not"
    assert texts() == ["文0", "文1", "文2"], "both are readable"
    key_proof.require_right_keys()
    done = rotate()
    assert (done.key_id, done.rows, done.went_on) == (begun, 1, True)
    assert marks() == {crypto.vault().mark}
    assert not rotate().went_on, "the next run is a new one"


def test_old_keys_are_taken_out_only_when_asked_and_nothing_needs_them(folder: Path) -> None:
    fill()
    rotate()
    assert len(crypto.vault().ring.keys) == 2
    IdempotencyRecord.objects.create(actor_key="a", key_hash="9", request_hash="r", body="文9")
    done = rotate(drop_old=True)
    assert (done.dropped, len(crypto.vault().ring.keys)) == (1, 1)
    assert texts() == ["文0", "文1", "文2", "文9"]


def test_a_change_made_meanwhile_is_not_undone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(1)
    keys.add_data_key(folder)
    read = resealing._rows

    def and_somebody_writes(place: Any, *rest: Any) -> Any:
        found = list(read(place, *rest))
        if found and place.table == "core_idempotencyrecord":
            IdempotencyRecord.objects.update(body="新")
        return found

    monkeypatch.setattr(resealing, "_rows", and_somebody_writes)
    rotate()
    assert texts() == ["新"]


def test_codes_of_receipts_outlive_keys_and_profiles(folder: Path, settings: Settings) -> None:
    before = numbers.receipt_code("HY26-000001")
    rotate()
    rotate(drop_old=True)
    settings.CRYPTO_PROFILE = Profile.NATIONAL
    rotate()
    assert numbers.receipt_code("HY26-000001") == before


@both_profiles
def test_telephones_are_found_and_second_factors_open_after_it(
    folder: Path, settings: Settings, cast: Cast, profile: Profile, at: datetime
) -> None:
    case = Stage(cast, at).register()
    names = {"secret": MFAAdapter().encrypt(SECRET), "name": f"a.{'0' * 12}.AAAA"}
    Authenticator.objects.create(user=cast.clerk.user, type="totp", data=names)
    token_before = crypto.blind_index("raw", purpose="orgs.token")
    settings.CRYPTO_PROFILE = profile
    rotate()
    rotate(drop_old=True)
    found = Case.objects.get(reporter_phone_index=crypto.blind_index(PHONE, purpose="cases.phone"))
    assert (found.pk, found.reporter_phone) == (case.pk, PHONE)
    kept = Authenticator.objects.get().data
    assert MFAAdapter().decrypt(kept["secret"]) == SECRET
    assert kept["name"] == names["name"], "what a person typed is no sealed text, however it looks"
    assert token_before in crypto.blind_index_candidates("raw", purpose="orgs.token")


def test_lost_keys_are_given_up_only_in_so_many_words(folder: Path, cast: Cast) -> None:
    fill()
    Authenticator.objects.create(
        user=cast.clerk.user, type="totp", data={"secret": MFAAdapter().encrypt(SECRET)}
    )
    keys.data_file(folder).unlink()
    with pytest.raises(keys.KeyFileMissing):
        rotate()
    rotate(old_keys_are_lost=True)
    assert texts() == ["", "", ""]
    assert not Authenticator.objects.exists()
    key_proof.require_right_keys()


def test_a_text_sealed_with_an_unknown_key_stops_it_in_words(folder: Path) -> None:
    fill()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_idempotencyrecord SET body = 'a.0123456789ab.' || substr(body, 16)")
    with pytest.raises(KeyMissing):
        rotate()


def test_every_blind_index_beside_a_sealed_field_is_renewed_with_it() -> None:
    known = {
        (apps.get_model(label)._meta.db_table, index.column)
        for (label, _field), index in resealing._indexes.items()
    }
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        if model.__module__.startswith("gongzhi.")
        for field in model._meta.local_concrete_fields
        if field.name.endswith("_index") and getattr(field, "max_length", None) == 64
    }
    assert columns - known == set(), "call resealing.declare_index in the app's ready()"
    assert known - columns == set()


# Killed in earnest

ROWS = """
import django; django.setup()
from gongzhi.core.models import IdempotencyRecord as R
rows = [R(actor_key="a", key_hash=str(n), request_hash="r", body="文%d" % n) for n in range(3000)]
R.objects.bulk_create(rows)
"""
STOP_HALFWAY = """
import os, signal, django; django.setup()
from gongzhi.core import resealing
from django.core.management import call_command
resealing.BATCH, write, done = 100, resealing._write, []
def writing(*words, **more):
    done.append(1)
    if len(done) == 1550: os.kill(os.getpid(), signal.SIGKILL)
    return write(*words, **more)
resealing._write = writing
call_command("rotate_keys")
"""
LOOK = """
import django; django.setup()
from gongzhi.core.crypto import vault
from gongzhi.core.models import IdempotencyRecord as R
from django.db import connection
with connection.cursor() as c:
    c.execute("select count(*) from core_idempotencyrecord where substr(body, 1, 15) = %s", [vault().mark])
    new = c.fetchone()[0]
right = sum(row.body == "文" + row.key_hash for row in R.objects.all())
print(len(vault().ring.keys), new, right)
"""


def test_killed_halfway_it_has_lost_nothing_and_goes_on(tmp_path: Path) -> None:
    with ExitStack() as stack:
        house = Installation(tmp_path, make_database(tmp_path, stack), free_port())
        house.run("manage.py", "migrate", "-v0")
        house.run("-c", ROWS)
        killed = subprocess.run(
            [sys.executable, "-c", STOP_HALFWAY],
            env=house.environment,
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
        assert house.run("-c", LOOK).split() == ["2", "1500", "3000"]
        said = house.run("-m", "gongzhi.console", "rotate-keys")
        assert "begun earlier, finished now" in said
        assert "1,500 rows" in said
        assert house.run("-c", LOOK).split() == ["2", "3000", "3000"]
        os.remove(tmp_path / "keys" / keys.DATA_FILE)
        with pytest.raises(subprocess.CalledProcessError) as refused:
            house.run("-m", "gongzhi.console", "serve")
        assert "Put back the copy" in refused.value.stderr
