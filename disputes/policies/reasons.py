"""Why people open a case: one table for all shops. Packs refer to the codes and may switch reasons off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from disputes.text import N_


class Wish(StrEnum):
    """What the buyer asks for; the names of the case's end states where there is one."""

    FULL_REFUND = "full_refund"
    PARTIAL_REFUND = "partial_refund"
    CANCELLATION = "cancellation"
    ANSWER = "answer"


WISH_LABELS = {
    Wish.FULL_REFUND: N_("My money back"),
    Wish.PARTIAL_REFUND: N_("Part of my money back"),
    Wish.CANCELLATION: N_("Cancel the order"),
    Wish.ANSWER: N_("An answer, no money"),
}


class Fault(StrEnum):
    """Whose side the reason lies on, as claimed; `seller` is everything that is not the buyer's doing."""

    BUYER = "buyer"
    SELLER = "seller"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SubReason:
    """The closer circumstances. `goods_back` is set only where it differs from the reason's."""

    code: str
    label: str
    goods_back: bool | None = None


@dataclass(frozen=True)
class Reason:
    """A reason with all that follows from it in every shop. `asks` is proof by party (buyer, seller)."""

    code: str
    label: str
    subs: tuple[SubReason, ...]
    wishes: tuple[Wish, ...]
    fault: Fault
    straight: bool = False
    goods_back: bool = False
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def sub(self, code: str | None) -> SubReason | None:
        """The sub-reason of that code, or None."""
        return next((sub for sub in self.subs if sub.code == code), None)

    def sends_goods_back(self, sub_reason: str | None, wish: Wish) -> bool:
        """Whether goods travel back: only for the whole money, and only where this reason has goods to give back."""
        sub = self.sub(sub_reason)
        back = self.goods_back if sub is None or sub.goods_back is None else sub.goods_back
        return back and wish is Wish.FULL_REFUND


def _asks(buyer: str = "", seller: str = "") -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({"buyer": tuple(buyer.split()), "seller": tuple(seller.split())})


_MONEY = (Wish.FULL_REFUND, Wish.PARTIAL_REFUND)
_ALL = (*_MONEY, Wish.CANCELLATION)

