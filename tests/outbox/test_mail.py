"""Notices over real SMTP: handed over once, logged, and only then does the seller's clock run."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Account, Clock, Event, Outbox, Seller, SentMail
from disputes.outbox.worker import drain
from disputes.settings import Settings
from tests.cast import ADA, BEN, CLEO, Cast, grant
from tests.outbox.rows import hurry, let_leases_run_out
from tests.outbox.smtp import Postman, free_port, post_office
from tests.turns import HOUR, file_case, notice, sweep, turn


def use(app: Flask, **changed: str) -> None:
    app.extensions["disputes"] = replace(app.extensions["disputes"], **changed)


@pytest.fixture
def postman(app: Flask) -> Iterator[Postman]:
    with post_office() as (postman, address):
        use(app, smtp_url=f"smtp://{address}")
        yield postman


def seller_clock() -> Clock:
    db.session.rollback()
    query = select(Clock).where(Clock.name == "seller_response").execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def asked() -> Outbox:
    """The row that tells the seller."""
    db.session.rollback()
    query = select(Outbox).where(Outbox.key.contains("seller_asked")).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def add_member(email: str, cast: Cast) -> None:
    with writing() as session:
        seller = session.scalars(select(Seller.id).where(Seller.name == "Ben's Lamps")).one()
        grant(cast.people[email], "seller", "jd-3p", seller)


def test_the_sellers_clock_starts_when_the_mailer_has_the_notice(cast: Cast, postman: Postman) -> None:
    file_case(cast.jd_order, ADA)
    assert seller_clock().due_at is None
    drain()
    log = db.session.scalars(select(SentMail).where(SentMail.to == BEN)).one()
    event = db.session.scalars(select(Event).where(Event.trigger == "notice_sent")).one()
    assert seller_clock().due_at == event.at + 48 * HOUR
    assert event.details == {"clock": "seller_response"}
    assert event.at >= log.handed_at
    assert sorted(str(mail["To"]) for mail in postman.mails) == [f"Ada <{ADA}>", f"Ben <{BEN}>"]


def test_the_mail_is_plain_text_with_the_headers_a_machine_owes(cast: Cast, postman: Postman) -> None:
    file_case(cast.jd_order, ADA)
    drain()
    mail = next(mail for mail in postman.mails if ADA in mail["To"])
    log = db.session.scalars(select(SentMail).where(SentMail.to == ADA)).one()
    assert mail.get_content_type() == "text/plain"
    assert (mail["Message-ID"], mail["Subject"]) == (log.message_id, log.subject)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Disputes <no-reply@disputes.example>"
    assert mail.get_content().replace("\r\n", "\n") == log.body
    assert "CN¥60.00" in log.body


def test_a_mailer_that_is_not_there_keeps_the_mail_and_the_clock_waits(cast: Cast, app: Flask) -> None:
    use(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    file_case(cast.jd_order, ADA)
    assert drain() is False
    assert seller_clock().due_at is None
    assert db.session.scalars(select(SentMail)).all() == []
    with post_office() as (postman, address):
        use(app, smtp_url=f"smtp://{address}")
        hurry()
        drain()
    assert len(postman.mails) == 2
    assert seller_clock().due_at is not None


def test_a_mail_sent_twice_carries_the_same_id(cast: Cast, postman: Postman) -> None:
    file_case(cast.jd_order, ADA)
    drain()
    first = {mail["Message-ID"] for mail in postman.mails}
    with writing() as session:  # as if the worker had died between handing over and writing it down
        session.execute(update(Outbox).values(done_at=None))
        for mail in session.scalars(select(SentMail)):
            session.delete(mail)
    let_leases_run_out()
    drain()
    assert len(postman.mails) == 4
    assert {mail["Message-ID"] for mail in postman.mails} == first
    assert len(db.session.scalars(select(SentMail)).all()) == 2


def test_who_has_the_mail_does_not_get_it_again_when_a_colleague_did_not(cast: Cast, postman: Postman) -> None:
    add_member(CLEO, cast)
    postman.says[CLEO] = "450 greylisted, come back"
    file_case(cast.jd_order, ADA)
    drain()
    assert asked().done_at is None
    assert "450" in (asked().last_error or "")
    assert seller_clock().due_at is None, "not everybody has the notice yet"
    postman.says.clear()
    hurry()
    drain()
    assert sorted(m["To"] for m in postman.mails) == [f"Ada <{ADA}>", f"Ben <{BEN}>", f"Cleo <{CLEO}>"]
    assert seller_clock().due_at is not None


def test_one_reader_of_a_seller_is_enough_when_another_address_is_dead(cast: Cast, postman: Postman) -> None:
    add_member(CLEO, cast)
    postman.says[CLEO] = "550 no such user"
    file_case(cast.jd_order, ADA)
    drain()
    assert asked().done_at is not None
    assert seller_clock().due_at is not None


def test_a_side_nobody_can_reach_calls_a_person(cast: Cast, postman: Postman) -> None:
    postman.says[BEN] = "550 no such user"
    file_case(cast.jd_order, ADA)
    drain()
    assert asked().stuck_at is not None
    assert "550 no such user" in (asked().last_error or "")
    assert seller_clock().due_at is None


def test_a_seller_without_members_calls_a_person(cast: Cast, postman: Postman) -> None:
    with writing() as session:
        session.execute(update(Account).where(Account.email == BEN).values(disabled_at=Account.created_at))
    file_case(cast.jd_order, ADA)
    drain()
    assert asked().last_error == "nobody on this side has an address"


def test_a_server_that_takes_no_data_now_is_tried_again(cast: Cast, postman: Postman) -> None:
    postman.after_data = "452 disk full"
    file_case(cast.jd_order, ADA)
    drain()
    assert (asked().stuck_at, asked().done_at) == (None, None)


def test_a_notice_overtaken_by_an_answer_starts_no_clock(cast: Cast, postman: Postman) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        t.take("ask")
    with turn(case_id, ADA, "buyer") as t:
        t.take("drop_case")
    with turn(case_id, ADA, "buyer") as t:
        t.take("resume_seller_contacted")
    notice(case_id, "seller_response")
    due = seller_clock().due_at
    drain()
    assert seller_clock().due_at == due


def test_a_notice_handed_over_while_the_case_was_closed_by_its_buyer_counts_when_it_goes_on(
    cast: Cast, postman: Postman
) -> None:  # fmt: skip
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, ADA, "buyer") as t:
        t.take("drop_case")
    drain()
    assert seller_clock().remaining_s == 48 * 3600
    with turn(case_id, ADA, "buyer") as t:
        t.take("resume_seller_contacted")
        resumed = t.now
    clock = seller_clock()
    assert clock.due_at == resumed + 48 * HOUR
    assert clock.warn_at == resumed + 24 * HOUR
    assert sweep(case_id, resumed + 49 * HOUR) == "seller_response"


def test_without_a_server_each_mail_is_a_file(cast: Cast, settings: Settings) -> None:
    file_case(cast.jd_order, ADA)
    drain()
    files = list((settings.instance / "mail").iterdir())
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert sorted(mail["To"] for mail in mails) == [f"Ada <{ADA}>", f"Ben <{BEN}>"]
    assert {file.suffix for file in files} == {".eml"}
