"""Model fields that keep their content sealed in the database."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from gongzhi.core.crypto import vault

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that only this installation's keys can read; sealed for its own table and column.

    Reads raise KeyMissing or Altered. It cannot be searched or ordered by: keep a blind index beside it.
    The empty text stays empty, so "not given" costs nothing and shows.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("unique") or kwargs.get("db_index"):
            raise FieldError("an encrypted field cannot be indexed; keep a blind index beside it")
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or value == "" or hasattr(value, "as_sql"):
            return value
        return vault().seal(str(value), place=self.place)

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return vault().open(value, place=self.place) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in {"isnull", "exact"}:
            return _OnlyEmpty if lookup_name == "exact" else super().get_lookup(lookup_name)
        raise FieldError(f"{self.place} is encrypted: look up its blind index instead of {lookup_name!r}")


class _OnlyEmpty(models.lookups.Exact):
    """Equality with the empty text, the one comparison that means something on a sealed column."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError(
                "an encrypted field can only be compared with the empty text; use its blind index"
            )
        return ""