_TABLE = (
    Reason(
        "item_not_received",
        N_("It never arrived"),
        (
            SubReason("not_dispatched", N_("It was never sent")),
            SubReason("lost", N_("It was sent but got lost")),
            SubReason("marked_delivered", N_("It is marked as delivered, but I don't have it")),
            SubReason("part_missing", N_("Only a part of the order came")),
        ),
        wishes=_ALL,
        fault=Fault.SELLER,
        asks=_asks("correspondence", "tracking proof_of_posting proof_of_delivery"),
    ),
    Reason(
        "not_as_described",
        N_("It is damaged, does not work or is not what was offered"),
        (
            SubReason("wrong_item", N_("It is a different item")),
            SubReason("wrong_variant", N_("Wrong size, colour or version")),
            SubReason("missing_parts", N_("Parts are missing"), goods_back=False),
            SubReason("defective", N_("It does not work")),
            SubReason("damaged", N_("It arrived damaged")),
            SubReason("condition", N_("It is in worse condition than described")),
        ),
        wishes=_MONEY,
        fault=Fault.SELLER,
        goods_back=True,
        asks=_asks("photo_of_item photo_of_parcel video", "listing photo_of_item serial_number"),
    ),
    Reason(
        "counterfeit",
        N_("It is a fake"),
        (
            SubReason("brand_confirms", N_("The brand or an expert says so")),
            SubReason("signs_of_fake", N_("I see signs of it myself")),
        ),
        wishes=_MONEY,
        fault=Fault.UNKNOWN,
        straight=True,
        asks=_asks("photo_of_item serial_number expert_opinion", "receipt serial_number"),
    ),
    Reason(
        "changed_mind",
        N_("I changed my mind"),
        (
            SubReason("no_longer_wanted", N_("I no longer want it")),
            SubReason("does_not_suit", N_("It does not fit or suit me")),
            SubReason("by_mistake", N_("I ordered it by mistake")),
        ),
        wishes=(Wish.FULL_REFUND, Wish.CANCELLATION),
        fault=Fault.BUYER,
        goods_back=True,
        asks=_asks("photo_of_item"),
    ),
    Reason(
        "late",
        N_("It is late or came too late"),
        (
            SubReason("still_on_its_way", N_("It is still on its way"), goods_back=False),
            SubReason("came_too_late", N_("It came, but too late")),
        ),
        wishes=_ALL,
        fault=Fault.SELLER,
        goods_back=True,
        asks=_asks("listing", "tracking proof_of_posting"),
    ),
    Reason(
        "order_change",
        N_("I need to change or cancel the order"),
        (
            SubReason("cancel", N_("Cancel it")),
            SubReason("address", N_("Send it to another address")),
            SubReason("items", N_("Change the items")),
        ),
        wishes=(Wish.CANCELLATION, Wish.ANSWER),
        fault=Fault.BUYER,
        asks=_asks("", "tracking"),
    ),
    Reason(
        "charged_wrongly",
        N_("I was charged wrongly"),
        (
            SubReason("twice", N_("Charged twice")),
            SubReason("amount", N_("The amount is wrong")),
            SubReason("tax", N_("The tax is wrong")),
            SubReason("shipping", N_("The shipping fee is wrong")),
            SubReason("coupon", N_("A coupon was not taken off")),
            SubReason("too_early", N_("Charged too early")),
        ),
        wishes=_MONEY,
        fault=Fault.SELLER,
        asks=_asks("account_statement receipt", "receipt"),
    ),
    Reason(
        "refund_missing",
        N_("A refund I was promised has not come"),
        (
            SubReason("not_arrived", N_("Nothing has arrived")),
            SubReason("too_little", N_("Less than promised has arrived")),
        ),
        wishes=_MONEY,
        fault=Fault.SELLER,
        asks=_asks("account_statement correspondence", "receipt"),
    ),
    Reason(
        "unauthorised_payment",
        N_("I did not make this payment"),
        (
            SubReason("unknown_payer", N_("I don't know who made it")),
            SubReason("known_person", N_("Somebody I know made it without asking")),
        ),
        wishes=(Wish.FULL_REFUND, Wish.CANCELLATION),
        fault=Fault.UNKNOWN,
        straight=True,
        asks=_asks("account_statement police_report", "proof_of_delivery"),
    ),
    Reason(
        "unsafe_or_illegal",
        N_("It is dangerous or should not be sold"),
        (
            SubReason("injury_or_damage", N_("Somebody was hurt or something was damaged")),
            SubReason("unsafe", N_("It looks dangerous")),
            SubReason("illegal", N_("It must not be sold")),
        ),
        wishes=(Wish.FULL_REFUND, Wish.CANCELLATION, Wish.ANSWER),
        fault=Fault.UNKNOWN,
        straight=True,
        asks=_asks("photo_of_item photo_of_label", "receipt"),
    ),
    Reason(
        "conduct",
        N_("Somebody behaved badly towards me"),
        (
            SubReason("threat", N_("I was threatened")),
            SubReason("harassment", N_("I was insulted or harassed")),
            SubReason("off_platform", N_("I was asked to pay or talk outside this platform")),
        ),
        wishes=(Wish.ANSWER,),
        fault=Fault.UNKNOWN,
        straight=True,
        asks=_asks("correspondence", "correspondence"),
    ),
    Reason(
        "service_complaint",
        N_("I want to complain about the service"),
        (
            SubReason("delivery", N_("The delivery")),
            SubReason("support", N_("The answers I got")),
            SubReason("other", N_("Something else")),
        ),
        wishes=(Wish.ANSWER,),
        fault=Fault.UNKNOWN,
        asks=_asks("correspondence"),
    ),
    Reason(
        "question",
        N_("I have a question"),
        (
            SubReason("about_item", N_("About the item")),
            SubReason("about_order", N_("About the order")),
        ),
        wishes=(Wish.ANSWER,),
        fault=Fault.UNKNOWN,
    ),
)

REASONS: Mapping[str, Reason] = MappingProxyType({reason.code: reason for reason in _TABLE})
