"""A cancelled order: the seller is told, then the measure is done."""

from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Account, Clock, Outcome, SentMail
from disputes.offers import service as offers
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, Cast
from tests.outbox.rows import row
from tests.turns import case_of, file_case, turn


def cancelled(cast: Cast) -> int:
    case_id = file_case(cast.jd_order, ADA, reason="order_change", sub_reason="cancel", wish="cancellation")
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return case_id


def measures() -> dict[str, str]:
    db.session.rollback()
    return {kind: state for kind, state in db.session.execute(select(Outcome.kind, Outcome.state))}


def test_the_seller_is_told_not_to_send_it(cast: Cast) -> None:
    case_id = cancelled(cast)
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "cancel_order")).one()
    assert (mail.to, mail.side, mail.subject) == (BEN, "seller", "Cancel order JD-1001, do not send it")
    assert measures() == {"cancel_order": "done", "refund": "done"}
    assert db.session.scalars(select(Clock.name).where(Clock.closed_at.is_(None))).all() == ["closing"]
    assert case_of(case_id).state == "cancellation"


def test_a_seller_nobody_can_reach_calls_a_person_and_leaves_the_measure_open(cast: Cast) -> None:
    cancelled(cast)
    with writing() as session:
        session.execute(update(Account).where(Account.email == BEN).values(disabled_at=Account.created_at))
    drain()
    outcome = db.session.scalars(select(Outcome.id).where(Outcome.kind == "cancel_order")).one()
    assert row(f"cancel-{outcome}").last_error == "nobody on this side has an address"
    assert measures() == {"cancel_order": "ordered", "refund": "done"}
