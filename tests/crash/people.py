"""People who go on with their cases over HTTP while everything around them dies. What was acknowledged is noted."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from flask import Flask
from sqlalchemy import select

from disputes.db import Busy, db, writing
from disputes.models import Account, Allocation, Capture, Case, Order, Seller
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, make_order, shop_of
from tests.pages import fields
from tests.server import browser
from tests.turns import person

PATIENCE_S = 300.0  # on a busy machine there is nobody for minutes, if everything dies every few seconds
WAIT_S = 0.1
FILING = {"lines-0-chosen": "y", "lines-0-quantity": "2", "wish": "full_refund", "words": "Neither lamp lights up."}
CASES_A_DAY = 15  # of one buyer: fewer than a day allows
CAPTURES = 100  # of each order: what goes back of one capture is a refund of its own
DEFECTIVE = {**FILING, "reason": "not_as_described", "sub_reason": "defective"}
FAKE = {**FILING, "reason": "counterfeit", "sub_reason": "signs_of_fake"}
DECISION = {"kind": "partial_refund", "amount": "12.34", "reasons": "The photos show it.", "clauses": "JDC-09"}


@dataclass
class People:
    """Ada and other buyers, Ben and Cleo at their browsers. `acknowledged`: what the web said was done."""

    app: Flask
    base: str
    buyers: list[str]
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    clients: dict[str, httpx.Client] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        with self.app.app_context(), writing() as session:
            new = [Account(email=e, name=e, zone="UTC", created_at=real_now()) for e in self.buyers if e != ADA]
            session.add_all(new)
        self.clients = {email: browser(self.app, self.base, email) for email in (*self.buyers, BEN, CLEO)}
        for email, client in self.clients.items():
            # As a real browser keeps it: one cookie of that name, replaced by the answer's.
            token = client.cookies.pop("disputes")
            client.cookies.set("disputes", token, domain="127.0.0.1")
            self._look(email, "/cases")  # the first page brings the secret that all later forms carry

    def close(self) -> None:
        """Close the browsers."""
        for client in self.clients.values():
            client.close()

    def story(self, number: int) -> None:
        """One case about an order of its own: settled, or decided by the platform. Either way money goes back."""
        buyer = self.buyers[number // CASES_A_DAY % len(self.buyers)]
        page = f"/orders/{self._order(number, buyer)}/case/new"
        if number % 2:
            case = self._file(buyer, page, DEFECTIVE)
            self._press(BEN, case, f"{case}/accept", {}, then=("full_refund",))
        else:
            case = self._file(buyer, page, FAKE)
            self._press(CLEO, f"{case}/decision", None, DECISION, then=("partial_refund",), note=False)
            self._press(CLEO, f"{case}/decide", None, {}, then=("partial_refund",))

    def _order(self, number: int, buyer: str) -> str:
        with self.app.app_context():
            for _ in self._tries():
                try:
                    with writing():
                        query = select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")
                        ben = db.session.scalars(query).one()
                        order_id = make_order(shop_of("jd-3p"), person(buyer), ben, f"CRASH-{number}")
                        _split(order_id)
                    return str(db.session.scalar(select(Order.public_id).where(Order.id == order_id)))
                except Busy:
                    continue
        raise AssertionError("no order could be written")

    def _file(self, buyer: str, page: str, filing: Mapping[str, str]) -> str:
        """File a case; the same form is sent until somebody says that it arrived. Returns the case's path."""
        form = {**fields(self._look(buyer, page)), **filing, "do": "send"}
        for _ in self._tries():
            answer = self._send(buyer, page, form)
            if answer is not None:
                assert answer.status_code == 303, answer.text
                path = str(answer.headers["Location"])
                self.acknowledged.append(("opened", path.rpartition("/")[2]))
                return path
        raise AssertionError(f"no case could be opened; answers so far: {dict(self.answers)}")

    def _press(
        self, who: str, page: str, action: str | None, data: Mapping[str, str], *, then: tuple[str, ...],
        note: bool = True,
    ) -> None:  # fmt: skip
        """Send a page's form until it is acknowledged, or the case shows that it happened though nobody said so."""
        case = page.split("/")[2]
        for _ in self._tries():
            if self._state(case) in then:
                return
            shown = self._look(who, page)
            if not shown or action is not None and f'action="{action}"' not in shown:
                continue
            answer = self._send(who, page if action is None else action, {**fields(shown, action), **data})
            if answer is not None and answer.status_code == 303:
                if note:
                    self.acknowledged.append((then[0], case))
                return
            assert answer is None or answer.status_code == 409, answer.text
        raise AssertionError(f"{who} could not go on at {page}")

    def _look(self, who: str, page: str) -> str:
        for _ in self._tries():
            try:
                shown = self._count(self.clients[who].get(page))
            except httpx.TransportError:
                continue
            if shown.status_code in (200, 409):
                return shown.text if shown.status_code == 200 else ""  # shut: somebody was quicker
            assert shown.status_code in (303, 503), (page, shown.status_code, shown.text)
        raise AssertionError(f"{page} was never shown")

    def _send(self, who: str, url: str, data: Mapping[str, str]) -> httpx.Response | None:
        """The answer; None when there was none, or none that tells what happened."""
        try:
            answer = self._count(self.clients[who].post(url, data=data))
        except httpx.TransportError:
            return None
        return None if answer.status_code >= 500 else answer

    def _count(self, answer: httpx.Response) -> httpx.Response:
        with self.lock:
            self.answers[answer.status_code] += 1
        return answer

    def _state(self, case: str) -> str | None:
        with self.app.app_context():
            return db.session.scalar(select(Case.state).where(Case.public_id == case))

    def _tries(self):  # type: ignore[no-untyped-def]
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            yield
            time.sleep(WAIT_S)


def _split(order_id: int) -> None:
    """As if the order had been captured parcel by parcel."""
    query = select(Capture).join(Allocation, Allocation.id == Capture.allocation_id)
    first = db.session.scalars(query.where(Allocation.order_id == order_id)).one()
    first.captured_minor //= CAPTURES
    db.session.add_all(
        Capture(
            allocation_id=first.allocation_id, ref=f"c{n}", captured_minor=first.captured_minor,
            captured_at=first.captured_at,
        )
        for n in range(2, CAPTURES + 1)
    )  # fmt: skip
    db.session.flush()
