"""The tree is the one of RFC 9162, and a proof holds for its leaf and for nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.audit import canonical, merkle

LEAVES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70)),
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The trees of one to eight leaves that implementations of certificate transparency test themselves with."""

algorithms = st.sampled_from(sorted(merkle.ALGORITHMS))
sizes = st.integers(1, 300)


def leaves_of(size: int, algorithm: str) -> list[bytes]:
    return [merkle.hash_leaf(str(n).encode(), algorithm) for n in range(size)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_that_certificate_transparency_knows(size: int) -> None:
    hashed = [merkle.hash_leaf(leaf, "sha256") for leaf in LEAVES[:size]]
    assert merkle.root_of(hashed, "sha256").hex() == ROOTS[size - 1]


def recursive_root(leaves: list[bytes]) -> bytes:
    """The definition of the RFC, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + recursive_root(leaves[:half]) + recursive_root(leaves[half:])).digest()


@given(size=sizes)
def test_the_root_is_the_one_the_rfc_defines(size: int) -> None:
    leaves = leaves_of(size, "sha256")
    assert merkle.root_of(leaves, "sha256") == recursive_root(leaves)


@given(size=sizes, data=st.data(), algorithm=algorithms)
def test_a_proof_holds_for_any_size_and_any_index(size: int, data: st.DataObject, algorithm: str) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size, algorithm)
    path = merkle.inclusion_path(leaves, index, algorithm)
    assert len(path) <= (size - 1).bit_length()
    assert holds(leaves[index], index, size, path, merkle.root_of(leaves, algorithm), algorithm)


def holds(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes, algorithm: str) -> bool:
    return merkle.verify_inclusion(
        leaf=leaf, index=index, size=size, path=path, root=root, algorithm=algorithm
    )


@given(size=sizes, data=st.data())
def test_a_proof_holds_for_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size, "sha256")
    root, path = merkle.root_of(leaves, "sha256"), merkle.inclusion_path(leaves, index, "sha256")
    stranger = merkle.hash_leaf(b"stranger", "sha256")
    assert not holds(stranger, index, size, path, root, "sha256")
    assert not holds(leaves[index], index, size, [*path, stranger], root, "sha256")
    assert not holds(leaves[index], index, size, path, stranger, "sha256")
    assert not holds(leaves[index], -1, size, path, root, "sha256")
    assert not holds(leaves[index], size, size, path, root, "sha256")
    assert not holds(leaves[index], index, 2 * size, path, root, "sha256")
    assert not holds(leaves[index], index, size, path, root, "md5")
    for other in {(index + 1) % size, (index * 7 + 3) % size} - {index}:
        assert not holds(leaves[index], other, size, path, root, "sha256")
    if path:
        assert not holds(leaves[index], index, size, path[:-1], root, "sha256")
        assert not holds(leaves[index], index, size, [stranger, *path[1:]], root, "sha256")
        assert not holds(leaves[index], index, size, path, root, "sm3")


def test_there_is_no_tree_without_leaves_and_no_proof_outside_it() -> None:
    with pytest.raises(ValueError, match="one leaf"):
        merkle.root_of([], "sha256")
    for index in (-1, 3):
        with pytest.raises(IndexError):
            merkle.inclusion_path(leaves_of(3, "sha256"), index, "sha256")


def test_sm3_is_the_national_algorithm() -> None:
    # The example "abc" of GB/T 32905-2016.
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert merkle.ALGORITHMS["sm3"](b"abc").hex() == expected


@given(st.lists(st.tuples(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))))
def test_packed_entries_come_back_as_they_were(entries: list[tuple[int, bytes]]) -> None:
    assert canonical.unpack(canonical.pack(entries)) == entries


def test_a_cut_block_is_noticed() -> None:
    with pytest.raises(ValueError, match="cut"):
        canonical.unpack(b"x" * 41)


@given(st.integers(0, 50), st.lists(st.integers(1, 9), max_size=20))
def test_gaps_and_numbers_together_leave_nothing_out(after: int, steps: list[int]) -> None:
    numbers = [after + sum(steps[: i + 1]) for i in range(len(steps))]
    passed = {n for first, last in canonical.gaps_between(after, numbers) for n in range(first, last + 1)}
    assert passed | set(numbers) == set(range(after + 1, numbers[-1] + 1 if numbers else after + 1))
    assert not passed & set(numbers)
