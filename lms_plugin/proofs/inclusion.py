"""The path from a record's leaf to the root of its day, read from a few hundred hashes at most."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.proofs.merkle import BLOCK, KEPT_LEVELS, path_within
from lms_plugin.proofs.tables import ProofLeaf, ProofNode


class Paths:
    """Finds paths; asked for one leaf after the other, it reads each block of hashes once."""

    def __init__(self, database: Session) -> None:
        self.database = database
        self._blocks: dict[int, tuple[tuple[date, int], Sequence[bytes]]] = {}

    def path_of(self, day: date, position: int, leaves: int) -> list[str]:
        """The siblings from the leaf up to the root of a day with so many leaves, in hexadecimal."""
        path: list[bytes] = []
        here, level, there = position, 0, leaves
        while there > 1:
            first = here - here % BLOCK
            path += path_within(self._block(day, level, first), here - first)
            here, there, level = here // BLOCK, -(-there // BLOCK), level + KEPT_LEVELS
        return [value.hex() for value in path]

    def _block(self, day: date, level: int, first: int) -> Sequence[bytes]:
        """One block of a kept level; level 0 are the leaves."""
        known = self._blocks.get(level)
        if known is None or known[0] != (day, first):
            known = self._blocks[level] = (day, first), self._read(day, level, first)
        return known[1]

    def _read(self, day: date, level: int, first: int) -> Sequence[bytes]:
        if level:
            nodes = select(ProofNode.hash).where(ProofNode.day == day, ProofNode.level == level)
            nodes = nodes.where(ProofNode.number >= first, ProofNode.number < first + BLOCK)
            return self.database.scalars(nodes.order_by(ProofNode.number)).all()
        leaves = select(ProofLeaf.hash).where(ProofLeaf.day == day)
        leaves = leaves.where(ProofLeaf.position >= first, ProofLeaf.position < first + BLOCK)
        return self.database.scalars(leaves.order_by(ProofLeaf.position)).all()
