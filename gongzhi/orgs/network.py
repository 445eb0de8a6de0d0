"""Where a request comes from: one answer for lock-out, rate limits and the actor.

The address itself is never stored with a case; `network_mark` is a keyed hash of it, good for one question
only: did two things come from the same place?
"""

from django.conf import settings
from django.http import HttpRequest

from gongzhi.core import crypto


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor, believing only as many proxies as the setting PROXIES counts.

    Each proxy appends the address it saw, so the wanted one stands that many places from the right; what a
    visitor writes into the header himself stands further left and is never read.
    """
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.PROXIES:
            return hops[-settings.PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))


def network_mark(request: HttpRequest) -> str:
    """Return a short keyed hash of the visitor's address; empty when the address is unknown."""
    address = client_address(request)
    return crypto.keyed_hash(address, purpose="orgs.network")[:16] if address else ""
