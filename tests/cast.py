"""The cast every test knows, and plain functions that make what a test needs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.effects.books import Moved, book
from disputes.models import (
    Account,
    Allocation,
    Capture,
    Grant,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Payment,
    Seller,
    Shop,
)
from disputes.moment import real_now

ADA, BEN, CLEO, LIN, DAN = (f"{name}@example.org" for name in ("ada", "ben", "cleo", "lin", "dan"))
OLA, SAM = "ola@example.org", "sam@example.org"  # audits both shops; is admin
RITA = "rita@example.org"  # a second reviewer, for races
NIA = "nia@example.org"  # sells too, but not what Ada bought


@dataclass(frozen=True)
class Cast:
    """Ids of everybody and everything that is there before a test begins."""

    people: dict[str, int]
    jd_order: int
    catawiki_order: int
    other_order: int  # Dan's, from Nia

    @classmethod
    def arrive(cls) -> "Cast":
        """Write shops, sellers, people and one order each."""
        with writing():
            jd = _shop("jd-3p", "JD third-party", "jd_3p", "Asia/Shanghai", "CNY")
            cat = _shop("catawiki", "Catawiki", "catawiki", "Europe/Amsterdam", "EUR")
            people = {email: _account(email) for email in (ADA, BEN, CLEO, LIN, DAN, RITA, NIA, OLA, SAM)}
            bens, bens_cat, nias = (
                _seller(jd, "ben", "Ben's Lamps"),
                _seller(cat, "ben", "Ben's Clocks"),
                _seller(jd, "nia", "Nia's"),
            )
            for shop, seller in ((jd, bens), (cat, bens_cat)):
                grant(people[BEN], "seller", shop.id, seller.id)
                grant(people[CLEO], "reviewer", shop.id)
                grant(people[RITA], "reviewer", shop.id)
                grant(people[LIN], "lead", shop.id)
                grant(people[OLA], "auditor", shop.id)
            grant(people[SAM], "admin", None)
            grant(people[NIA], "seller", jd.id, nias.id)
            return cls(
                people,
                make_order(jd, people[ADA], bens, "JD-1001"),
                make_order(cat, people[ADA], bens_cat, "CW-2001"),
                make_order(jd, people[DAN], nias, "JD-1002"),
            )


def _shop(shop_id: str, name: str, pack: str, zone: str, currency: str) -> Shop:
    shop = Shop(id=shop_id, name=name, pack=pack, zone=zone, currency=currency)
    db.session.add(shop)
    return shop


def _seller(shop: Shop, ref: str, name: str) -> Seller:
    seller = Seller(shop_id=shop.id, ref=ref, name=name)
    db.session.add(seller)
    db.session.flush()
    return seller


def _account(email: str) -> int:
    account = Account(email=email, name=email.split("@")[0].capitalize(), zone="UTC", created_at=real_now())
    db.session.add(account)
    db.session.flush()
    return account.id


def grant(account_id: int, role: str, shop_id: str | None, seller_id: int | None = None) -> None:
    """Give a person a role."""
    db.session.add(Grant(account_id=account_id, role=role, shop_id=shop_id, seller_id=seller_id))


def make_order(
    shop: Shop, buyer_id: int, seller: Seller, number: str, *, paid: int = 10_000, delivered_days_ago: float = 2,
    now: datetime | None = None,
) -> int:  # fmt: skip
    """One paid and delivered order of two lines (60 % and 40 % of `paid`), captured in one go. Returns its id."""
    now = now or real_now()
    order = Order(
        shop_id=shop.id, number=number, buyer_id=buyer_id, seller_id=seller.id, channel="web", currency=shop.currency,
        shipping_minor=0, country="NL", placed_at=now - timedelta(days=10), imported_at=now, updated_at=now,
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    arrived = now - timedelta(days=delivered_days_ago)
    parcel = Parcel(
        order_id=order.id,
        ref="P1",
        carrier="SF",
        tracking="SF1",
        dispatched_at=arrived - timedelta(days=3),
        delivered_at=arrived,
    )
    lines = [
        _line(order.id, "1", "Brass desk lamp", 2, paid * 6 // 10),
        _line(order.id, "2", "Bulb E27", 1, paid - paid * 6 // 10),
    ]
    db.session.add_all((parcel, *lines))
    db.session.flush()
    db.session.add_all(ParcelLine(parcel_id=parcel.id, line_id=line.id, quantity=line.quantity) for line in lines)
    pay(order, paid, now)
    return order.id


def _line(order_id: int, ref: str, title: str, quantity: int, paid: int) -> OrderLine:
    return OrderLine(
        order_id=order_id, ref=ref, title=title, category="lighting", quantity=quantity, unit_minor=paid // quantity,
        paid_minor=paid, listing={"title": title}, tags=[],
    )  # fmt: skip


def pay(order: Order, amount: int, now: datetime, *, ref: str | None = None) -> None:
    """Pay and capture an order at the provider."""
    payment = Payment(
        shop_id=order.shop_id, ref=ref or f"pay-{order.number}", method="card", label="Visa ending 4242", payer="Ada",
        paid_at=now - timedelta(days=10),
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    share = Allocation(
        payment_id=payment.id, order_id=order.id, tender="card", amount_minor=amount, currency=order.currency
    )
    db.session.add(share)
    db.session.flush()
    capture = Capture(allocation_id=share.id, ref="c1", captured_minor=amount, captured_at=now - timedelta(days=10))
    db.session.add(capture)
    db.session.flush()
    book(
        Moved(
            f"captured-{capture.id}-0", "captured", ("provider", 0), ("seller", order.seller_id), amount,
            order.currency, order.shop_id, capture.captured_at, order_id=order.id, capture_id=capture.id,
        )
    )  # fmt: skip


def shop_of(shop_id: str) -> Shop:
    """A shop by its id."""
    return db.session.scalars(select(Shop).where(Shop.id == shop_id)).one()


def utc(*parts: int) -> datetime:
    """A UTC moment."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def own_store(pack: str, buyer_id: int, *, now: datetime) -> int:
    """An order in a shop that sells itself by the rules `pack`; Ben answers for it. Returns the order's id."""
    with writing() as session:
        shop = session.get(Shop, pack.replace("_", "-"))
        if shop is None:
            shop = _shop(pack.replace("_", "-"), pack, pack, "Asia/Shanghai", "CNY")
            session.flush()
            seller = _seller(shop, "store", f"The {pack} store")
            people = {email: number for email, number in session.execute(select(Account.email, Account.id))}
            grant(people[BEN], "seller", shop.id, seller.id)
            for email, role in ((CLEO, "reviewer"), (RITA, "reviewer"), (LIN, "lead"), (OLA, "auditor")):
                grant(people[email], role, shop.id)
        seller = session.scalars(select(Seller).where(Seller.shop_id == shop.id)).one()
        count = session.scalar(select(func.count()).where(Order.shop_id == shop.id)) or 0
        return make_order(shop, buyer_id, seller, f"GE{1_000_000_000_000 + count}", now=now)
