"""Promises of key files, sealed texts and blind indexes."""

import base64
import json
import threading
from pathlib import Path

import pytest
from django.core.exceptions import FieldError

from gongzhi.core import keys
from gongzhi.core.crypto import Altered, KeyMissing, Profile, Vault, keyed_hash
from gongzhi.core.models import IdempotencyRecord

PLACE = "households_resident.phone"
both_profiles = pytest.mark.parametrize("profile", list(Profile))


@pytest.fixture
def ring(tmp_path: Path) -> keys.KeyRing:
    return keys.make_data_keys(tmp_path)


def key_file(folder: Path) -> Path:
    return folder / "keys" / keys.DATA_FILE


# Sealing


@both_profiles
def test_a_sealed_text_opens_in_its_own_place_and_hides_its_content(
    ring: keys.KeyRing, profile: Profile
) -> None:
    vault = Vault(ring, profile)
    sealed = vault.seal("陈秀英 13800138000", place=PLACE)
    assert vault.open(sealed, place=PLACE) == "陈秀英 13800138000"
    assert b"13800138000" not in base64.b64decode(sealed.split(".")[2])
    assert sealed != vault.seal("陈秀英 13800138000", place=PLACE)


@both_profiles
def test_every_altered_byte_is_noticed(ring: keys.KeyRing, profile: Profile) -> None:
    vault = Vault(ring, profile)
    letter, key_id, encoded = vault.seal("门前路", place=PLACE).split(".")
    raw = base64.b64decode(encoded)
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        with pytest.raises(Altered):
            vault.open(f"{letter}.{key_id}.{base64.b64encode(changed).decode()}", place=PLACE)


@pytest.mark.parametrize(
    "text", ["", "a", "a.b", "a.b.!!", "a..", "plain words", "x.000000000000.AAAA", "a.k.5L2g"]
)
def test_what_was_never_sealed_is_refused_not_shown(ring: keys.KeyRing, text: str) -> None:
    with pytest.raises(Altered):
        Vault(ring).open(text, place=PLACE)


@both_profiles
def test_a_text_moved_to_another_column_does_not_open(ring: keys.KeyRing, profile: Profile) -> None:
    vault = Vault(ring, profile)
    with pytest.raises(Altered):
        vault.open(vault.seal("610921", place=PLACE), place="households_resident.name")


def test_one_profile_cannot_be_passed_off_as_the_other(ring: keys.KeyRing) -> None:
    sealed = Vault(ring, Profile.STANDARD).seal("x", place=PLACE)
    with pytest.raises(Altered):
        Vault(ring).open("s" + sealed[1:], place=PLACE)


def test_both_profiles_and_rotated_keys_stay_readable(tmp_path: Path) -> None:
    old = keys.make_data_keys(tmp_path)
    sealed = [Vault(old, profile).seal("老数据", place=PLACE) for profile in Profile]
    grown = keys.add_data_key(tmp_path)
    assert grown.current.id != old.current.id
    for profile in Profile:
        assert [Vault(grown, profile).open(text, place=PLACE) for text in sealed] == ["老数据", "老数据"]
    assert Vault(grown).seal("新", place=PLACE).split(".")[1] == grown.current.id


def test_the_wrong_key_file_after_a_restore_is_named_in_words(ring: keys.KeyRing, tmp_path: Path) -> None:
    sealed = Vault(ring).seal("x", place=PLACE)
    other = keys.make_data_keys(tmp_path / "other")
    with pytest.raises(KeyMissing, match=f"{ring.current.id}.*Restore the key file"):
        Vault(other).open(sealed, place=PLACE)


# Looking up


@both_profiles
def test_a_blind_index_finds_equal_values_of_one_purpose_only(ring: keys.KeyRing, profile: Profile) -> None:
    vault = Vault(ring, profile)
    assert vault.index("13800138000", purpose="phone") == vault.index("13800138000", purpose="phone")
    assert vault.index("13800138000", purpose="phone") != vault.index("13800138000", purpose="identity")
    assert vault.index("13800138000", purpose="phone") != vault.index("13800138001", purpose="phone")


