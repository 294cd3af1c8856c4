"""Buyers who come from their shop: a signed link opens one order, once, as a buyer there and nothing else."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from disputes.auth.hand_off import signature
from disputes.auth.keys import new_key
from disputes.db import db, writing
from disputes.effects.house import OPERATOR
from disputes.models import Account, Case, HandOff, Order, Session
from disputes.moment import real_now
from tests.cast import ADA, BEN, DAN, Cast, grant, shop_of
from tests.turns import file_case, person


@pytest.fixture
def key(app: Flask, cast: Cast) -> str:
    with app.app_context(), writing():
        return new_key(shop_of("jd-3p"), OPERATOR, now=real_now())


def link(key: str, *, shop: str = "jd-3p", order: str = "JD-1001", email: str = ADA, off: int = 0) -> dict[str, str]:
    at = str(int(real_now().timestamp()) + off)
    return {"order": order, "email": email, "at": at, "sig": signature(key, shop, order, email, at)}


def come(browser: FlaskClient, query: dict[str, str], shop: str = "jd-3p"):
    return browser.get(f"/from-shop/{shop}", query_string=query)


def test_the_example_in_the_documents_is_what_we_check(settings) -> None:
    from disputes.settings import ROOT

    text = (ROOT / "docs" / "hand-off.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code
    names: dict[str, object] = {}
    exec(code[1], names)
    shown = re.search(r"sig=([0-9a-f]{64})", text)
    url = names["link"]("https://disputes.example", "lamps", "s3cret", "1001", ADA, 1772960400)  # type: ignore[operator]
    assert shown and url.endswith(f"sig={shown[1]}")
    assert signature("s3cret", "lamps", "1001", ADA, "1772960400") == shown[1]


def test_the_link_opens_that_very_order(visit, key: str) -> None:
    browser = visit(None)
    answer = come(browser, link(key))
    assert answer.status_code == 303 and "JD-1001" in browser.get(answer.headers["Location"]).text


def test_it_opens_once_also_for_two_at_the_same_time(app: Flask, visit, key: str) -> None:
    query, ready, codes = link(key), threading.Barrier(4), []

    def go() -> None:
        browser = app.test_client()
        ready.wait()
        codes.append(come(browser, query).status_code)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 404, 404, 404]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Session)) == 1


def broken(key: str) -> dict[str, tuple[str, dict[str, str]]]:
    good = link(key)
    return {
        "no signature": ("jd-3p", {**good, "sig": ""}),
        "nothing": ("jd-3p", {}),
        "another order": ("jd-3p", {**good, "order": "JD-1002"}),
        "another buyer": ("jd-3p", {**good, "email": DAN}),
        "another time": ("jd-3p", {**good, "at": str(int(good["at"]) + 1)}),
        "another shop": ("catawiki", good),
        "no such shop": ("nowhere", good),
        "somebody else's order": ("jd-3p", link(key, email=DAN)),
        "no such order": ("jd-3p", link(key, order="JD-9999")),
        "no such buyer": ("jd-3p", link(key, email="nobody@example.org")),
        "another secret": ("jd-3p", link("x" * 43)),
        "too old": ("jd-3p", link(key, off=-301)),
        "from the future": ("jd-3p", link(key, off=90)),
        "no number": ("jd-3p", {**good, "at": "soon"}),
        "other digits": ("jd-3p", {**good, "at": "١٢٣"}),
        "a large number": ("jd-3p", {**good, "at": "9" * 400}),
        "words in the signature": ("jd-3p", {**good, "sig": "é" * 64}),
    }


def test_every_other_link_gets_the_same_answer_and_opens_nothing(app: Flask, key: str) -> None:
    app.config["RATELIMIT_ENABLED"] = False
    answers = {}
    for name, (shop, query) in broken(key).items():
        answer = come(app.test_client(), query, shop)
        answers[name] = (answer.status_code, re.sub(r'csrf_token" value="[^"]*"|data-now="[^"]*"', "", answer.text))
        assert answer.status_code == 404, name
    assert len(set(answers.values())) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Session)) == 0


def test_a_shut_account_is_not_opened(app: Flask, visit, key: str) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == ADA).values(disabled_at=real_now()))
    assert come(visit(None), link(key)).status_code == 404


def test_two_secrets_are_good_and_the_third_ends_the_first(app: Flask, visit, key: str) -> None:
    with app.app_context(), writing():
        second = new_key(shop_of("jd-3p"), OPERATOR, now=real_now())
    assert [come(visit(None), link(k, off=-n)).status_code for n, k in enumerate((key, second))] == [303, 303]
    with app.app_context(), writing():
        third = new_key(shop_of("jd-3p"), OPERATOR, now=real_now())
    codes = [come(visit(None), link(k, off=-9 - n)).status_code for n, k in enumerate((key, second, third))]
    assert codes == [404, 303, 303]


def test_staff_who_come_by_a_link_are_buyers_and_nothing_else(app: Flask, visit, key: str, cast: Cast) -> None:
    with app.app_context():
        case_id = file_case(cast.other_order, DAN)
        with writing():
            for role in ("reviewer", "lead"):
                grant(person(ADA), role, "jd-3p")
        case = db.session.get(Case, case_id).public_id
        order = db.session.scalars(select(Order.public_id).where(Order.id == cast.other_order)).one()
    browser = visit(None)
    assert come(browser, link(key)).status_code == 303
    theirs = (f"/desk/cases/{case}", f"/cases/{case}", f"/orders/{order}")
    for page in ("/desk", "/audit", "/people", "/account", "/account/password", "/account/second-step", *theirs):
        assert browser.get(page).status_code == 404, page
    assert browser.get("/").headers["Location"] == "/orders" and "Your account" not in browser.get("/orders").text
    assert visit(ADA).get("/desk").status_code == 200


def test_a_shop_opens_its_own_orders_only(app: Flask, visit, key: str, cast: Cast) -> None:
    with app.app_context():
        file_case(cast.catawiki_order, ADA, at=real_now())
        other = db.session.scalars(select(Order.public_id).where(Order.id == cast.catawiki_order)).one()
        case = db.session.scalars(select(Case)).one()
    browser = visit(None)
    come(browser, link(key))
    orders = browser.get("/orders").text
    assert "JD-1001" in orders and "CW-2001" not in orders and case.ref not in browser.get("/cases").text
    for page in (f"/orders/{other}", f"/cases/{case.public_id}", f"/orders/{other}/case/new"):
        assert browser.get(page).status_code == 404, page


def test_whoever_is_signed_in_as_themselves_stays_so_and_another_is_replaced(app: Flask, visit, key: str) -> None:
    ada, ben = visit(ADA), visit(BEN)
    assert come(ada, link(key)).status_code == 303 and ada.get("/account").status_code == 200
    answer = come(ben, link(key, off=-30))
    assert answer.status_code == 303 and ben.get(answer.headers["Location"]).status_code == 200
    assert ben.get("/inbox").status_code == 404


def test_it_ends_after_a_day_and_old_notes_are_swept(app: Flask, visit, key: str) -> None:
    come(visit(None), link(key))
    with app.app_context():
        opened = db.session.scalars(select(Session)).one()
        assert opened.expires_at - opened.created_at == timedelta(days=1) and opened.sure_at is None
        with writing():
            db.session.execute(update(HandOff).values(used_at=real_now() - timedelta(hours=1)))
    come(visit(None), link(key, off=-30))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(HandOff)) == 1
