"""A case and its twin: one story told in two fresh houses, with the same time and the same chance."""

import os
import random
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from disputes.db import db, writing
from disputes.models import Account, Beat, Case, Clock, Evidence, Message, Order, SentMail
from disputes.moment import real_now
from disputes.outbox import lease, worker
from disputes.outbox.sweep import sweep
from disputes.settings import Settings
from tests.cast import ADA, BEN, DAN, LIN, NIA, OLA, RITA, SAM, Cast, grant, utc
from tests.kept_app import KeptApp
from tests.pages import send
from tests.signing import sign_in_as
from tests.turns import person
from tests.web.test_matrix import ALLOWED, MIA, NOBODY

Install = Callable[[Path], AbstractContextManager[Settings]]
BEGIN = utc(2026, 3, 2, 9)
MINE, ASIDE = "the story", "what nobody is told of"
OUTSIDE = (NOBODY, ADA, BEN, MIA, DAN, NIA, SAM)  # whoever is not of the desk and audits nothing
SIDES = (ADA, BEN)
OF_NO_CASE = ("auth.", "people.", "languages.")  # the same for all cases: looked at once, in the end
SIGNED_IN = timedelta(hours=11)
MISSING = "x" * 22
COOKIE = "disputes"
NAMES = 10  # SQLAlchemy draws so many bytes for the name of a subquery, which nobody sees
real_chance = os.urandom
Seen = dict[tuple[str, ...], Any]


class Chance:
    """What the system's randomness is replaced by: repeatable, and another one for what happens aside."""

    def __init__(self) -> None:
        self._streams = {MINE: random.Random(MINE), ASIDE: random.Random(ASIDE)}  # noqa: S311
        self._now = self._streams[MINE]

    def bytes(self, count: int) -> bytes:
        return real_chance(count) if count == NAMES else self._now.randbytes(count)

    @contextmanager
    def other(self, name: str) -> Iterator[None]:
        """What happens in here draws from a stream of that name."""
        before, self._now = self._now, self._streams.get(name) or random.Random(name)  # noqa: S311
        try:
            yield
        finally:
            self._now = before


def referral_id() -> str:
    """The id the first referral of a house gets: asked for in the twin's house, too, where it means nothing."""
    return urlsafe_b64encode(random.Random(ASIDE).randbytes(16)).rstrip(b"=").decode()  # noqa: S311


@dataclass
class House:
    """One installation with one case, and all that people outside have seen of it."""

    app: Flask
    folder: Path
    cast: Cast
    chance: Chance
    clock: Any
    case_id: int = 0
    seen: Seen = field(default_factory=dict)
    browsers: dict[tuple[str, str], tuple[FlaskClient, datetime]] = field(default_factory=dict)
    stage: str = ""

    def browser(self, email: str, what_for: str = "acting") -> FlaskClient:
        """Somebody's browser, signed in anew when days have passed. Looking has one of its own: how often one looks
        must change nothing."""
        made, since = self.browsers.get((email, what_for), (None, BEGIN))
        if made is None or real_now() - since > SIGNED_IN:
            made = self.app.test_client()
            self.browsers[email, what_for] = made, real_now()
            if email != NOBODY:
                sign_in_as(self.app, made, email)
        return made

    def be_there(self) -> None:
        """Everybody has a page open: their sessions are in use, and have their token."""
        for email in OUTSIDE:
            self.browser(email, "looking").get("/cases")

    def note(self, *what: str, found: Any) -> None:
        assert (self.stage, *what) not in self.seen, what
        self.seen[self.stage, *what] = found

    def send(self, email: str, page: str, data: dict[str, Any] | None = None, action: str | None = None) -> None:
        """Somebody fills in a form of the case, and the answer is noted."""
        end = f"/cases/{self.public_id}"
        sent = send(self.browser(email), end + page, data, action=action and end + action)
        self.note(email, "POST", action or page, found=answered(sent))
        assert sent.status_code == 303, sent.text
        for file in self.folder.glob("evidence/*/*"):
            os.utime(file, (self.now(), self.now()))  # the disk has a clock of its own

    @property
    def public_id(self) -> str:
        with self.app.app_context():
            return db.session.scalars(select(Case.public_id).where(Case.id == self.case_id)).one()

    def now(self) -> float:
        return real_now().timestamp()

    def wait(self, **time: float) -> None:
        """Time passes; the worker, which was there all the time, looks at the clocks and sends the mail."""
        self.clock.shift(timedelta(**time))
        with self.app.app_context():
            with writing() as session:
                session.execute(update(Beat).values(seen_at=real_now()))
            sweep()
            while job := lease.claim(but_not={"refund", "refund_arrival"}):
                worker.work(job)
            db.session.remove()

    def look(self, who: tuple[str, ...], everything: bool = False) -> None:
        """What these people can ask for by GET: all that may have to do with the case, or `everything` there is."""
        for endpoint, url in self.addresses():
            for email in who:
                if everything or (email in ALLOWED[endpoint] and not endpoint.startswith(OF_NO_CASE)):
                    with self.chance.other(f"{self.stage} {email} {url}"):
                        answer = looked(self.browser(email, "looking"), url)
                    self.note(email, "GET", url, found=answered(answer))
                    answer.close()

    def addresses(self) -> Iterator[tuple[str, str]]:
        with self.app.app_context():
            names = {
                "case_id": db.session.scalars(select(Case.public_id).where(Case.id == self.case_id)).one(),
                "order_id": db.session.scalars(select(Order.public_id).where(Order.id == self.cast.jd_order)).one(),
                "evidence_id": db.session.scalars(select(Evidence.public_id)).first() or MISSING,
                "mail_id": str(db.session.scalars(select(SentMail.id).order_by(SentMail.id.desc())).first()),
                "person_id": db.session.scalars(select(Account.public_id).where(Account.email == BEN)).one(),
                "shop_id": "jd-3p", "seller_id": "1", "role_id": "1", "cost_id": "1",
                "referral_id": referral_id(),
            }  # fmt: skip
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                parts = {name: names.get(name, MISSING) for name in rule.arguments}
                with self.app.test_request_context():
                    yield rule.endpoint, self.app.url_map.bind("").build(rule.endpoint, parts, force_external=False)

    def letters(self) -> None:
        """Every mail as it went out, and what the log and the tables that parties' pages are made of say."""
        for path in sorted(self.folder.glob("mail/*.eml")):
            self.note("mail", path.name, found=path.read_bytes())
        with self.app.app_context():
            for table, but in ((SentMail, ()), (Clock, ("opened_seq", "fired_seq")), (Message, ("seq",))):
                columns = [column for column in table.__table__.columns if column.name not in but]
                rows = db.session.execute(select(*columns).order_by(table.__table__.c.id)).all()
                self.note("rows", table.__tablename__, found=[tuple(row) for row in rows])
            kept = (Case.queue_at, Case.desk_due_at, Case.is_open, Case.assignee_id, Case.safety_at, Case.dropped_from)
            shown = (Case.state, Case.public_state, Case.public_version, Case.public_seq)
            self.note("rows", "case", found=tuple(db.session.execute(select(*shown, *kept)).one()))


