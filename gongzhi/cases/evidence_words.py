"""How evidence is said: what a picture shows, what was signed, how a case file on its way stands."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PURPOSES = {
    "before": pgettext_lazy("evidence", "before"),
    "after": pgettext_lazy("evidence", "after"),
    "document": pgettext_lazy("evidence", "document"),
    "signature": pgettext_lazy("evidence", "signature"),
    "other": pgettext_lazy("evidence", "other"),
}
ABOUT = {
    "done": pgettext_lazy("statement", "that this was done"),
    "received": pgettext_lazy("statement", "that this was received"),
    "visit": pgettext_lazy("statement", "that somebody came and looked"),
}
SIGNERS = {
    "reporter": pgettext_lazy("statement", "the reporter"),
    "representative": pgettext_lazy("statement", "for the reporter, as their representative"),
    "witness": pgettext_lazy("statement", "a witness"),
}
ABOUT_CHOICES = {
    "done": _("Something was done: the work as it stands below"),
    "received": _("Something was received: money, goods, a paper"),
    "visit": _("Somebody came, looked and spoke with them"),
}
SIGNER_CHOICES = {
    "reporter": _("The reporter"),
    "representative": _("Somebody for the reporter: family, or who was asked to"),
    "witness": _("A witness who was there"),
}
WAYS = {
    "drawn": pgettext_lazy("statement", "signed on the screen"),
    "paper": pgettext_lazy("statement", "signed on paper, photographed"),
}
FILE_STATES = {
    "waiting": pgettext_lazy("case file", "being made"),
    "done": pgettext_lazy("case file", "ready"),
    "failed": pgettext_lazy("case file", "could not be made"),
    "expired": pgettext_lazy("case file", "gone, its time is over"),
}
FILE_TONES = {"waiting": "info", "done": "good", "failed": "late", "expired": ""}
