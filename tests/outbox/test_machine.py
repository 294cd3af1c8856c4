"""A machine that does to one order's money whatever people, banks, back offices, workers and a misbehaving provider can
do, in any order; after each step the books agree, and at the end the provider's do too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import case as sql_case
from sqlalchemy import func, select

from disputes.appeals import service as appeals
from disputes.chargebacks import service as chargebacks
from disputes.chargebacks.access import Turn as PaymentTurn
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.effects.chain import first_fault
from disputes.effects.frozen import lock_payment, open_freeze
from disputes.effects.payment_moves import plan_digest
from disputes.models import (
    Allocation,
    Capture,
    Case,
    Decision,
    Event,
    Freeze,
    Movement,
    Order,
    Outbox,
    Payment,
    Refund,
    Shop,
)
from disputes.models.book import DUE, HELD, PROVIDER
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.notices import take_in
from disputes.outbox.provider import Notice
from disputes.outbox.reconcile import reconcile
from disputes.outbox.worker import drain
from disputes.refunds import service as refunds
from disputes.settings import Settings
from disputes.steps import Actor, Refused
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast, make_order, shop_of
from tests.outbox.rows import hurry
from tests.turns import file_case, person, turn

PAID = 10_000
AMOUNTS = st.integers(1, PAID)
MISCHIEF = st.dictionaries(
    st.sampled_from(("broken", "broken_after", "refuse", "poor", "bounce")), st.integers(1, 3), max_size=3
)
numbers = count(1)


@contextmanager
def refusable() -> Iterator[None]:
    """A step the rules refuse is a step not taken; nothing else may go wrong."""
    with suppress(Refused):
        yield


class Money(RuleBasedStateMachine):
    """One order of Ada's, paid in one capture."""

    url: str  # of the provider

    def __init__(self) -> None:
        super().__init__()
        self.ask("/_mischief", {})
        with writing():
            jd, number = shop_of("jd-3p"), f"M-{next(numbers)}"
            seller_id = db.session.scalars(select(Order.seller_id).where(Order.number == "JD-1001")).one()
            from disputes.models import Seller

            self.order_id = make_order(jd, person(ADA), db.session.get_one(Seller, seller_id), number, paid=PAID)
        self.payment_ref = f"pay-{number}"
        self.payment_id = db.session.scalars(select(Payment.id).where(Payment.ref == self.payment_ref)).one()
        self.case_id: int | None = None
        self.disputes: list[str] = []
        self.notices: list[Notice] = []
        db.session.rollback()

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}{path}", json=body, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    def turn(self, email: str, role: str) -> Any:
        assert self.case_id is not None
        return turn(self.case_id, email, role)

    def tell(self, kind: str, ref: str) -> None:
        """The provider's message reaches us."""
        notice = Notice(f"ev-{next(numbers)}", kind, ref)  # type: ignore[arg-type]
        self.notices.append(notice)
        with writing():
            take_in("jd-3p", notice, now=real_now())

    # People.

    @precondition(lambda self: self.case_id is None)
    @rule(line=st.integers(0, 1))
    def file(self, line: int) -> None:
        self.case_id = file_case(self.order_id, ADA, line=line)

    @precondition(lambda self: self.case_id)
    @rule(amount=AMOUNTS)
    def offer(self, amount: int) -> None:
        with refusable(), self.turn(BEN, "seller") as t:
            offers.put_offer(t, kind="partial_refund", amount_minor=amount, note="")

    @precondition(lambda self: self.case_id)
    @rule(email=st.sampled_from((ADA, BEN)))
    def accept(self, email: str) -> None:
        with refusable(), self.turn(email, "buyer" if email == ADA else "seller") as t:
            offers.accept(t)

    @precondition(lambda self: self.case_id)
    @rule()
    def step_in(self) -> None:
        with refusable(), self.turn(BEN, "seller") as t:
            offers.refuse(t, reason="not_proven", words="No.")
        with refusable(), self.turn(ADA, "buyer") as t:
            offers.step_in(t)

    @precondition(lambda self: self.case_id)
    @rule(
        kind=st.sampled_from(("full_refund", "partial_refund", "no_remedy", "cancellation")), amount=AMOUNTS,
        who=st.sampled_from((CLEO, RITA)),
    )  # fmt: skip
    def decide(self, kind: str, amount: int, who: str) -> None:
        part = amount if kind == "partial_refund" else None
        with refusable():
            with self.turn(who, "reviewer") as t:
                draft = decisions.draft(t, decisions.Drafted(kind, part, "Because.", (), ("JDT-04",)))
            with refusable(), self.turn(who, "reviewer") as t:
                decisions.decide(t, digest=draft.digest)
            with refusable(), self.turn(who, "reviewer") as t:
                decisions.ask_second(t)
            with refusable(), self.turn(LIN, "lead") as t:
                decisions.decide(t, digest=draft.digest)

    @precondition(lambda self: self.case_id)
    @rule(email=st.sampled_from((ADA, BEN)))
    def appeal(self, email: str) -> None:
        with refusable(), self.turn(email, "buyer" if email == ADA else "seller") as t:
            appeals.appeal(t, ground="new_evidence", words="Look again.")

    @precondition(lambda self: self.case_id)
    @rule()
    def retry(self) -> None:
        with refusable(), self.turn(CLEO, "reviewer") as t:
            refunds.retry(t)

    @rule(which=st.sampled_from(("send", "call_off")))
    def free(self, which: str) -> None:
        """Two people say what becomes of a payment of which more went back than was taken."""
        mine = select(Freeze.id).where(*open_freeze(self.payment_id), Freeze.why == "excess")
        freeze_id = db.session.scalar(mine)
        for email, role in ((CLEO, "reviewer"), (LIN, "lead")) if freeze_id else ():
            with refusable(), writing():
                lock_payment(self.payment_id)
                freeze, now = db.session.get_one(Freeze, freeze_id, populate_existing=True), real_now()
                t = PaymentTurn(freeze, db.session.get_one(Shop, "jd-3p"), Actor(person(email), role), now, now)
                if role == "lead":
                    chargebacks.approve(t, read=plan_digest(freeze))
                else:
                    chargebacks.plan(t, plan=which, words="Looked at.")

    # The outside.

    @rule(what=MISCHIEF)
    def misbehave(self, what: dict[str, int]) -> None:
        self.ask("/_mischief", what)

    @rule(amount=st.integers(1, PAID + 500), due_s=st.sampled_from((0, 3600)))
    def charge_back(self, amount: int, due_s: int) -> None:
        about = {"shop_id": "jd-3p", "payment_ref": self.payment_ref, "capture_ref": "c1", "currency": "CNY",
                 "reason": "fraudulent", "amount_minor": amount, "due_s": due_s}  # fmt: skip
        self.disputes.append(self.ask("/_bank/disputes", about)["id"])
        self.tell("dispute", self.disputes[-1])

    @precondition(lambda self: self.disputes)
    @rule(which=st.integers(0, 9), status=st.sampled_from(("won", "lost")), told=st.booleans())
    def bank_decides(self, which: int, status: str, told: bool) -> None:
        ref = self.disputes[which % len(self.disputes)]
        self.ask(f"/_bank/disputes/{ref}", {"status": status})
        if told:
            self.tell("dispute", ref)

    @rule(amount=AMOUNTS)
    def refund_past_us(self, amount: int) -> None:
        about = {"shop_id": "jd-3p", "payment_ref": self.payment_ref, "capture_ref": "c1", "currency": "CNY",
                 "captured_minor": PAID, "amount_minor": amount}  # fmt: skip
        answer = httpx.post(f"{self.url}/_bank/refunds", json=about, trust_env=False)
        if answer.is_success:
            self.tell("refund", answer.json()["id"])

    @precondition(lambda self: self.notices)
    @rule(which=st.integers(0, 9))
    def say_it_again(self, which: int) -> None:
        """A duplicate, or one that comes late."""
        with writing():
            take_in("jd-3p", self.notices[which % len(self.notices)], now=real_now())

    @rule()
    def work(self) -> None:
        hurry()
        drain()
        db.session.remove()

    # What must always hold.

    def capture(self) -> Capture:
        db.session.rollback()
        mine = select(Capture).join(Allocation).where(Allocation.order_id == self.order_id)
        return db.session.scalars(mine.execution_options(populate_existing=True)).one()

    def purse(self, party: str) -> int:
        signed = sql_case(
            (Movement.dest == party, Movement.amount_minor), (Movement.source == party, -Movement.amount_minor), else_=0
        )
        return int(db.session.scalar(select(func.sum(signed)).where(Movement.order_id == self.order_id)) or 0)

    @invariant()
    def what_we_send_or_promise_never_exceeds_what_was_taken(self) -> None:
        one = self.capture()
        assert 0 <= one.refund_reserved_minor + one.refunded_minor <= one.captured_minor == PAID
        states = {"arrived": 0, "promised": 0}
        for refund in db.session.scalars(select(Refund).where(Refund.capture_id == one.id)):
            if refund.state != "called_off":
                states["arrived" if refund.state == "arrived" else "promised"] += refund.amount_minor
        assert states == {"arrived": one.refunded_minor, "promised": one.refund_reserved_minor}

    @invariant()
    def the_books_say_the_same(self) -> None:
        one = self.capture()
        left = one.captured_minor - one.refunded_minor - one.outside_minor - one.charged_back_minor
        assert (self.purse(PROVIDER), self.purse(DUE)) == (-left, one.refund_reserved_minor)
        assert self.purse(HELD) >= 0

    @invariant()
    def more_back_than_taken_is_frozen_until_two_people_freed_it(self) -> None:
        one = self.capture()
        ever = select(Freeze.id).where(Freeze.payment_id == self.payment_id, Freeze.why == "excess")
        assert one.left_minor >= 0 or db.session.scalar(ever.limit(1)) is not None

    @invariant()
    def the_provider_paid_each_key_once_and_never_more_than_was_taken(self) -> None:
        ledger = httpx.get(f"{self.url}/refunds", params={"payment_ref": self.payment_ref}, trust_env=False).json()
        of_this = [told for told in _rows(ledger) if told["payment_ref"] == self.payment_ref]
        mine = [told for told in of_this if told["key"] and told["status"] != "failed"]  # by us
        assert sum(told["amount_minor"] for told in mine) <= PAID
        keys = [told["key"] for told in mine]
        assert len(keys) == len(set(keys))

    @invariant()
    def one_decision_is_in_force_and_the_history_holds(self) -> None:
        if self.case_id is None:
            return
        db.session.rollback()
        stands = select(func.count()).select_from(Decision).where(Decision.in_force(self.case_id))
        assert (db.session.scalar(stands) or 0) <= 1
        events = db.session.scalars(select(Event).where(Event.case_id == self.case_id).order_by(Event.seq))
        assert first_fault(db.session.get_one(Case, self.case_id, populate_existing=True), events) is None

    def teardown(self) -> None:
        """Everybody behaves again, every message is told, everything due is done: both sides have the same books."""
        self.ask("/_mischief", {})
        for ref in self.disputes:
            self.tell("dispute", ref)
        for _ in range(8):
            self.work()
        shop = db.session.get_one(Shop, "jd-3p")
        differences = [one for one in reconcile(shop)[1] if one.what not in ("chargeback_missing",)]
        assert differences == []
        stuck = db.session.scalars(select(Outbox.key).where(Outbox.stuck_at.is_not(None))).all()
        assert stuck == []
        db.session.remove()


def _rows(told: Any) -> list[dict[str, Any]]:
    return told if isinstance(told, list) else told["rows"]


@pytest.fixture
def provider_url(settings: Settings, cast: Cast) -> str:
    return settings.provider_url


def test_money_is_neither_lost_nor_doubled_whatever_happens(provider_url: str, kind: str) -> None:
    machine: Callable[[], Money] = type("Here", (Money,), {"url": provider_url})
    examples = 8 if kind == "sqlite" else 4  # more by hand: the seeds differ from run to run
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
