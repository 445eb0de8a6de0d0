"""Codes of the workbench in the audit log. What a batch does to a matter is that matter's own event."""

from django.utils.translation import gettext_lazy as _

from gongzhi.audit.codes import declare

BATCH_ASKED = declare(
    "workbench.batch.asked", _("Somebody pressed for many matters at once; it is on hold")
).code
BATCH_UNDONE = declare("workbench.batch.undone", _("A press for many matters was taken back")).code
BATCH_DONE = declare("workbench.batch.done", _("A press for many matters was carried out")).code
VIEW_SAVED = declare("workbench.view.saved", _("A view of a list was saved")).code
VIEW_CHANGED = declare("workbench.view.changed", _("A saved view was changed")).code
VIEW_DELETED = declare("workbench.view.deleted", _("A saved view was deleted")).code
