"""Sums cut into parts that always add up to them again, to the minor unit."""

from collections.abc import Sequence


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """`total` by weight; what rounding leaves goes to the largest remainders, the earlier first where they are equal.

    No part is more than its weight as long as `total` is not more than their sum. All zero when no weight counts."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts
