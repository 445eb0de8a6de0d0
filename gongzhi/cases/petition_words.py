"""Words of the petition procedure: its documents, its reviews and what they found."""

from django.utils.translation import gettext_lazy as _

DOCUMENTS = {
    "acceptance": _("Notice of acceptance of a petition"),
    "answer": _("Answer to a petition"),
    "review": _("Decision of the review"),
    "second": _("Decision of the second review"),
}
REVIEWS = {"review": _("review"), "second": _("second review")}
RESULTS = {
    "upheld": _("The answer is upheld."),
    "changed": _("The answer is changed."),
    "again": _("The matter is to be handled anew."),
}
CHOICES = {
    "upheld": _("Upheld: the answer is right"),
    "changed": _("Changed: the decision says how"),
    "again": _("To be handled anew by the unit"),
}
