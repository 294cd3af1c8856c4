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
from disputes.models import Case, Order, Seller
from tests.cast import ADA, BEN, CLEO, make_order, shop_of
from tests.pages import fields
from tests.server import browser
from tests.turns import person

PATIENCE_S = 90.0
WAIT_S = 0.1
FILING = {"lines-0-chosen": "y", "lines-0-quantity": "2", "wish": "full_refund", "words": "Neither lamp lights up."}
DEFECTIVE = {**FILING, "reason": "not_as_described", "sub_reason": "defective"}
FAKE = {**FILING, "reason": "counterfeit", "sub_reason": "signs_of_fake"}
DECISION = {"kind": "partial_refund", "amount": "12.34", "reasons": "The photos show it.", "clauses": "JDC-09"}


@dataclass
class People:
    """Ada, Ben and Cleo at their browsers. `acknowledged`: what the web said was done."""

    app: Flask
    base: str
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    clients: dict[str, httpx.Client] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.clients = {email: browser(self.app, self.base, email) for email in (ADA, BEN, CLEO)}
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
        page = f"/orders/{self._order(number)}/case/new"
        if number % 2:
            case = self._file(page, DEFECTIVE)
            self._press(BEN, case, f"{case}/accept", {}, then=("full_refund",))
        else:
            case = self._file(page, FAKE)
            self._press(CLEO, f"{case}/decision", None, DECISION, then=("partial_refund",), note=False)
            self._press(CLEO, f"{case}/decide", None, {}, then=("partial_refund",))

    def _order(self, number: int) -> str:
        with self.app.app_context():
            for _ in self._tries():
                try:
                    with writing():
                        query = select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")
                        ben = db.session.scalars(query).one()
                        order_id = make_order(shop_of("jd-3p"), person(ADA), ben, f"CRASH-{number}")
                    return str(db.session.scalar(select(Order.public_id).where(Order.id == order_id)))
                except Busy:
                    continue
        raise AssertionError("no order could be written")

    def _file(self, page: str, filing: Mapping[str, str]) -> str:
        """File a case; the same form is sent until somebody says that it arrived. Returns the case's path."""
        form = {**fields(self._look(ADA, page)), **filing, "do": "send"}
        for _ in self._tries():
            answer = self._send(ADA, page, form)
            if answer is not None:
                assert answer.status_code == 303, answer.text
                path = str(answer.headers["Location"])
                self.acknowledged.append(("opened", path.rpartition("/")[2]))
                return path
        raise AssertionError("no case could be opened")

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
