"""The proof that the key file and the database belong together.

One row holds a text sealed with the key under which everything was last sealed anew. It is written where a
database is prepared (`gongzhi migrate`), together with the key file, and opened at each start. So a lost or
foreign key file is noticed before anything is written that the right one could not read.
"""

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from gongzhi.core import resealing
from gongzhi.core.crypto import CannotOpen, Vault, vault
from gongzhi.core.keys import KeyFileForeign, KeyFileMissing, data_file, make_data_keys
from gongzhi.core.models import KeyProof

_PLACE = "core_keyproof.sealed"
_WORDS = "gongzhi"


def require_right_keys() -> None:
    """Pass when the keys are those of this database, or the database is not prepared yet.

    Raises KeyFileMissing, KeyFileForeign, KeyFileError.
    """
    proof = _proof()
    if proof is not None:
        _hold_against(proof, vault())


def prepare(**_signal: Any) -> None:
    """Make keys and proof for a new database, or hold the keys against it; called after each migration.

    Raises KeyFileMissing, KeyFileForeign, KeyFileError.
    """
    if KeyProof._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic():
        if _proof() is not None:
            require_right_keys()
            return
        sealed = resealing.any_sealed()
        if sealed and not data_file(settings.DATA_DIR).exists():
            raise KeyFileMissing(data_file(settings.DATA_DIR))
        make_data_keys(settings.DATA_DIR, profile=settings.CRYPTO_PROFILE)
        for place, text in sealed:
            _open(vault(), text, place)
        write_proof()


def sealed_last_with(vault: Vault) -> bool:
    """Whether everything was sealed anew with the current key and profile of `vault`."""
    proof = _proof()
    return proof is not None and proof.sealed.startswith(vault.mark)


def write_proof() -> None:
    """Write down that this database is sealed with the keys of now."""
    kept = vault()
    values = {"sealed": kept.seal(_WORDS, place=_PLACE), "index_id": kept.ring.index_id}
    KeyProof.objects.update_or_create(pk=1, defaults=values)


def _proof() -> KeyProof | None:
    if KeyProof._meta.db_table not in connection.introspection.table_names():
        return None
    return KeyProof.objects.first()


def _hold_against(proof: KeyProof, kept: Vault) -> None:
    _open(kept, proof.sealed, _PLACE)
    if proof.index_id != kept.ring.index_id:
        raise KeyFileForeign(data_file(settings.DATA_DIR))


def _open(kept: Vault, text: str, place: str) -> None:
    try:
        kept.open(text, place=place)
    except CannotOpen:
        raise KeyFileForeign(data_file(settings.DATA_DIR)) from None
