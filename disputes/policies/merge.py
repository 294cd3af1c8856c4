"""Tables laid over tables: a child's over its parent's, an override's over its pack's."""

from typing import Any

Raw = dict[str, Any]


def merge(parent: Raw, child: Raw) -> Raw:
    """The child's tables over the parent's. A value is replaced whole: its figure never keeps the parent's clauses."""
    merged = dict(parent)
    for part, rule in child.items():
        inherited = merged.get(part)
        if isinstance(rule, dict) and isinstance(inherited, dict) and "status" not in rule:
            rule = merge(inherited, rule)
        merged[part] = rule
    return merged
