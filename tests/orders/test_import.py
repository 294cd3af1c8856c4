"""disputes import-orders: idempotent, line by line, nothing half-written, nothing that matters lost."""

import gc
import io
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import Base, db, writing
from disputes.incoming.schema import OrderIn
from disputes.models import (
    Account,
    Allocation,
    Capture,
    Case,
    CaseLine,
    Filing,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Payment,
    Seller,
)
from disputes.moment import real_now
from disputes.orders import service
from disputes.orders.bringing import bring_all, in_one_go
from disputes.orders.commands import import_orders
from disputes.orders.reading import LONGEST
from disputes.settings import ROOT, Settings
from tests.cast import ADA, Cast
from tests.orders.given import order, send

TABLES = (Account, Seller, Order, OrderLine, Parcel, ParcelLine, Payment, Allocation, Capture)


@pytest.fixture(autouse=True)
def there(cast: Cast) -> Cast:
    return cast


def rows(app: Flask, table: type[Base]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def all_rows(app: Flask) -> list[int]:
    return [rows(app, table) for table in TABLES]


def the(app: Flask, table: type[Any], **where: Any) -> Any:
    with app.app_context():
        return db.session.scalars(select(table).filter_by(**where)).one()


def summary(new: int = 0, updated: int = 0, unchanged: int = 0, bad: int = 0) -> str:
    return f"{new} new, {updated} updated, {unchanged} unchanged, {bad} bad\n"


def test_an_order_comes_in_with_all_that_belongs_to_it(app: Flask) -> None:
    before = all_rows(app)
    sent = send(app, order())
    assert (sent.exit_code, sent.stdout, sent.stderr) == (0, summary(new=1), "")
    assert [after - b for after, b in zip(all_rows(app), before, strict=True)] == [0, 0, 1, 2, 1, 1, 1, 1, 1]
    line = the(app, OrderLine, ref="1", sku="L-1")
    assert (line.quantity, line.unit_minor, line.paid_minor, line.tags) == (2, 3000, 5400, ["fragile"])
    assert line.listing == {
        "url": "https://shop.example/l-1", "title": "Brass desk lamp, 40 cm", "attributes": {}
    }  # fmt: skip
    assert the(app, Capture, ref="c1", captured_minor=6900).refund_reserved_minor == 0


def test_sent_again_it_changes_nothing(app: Flask) -> None:
    send(app, order())
    before = all_rows(app), the(app, Order, number="JD-7").updated_at
    assert send(app, order(), order()).stdout == summary(unchanged=2)
    assert (all_rows(app), the(app, Order, number="JD-7").updated_at) == before


def test_sent_again_with_news_it_is_updated(app: Flask) -> None:
    send(app, order())
    public_id = the(app, Order, number="JD-7").public_id
    parcel = {"ref": "P2", "delivered_at": "2026-03-05T09:00:00Z", "lines": [{"line": "2", "quantity": 1}]}
    now = order(
        parcels__0__delivered_at="2026-03-04T09:00:00Z",
        payments__0__allocations__0__captures=[
            {"ref": "c1", "amount_minor": 5000, "captured_at": "2026-03-02T10:00:00Z"},
            {"ref": "c2", "amount_minor": 1900, "captured_at": "2026-03-05T10:00:00Z"},
        ],
    )
    now["parcels"].append(parcel)
    assert send(app, now).stdout == summary(updated=1)
    assert the(app, Parcel, ref="P1", tracking="SF7").delivered_at.day == 4
    assert the(app, Parcel, ref="P2").delivered_at.day == 5
    assert the(app, Capture, ref="c2").captured_minor == 1900
    assert the(app, Order, number="JD-7").public_id == public_id
    assert send(app, now).stdout == summary(unchanged=1)


CHANGES: list[dict[str, Any]] = [
    {"shipping_minor": 0}, {"channel": "web"}, {"lines__0__title": "Lamp"}, {"lines__0__listing": {}},
    {"lines__1__tags": ["fragile"]}, {"parcels": []}, {"parcels__0__lines": []},
    {"parcels__0__lines__0__quantity": 1}, {"payments__0__payer": "Eva"},
    {"payments__0__allocations__0__amount_minor": 1},
]  # fmt: skip


def test_any_change_counts_as_an_update_once(app: Flask, subtests: pytest.Subtests) -> None:
    for change in CHANGES:
        with subtests.test(str(change)):
            send(app, order())
            assert send(app, order(**change)).stdout == summary(updated=1)
            assert send(app, order(**change)).stdout == summary(unchanged=1)


def test_a_line_that_is_left_out_goes_when_no_case_names_it(app: Flask) -> None:
    send(app, order())
    assert send(app, order(lines__0=..., parcels=[])).stdout == summary(updated=1)
    with app.app_context():
        order_id = select(Order.id).where(Order.number == "JD-7").scalar_subquery()
        assert db.session.scalars(select(OrderLine.ref).where(OrderLine.order_id == order_id)).all() == ["2"]


def claim(app: Flask, quantity: int, *, open_: bool = True) -> None:
    """A case about line 1 of JD-7."""
    now = real_now()
    line = the(app, OrderLine, ref="1", sku="L-1")
    bought = the(app, Order, id=line.order_id)
    with app.app_context(), writing() as session:
        filing = Filing(key="k", order_id=bought.id, filed_by=bought.buyer_id, received_at=now, filed_at=now)
        session.add(filing)
        session.flush()
        case = Case(
            filing_id=filing.id, shop_id="jd-3p", order_id=bought.id, seller_id=bought.seller_id,
            buyer_id=bought.buyer_id, reason="late", currency="CNY", claimed_minor=1, pack="jd_3p",
            opened_at=now, state="opened", public_state="opened", is_open=open_, queue_at=now, desk_due_at=now,
        )  # fmt: skip
        session.add(case)
        session.flush()
        session.add(CaseLine(case_id=case.id, line_id=line.id, quantity=quantity))


@pytest.mark.parametrize("open_", [True, False])
def test_a_line_that_a_case_names_cannot_be_left_out(app: Flask, open_: bool) -> None:
    send(app, order())
    claim(app, 2, open_=open_)
    sent = send(app, order(lines__0=..., parcels=[]))
    assert sent.stderr == "line 1: lines: a case is about line '1'; it cannot be left out\n"
    assert sent.exit_code == 1 and rows(app, Parcel) == 4


def test_a_quantity_never_falls_below_what_open_cases_claim(app: Flask) -> None:
    send(app, order())
    claim(app, 2)
    sent = send(app, order(lines__0__quantity=1, parcels=[]))
    assert sent.stderr == "line 1: lines: open cases claim 2 of line '1'; its quantity cannot be 1\n"
    assert send(app, order(lines__0__quantity=3)).stdout == summary(updated=1)


def test_a_capture_never_falls_below_what_is_promised_or_sent_back(app: Flask) -> None:
    send(app, order())
    with app.app_context(), writing() as session:
        capture = session.scalars(select(Capture).where(Capture.captured_minor == 6900)).one()
        capture.refund_reserved_minor, capture.refunded_minor = 1000, 500
    path = "payments__0__allocations__0__captures__0__amount_minor"
    sent = send(app, order(**{path: 1499}))
    says = "payments: of capture 'c1' 1500 is promised or sent back already; it cannot become less"
    assert sent.stderr == f"line 1: {says}\n"
    assert send(app, order(**{path: 1500})).stdout == summary(updated=1)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"payments": []}, "'pay-7' (card)"),
        ({"payments__0__allocations__0__tender": "points"}, "'pay-7' (card)"),
        ({"payments__0__allocations__0__captures": []}, "capture 'c1' of 'pay-7'"),
    ],
)
def test_money_that_was_recorded_cannot_vanish(app: Flask, change: dict[str, Any], what: str) -> None:
    send(app, order())
    before = all_rows(app)
    sent = send(app, order(**change))
    assert sent.stderr.startswith(f"line 1: payments: {what} is missing: money that was recorded stays on record")
    assert all_rows(app) == before


