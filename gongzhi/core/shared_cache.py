"""A cache that all processes share and that outlives them, kept in the database.

For counts that must hold everywhere, of which there are few: tries of signing in, one-time codes used up.
Chosen over Django's own database cache because that one drops entries that still count once there are many
(an attacker could flush the count of an account), reads pickles out of the database, and counts the whole
table at each write. Values are whatever JSON can say. Keys hold network addresses, so only their keyed hash
is stored. An entry ends at its own time; `core.sweep` deletes it afterwards.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from gongzhi.core import clock, crypto
from gongzhi.core.models import SharedEntry

_FOR_EVER = timedelta(days=3650)
_WRITE = """
INSERT INTO core_sharedentry (key, value, ends_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at
"""
_ADD = f"{_WRITE} WHERE core_sharedentry.ends_at <= %s RETURNING key"


class SharedCache(BaseCache):
    """Entries in `core_sharedentry`. Each call is one statement, so two processes never both `add` a key."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _stored(self, key: str, version: int | None) -> str:
        return crypto.keyed_hash(
            self.make_and_validate_key(key, version=version), purpose="core.shared_cache"
        )

    def _end(self, timeout: float | object | None) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        lasting = timedelta(seconds=float(seconds)) if isinstance(seconds, (int, float)) else _FOR_EVER
        return clock.now() + lasting

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = SharedEntry.objects.filter(key=self._stored(key, version), ends_at__gt=clock.now())
        value = found.values_list("value", flat=True).first()
        return default if value is None else json.loads(value)

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | object | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, self._row(key, value, timeout, version))

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | object | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [*self._row(key, value, timeout, version), _moment(clock.now())])
            return cursor.fetchone() is not None

    def touch(
        self, key: str, timeout: float | object | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        alive = SharedEntry.objects.filter(key=self._stored(key, version), ends_at__gt=clock.now())
        return alive.update(ends_at=self._end(timeout)) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        return SharedEntry.objects.filter(key=self._stored(key, version)).delete()[0] > 0

    def clear(self) -> None:
        SharedEntry.objects.all().delete()

    def _row(self, key: str, value: Any, timeout: float | object | None, version: int | None) -> list[Any]:
        return [self._stored(key, version), json.dumps(value), _moment(self._end(timeout))]


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def forget_ended(*, at: datetime) -> int:
    """Delete entries that have ended; return how many."""
    return SharedEntry.objects.filter(ends_at__lte=at).delete()[0]
