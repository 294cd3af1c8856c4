"""Whatever people, shops and sellers write stays text: on every page, for every reader, and in every mail."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.decisions.service import Drafted, decide, draft
from disputes.messages import service as messages
from disputes.models import Account, Case, Message, Order, OrderLine, Parcel, Payment, Seller, Shop
from disputes.offers import service as offers
from disputes.outbox.about import about
from disputes.outbox.letters import letter
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import send
from tests.turns import file_case, person, turn

EVIL = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)></textarea></title><iframe>",
    "{{7*7}}%(who)s %s %% \u202e\u2066javascript:alert(1)",
)


class Live(HTMLParser):
    """Everything on a page that could run, load or lead elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            ours = (value or "").startswith(("/", "#", "?")) or value == ""
            if name.startswith("on") or name == "style" or (name in ("src", "href", "action") and not ours):
                self.found.append(f"{tag} {name}={value}")
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and "src" not in dict(attrs)):
            self.found.append(tag)


def poison(case_id: int, cast: Cast, evil: str) -> None:
    """Every text somebody else than us can write, all of it hostile."""
    with writing():
        for model, values in (
            (Account, {"name": evil}), (Seller, {"name": evil}), (Shop, {"name": evil}),
            (OrderLine, {"title": evil, "variant": evil, "category": evil[:40]}),
            (Payment, {"label": evil, "payer": evil}), (Parcel, {"carrier": evil[:80], "tracking": evil[:80]}),
        ):  # fmt: skip
            db.session.execute(update(model).values(**values))
        db.session.execute(update(Order).where(Order.id == cast.jd_order).values(number=evil))
    with turn(case_id, ADA, "buyer") as t:
        messages.ask(t, words=evil)
    with turn(case_id, BEN, "seller") as t:
        messages.answer(t, words=evil)
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=100, note=evil)


def pages(browser_of, case: str, order: str) -> Iterator[tuple[str, str]]:
    for who, paths in (
        (ADA, ("/cases", "/orders", f"/orders/{order}", f"/orders/{order}/case/new", f"/cases/{case}",
               f"/cases/{case}/close", f"/cases/{case}/offer", f"/cases/{case}/ask", f"/cases/{case}/evidence")),
        (BEN, ("/inbox", f"/cases/{case}", f"/cases/{case}/refuse", f"/cases/{case}/offer")),
        (CLEO, ("/desk?tab=waiting", "/desk?tab=decide", f"/desk/cases/{case}", f"/cases/{case}/decision",
                f"/cases/{case}/decide", f"/cases/{case}/note", f"/cases/{case}/request", "/desk/refunds")),
    ):  # fmt: skip
        browser = browser_of(who)
        for path in paths:
            answer = browser.get(path, follow_redirects=True)
            assert answer.status_code in (200, 409), (path, answer.status_code)  # a shut page is one too
            yield path, answer.text


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_anybody_s_comes_alive_on_any_page(app: Flask, cast: Cast, visit, evil: str) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, words=evil)
        poison(case_id, cast, evil)
        case, order = db.session.execute(select(Case.public_id, Order.public_id).join(Order)).one()
    alive = {path: Live(html).found for path, html in pages(visit, case, order)}
    stale = send(visit(ADA), f"/cases/{case}/close", {"seen_version": "999", "words": evil})
    assert stale.status_code == 409
    with app.app_context():
        with turn(case_id, ADA, "buyer") as t:
            offers.step_in(t)
        with turn(case_id, CLEO, "reviewer") as t:
            digest = draft(t, Drafted("no_remedy", None, evil, [], ["JDT-04"])).digest
    alive |= {f"draft {path}": Live(html).found for path, html in pages(visit, case, order)}
    with app.app_context(), turn(case_id, CLEO, "reviewer") as t:
        decide(t, digest=digest)
    alive |= {f"decided {path}": Live(html).found for path, html in pages(visit, case, order)}
    alive["conflict"] = Live(stale.text).found
    assert {path: found for path, found in alive.items() if found} == {}


@pytest.mark.parametrize("evil", (EVIL[0], "\nBcc: all@example.org"))
def test_a_name_with_a_line_end_writes_no_head_of_a_mail(app: Flask, cast: Cast, evil: str) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with writing():
            db.session.execute(update(Account).values(name=f"A{evil}"))
            db.session.execute(update(Seller).values(name=f"B{evil}"))
    with app.test_request_context():
        for topic, side, who in (("seller_asked", "seller", BEN), ("refused", "buyer", ADA), ("asked", "buyer", ADA)):
            matter = about(case_id, {"to": side})
            reader = db.session.get(Account, person(who))
            written = letter(matter, topic, side, reader)
            assert "\n" not in written.subject and "\r" not in written.subject
            assert "http://127.0.0.1:8000/cases/" in written.body


def test_a_nul_in_words_is_refused_or_left_out_and_never_breaks_anything(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
    for who, path, data in (
        (ADA, "ask", {"words": "be\0fore"}), (BEN, "refuse", {"words": "be\0fore", "reason": "other"}),
        (CLEO, "note", {"words": "be\0fore"}),
    ):  # fmt: skip
        answer = send(visit(who), f"/cases/{case}/{path}", data)
        assert answer.status_code in (303, 400, 422), path
    with app.app_context():
        assert all("\0" not in body for body in db.session.scalars(select(Message.body)))
