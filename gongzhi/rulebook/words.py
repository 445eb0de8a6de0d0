"""Words of the rulebook: for coded values, and for what the typed parameters refuse. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongzhi.rulebook.kinds import Confidence, Level, RuleType


def say_error(error: Mapping[str, Any]) -> str:
    """Return a sentence for one pydantic error, in the reader's language."""
    limits = {name: value for name, value in error.get("ctx", {}).items() if isinstance(value, int | float)}
    match error["type"]:
        case "missing":
            return _("This value is needed.")
        case "extra_forbidden":
            return _("This rule has no such value.")
        case "int_parsing" | "int_type" | "int_from_float" | "decimal_parsing" | "float_parsing":
            return _("Enter a number.")
        case "greater_than_equal":
            return _("Must be at least %(limit)s.") % {"limit": limits["ge"]}
        case "greater_than":
            return _("Must be more than %(limit)s.") % {"limit": limits["gt"]}
        case "less_than_equal":
            return _("Must be at most %(limit)s.") % {"limit": limits["le"]}
        case "less_than":
            return _("Must be less than %(limit)s.") % {"limit": limits["lt"]}
        case "too_short":
            return _("The list needs at least %(limit)s entries.") % {"limit": limits["min_length"]}
        case "enum" | "literal_error":
            return _("Choose one of the known values.")
        case "value_error":
            # The rule's own check; its sentence is written, and translated, where the rule is declared.
            return str(error["ctx"]["error"])
        case _:
            return _("This value does not fit.")


LEVEL_NAMES = {
    Level.CONSTITUTIONAL: gettext_lazy("Constitutional rules"),
    Level.COLLECTIVE: gettext_lazy("Collective-choice rules"),
    Level.OPERATIONAL: gettext_lazy("Operational rules"),
}
LEVEL_SENTENCES = {
    Level.CONSTITUTIONAL: gettext_lazy(
        "How rules themselves are made, and what residents may always ask for."
    ),
    Level.COLLECTIVE: gettext_lazy(
        "How the county, its towns and bureaus handle matters together; decided in a meeting."
    ),
    Level.OPERATIONAL: gettext_lazy("How the daily work is done; kept by the county's system manager."),
}
TYPE_NAMES = {
    RuleType.POSITION: gettext_lazy("position rule: which posts there are"),
    RuleType.BOUNDARY: gettext_lazy("boundary rule: who may take part, and when"),
    RuleType.CHOICE: gettext_lazy("choice rule: what must, may or must not be done"),
    RuleType.AGGREGATION: gettext_lazy("aggregation rule: how single acts become a decision or a figure"),
    RuleType.INFORMATION: gettext_lazy("information rule: who is told what, and by when"),
    RuleType.PAYOFF: gettext_lazy("payoff rule: what follows from doing or not doing"),
    RuleType.SCOPE: gettext_lazy("scope rule: what results are within bounds"),
}
CONFIDENCE_NAMES = {
    Confidence.SURE: gettext_lazy("source verified"),
    Confidence.CHECK: gettext_lazy("source not verified"),
    Confidence.OWN: gettext_lazy("own proposal"),
}
CONFIDENCE_SENTENCES = {
    Confidence.SURE: gettext_lazy(
        "The article or clause named was read, or a public reprint of it, and says this."
    ),
    Confidence.CHECK: gettext_lazy("The document is named, but nobody has yet read whether it says this."),
    Confidence.OWN: gettext_lazy(
        "No law or standard is named that sets these values. Who wrote them proposes them as a start, and "
        "the county may decide others. A document after “参照” is leaned on, no more."
    ),
}
STANDING_NAMES = {
    "coming": gettext_lazy("decided, does not hold yet"),
    "holds": gettext_lazy("holds"),
    "past": gettext_lazy("no longer holds"),
    "withdrawn": gettext_lazy("withdrawn before it held"),
}
STANDING_TONES = {"coming": "soon", "holds": "good", "past": "quiet", "withdrawn": "quiet"}