def test_values_indexed_before_the_profile_changed_are_still_found(ring: keys.KeyRing) -> None:
    before = Vault(ring, Profile.STANDARD).index("13800138000", purpose="phone")
    candidates = Vault(ring, Profile.NATIONAL).index_candidates("13800138000", purpose="phone")
    assert before in candidates
    assert candidates[0] == Vault(ring, Profile.NATIONAL).index("13800138000", purpose="phone")


def test_another_installation_gives_other_indexes(ring: keys.KeyRing, tmp_path: Path) -> None:
    other = keys.make_data_keys(tmp_path / "other")
    assert Vault(ring).index("1", purpose="p") != Vault(other).index("1", purpose="p")


def test_a_network_address_is_kept_only_as_a_short_keyed_hash() -> None:
    assert len(keyed_hash("192.0.2.7", purpose="network")) == 32
    assert "192" not in keyed_hash("192.0.2.7", purpose="network")[:3]


# Key files


def test_key_files_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    first = keys.make_data_keys(tmp_path)
    assert keys.make_data_keys(tmp_path) == first
    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert key_file(tmp_path).parent.stat().st_mode & 0o777 == 0o700
    assert keys.secret_key(tmp_path) == keys.secret_key(tmp_path)


def test_starters_at_the_same_moment_agree_on_one_key(tmp_path: Path) -> None:
    seen: list[keys.KeyRing] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        seen.append(keys.make_data_keys(tmp_path))

    threads = [threading.Thread(target=start) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len({ring.current.id for ring in seen}) == 1
    assert [path.name for path in key_file(tmp_path).parent.iterdir()] == [keys.DATA_FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused_with_the_command_that_helps(
    tmp_path: Path, mode: int
) -> None:
    keys.make_data_keys(tmp_path)
    key_file(tmp_path).chmod(mode)
    with pytest.raises(keys.KeyFileExposed, match="chmod 600"):
        keys.make_data_keys(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"format":1}'])
def test_a_damaged_key_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    keys.make_data_keys(tmp_path)
    key_file(tmp_path).write_bytes(content)
    with pytest.raises(keys.KeyFileDamaged, match="backup"):
        keys.make_data_keys(tmp_path)
    assert key_file(tmp_path).read_bytes() == content


def test_one_changed_letter_in_the_key_file_is_noticed(tmp_path: Path) -> None:
    keys.make_data_keys(tmp_path)
    body = json.loads(key_file(tmp_path).read_text())
    body["keys"][0] = base64.b64encode(bytes(32)).decode()
    key_file(tmp_path).write_text(json.dumps(body))
    with pytest.raises(keys.KeyFileDamaged):
        keys.make_data_keys(tmp_path)


def test_a_short_signing_key_is_refused(tmp_path: Path) -> None:
    keys.secret_key(tmp_path)
    (tmp_path / "keys" / keys.SIGNING_FILE).write_bytes(b"short")
    with pytest.raises(keys.KeyFileDamaged, match="5 bytes"):
        keys.secret_key(tmp_path)


# The field


def stored(pk: int) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM core_idempotencyrecord WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_field_is_sealed_in_the_database_however_it_is_written() -> None:
    records = IdempotencyRecord.objects
    row = records.create(actor_key="a", key_hash="1", request_hash="r", body="一")
    assert stored(row.pk).startswith("a.")
    records.filter(pk=row.pk).update(body="二")
    assert (stored(row.pk)[:2], records.get().body) == ("a.", "二")
    row.body = "三"
    records.bulk_update([row], ["body"])
    assert (stored(row.pk)[:2], records.get().body) == ("a.", "三")
    assert list(records.values_list("body", flat=True)) == ["三"]


@pytest.mark.django_db
def test_an_empty_text_stays_empty_and_can_be_asked_for() -> None:
    row = IdempotencyRecord.objects.create(actor_key="a", key_hash="1", request_hash="r")
    assert stored(row.pk) == ""
    assert IdempotencyRecord.objects.filter(body="").count() == 1
    assert IdempotencyRecord.objects.exclude(body="").count() == 0


@pytest.mark.parametrize("lookup", ["body", "body__contains", "body__in", "body__startswith"])
def test_searching_a_sealed_field_is_an_error_not_an_empty_answer(lookup: str) -> None:
    with pytest.raises(FieldError, match="blind index"):
        IdempotencyRecord.objects.filter(**{lookup: ["x"] if lookup.endswith("in") else "x"})
