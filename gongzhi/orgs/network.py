"""Where a request comes from: one answer for lock-out, rate limits and the actor.

The address itself is never stored with a case; `network_mark` is a keyed hash of it, good for one question
only: did two things come from the same place?
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from gongzhi.core import crypto

_HOME_BITS = 64
"""The prefix a provider gives one connection at least, RFC 6177."""


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor, believing only as many proxies as the setting PROXIES counts.

    Each proxy appends the address it saw, so the wanted one stands that many places from the right; what a
    visitor writes into the header himself stands further left and is never read. Of an IPv6 address only the
    network is returned: a household has 2^64 addresses, and each would bring new tries.
    """
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.PROXIES:
            return _counted(hops[-settings.PROXIES])
    return _counted(str(request.META.get("REMOTE_ADDR", "")))


def _counted(told: str) -> str:
    """Return an address as it is counted: an IPv4 one whole, of an IPv6 one the network of one connection."""
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if not isinstance(address, IPv6Address):
        return told
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _HOME_BITS), strict=False).network_address)


def network_mark(request: HttpRequest) -> str:
    """Return a short keyed hash of the visitor's address; empty when the address is unknown."""
    address = client_address(request)
    return crypto.keyed_hash(address, purpose="orgs.network")[:16] if address else ""
