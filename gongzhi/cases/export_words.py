"""What exports are called: formats, states, what went wrong. Pure."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FORMATS: dict[str, "_StrPromise"] = {
    "xlsx": _("Spreadsheet (XLSX)"),
    "csv": _("Text with commas (CSV)"),
    "parquet": _("For programs (Parquet)"),
}
STATES: dict[str, "_StrPromise"] = {
    "waiting": pgettext_lazy("file", "Waits"),
    "running": pgettext_lazy("file", "Being written"),
    "done": pgettext_lazy("file", "Ready"),
    "cancelled": pgettext_lazy("file", "Cancelled"),
    "failed": pgettext_lazy("file", "Failed"),
    "expired": pgettext_lazy("file", "Removed"),
}
TONES = {
    "waiting": "quiet",
    "running": "info",
    "done": "good",
    "cancelled": "quiet",
    "failed": "late",
    "expired": "quiet",
}
PROBLEMS: dict[str, "_StrPromise"] = {
    "disk": _("The file could not be written. Tell your system manager that the disk may be full."),
    "late": _("The file was not ready within a day. Ask for a shorter list, or tell your system manager."),
    "sight": _("Your posts changed meanwhile: you no longer see all that would stand in it."),
}
SOURCES: dict[str, "_StrPromise"] = {
    "list": _("List of matters"),
    "figure": _("List behind a figure"),
}
