"""What the workbench says of batches."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongzhi.workbench.lifecycle import BatchState, ItemState, Kind

KINDS = {
    Kind.ACCEPT: pgettext_lazy("batch", "Accept"),
    Kind.DISPATCH: pgettext_lazy("batch", "Dispatch"),
    Kind.REASSIGN: pgettext_lazy("batch", "Give to a colleague"),
    Kind.MERGE: pgettext_lazy("batch", "Merge into one"),
}
STATES = {
    BatchState.HELD: pgettext_lazy("batch", "on hold"),
    BatchState.RUNNING: pgettext_lazy("batch", "being done"),
    BatchState.DONE: pgettext_lazy("batch", "done"),
    BatchState.UNDONE: pgettext_lazy("batch", "taken back"),
}
TONES = {
    BatchState.HELD: "soon",
    BatchState.RUNNING: "info",
    BatchState.DONE: "good",
    BatchState.UNDONE: "quiet",
}
ITEM_STATES = {
    ItemState.WAITING: pgettext_lazy("batch item", "waits"),
    ItemState.DONE: pgettext_lazy("batch item", "done"),
    ItemState.REFUSED: pgettext_lazy("batch item", "not done"),
}
ITEM_TONES = {ItemState.WAITING: "quiet", ItemState.DONE: "good", ItemState.REFUSED: "late"}
GONE = _("It is not there any more, or out of your sight.")
CHANGED = _("Somebody else has changed it since the preview.")
IN_ANOTHER = _("It is on hold in another press for many matters.")
IS_MAIN = _("The others are merged into this one; it stays as it is.")
NO_SUBJECT = _("No subject is known or proposed: accept it by itself, or choose a subject for all.")
FAILED = _("The system failed here; nothing was changed. Please do it by itself.")
