"""One POST to the server of somebody else: bounded in time and size, following nothing.

The invariant: nothing is sent to an address inside our own network unless the setting says so, and the
address that was looked at is the one that is connected to, so a name that changes meanwhile gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

SECONDS = 20.0
"""The longest one call takes, from the first packet to the last byte; far below the lease of a delivery."""
_MOST_BYTES = 64 * 1024
"""An answer says "taken" or "not taken"; more than this is none."""


class NotReached(Exception):
    """The server could not be asked, or did not answer in time. The text is for staff."""


class AddressRefused(NotReached):
    """The address is not one we send to. The text is for staff."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    private: bool = False,
    seconds: float = SECONDS,
    context: ssl.SSLContext | None = None,
) -> Reply:
    """Send `body` and return the reply, whatever its status; a redirect is a reply like any other.

    With `private` the server may stand in our own network and speak without TLS. Raises AddressRefused,
    NotReached. Proxies of the environment are not used.
    """
    target = _target(url, private=private)
    address = _address(target, private=private)
    connection = _Pinned(target, address, seconds, context)
    # Time limits of sockets count for each packet; this one counts for the whole call.
    watch = threading.Timer(seconds, connection.break_off)
    watch.daemon = True
    watch.start()
    try:
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        reply = connection.getresponse()
        return Reply(reply.status, reply.read(_MOST_BYTES))
    except ssl.SSLError as error:
        raise NotReached(f"{type(error).__name__}: {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        watch.cancel()
        connection.close()


def _target(url: str, *, private: bool) -> SplitResult:
    try:
        target = urlsplit(url)
        _ = target.port
    except ValueError:
        raise AddressRefused("the address is none") from None
    if target.scheme not in ({"https", "http"} if private else {"https"}) or not target.hostname:
        raise AddressRefused("the address must begin with https://")
    if target.username or target.password:
        raise AddressRefused("the address must hold no name and no password")
    return target


def _address(target: SplitResult, *, private: bool) -> tuple[str, int]:
    """Return number and port to connect to. Raises AddressRefused when any of the numbers is our own
    network."""
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(target.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotReached(f"the name was not found: {error}") from error
    numbers = [str(row[4][0]) for row in found]
    if not private and not all(map(is_public, numbers)):
        raise AddressRefused("the address leads into our own network")
    return numbers[0], port


def is_public(number: str) -> bool:
    """Whether an IP address belongs to the public network."""
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped is not None:
        address = mapped
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to one number; the name is only said to the server and checked in its certificate."""

    def __init__(
        self, target: SplitResult, address: tuple[str, int], seconds: float, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(str(target.hostname), target.port, timeout=seconds)
        self.default_port = 443 if target.scheme == "https" else 80
        self._address = address
        self._context = (context or ssl.create_default_context()) if target.scheme == "https" else None

    def connect(self) -> None:
        self.sock = socket.create_connection(self._address, self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def break_off(self) -> None:
        """End the call from outside: whoever reads or writes gets an error at once."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
