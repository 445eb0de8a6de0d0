"""Plain words for what the typed parameters refuse. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


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
