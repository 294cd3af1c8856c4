"""A seller's money waits while a case is open, and is let go when it is decided, once."""

import httpx
from sqlalchemy import select

from disputes.cases.service import drop_case
from disputes.db import db
from disputes.effects.books import balance
from disputes.models import Movement, PayoutHold
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.worker import drain
from disputes.settings import Settings
from tests.cast import ADA, BEN, Cast, own_store
from tests.outbox.rows import hurry
from tests.turns import file_case, person, turn

BENS, HELD = ("seller", 1), ("held", 1)


def kept(settings: Settings) -> int:
    """What the marketplace keeps back of Ben's, by its own books."""
    url = f"{settings.provider_url}/sellers/jd-3p/ben/kept"
    return int(httpx.get(url, trust_env=False).json()["kept_minor"])


def test_opening_a_case_holds_what_is_claimed(cast: Cast, settings: Settings) -> None:
    before = balance("jd-3p", BENS, "CNY")
    file_case(cast.jd_order, ADA)
    drain()
    assert kept(settings) == balance("jd-3p", HELD, "CNY") == 6_000
    assert balance("jd-3p", BENS, "CNY") == before - 6_000


def test_it_is_held_from_an_empty_purse_too(cast: Cast, settings: Settings) -> None:
    from disputes.db import writing
    from disputes.effects.books import Moved, book

    with writing():
        book(Moved("payout-1", "paid_out", BENS, ("outside", 0), 10_000, "CNY", "jd-3p", real_now()))
    file_case(cast.jd_order, ADA)
    drain()
    assert balance("jd-3p", BENS, "CNY") == -kept(settings) < 0


def test_when_it_is_settled_the_rest_is_the_seller_s_again(cast: Cast, settings: Settings) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    drain()
    assert (kept(settings), balance("jd-3p", HELD, "CNY")) == (0, 0)
    assert balance("jd-3p", BENS, "CNY") == 10_000 - 2_500
    hold = db.session.scalars(select(PayoutHold)).one()
    assert hold.released_at is not None


def test_a_case_its_buyer_closed_lets_it_go_when_that_is_final(cast: Cast, settings: Settings) -> None:
    from datetime import timedelta

    from disputes.steps import fire_overdue

    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, ADA, "buyer") as t:
        drop_case(t)
    drain()
    assert kept(settings) > 0, "the buyer may still take it up again"
    with turn(case_id, None, "system") as t:
        later = t.now + timedelta(days=60)
        fire_overdue(t.case, now=later, received_at=later)
    drain()
    assert kept(settings) == 0


def test_answers_that_get_lost_hold_and_release_once(cast: Cast, settings: Settings, mischief) -> None:
    case_id = file_case(cast.jd_order, ADA)
    mischief(broken=1)
    drain()
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    mischief(broken=1)
    drain()
    hurry()
    drain()
    whats = select(Movement.what).where(Movement.what.startswith("payout")).order_by(Movement.id)
    assert db.session.scalars(whats).all() == ["payout_held", "payout_released"]
    assert kept(settings) == 0


def test_where_the_shop_itself_sells_nothing_is_held(cast: Cast) -> None:
    file_case(own_store("jd_self", person(ADA), now=real_now()), ADA)
    assert db.session.scalars(select(PayoutHold)).all() == []
