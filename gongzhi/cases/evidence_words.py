"""How evidence is said: what a picture shows, what was signed, how a case file on its way stands."""

from django.utils.translation import pgettext_lazy

PURPOSES = {
    "before": pgettext_lazy("evidence", "before"),
    "after": pgettext_lazy("evidence", "after"),
    "document": pgettext_lazy("evidence", "document"),
    "signature": pgettext_lazy("evidence", "signature"),
    "other": pgettext_lazy("evidence", "other"),
}
ABOUT = {
    "solved": pgettext_lazy("statement", "that the matter was solved"),
    "visit": pgettext_lazy("statement", "that somebody came and looked"),
}
SIGNERS = {
    "reporter": pgettext_lazy("statement", "the reporter"),
    "other": pgettext_lazy("statement", "somebody else on the spot"),
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
