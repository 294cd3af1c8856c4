"""OrderIn: an order as a shop sends it, whatever the door. One JSON object is one order as it stands now.

Amounts are whole numbers of minor units (1250 is EUR 12.50, and 1250 yen); decimals are refused. Moments are
ISO 8601 and carry their zone. A field that is not known here is refused, not ignored."""

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .fields import (
    MAX_MINOR,
    Code,
    Country,
    Currency,
    Email,
    Label,
    Language,
    Long,
    Minor,
    Moment,
    Quantity,
    Ref,
    Short,
    WebAddress,
    Zone,
    refused,
)


class _Given(BaseModel):
    # strict: "3" is not 3, and 1700000000 is not a moment.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class BuyerIn(_Given):
    """Whoever ordered. `email` finds the account, or makes one; an account that is there stays as it is."""

    email: Email
    name: Short
    locale: Language = "en"
    zone: Zone | None = None


class SellerIn(_Given):
    """`ref` is the shop's own name for this seller; `is_trader` false: a private person."""

    ref: Ref
    name: Short
    is_trader: bool = True


class ListingIn(_Given):
    """What the buyer was promised: the listing as it stood when they bought."""

    url: WebAddress | None = None
    title: Long | None = None
    text: Long | None = None
    condition: Short | None = None
    attributes: dict[Ref, Long] = Field(default_factory=dict, max_length=200)


class LineIn(_Given):
    """`paid_minor` is for the whole line after its own discounts; `tax_minor` was charged on top of it, where the shop
    shows tax as a line of its own. Tags are facts for the rules, e.g. custom_made."""

    ref: Ref
    sku: Ref | None = None
    title: Short
    variant: Short | None = None
    category: Code
    brand: Ref | None = None
    quantity: Quantity
    unit_minor: Minor
    paid_minor: Minor
    tax_minor: Minor = 0
    tags: tuple[Code, ...] = Field(default=(), max_length=50)
    listing: ListingIn = ListingIn()


class ParcelLineIn(_Given):
    """`line` is the ref of a line of this order."""

    line: Ref
    quantity: Quantity


class ParcelIn(_Given):
    """`delivered_at` is the carrier's word; `signed_at`: somebody signed for it."""

    ref: Ref
    carrier: Ref | None = None
    tracking: Ref | None = None
    dispatched_at: Moment | None = None
    delivered_at: Moment | None = None
    signed_at: Moment | None = None
    lines: tuple[ParcelLineIn, ...] = Field(default=(), max_length=1000)


class CaptureIn(_Given):
    """Money really taken; refunds go back against it. 0: it was void."""

    ref: Ref
    amount_minor: Minor
    captured_at: Moment


class AllocationIn(_Given):
    """The part of a payment that pays this order, by tender (card, gift_card, points), and what was taken of it."""

    tender: Code
    amount_minor: Minor
    captures: tuple[CaptureIn, ...] = Field(default=(), max_length=100)


class PaymentIn(_Given):
    """One payment. The same `ref` may stand in several orders: it paid them together. `three_d_secure`: the bank
    asked its payer to prove who they are."""

    ref: Ref
    method: Code
    label: Label
    payer: Label
    paid_at: Moment
    three_d_secure: bool | None = None
    allocations: tuple[AllocationIn, ...] = Field(min_length=1, max_length=20)


class OrderIn(_Given):
    """An order. `country` is where it was sent to. `discount_minor` was taken off the lines together, beside their own
    discounts; `shipping_ordinary_minor` is what ordinary delivery would have cost, where a dearer way was chosen."""

    shop: Ref
    number: Ref
    placed_at: Moment
    channel: Code
    currency: Currency
    country: Country
    shipping_minor: Minor = 0
    shipping_ordinary_minor: Minor | None = None
    discount_minor: Minor = 0
    buyer: BuyerIn
    seller: SellerIn
    lines: tuple[LineIn, ...] = Field(min_length=1, max_length=1000)
    parcels: tuple[ParcelIn, ...] = Field(default=(), max_length=1000)
    payments: tuple[PaymentIn, ...] = Field(default=(), max_length=100)

    @property
    def total_minor(self) -> int:
        """What the buyer had to pay, in minor units."""
        goods = sum(line.paid_minor + line.tax_minor for line in self.lines)
        return goods + self.shipping_minor - self.discount_minor

    @model_validator(mode="after")
    def _belongs_together(self) -> "OrderIn":
        _once("lines", (line.ref for line in self.lines))
        _once("parcels", (parcel.ref for parcel in self.parcels))
        _once("payments", (payment.ref for payment in self.payments))
        for at, payment in enumerate(self.payments):
            _once(f"payments.{at}.allocations", (share.tender for share in payment.allocations))
            for share in payment.allocations:
                _once(f"payments.{at}.allocations", (capture.ref for capture in share.captures))
        self._parcels_hold_what_was_ordered()
        if self.discount_minor > sum(line.paid_minor for line in self.lines):
            raise refused("discount_minor: more than the lines cost together")
        if self.total_minor > MAX_MINOR:
            raise refused("lines: together they cost more than {most} minor units", most=MAX_MINOR)
        return self

    def _parcels_hold_what_was_ordered(self) -> None:
        ordered = {line.ref: line.quantity for line in self.lines}
        for at, parcel in enumerate(self.parcels):
            where = f"parcels.{at}.lines"
            _once(where, (held.line for held in parcel.lines))
            for held in parcel.lines:
                # Several parcels may hold more than was ordered (a lost one was sent again), one alone may not.
                if held.line not in ordered:
                    raise refused("{where}: there is no line '{line}' in this order", where=where, line=held.line)
                if held.quantity > ordered[held.line]:
                    raise refused("{where}: more of line '{line}' than was ordered", where=where, line=held.line)


def _once(where: str, refs: Iterable[str]) -> None:
    twice = [ref for ref, count in Counter(refs).items() if count > 1]
    if twice:
        raise refused("{where}: '{ref}' is there twice", where=where, ref=twice[0])
