"""How many statements go at once: all the place there is, fewer while one at fault is looked for.

A batch that is refused says nothing of which statement is meant. The next attempt takes half of it, and so
on down to the one; what is accepted on the way is settled. After a conflict they go one by one, because then
the answer to each one counts.
"""

from dataclasses import dataclass

from lms_plugin.delivery.forwarding.tables import MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class Stride:
    """`at_once` may go together; among the next `suspects` there is one that the target refuses."""

    at_once: int = MOST_AT_ONCE
    suspects: int = 0


def accepted(stride: Stride, number: int) -> Stride:
    """After `number` statements were settled together."""
    suspects = max(stride.suspects - number, 0)
    if not suspects:
        return Stride() if stride.suspects else Stride(_more(stride.at_once))
    if stride.at_once == 1:
        return Stride(1, suspects)  # one by one
    return Stride(max(suspects // 2, 1), suspects)


def _more(at_once: int) -> int:
    """Slowly, so that a target of small batches is not asked too much every second time."""
    return min(at_once + max(at_once // 8, 1), MOST_AT_ONCE)


def refused(number: int) -> Stride:
    """After `number` statements, more than one, were refused together: one half of them next."""
    return Stride(number // 2, number)


def conflicting(number: int) -> Stride:
    """After a conflict about `number` statements, more than one: each alone."""
    return Stride(1, number)


def too_large(number: int) -> Stride:
    """After `number` statements, more than one, were too many bytes: half as many, whichever they are."""
    return Stride(number // 2)


def set_aside(stride: Stride) -> Stride:
    """After the one at fault was found and put aside."""
    return Stride(1, stride.suspects - 1) if stride.suspects > 1 and stride.at_once == 1 else Stride()
