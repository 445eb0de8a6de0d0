"""What a resident's try is counted against: the connection, and tighter whatever names the actor better.

The numbers are the rule `cases.tries`. Marks are keyed hashes: no number, telephone or address is kept.
"""

from datetime import datetime

from gongzhi.cases import numbers
from gongzhi.cases.tries_rules import TRIES
from gongzhi.core import crypto
from gongzhi.core.actions.rates import DAY, Limit
from gongzhi.core.actor import Actor
from gongzhi.rulebook.queries import in_force

_RAISE, _ADD, _PICTURES = "cases.raise", "cases.add", "cases.pictures"
_COMPARED = "cases.compared"
_WRONG, _WRONG_PHONE = "cases.wrong", "cases.wrong_phone"


def raising(*, phone: str, by: Actor, at: datetime) -> list[Limit]:
    """A telephone is told what happens: nobody shall be flooded by matters others raise with it."""
    rule = in_force(TRIES, at=at).params
    return [
        Limit(_RAISE, by.network, rule.raised_per_network_an_hour),
        Limit(_RAISE, _mark("phone", phone), rule.raised_per_phone_an_hour),
    ]


def adding(*, number: str, by: Actor, at: datetime) -> list[Limit]:
    rule = in_force(TRIES, at=at).params
    return [
        Limit(_ADD, by.network, rule.added_per_network_an_hour),
        Limit(_ADD, _mark("matter", number), rule.added_per_matter_an_hour),
    ]


def broken_files(*, by: Actor, at: datetime) -> list[Limit]:
    return [Limit(_PICTURES, by.network, in_force(TRIES, at=at).params.broken_files_per_network_an_hour)]


def comparing(*, by: Actor, at: datetime) -> list[Limit]:
    """Words somebody types are compared with what was made public: dear, and asked for at each rest."""
    return [Limit(_COMPARED, by.network, in_force(TRIES, at=at).params.compared_per_network_an_hour)]


def wrong_codes(*, number: str, by: Actor, at: datetime) -> list[Limit]:
    """The matter from this connection, the connection, the matter from everywhere."""
    rule, number = in_force(TRIES, at=at).params, numbers.canonical(number) or number
    return [
        Limit(_WRONG, _pair(number, by.network), rule.wrong_per_matter_and_network_an_hour),
        Limit(_WRONG, by.network, rule.wrong_per_network_an_hour),
        Limit(_WRONG, _mark("matter", number), rule.wrong_per_matter_an_hour),
    ]


def wrong_phones(*, number: str, by: Actor, at: datetime) -> list[Limit]:
    """Telephones of neighbours are known: far fewer guesses, and by the day."""
    rule, number = in_force(TRIES, at=at).params, numbers.canonical(number) or number
    return [
        Limit(_WRONG_PHONE, _pair(number, by.network), rule.wrong_phones_per_matter_and_network_a_day, DAY),
        Limit(_WRONG_PHONE, _mark("matter", number), rule.wrong_phones_per_matter_a_day, DAY),
    ]


def _pair(number: str, network: str) -> str:
    return _mark("matter and network", f"{number} {network}") if network else ""


def _mark(kind: str, value: str) -> str:
    return crypto.keyed_hash(value, purpose=f"cases.tries {kind}") if value else ""
