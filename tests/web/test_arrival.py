"""A request counts from when it reached us, however long its body takes."""

import socket
import time
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case, Clock
from disputes.moment import real_now
from disputes.steps import fire_overdue, lock_case
from tests.cast import ADA, BEN, Cast
from tests.server import browser, form, serving
from tests.turns import file_case, notice

SOON = timedelta(seconds=2)


def test_an_answer_whose_body_comes_in_after_the_sweep_still_counts_from_its_first_byte(app: Flask, cast: Cast) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        notice(case_id, "seller_response")
        public_id = db.session.scalars(select(Case.public_id)).one()
    url = f"/cases/{public_id}/refuse"
    with serving(app) as base, browser(app, base, BEN) as ben:
        body = urlencode({**form(ben, url), "reason": "not_proven", "words": "Sent in time."}).encode()
        due = real_now() + SOON
        with app.app_context(), writing():
            db.session.execute(update(Clock).values(due_at=due))
        with slow_post(base, url, ben.cookies["disputes"], body[:5], len(body)) as line:
            while real_now() <= due:
                time.sleep(0.05)
            with app.app_context(), writing():
                locked = lock_case(case_id)
                assert locked
                assert fire_overdue(locked[0], now=real_now(), received_at=real_now()) == "seller_response"
            line.sendall(body[5:])
            answer = line.recv(200)
    assert b" 303 " in answer.splitlines()[0]
    with app.app_context():
        assert db.session.scalars(select(Case.state)).one() == "seller_contacted"


def slow_post(base: str, url: str, cookie: str, first: bytes, length: int) -> socket.socket:
    """Send a request's head and the first bytes of its body; the rest comes later."""
    address = urlsplit(base)
    line = socket.create_connection((address.hostname or "", address.port or 0), timeout=30)
    head = (
        f"POST {url} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: disputes={cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    line.sendall(head.encode() + first)
    return line
