"""The refund calculator: what comes back for which line, and to which way of paying. Pure, in minor units.

Rows add up to the total, and tenders to what is still to be sent of it, for any split."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from disputes.policies.shares import spread

GOODS, DISCOUNT, TAX, SHIPPING, DEDUCTION = "goods", "discount", "tax", "shipping", "deduction"
WHOLE, TOTAL, LINES = "whole", "total", "lines"  # how it was asked for: all of it, one sum, a sum for each line


@dataclass(frozen=True)
class Worth:
    """What was paid for some goods. `minor` holds the tax that was charged on top, and is less the share of the
    order's discount: goods are `minor` + `discount` - `tax`."""

    minor: int = 0
    discount: int = 0
    tax: int = 0

    @property
    def goods(self) -> int:
        """Their price before the order's discount and the tax on top."""
        return self.minor + self.discount - self.tax

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(self.minor + other.minor, self.discount + other.discount, self.tax + other.tax)

    def __sub__(self, other: "Worth") -> "Worth":
        return Worth(self.minor - other.minor, self.discount - other.discount, self.tax - other.tax)

    def of(self, quantity: int, units: int) -> "Worth":
        """The worth of `quantity` of the `units` that are worth this together. Taken one after another, each of what
        the one before left, they add up to all of it."""
        goods, discount, tax = (part * quantity // units for part in (self.goods, self.discount, self.tax))
        return Worth(goods - discount + tax, discount, tax)

    def part(self, minor: int) -> "Worth":
        """The part of it that is worth `minor`, which is not more than it, with its share of discount and tax."""
        if minor == self.minor:
            return self
        return Worth(minor, self.discount * minor // self.minor, self.tax * minor // self.minor)


@dataclass(frozen=True)
class Line:
    """A claimed line: `quantity` of it, of `of` that were bought, and what those claimed are worth."""

    ref: str
    title: str
    quantity: int
    of: int
    worth: Worth


@dataclass(frozen=True)
class Tender:
    """A way the order was paid, by its allocation's id, and what of it nobody was promised back yet."""

    ref: int
    name: str
    left_minor: int


@dataclass(frozen=True)
class Claim:
    """All that can come back: lines, and the outward shipping where it is part of the claim, with its clauses."""

    lines: tuple[Line, ...]
    shipping_minor: int = 0
    shipping_clauses: tuple[str, ...] = ()
    goods_clauses: tuple[str, ...] = ()
    tax_clauses: tuple[str, ...] = ()
    tax_apart: bool = True  # whether the shop shows tax as a line of its own

    @property
    def minor(self) -> int:
        """What was paid for all of it."""
        return sum(line.worth.minor for line in self.lines) + self.shipping_minor


@dataclass(frozen=True)
class Part:
    """What of one line shall come back: `minor` for `quantity` of it."""

    quantity: int
    minor: int


@dataclass(frozen=True)
class Asked:
    """What shall come back: all, one sum, or `parts` by the lines' refs with `shipping_minor`."""

    by: str = WHOLE
    total_minor: int = 0
    parts: Mapping[str, Part] = field(default_factory=dict)
    shipping_minor: int = 0

    @property
    def minor(self) -> int:
        """What a part refund asks for in all."""
        return self.total_minor + sum(part.minor for part in self.parts.values()) + self.shipping_minor


@dataclass(frozen=True)
class Row:
    """One line of the sum. `what` is goods, discount, tax, shipping or deduction; the last two belong to no line."""

    what: str
    minor: int
    ref: str | None = None
    title: str = ""
    quantity: int = 0
    of: int = 0
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """What goes to one way of paying."""

    ref: int
    name: str
    minor: int


@dataclass(frozen=True)
class Repayment:
    """The whole calculation. `total_minor` is what this decision gives in all, `before_minor` what earlier decisions
    of the case sent of it; the tenders share the rest."""

    by: str
    currency: str
    total_minor: int
    before_minor: int
    rows: tuple[Row, ...]
    tenders: tuple[Sent, ...]
    destination_clauses: tuple[str, ...] = ()

    @property
    def sent_minor(self) -> int:
        """What this decision sends."""
        return max(0, self.total_minor - self.before_minor)

    @property
    def shipping_minor(self) -> int:
        """What of the outward shipping comes back."""
        return sum(row.minor for row in self.rows if row.what == SHIPPING)

    def by_line(self) -> dict[str, Part]:
        """What comes back for each line, by its ref."""
        found: dict[str, Part] = {}
        for row in self.rows:
            if row.ref is not None:
                before = found.get(row.ref, Part(row.quantity, 0))
                found[row.ref] = Part(row.quantity, before.minor + row.minor)
        return found

    def as_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Repayment":
        """The inverse of `as_dict`."""
        rows = tuple(Row(**{**row, "clauses": tuple(row["clauses"])}) for row in stored["rows"])
        tenders = tuple(Sent(**tender) for tender in stored["tenders"])
        cited = tuple(stored["destination_clauses"])
        return cls(**{**stored, "rows": rows, "tenders": tenders, "destination_clauses": cited})


def repay(
    claim: Claim, asked: Asked, *, most_minor: int, before_minor: int, tenders: Sequence[Tender], currency: str,
    destination_clauses: tuple[str, ...] = (),
) -> Repayment:  # fmt: skip
    """The calculation for what is asked. `most_minor`: more than that cannot come back in all, whatever was claimed:
    the rest is a deduction.

    ValueError for parts that the claim does not hold."""
    rows = tuple(_rows(claim, asked))
    total = sum(row.minor for row in rows)
    if total > most_minor:
        rows = (*rows, Row(DEDUCTION, most_minor - total))
        total = most_minor
    sent = to_tenders(tenders, max(0, total - before_minor))
    return Repayment(asked.by, currency, total, before_minor, rows, sent, destination_clauses)


def to_tenders(tenders: Sequence[Tender], minor: int) -> tuple[Sent, ...]:
    """A sum shared among the ways the order was paid, by what is left of each: never more than that."""
    shares = spread(minor, [max(0, tender.left_minor) for tender in tenders])
    return tuple(Sent(tender.ref, tender.name, share) for tender, share in zip(tenders, shares, strict=True) if share)


def _rows(claim: Claim, asked: Asked) -> Iterator[Row]:
    taken, shipping = _taken(claim, asked)
    for line in claim.lines:
        part = taken.get(line.ref)
        if part is not None:
            yield from _of_line(claim, line, part)
    if shipping:
        yield Row(SHIPPING, shipping, clauses=claim.shipping_clauses)


def _taken(claim: Claim, asked: Asked) -> tuple[dict[str, Part], int]:
    """What of each line comes back, and of the shipping: one sum goes to the goods first."""
    if asked.by == WHOLE:
        return {line.ref: Part(line.quantity, line.worth.minor) for line in claim.lines}, claim.shipping_minor
    if asked.by == LINES:
        _check(claim, asked)
        return dict(asked.parts), asked.shipping_minor
    if not 0 <= asked.total_minor <= claim.minor:
        raise ValueError("more than was claimed")
    worths = [line.worth.minor for line in claim.lines]
    goods = min(asked.total_minor, sum(worths))
    parts = spread(goods, worths)
    shared = {line.ref: Part(line.quantity, minor) for line, minor in zip(claim.lines, parts, strict=True) if minor}
    return shared, asked.total_minor - goods


def _check(claim: Claim, asked: Asked) -> None:
    known = {line.ref: line for line in claim.lines}
    for ref, part in asked.parts.items():
        line = known.get(ref)
        if line is None or not 0 < part.quantity <= line.quantity:
            raise ValueError("not so many are claimed")
        if not 0 <= part.minor <= most_of(line.worth, part.quantity, line.quantity):
            raise ValueError("more than was paid for them")
    if not 0 <= asked.shipping_minor <= claim.shipping_minor:
        raise ValueError("more than the shipping cost")


def most_of(worth: Worth, quantity: int, units: int) -> int:
    """The most that can come back for so many of the units that are worth this together: with what rounding leaves."""
    return worth.minor - worth.of(units - quantity, units).minor


def _of_line(claim: Claim, line: Line, part: Part) -> Iterator[Row]:
    worth = line.worth.part(part.minor)
    if not claim.tax_apart:
        worth = replace(worth, tax=0)
    common: dict[str, Any] = {"ref": line.ref, "title": line.title, "quantity": part.quantity, "of": line.of}
    yield Row(GOODS, worth.goods, **common, clauses=claim.goods_clauses)
    if worth.discount:
        yield Row(DISCOUNT, -worth.discount, **common, clauses=claim.goods_clauses)
    if worth.tax:
        yield Row(TAX, worth.tax, **common, clauses=claim.tax_clauses)