def looked(browser: FlaskClient, url: str) -> TestResponse:
    """One look, after which the browser has the cookie it had before: no look may depend on another."""
    before = browser.get_cookie(COOKIE)
    answer = browser.get(url)
    browser.delete_cookie(COOKIE)
    if before:
        browser.set_cookie(COOKIE, before.value)
    return answer


def answered(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """Every byte of an answer."""
    return answer.status_code, sorted(answer.headers.items()), answer.get_data()


KEPT = KeptApp()
Stage = tuple[str, Callable[[House], None]]
Secret = Callable[[House], None]


def tell(
    install: Install, folder: Path, story: list[Stage], secrets: dict[str, Secret], *, looks: Container[str],
    everything: bool,
) -> Seen:  # fmt: skip
    """Tell a story in a fresh house, at always the same place. `secrets` happen after the stages of their names; the
    sides look at all their pages after those in `looks` and at the end; then, if wished, everybody at everything."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    chance = Chance()
    with install(folder) as settings, KEPT.lend(settings) as app, pytest.MonkeyPatch.context() as patch:
        with time_machine.travel(BEGIN, tick=False) as clock:
            patch.setattr(os, "urandom", chance.bytes)
            patch.setattr(random, "_urandom", chance.bytes)
            with app.app_context():
                house = House(app, folder, Cast.arrive(), chance, clock)
                more_people(house.cast)
            for name, happens in story:
                house.stage = name
                house.wait(minutes=10)
                happens(house)
                house.wait(minutes=1)
                house.be_there()
                if name in secrets:
                    with house.chance.other(ASIDE):
                        secrets[name](house)
                if name in looks:
                    house.look(SIDES)
                house.letters()
            house.stage = "the end"
            house.look(SIDES)
            if everything:
                house.stage = "everybody"
                house.look(OUTSIDE, everything)
    return house.seen


def more_people(cast: Cast) -> None:
    """Mia, who manages Ben's Lamps, and a second lead and auditor."""
    with writing():
        mia = Account(email=MIA, name="Mia", zone="UTC", created_at=real_now())
        db.session.add(mia)
        db.session.flush()
        seller = db.session.scalars(select(Order.seller_id).where(Order.id == cast.jd_order)).one()
        grant(mia.id, "manager", "jd-3p", seller)
        grant(person(RITA), "lead", "jd-3p")


def read_inside(house: House) -> None:
    """Leads and auditors read the case and the referral."""
    for email, pages in ((LIN, "/desk"), (OLA, "/audit")):
        browser = house.app.test_client()
        sign_in_as(house.app, browser, email)
        for page in (f"{pages}/cases/{house.public_id}", f"/desk/cases/{house.public_id}/referrals/{referral_id()}"):
            assert browser.get(page).status_code == 200, page


def differences(one: Seen, other: Seen) -> list[tuple[str, ...]]:
    """What is not the same in both, of what was looked at in `one`; the other saw all of it."""
    assert one.keys() <= other.keys(), sorted(one.keys() - other.keys())[:5]
    return [key for key in one if one[key] != other[key]]