def test_a_void_capture_is_sent_as_zero(app: Flask) -> None:
    send(app, order())
    sent = send(app, order(payments__0__allocations__0__captures__0__amount_minor=0))
    assert sent.stdout == summary(updated=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"buyer__email": "eve@example.org"}, "buyer.email: the order belongs to somebody else"),
        ({"seller__ref": "nia"}, "seller.ref: the order was sold by another seller"),
        ({"currency": "EUR"}, "currency: the order is kept in another currency"),
    ],
)
def test_an_order_never_moves_to_other_people_or_another_currency(
    app: Flask, change: dict[str, Any], says: str
) -> None:
    send(app, order())
    before = all_rows(app)
    sent = send(app, order(**change))
    assert sent.stderr.startswith(f"line 1: {says}") and all_rows(app) == before


def test_an_unknown_shop_is_named(app: Flask) -> None:
    assert send(app, order(shop="jabra")).stderr == "line 1: shop: there is no shop 'jabra' here\n"


def test_a_buyer_gets_an_account_that_nobody_can_sign_in_to_yet(app: Flask) -> None:
    send(app, order(buyer__email="New.Buyer@Example.org", buyer__name="New Buyer"))
    account = the(app, Account, email="new.buyer@example.org")
    assert account.name == "New Buyer" and account.password_hash is None


