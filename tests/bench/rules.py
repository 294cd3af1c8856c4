"""The shops' rules: what all questions about an order cost, and what loading every pack costs."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from pydantic import BaseModel

from disputes.policies.evaluate import every_answer
from disputes.policies.facts import Charge, Facts, Line, Parcel
from disputes.policies.kinds import Request
from disputes.policies.load import PACKS, Registry
from disputes.policies.statutes import read_laws
from tests.bench.measure import Report, interleaved, ms, p50

BOUGHT = datetime(2026, 3, 1, 9, tzinfo=UTC)
REASONS: dict[Request, tuple[str, str | None]] = {
    "refund": ("not_as_described", "defective"), "exchange": ("not_as_described", "wrong_variant"),
    "repair": ("not_as_described", "defective"), "maintenance": ("question", None),
    "cancellation": ("order_change", "cancel"), "order_change": ("order_change", "items"),
    "address_change": ("order_change", "address"), "fee": ("charged_wrongly", "shipping"),
    "promise": ("item_not_received", None), "undeliverable": ("item_not_received", None),
    "customs": ("charged_wrongly", None), "payment": ("question", None), "complaint": ("service_complaint", None),
    "consultation": ("question", None),
}  # fmt: skip


def order() -> list[Facts]:
    """One order of two lines, with everything known that can be, asked about in every kind of request."""
    day = timedelta(days=1)
    parcel = Parcel(carrier="SF", dispatched_at=BOUGHT + day, tracking_at=BOUGHT + day, delivered_at=BOUGHT + 4 * day)
    lines = tuple(
        Line(
            ref=ref, category="phone", brand="Lux", quantity=1, unit_price_minor=5000, paid_minor=5000,
            parcels=(parcel,), sealed_goods=True, signs={"seal_opened": False, "used": False},
            warranty_until=date(2028, 3, 1),
        )
        for ref in ("1", "2")
    )  # fmt: skip
    return [
        Facts(
            reason=REASONS[kind][0], sub_reason=REASONS[kind][1], wish="full_refund", request=kind, lines=lines,
            currency="CNY", placed_at=BOUGHT, paid_at=BOUGHT, seller_is_trader=True, buyer_country="NL", channel="web",
            method="card", captures=(Charge(tender="card", amount_minor=10_000, at=BOUGHT),),
            shipping_quoted_minor=0, shipping_charged_minor=(500,),
        )
        for kind in get_args(Request)
    ]  # fmt: skip


def walk(facts: BaseModel) -> int:
    """Look at every attribute once: what no evaluator can do without. Returns how many there were."""
    return sum(1 for _ in _attributes(facts))


def _attributes(value: object) -> Iterator[object]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _attributes(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _attributes(part)
    else:
        yield value


def measure(report: Report, rounds: int, loads: int) -> None:
    """Evaluations of all kinds of request of one order, by every pack and the law; and loading the packs."""
    registry, laws, asked, at = Registry(), read_laws(), order(), BOUGHT + timedelta(days=8)
    registry.load_dir(PACKS)
    packs = registry.all()

    def evaluated() -> None:
        for pack in packs:
            for facts in asked:
                every_answer(pack, facts, at, laws)

    def walked() -> None:
        for _ in packs:
            for facts in asked:
                walk(facts)

    times = interleaved(rounds, {"evaluate": evaluated, "walk": walked})
    count = len(packs) * len(asked)
    one, plain = (p50(times[name]) / count for name in ("evaluate", "walk"))
    told = f"{1 / one:,.0f} evaluations a second ({len(asked)} kinds of request, {len(packs)} packs and the law)"
    report.add("every answer to a request / a walk over its facts", one / plain, f"{told}: {us(one)} / {us(plain)}")

    def loaded() -> None:
        Registry().load_dir(PACKS)

    acts: dict[str, Callable[[], object]] = {"load": loaded, "read": _read}
    times = interleaved(loads, acts)
    load, read = (p50(times[name]) for name in ("load", "read"))
    report.add("loading all packs, checked / reading their files", load / read, f"{ms(load)} / {ms(read)}")


def _read() -> None:
    for file in PACKS.glob("*.toml"):
        file.read_text("utf-8")


def us(seconds: float) -> str:
    return f"{seconds * 1_000_000:.0f} us"
