"""The tree of a day (RFC 6962 §2.1), built leaf by leaf in memory that does not grow with the leaves.

A lone node at the right of a level goes up as it is; it is never paired with itself.
"""

import hashlib
from collections.abc import Sequence

from lms_plugin.proofs.pack_format import node_hash

KEPT_LEVELS = 8  # every eighth level is kept in the database
BLOCK = 1 << KEPT_LEVELS
EMPTY = hashlib.sha256(b"").digest()
Node = tuple[int, int, bytes]  # level, number, hash


class Tree:
    """Takes leaf hashes in order; gives the nodes that are to be kept, and in the end the root."""

    def __init__(self) -> None:
        self.leaves = 0
        self.kept: list[Node] = []
        self._open: list[list[bytes]] = [[]]  # by kept level: the hashes of the block that is not full yet
        self._closed = [0]  # by kept level: how many blocks are done

    def add(self, value: bytes, at: int = 0) -> None:
        """The next leaf, or the next node of a kept level."""
        self.leaves += at == 0
        if at == len(self._open):
            self._open.append([])
            self._closed.append(0)
        self._open[at].append(value)
        if len(self._open[at]) == BLOCK:
            self._close(at)

    def root(self) -> bytes:
        """The root of all leaves; the tree takes no further leaf."""
        at = 0
        while at + 1 < len(self._open):
            if self._open[at]:
                self._close(at)
            at += 1
        return root_of(self._open[at])

    def _close(self, at: int) -> None:
        value, self._open[at] = root_of(self._open[at]), []
        self.kept.append((KEPT_LEVELS * (at + 1), self._closed[at], value))
        self._closed[at] += 1
        self.add(value, at + 1)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of some nodes of one level, the last of which may be a lone one."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def path_within(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """The siblings from the node at `position` up to the root of these nodes, lowest first."""
    level, here, found = list(hashes), position, []
    while len(level) > 1:
        if here ^ 1 < len(level):
            found.append(level[here ^ 1])
        level, here = _above(level), here // 2
    return found


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs
