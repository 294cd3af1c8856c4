"""Marked words in what only staff may read: none reaches a party, a letter, the outbox or the history."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.messages import service as messages
from disputes.models import Account, Case, Event, HouseEvent, Message, Order, Outbox, SentMail
from disputes.outbox.worker import drain
from disputes.referrals import service as referrals
from disputes.referrals.service import Content
from disputes.reports import service as reports
from disputes.settings import Settings
from tests.cast import ADA, BEN, CLEO, DAN, LIN, NIA, OLA, RITA, SAM, Cast, grant
from tests.referrals import making
from tests.turns import file_case, person, turn

NOTE, HELD, BACK, REPORT, JUDGED = (f"canary-{name}" for name in ("note", "held", "back", "report", "judged"))
STAFF_ONLY = (NOTE, HELD, BACK, JUDGED)
EVERYBODY = "canary-said-openly"


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A case with a note, a draft, an abandoned draft, a draft sent back, a report and its answer."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", words=EVERYBODY)
        with turn(case_id, CLEO, "reviewer") as t:
            messages.note(t, words=NOTE)
        with turn(case_id, CLEO, "reviewer") as t:
            decisions.draft(t, Drafted("no_remedy", None, HELD, [], ["JDT-03"]))
        with turn(case_id, BEN, "seller") as t:
            message = reports.reportable(t)[0]
            reports.report(t, message_id=message.id, reason="threat", words=REPORT)
        with turn(case_id, CLEO, "reviewer") as t:
            reports.judge_report(t, keep_hidden=False, words=JUDGED)
        drain()
        return db.session.scalars(select(Case.public_id)).one()


def pages(app: Flask, case: str) -> list[str]:
    """Every page a party has, of this case and around it."""
    with app.app_context():
        orders = db.session.scalars(select(Order.public_id)).all()
    own = [
        f"/cases/{case}{end}" for end in ("", "/ask", "/evidence", "/close", "/offer", "/refuse", "/appeal", "/report")
    ]
    return [
        "/orders",
        "/cases",
        *(f"/inbox?tab={tab}" for tab in ("answer", "waiting", "closed")),
        *own,
        *(f"/orders/{o}" for o in orders),
    ]


@pytest.mark.parametrize("party", (ADA, BEN))
def test_no_party_reads_what_only_staff_may(app: Flask, visit, case: str, party: str) -> None:
    browser = visit(party)
    others = (*STAFF_ONLY, *((REPORT,) if party == ADA else ()))
    read = {page: browser.get(page).text for page in pages(app, case)}
    leaks = [(page, canary) for page, text in read.items() for canary in others if canary in text]
    assert leaks == []
    assert any(EVERYBODY in text for text in read.values()), "the search itself must be able to find something"


def test_staff_read_all_of_it(visit, case: str) -> None:
    text = visit(CLEO).get(f"/desk/cases/{case}").text
    assert [canary for canary in (NOTE, REPORT, JUDGED) if canary not in text] == []


def test_no_letter_carries_it(app: Flask, settings: Settings, case: str) -> None:
    with app.app_context():
        sent = [f"{mail.subject}\n{mail.body}" for mail in db.session.scalars(select(SentMail))]
    files = [path.read_text() for path in Path(settings.instance, "mail").glob("*.eml")]
    assert sent and files
    assert [c for c in (*STAFF_ONLY, REPORT) for text in (*sent, *files) if c in text] == []


def test_outbox_and_history_hold_codes_and_commitments_but_no_typed_word(app: Flask, case: str) -> None:
    with app.app_context():
        stored = [json.dumps(row) for row in db.session.scalars(select(Outbox.payload))]
        stored += [json.dumps(row) for row in db.session.scalars(select(Event.details))]
        typed = db.session.scalars(select(Message.body)).all()
    assert len(typed) >= 4
    assert [body for body in typed for row in stored if body in row] == []
    assert not re.search(r"canary", "".join(stored))


def test_an_ended_draft_shows_nowhere_after_the_decision(app: Flask, visit, case: str) -> None:
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, LIN, "lead") as t:
            digest = decisions.draft(t, Drafted("full_refund", None, "The seal is missing.", [], ["JDT-03"])).digest
            decisions.decide(t, digest=digest)
    for party in (ADA, BEN):
        text = visit(party).get(f"/cases/{case}").text
        assert "The seal is missing." in text and HELD not in text and BACK not in text


AUTHORITY = tuple(f"canary-{word}" for word in ("story", "police", "law", "left-out", "urgent", "reviewed", "answer"))
STORY, POLICE, LAW, LEFT_OUT, URGENT, REVIEWED, ANSWER = AUTHORITY
TELLTALE = ("eferral", "eferred", "uthorit")  # words of the desk's pages about it


@pytest.fixture
def referred(app: Flask, case: str, settings: Settings) -> str:
    """The same case, referred in an emergency, reviewed and answered; and another referral that is only a draft."""
    content = Content("threat", STORY, POLICE, "order", LAW, LEFT_OUT, ("messages", "notes"), ())
    with app.app_context():
        with writing():
            grant(person(RITA), "lead", "jd-3p")
            grant(person(DAN), "lead", "catawiki")
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, CLEO, "reviewer") as t:
            public_id = referrals.draft(t, content).public_id
        making.hand_over(case_id, public_id, settings.instance, urgently=True, words=URGENT)
        with turn(case_id, RITA, "lead") as t:
            referrals.review(t, making.locked(t, public_id), right=True, words=REVIEWED)
        with turn(case_id, CLEO, "reviewer") as t:
            referrals.answer(t, making.locked(t, public_id), words=ANSWER)
        with turn(case_id, CLEO, "reviewer") as t:
            referrals.draft(t, content)
        drain()
    return f"/desk/cases/{case}/referrals/{public_id}"


OUTSIDERS = (ADA, BEN, NIA, SAM, DAN)  # its parties, another seller, an admin, a lead of another shop


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_outside_the_desk_reads_a_word_of_a_referral(
    app: Flask, visit, case: str, referred: str, who: str
) -> None:
    browser = visit(who)
    staffs = ("/desk/referrals", "/desk", "/audit", "/audit/changes", "/audit/readings", "/people", "/shops")
    pages_of_it = (referred, f"{referred}/bundle", f"{referred}/edit", f"/desk/cases/{case}", f"/audit/cases/{case}")
    read = {page: browser.get(page).text for page in (*pages(app, case), *staffs, *pages_of_it)}
    assert [(page, canary) for page, text in read.items() for canary in AUTHORITY if canary in text] == []
    if who != DAN:  # who leads a shop has a page for its referrals, where this one is not
        assert [(page, word) for page, text in read.items() for word in TELLTALE if word in text] == []
    assert referred not in "".join(read.values())


def test_the_desk_and_the_auditor_read_all_of_it(visit, referred: str) -> None:
    for who in (CLEO, LIN, OLA):
        text = visit(who).get(referred).text
        assert [canary for canary in AUTHORITY if canary not in text] == [], who


def test_no_letter_no_log_no_count_and_no_case_s_history_tells_of_a_referral(
    app: Flask, settings: Settings, referred: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app.test_cli_runner().invoke(verify)
    with app.app_context():
        sent = [f"{mail.subject}\n{mail.body}" for mail in db.session.scalars(select(SentMail))]
        stored = [json.dumps(row) for row in db.session.scalars(select(Outbox.payload))]
        stored += [json.dumps(row) for row in db.session.scalars(select(HouseEvent.details))]
        stored += [json.dumps(row) for row in db.session.scalars(select(Event.details))]
        notes = db.session.scalars(select(Message.body)).all()
        kinds = set(db.session.scalars(select(Outbox.kind)))
    files = [path.read_text() for path in Path(settings.instance, "mail").glob("*.eml")]
    said = "".join(capsys.readouterr())
    everything = (*sent, *stored, *notes, *files, said)
    assert sent and files
    assert [canary for canary in AUTHORITY for text in everything if canary in text] == []
    assert not [kind for kind in kinds if "refer" in kind], "nothing about it goes over the network"


def test_an_admin_who_looks_at_its_people_is_told_nothing(app: Flask, visit, referred: str) -> None:
    with app.app_context():
        people = db.session.scalars(select(Account.public_id)).all()
    sam = visit(SAM)
    texts = [sam.get(f"/people/{public_id}").text for public_id in people] + [sam.get("/shops/jd-3p").text]
    assert [word for text in texts for word in (*AUTHORITY, *TELLTALE) if word in text] == []
