"""Every topic has a mail for each side it may be told to, and says what its reader needs."""

from datetime import datetime, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.effects.words import Words, keep
from disputes.models import Account, Capture, Clock, Seller, SentMail
from disputes.offers import service as offers
from disputes.outbox.about import About, about, readers
from disputes.outbox.letters import letter
from disputes.outbox.worker import drain
from disputes.web.formats import stamp
from disputes.workflows import WORKFLOWS
from disputes.workflows.restriction import SUBJECT
from disputes.workflows.roles import PARTIES, SELLER
from disputes.workflows.screening import ORDERER
from tests.cast import ADA, BEN, CLEO, Cast, grant
from tests.turns import file_case, notice, turn

STEPS = [step for workflow in WORKFLOWS.values() for step in (workflow.begin, *workflow.steps)]
TOLD = {(tell.topic, side) for step in STEPS for tell in step.tells for side in ([tell.to] if tell.to else PARTIES)
        if side not in (SUBJECT, ORDERER)}  # fmt: skip
ALL = sorted(TOLD | {("reminder", side) for side in PARTIES} | {("cancel_order", SELLER)})


def here(at: datetime) -> str:
    with force_locale("en"):
        return stamp(at, "Asia/Shanghai")


def first(matter: About, topic: str, side: str) -> tuple[str, str]:
    written = letter(matter, topic, side, readers(matter, side)[0])
    return written.subject, written.body


@pytest.mark.parametrize(("topic", "side"), ALL)
def test_every_topic_has_a_mail_for_each_side_it_is_told_to(cast: Cast, topic: str, side: str) -> None:
    case_id = file_case(cast.jd_order, ADA)
    if (topic, side) == ("reminder", "buyer"):
        with turn(case_id, BEN, "seller") as t:
            offers.refuse(t, reason="not_proven", words="No.")
    notice(case_id, "offer_answer" if side == "buyer" and topic == "reminder" else "seller_response")
    with turn(case_id, CLEO, "reviewer") as t:
        keep(t.case, t.actor, Words.typed("the buyer is known to us"), kind="note", seq=None, at=t.now)
    matter = about(case_id, {"topic": topic, "to": side, "seq": 1, "clock": None})
    subject, body = first(matter, topic, side)
    assert subject == subject.strip()
    assert 10 < len(subject) < 100
    assert body.startswith("Hello ")
    assert f"http://127.0.0.1:8000/cases/{matter.case.public_id}\n" in body
    assert matter.case.ref in body
    assert "known to us" not in body
    assert "None" not in subject + body
    assert "\n\n\n" not in body
    assert not {"{{", "{%", "spine", "referral"} & set((subject + body).split())


def test_a_seller_reads_the_exact_limit_in_their_own_zone_and_what_follows(cast: Cast) -> None:
    with writing() as session:
        session.execute(update(Account).where(Account.email == BEN).values(zone="Asia/Shanghai"))
    case_id = file_case(cast.jd_order, ADA)
    drain()
    clock = db.session.scalars(select(Clock).where(Clock.case_id == case_id)).one()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "seller_asked")).one()
    assert clock.due_at is not None
    named = {here(clock.due_at - timedelta(seconds=s)) for s in (0, 60)}
    assert any(time in mail.subject and time in mail.body for time in named)
    assert "If there is no answer by then, we take over and decide without it." in mail.body


def test_where_there_is_no_limit_none_is_named(cast: Cast) -> None:
    file_case(cast.catawiki_order, ADA)
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "seller_asked")).one()
    assert mail.subject.startswith("Please reply: case ")
    assert "set no deadline" in mail.body


def test_an_offer_is_named_with_its_amount(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=1_234, note="")
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "offer_made")).one()
    assert mail.to == ADA
    assert "Ben's Lamps offers a part refund of CN¥12.34: case " in mail.subject
    assert "Ben's Lamps offers you a part refund of CN¥12.34 for order JD-1001." in mail.body


def body_of(topic: str, to: str) -> str:
    drain()
    query = select(SentMail.body).where(SentMail.topic == topic, SentMail.to == to).order_by(SentMail.id.desc())
    return db.session.scalars(query).first() or ""


def sent_back_already(minor: int) -> None:
    """Of what was paid for the order, `minor` went back another way."""
    with writing() as session:
        session.execute(update(Capture).where(Capture.captured_minor == 10_000).values(refunded_minor=minor))


def test_of_the_whole_only_what_is_left_is_named(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="cancellation")
    sent_back_already(8_000)
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="full_refund", amount_minor=None, note="")
    assert "offers you a full refund of CN¥20.00 for order JD-1001." in body_of("offer_made", ADA)
    with turn(case_id, ADA, "buyer") as t:
        offers.accept(t)
    assert "full refund of CN¥20.00." in body_of("settled", BEN)


def test_where_nothing_is_left_a_cancellation_names_no_amount(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="cancellation")
    sent_back_already(10_000)
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="cancellation", amount_minor=None, note="")
    assert "Ben's Lamps offers you to cancel order JD-1001." in body_of("offer_made", ADA)
    with turn(case_id, ADA, "buyer") as t:
        offers.accept(t)
    settled = body_of("settled", ADA)
    assert "on order JD-1001: the order is cancelled." in settled and "money" not in settled


def test_all_members_of_a_seller_get_the_mail_and_those_who_left_do_not(cast: Cast) -> None:
    bens = db.session.scalars(select(Seller.id).where(Seller.name == "Ben's Lamps")).one()
    with writing():
        for email in (CLEO, "rita@example.org"):
            grant(cast.people[email], "seller", "jd-3p", bens)
        db.session.flush()
        db.session.execute(update(Account).where(Account.email == CLEO).values(disabled_at=Account.created_at))
    file_case(cast.jd_order, ADA)
    drain()
    sent = db.session.scalars(select(SentMail.to).where(SentMail.topic == "seller_asked").order_by(SentMail.to))
    assert sent.all() == [BEN, "rita@example.org"]


def test_a_name_cannot_write_markup_or_lines_of_its_own(cast: Cast) -> None:
    with writing() as session:
        session.execute(
            update(Seller).where(Seller.name == "Ben's Lamps").values(name="Ben\r\nBcc: eve@example.org {{ 7*7 }}")
        )
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="No.")
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "refused")).one()
    assert "\n" not in mail.subject
    assert "{{ 7*7 }}" in mail.body
