"""The demo's data: complete, believable in time and money, brought once, its passwords kept for their owner alone."""

import re
import stat
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from disputes.auth import staff
from disputes.auth.people import load_person
from disputes.auth.service import account_with, open_session
from disputes.db import db, writing
from disputes.models import Allocation, Capture, Grant, Order, OrderLine, Parcel, Payment, Seller, Shop
from disputes.moment import real_now
from disputes.rules import registry
from disputes.sandbox import demo
from disputes.sandbox.demo import Login, arrive
from disputes.sandbox.demo_orders import SHOPS
from disputes.settings import Settings


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def without_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "bring_cases", lambda *_: None)


@pytest.fixture
def logins(app: Flask, settings: Settings) -> Iterator[list[Login]]:
    with app.app_context():
        yield arrive(settings)


def by_name(logins: list[Login], name: str) -> Login:
    return next(login for login in logins if login.name == name)


def test_everybody_of_the_walk_can_sign_in(logins: list[Login]) -> None:
    roles = {login.name: login.role for login in logins}
    assert roles.items() >= {"Ada Lindqvist": "buyer", "Ben Okafor": "seller", "Cleo Marsh": "reviewer",
                             "Lin Zhao": "lead"}.items()  # fmt: skip
    for login in logins:
        assert account_with(login.email, login.password) is not None


def test_the_platforms_people_work_in_all_five_shops(logins: list[Login]) -> None:
    def person(name: str):  # type: ignore[no-untyped-def]
        login = by_name(logins, name)
        account_id = account_with(login.email, login.password)
        assert account_id is not None
        with writing():
            token = open_session(account_id, now=real_now(), browser="tests")
        return load_person(token)

    assert len(person("Ben Okafor").sellers) == 2
    assert person("Cleo Marsh").desk_shops == person("Lin Zhao").desk_shops == set(SHOPS)
    assert {grant.role for grant in person("Lin Zhao").grants} == {"lead"}
    assert person("Ada Lindqvist").grants == ()


def test_every_seller_has_somebody_who_answers(logins: list[Login]) -> None:
    members = set(db.session.scalars(select(Grant.seller_id).where(Grant.role == "seller")))
    assert set(db.session.scalars(select(Seller.id))) == members


def test_the_shops_follow_rules_that_are_here_and_run_on_real_time(logins: list[Login]) -> None:
    known = {pack.meta.id: pack for pack in registry().all()}
    for shop in db.session.scalars(select(Shop)):
        assert shop.zone == str(known[shop.pack].zone) and shop.clock_offset_s == 0


def test_some_hundred_orders_lie_in_the_last_weeks(logins: list[Login]) -> None:
    placed = db.session.execute(select(Order.shop_id, Order.placed_at)).all()
    assert 90 <= len(placed) <= 130 and {shop_id for shop_id, _ in placed} == set(SHOPS)
    assert all(timedelta(0) < real_now() - at < timedelta(days=80) for _, at in placed)
    assert db.session.scalar(select(func.count()).where(Parcel.delivered_at > real_now())) == 0


def test_every_order_was_paid_in_full_and_captured(logins: list[Login]) -> None:
    goods = select(func.sum(OrderLine.paid_minor)).where(OrderLine.order_id == Order.id).scalar_subquery()
    shares = select(func.sum(Allocation.amount_minor)).where(Allocation.order_id == Order.id).scalar_subquery()
    taken = (
        select(func.sum(Capture.captured_minor))
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .where(Allocation.order_id == Order.id)
        .scalar_subquery()
    )
    for number, shipping, *sums in db.session.execute(select(Order.number, Order.shipping_minor, goods, shares, taken)):
        assert sums[0] + shipping == sums[1] == sums[2], number


def test_the_states_that_make_the_walk_interesting_are_there(logins: list[Login]) -> None:
    parcels = db.session.execute(select(Parcel.order_id, Parcel.delivered_at)).all()
    ages = {(real_now() - at).days for _, at in parcels if at}
    assert {2, 12} <= ages, "inside and outside the seven days"
    arrived = {order_id: [at for other, at in parcels if other == order_id] for order_id, _ in parcels}
    assert any(len(times) == 2 and None in times and any(times) for times in arrived.values())
    assert any(times == [None] for times in arrived.values())
    payers = db.session.execute(select(Payment.payer, Payment.method)).all()
    assert {"Olaf Lindqvist", "Ingrid Lindqvist"} <= {payer for payer, _ in payers}
    assert "gift_card" in {method for _, method in payers}
    captures = db.session.scalars(select(func.count()).select_from(Capture).group_by(Capture.allocation_id)).all()
    assert 2 in captures
    titles = db.session.scalars(select(OrderLine.title)).all()
    assert max(map(len, titles)) > 60 and any(re.search("[\u4e00-\u9fff]", title) for title in titles)


def test_a_later_start_reads_the_same_logins_and_writes_nothing(logins: list[Login], settings: Settings) -> None:
    before = db.session.scalar(select(func.max(Order.updated_at))), db.session.scalar(select(func.count(Grant.id)))
    assert arrive(settings) == logins
    assert (db.session.scalar(select(func.max(Order.updated_at))), db.session.scalar(select(func.count(Grant.id)))) == (
        before
    )


def test_only_its_owner_can_read_the_passwords(logins: list[Login], settings: Settings) -> None:
    mode = (settings.instance / "logins.txt").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_file_that_was_open_to_others_is_closed(app: Flask, settings: Settings) -> None:
    file = settings.instance / "logins.txt"
    file.write_text("left by an earlier run\n" * 100)
    file.chmod(0o644)
    with app.app_context():
        logins = arrive(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(logins)


def test_a_database_with_a_shop_of_its_own_is_left_alone(app: Flask, settings: Settings) -> None:
    with app.app_context():
        with writing() as session:
            session.add(Shop(id="own", name="Own", pack="catawiki", zone="UTC", currency="EUR"))
        assert arrive(settings) == []
        assert db.session.scalar(select(func.count()).select_from(Order)) == 0
    assert not (settings.instance / "logins.txt").exists()


def test_an_arrival_that_is_cut_short_leaves_an_empty_database(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with app.app_context():
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(demo, "_give_roles", broken)
            arrive(settings)
        assert db.session.scalar(select(func.count()).select_from(Shop)) == 0
        logins = arrive(settings)
        assert account_with(logins[0].email, logins[0].password) is not None


def test_the_pages_of_every_demo_order_open(app: Flask, logins: list[Login], visit) -> None:  # type: ignore[no-untyped-def]
    for login in logins:
        if login.role == "buyer":
            browser = visit(login.email)
            links = set(re.findall(r'href="(/orders/[\w-]{22})"', browser.get("/orders").text))
            assert links and all(browser.get(link).status_code == 200 for link in links)
