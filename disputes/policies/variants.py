"""A pack as it holds for certain goods: its overrides by category, brand and product laid over it."""

from collections.abc import Sequence

from disputes.policies.facts import Facts, Line
from disputes.policies.schema import Pack


def by_goods(pack: Pack, facts: Facts) -> list[tuple[Pack, Facts]]:
    """The filing cut by the rules its lines stand under; one part when all stand under the same."""
    if not pack.overrides:
        return [(pack, facts)]
    parts: dict[tuple[int, ...], list[Line]] = {}
    for line in facts.lines:
        parts.setdefault(_fitting(pack, facts, line), []).append(line)
    return [
        (pack.variant(chosen), facts if len(parts) == 1 else facts.model_copy(update={"lines": tuple(lines)}))
        for chosen, lines in parts.items()
    ]


def pack_of_line(packs: Sequence[Pack], line: Line) -> Pack | None:
    """Which of a platform's packs a line stands under: the one whose label it bears, else the one that needs none."""
    labelled = [pack for pack in packs if pack.scope.line_label and pack.scope.line_label.value in line.tags]
    plain = [pack for pack in packs if pack.scope.line_label is None]
    return next(iter([*labelled, *plain]), None)


def _fitting(pack: Pack, facts: Facts, line: Line) -> tuple[int, ...]:
    """The overrides that hold for a line, the weakest first."""
    bought = facts.placed_at.astimezone(pack.zone).date()
    fits = [
        at for at, other in enumerate(pack.overrides) if other.fits(line.category, line.brand, line.product, bought)
    ]
    return tuple(sorted(fits, key=lambda at: pack.overrides[at].rank))
