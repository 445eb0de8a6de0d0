"""Merkle trees as in RFC 9162 section 2.1, for any of the named hash algorithms. Pure: bytes in, bytes out.

Own code of a page rather than a library: the one at hand is under a licence that does not fit ours and knows
no SM3 (docs/adr/0004-sealed-audit.md).
"""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

from cryptography.hazmat.primitives import hashes

LEAF, NODE = b"\x00", b"\x01"
"""Prefixes that keep a node from ever being taken for a leaf."""


def _sha256(data: bytes) -> bytes:
    return sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {"sha256": _sha256, "sm3": _sm3}
"""Every batch names its algorithm, so that the log can change it without a break. All give 32 bytes."""
DIGEST_BYTES = 32
DEFAULT_ALGORITHM = "sha256"
"""What new batches are hashed with; old ones keep the algorithm they name."""


def hash_leaf(data: bytes, algorithm: str) -> bytes:
    """Return the leaf hash of one record. Raises KeyError for an unknown algorithm."""
    return ALGORITHMS[algorithm](LEAF + data)


def root_of(leaves: Sequence[bytes], algorithm: str) -> bytes:
    """Return the root over these leaf hashes. Raises ValueError when there are none."""
    if not leaves:
        raise ValueError("a tree needs at least one leaf")
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level, ALGORITHMS[algorithm])
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int, algorithm: str) -> list[bytes]:
    """Return the audit path of the leaf at `index` (from 0), lowest sibling first (RFC 9162, 2.1.3.1).

    Raises IndexError for an index outside the tree.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    path, level = [], list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _level_above(level, ALGORITHMS[algorithm]), index // 2
    return path


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, algorithm: str = "sha256"
) -> bool:
    """Whether `leaf` stands at `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or algorithm not in ALGORITHMS:
        return False
    digest, node, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if node % 2 or node == last:
            digest = ALGORITHMS[algorithm](NODE + sibling + digest)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            digest = ALGORITHMS[algorithm](NODE + digest + sibling)
        node, last = node // 2, last // 2
    return last == 0 and hmac.compare_digest(digest, root)


def _level_above(level: list[bytes], hash_: Callable[[bytes], bytes]) -> list[bytes]:
    """Pair neighbours; an odd last node rises unchanged, which gives the tree of the RFC."""
    above = [hash_(NODE + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above