def test_an_account_that_is_there_keeps_its_name_and_password(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.scalars(select(Account).where(Account.email == ADA)).one().password_hash = "kept"
    send(app, order(buyer__name="Somebody Else", buyer__locale="fr"))
    account = the(app, Account, email=ADA)
    assert (account.name, account.password_hash, account.locale) == ("Ada", "kept", "en")


def test_a_payment_can_pay_several_orders(app: Flask) -> None:
    assert send(app, order(), order(number="JD-8")).stdout == summary(new=2)
    assert rows(app, Payment) == 4 and rows(app, Allocation) == 5


def test_bad_lines_are_named_and_good_ones_go_in(app: Flask) -> None:
    lines = (b"\xef\xbb\xbf" + json.dumps(order()).encode(), b"", b"{oops", b'{"number": "\xff"}', b"   ",
             order(number="JD-8"), order(number="JD-9", lines__0__quantity=0))  # fmt: skip
    sent = send(app, *lines)
    assert sent.exit_code == 1 and sent.stdout == summary(new=2, bad=3)
    told = sent.stderr.splitlines()
    assert told[0].startswith("line 3: is not JSON: ") and told[1].startswith("line 4: is not JSON: ")
    assert told[2:] == ["line 7: lines.0.quantity: must be at least 1"]


@pytest.mark.parametrize("size", [10 * 1024 * 1024, LONGEST + 1])
def test_an_endless_line_is_one_bad_line(app: Flask, size: int) -> None:
    sent = send(app, order(), b"x" * size, order(number="JD-8"))
    assert sent.stdout == summary(new=2, bad=1)
    assert sent.stderr == "line 2: is longer than 4 MB; no order is\n"


def test_a_file_is_read_with_windows_line_ends_and_without_a_last_one(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_bytes(b"\r\n".join(json.dumps(order(number=n)).encode() for n in ("a", "b")))
    done = app.test_cli_runner().invoke(import_orders, [str(file)])
    assert (done.exit_code, done.stdout) == (0, summary(new=2))


def test_nothing_at_all_is_no_error(app: Flask) -> None:
    assert (send(app).exit_code, send(app).stdout) == (0, summary())


def test_a_file_that_is_not_there_is_said(app: Flask) -> None:
    done = app.test_cli_runner().invoke(import_orders, ["nowhere.jsonl"])
    assert done.exit_code == 2 and "nowhere.jsonl" in done.stderr


def test_an_order_that_breaks_in_the_middle_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_rows(app)

    def broken(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "bring_money", broken)
    send(app, order(buyer__email="new@example.org"))
    assert all_rows(app) == before


def test_the_same_order_brought_in_by_many_at_once_is_there_once(app: Flask) -> None:
    given = OrderIn.model_validate_json(json.dumps(order(buyer__email="new@example.org", seller__ref="new")))
    start, became = Barrier(6), []

    def run() -> None:
        start.wait()
        with app.app_context():
            became.append(in_one_go(given))

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(became) == ["new"] + ["unchanged"] * 5
    assert the(app, Order, number="JD-7") and the(app, Account, email="new@example.org")


class Endless(io.RawIOBase):
    """A file of many orders that is nowhere as a whole."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.rest = lines, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.lines, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def test_memory_does_not_grow_with_the_file(app: Flask) -> None:
    line = order()["lines"][1]
    lines = [{**line, "ref": str(n), "listing": {"text": "x" * 19_000}} for n in range(8)]
    text = json.dumps(order(lines=lines, parcels=[])).encode()
    stream = io.BufferedReader(Endless(text + b"\n" for _ in range(30)))
    with app.app_context():
        reports = bring_all(stream)
        for _ in range(8):
            next(reports)
        gc.collect()  # what other tests left behind is not this one's
        tracemalloc.start()
        assert [report.became for report in reports] == ["unchanged"] * 22
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 2_500_000  # what is read in this span is 3.4 MB


DIES = """
import os, signal, sys
from sqlalchemy import event
from disputes import create_app
from disputes.db import db
from disputes.orders.commands import import_orders
from disputes.settings import Settings

settings = Settings(instance=__import__("pathlib").Path(sys.argv[1]), database_url=sys.argv[2], secret_key="tests")
app = create_app(settings)
seen = []

def before_commit(session):
    seen.append(session)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

with app.app_context():
    event.listen(db.session, "before_commit", before_commit)
    import_orders.main(["-"], standalone_mode=False)
"""


def test_killed_between_two_orders_what_was_done_stays_and_the_next_import_goes_on(
    app: Flask, settings: Settings
) -> None:
    lines = b"\n".join(json.dumps(order(number=f"K-{n}", payments=[])).encode() for n in range(5))
    command = [sys.executable, "-c", DIES, str(settings.instance), settings.database_url]
    ended = subprocess.run(command, input=lines, capture_output=True, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    with app.app_context():
        here = db.session.scalars(select(Order.number).where(Order.number.like("K-%"))).all()
        assert sorted(here) == ["K-0", "K-1"]
        orphans = select(func.count()).select_from(OrderLine).where(OrderLine.order_id.not_in(select(Order.id)))
        assert db.session.scalar(orphans) == 0
    assert send(app, *lines.split(b"\n")).stdout == summary(new=3, unchanged=2)


def test_a_discount_of_the_order_is_spread_over_its_lines_and_a_tax_line_stands_on_top(app: Flask) -> None:
    send(app, order(discount_minor=1_000, lines__0__tax_minor=333, shipping_ordinary_minor=300))
    with app.app_context():
        lines = db.session.execute(
            select(OrderLine.paid_minor, OrderLine.discount_minor, OrderLine.tax_minor)
            .join(Order, Order.id == OrderLine.order_id)
            .where(Order.number == "JD-7")
            .order_by(OrderLine.ref)
        ).all()
        assert [tuple(line) for line in lines] == [(5_400 - 857 + 333, 857, 333), (900 - 143, 143, 0)]
    assert send(app, order(discount_minor=1_000, lines__0__tax_minor=333, shipping_ordinary_minor=300)).stdout == (
        summary(unchanged=1)
    )


def test_a_discount_of_more_than_the_lines_cost_is_refused(app: Flask) -> None:
    sent = send(app, order(discount_minor=6_301))
    assert (sent.exit_code, sent.stderr) == (1, "line 1: discount_minor: more than the lines cost together\n")
