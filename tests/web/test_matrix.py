"""Who may open which page, on whose object: every route, every role, own, foreign and missing."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from disputes import create_app
from disputes.costs import service as costs
from disputes.db import db, writing
from disputes.models import Account, Case, Chargeback, Evidence, Invitation, Order, Shop
from disputes.moment import real_now
from disputes.rulebook import service
from disputes.rules import registry
from disputes.storage.attach import attach
from disputes.storage.store import receive
from disputes.web.policy import require_policies
from disputes.web.secret import hash_of, new_salt, token_of
from tests.banking import bank_says
from tests.cast import ADA, BEN, CLEO, DAN, LIN, NIA, OLA, SAM, Cast, grant
from tests.referrals.making import drafted, hand_over
from tests.restricting import counterfeit, decided, restricts, the_one
from tests.rulebook.writing import next_version
from tests.screening.making import screening_of
from tests.turns import file_case, person, turn
from tests.vouchers.giving import give

NOBODY = "nobody"
MIA = "mia@example.org"  # manages Ben's Lamps
PERSONAS = (NOBODY, ADA, DAN, BEN, NIA, MIA, CLEO, LIN, OLA, SAM)
BUYER, SELLER, DESK = {ADA}, {BEN, MIA}, {CLEO, LIN}
MANAGER, AUDITOR, ADMIN = {MIA}, {OLA}, {SAM}
PUBLIC = ("auth.sign_in", "auth.code", "auth.from_shop", "languages.choose", "people.accept", "webhooks.take")
PARTIES = BUYER | SELLER
SIGNED_IN = set(PERSONAS) - {NOBODY}

# Reviewed by hand: who gets anything but "not found" on Ada's order from Ben. A new route must be added here.
ALLOWED: dict[str, set[str]] = {
    "auth.home": SIGNED_IN,
    "auth.sign_in": set(PERSONAS),
    "auth.sign_out": SIGNED_IN,
    "auth.code": set(PERSONAS),
    "auth.account": SIGNED_IN,
    "auth.end_one": set(),
    "auth.end_others": SIGNED_IN,
    "auth.password": SIGNED_IN,
    "auth.ask_again": SIGNED_IN,
    "auth.second_step": SIGNED_IN,
    "auth.second_step_picture": set(),
    "auth.new_recovery": set(),
    "auth.second_step_off": set(),
    "auth.from_shop": set(),
    "orders.index": SIGNED_IN,
    "orders.show": BUYER,
    "filings.new": BUYER | DESK,
    "cases.index": SIGNED_IN,
    "cases.show": PARTIES,
    "cases.do": PARTIES | DESK,
    "cases.close": BUYER,
    "cases.resume": BUYER,
    "inbox.index": {BEN, NIA, MIA},
    "messages.ask": PARTIES,
    "messages.answer": PARTIES,
    "messages.reply": SELLER,
    "messages.answer_info": PARTIES,
    "messages.contest": BUYER,
    "messages.request": DESK,
    "messages.note": DESK,
    "evidence.add": PARTIES,
    "evidence.show": PARTIES | DESK | AUDITOR,
    "offers.new": PARTIES,
    "offers.refuse": SELLER,
    "offers.accept": PARTIES,
    "offers.decline": BUYER,
    "decisions.edit": DESK,
    "decisions.confirm": DESK,
    "decisions.second": DESK,
    "decisions.propose": DESK,
    "decisions.reopen": {LIN},
    "appeals.new": PARTIES,
    "appeals.uphold": DESK,
    "appeals.outside": PARTIES | DESK,
    "appeals.result": DESK,
    "messages.comment": PARTIES,
    "decisions.send_back": {LIN},
    "desk.queue": DESK,
    "desk.take": DESK,
    "desk.show": DESK,
    "desk.claim": DESK,
    "desk.release": DESK,
    "desk.phone": DESK,
    "refunds.index": DESK,
    "refunds.retry": DESK,
    "refunds.ask": DESK,
    "refunds.paid": {LIN},
    "refunds.by_hand": {LIN},
    "costs.index": DESK,
    "costs.correct": DESK,
    "costs.paid": {LIN},
    "webhooks.take": set(PERSONAS),
    "books.index": DESK | AUDITOR,
    "books.sheet": DESK | AUDITOR,
    "books.reconciliation": DESK | AUDITOR,
    "chargebacks.index": DESK | AUDITOR,
    "chargebacks.show": DESK | AUDITOR,
    "chargebacks.plan": DESK,
    "chargebacks.approve": {LIN},
    "chargebacks.send_back": {LIN},
    "vouchers.new": DESK,
    "vouchers.approve": {LIN},
    "vouchers.turn_down": {LIN},
    "screening.index": DESK,
    "screening.show": DESK,
    "screening.accept": DESK,
    "screening.again": DESK,
    "screening.invoice": DESK,
    "screening.decline": DESK,
    "restrictions.show": SELLER,
    "restrictions.appeal": SELLER,
    "restrictions.index": DESK | AUDITOR,
    "restrictions.inside": DESK | AUDITOR,
    "restrictions.answer": DESK,
    "restrictions.lift": {LIN},
    "switches.index": {LIN},
    "switches.switch": {LIN},
    "switches.extend": {LIN},
    "switches.run": {LIN},
    "referrals.index": DESK | AUDITOR,
    "referrals.of_case": DESK | AUDITOR,
    "referrals.new": DESK,
    "referrals.show": DESK | AUDITOR,
    "referrals.edit": DESK,
    "referrals.propose": DESK,
    "referrals.approve": {LIN},
    "referrals.hand_over": {LIN},
    "referrals.emergency": {LIN},
    "referrals.send_back": {LIN},
    "referrals.review": {LIN},
    "referrals.answer": DESK,
    "referrals.close": DESK,
    "referrals.withdraw": DESK,
    "referrals.bundle": {LIN},
    "reports.new": PARTIES,
    "reports.judge": DESK,
    "audit.index": AUDITOR,
    "audit.show": AUDITOR,
    "audit.readings": AUDITOR,
    "audit.changed": AUDITOR,
    "people.index": ADMIN,
    "people.show": ADMIN,
    "people.take": ADMIN,
    "people.end_sessions": ADMIN,
    "people.disable": ADMIN,
    "people.reset_codes": ADMIN,
    "people.enable": ADMIN,
    "people.invite": ADMIN,
    "people.resend": ADMIN | MANAGER,
    "people.revoke": ADMIN | MANAGER,
    "people.members": MANAGER,
    "people.invite_member": MANAGER,
    "people.remove_member": MANAGER,
    "people.hand_over": MANAGER,
    "people.accept": set(PERSONAS),
    "shops.index": ADMIN,
    "shops.show": ADMIN,
    "shops.new": ADMIN,
    "shops.new_key": ADMIN,
    "rulebook.index": DESK | AUDITOR | ADMIN,
    "rulebook.show": DESK | AUDITOR | ADMIN,
    "rulebook.try_it": DESK | AUDITOR | ADMIN,
    "rulebook.new": ADMIN,
    "rulebook.proposal": ADMIN,
    "rulebook.edit": ADMIN,
    "rulebook.publish": ADMIN,
    "rulebook.send_back": ADMIN,
    "rulebook.withdraw": ADMIN,
    "languages.choose": set(PERSONAS),
    "api.case": PARTIES | DESK,
    "api.check": BUYER,
    "demo.mail": SIGNED_IN,
    "demo.mail_show": set(),
}
REFUSALS = {404}


@pytest.fixture
def objects(app: Flask, cast: Cast, tmp_path) -> dict[str, dict[str, str]]:
    """What belongs to Ada and Ben, and a thing of each kind that is not there."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)

        class Upload:
            filename, stream = "a.txt", io.BytesIO(b"a note")

        files = receive(tmp_path, [Upload()])
        with writing():
            case = db.session.get(Case, case_id)
            invited, sent = invitations(case.seller_id)
            attach(case_id, files, role="buyer", account_id=person(ADA), kind="filing", received_at=case.opened_at)
        restricted = restrict(counterfeit(cast.jd_order, line=1))
        own = {
            "order_id": db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one(),
            "case_id": db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one(),
            "record_id": charged_back(),
            "cost_id": recorded_cost(case_id),
            "restriction_id": restricted,
            "screening_id": screening_of(cast.jd_order),
            "voucher_id": voucher_of(case_id),
            "referral_id": referred(case_id, tmp_path),
            "evidence_id": db.session.scalars(select(Evidence.public_id)).one(),
            "trigger": "step_in",
            "mail_id": "999999",
            "person_id": db.session.scalars(select(Account.public_id).where(Account.email == NIA)).one(),
            "shop_id": "jd-3p",
            "rules_id": "jabra",
            "number": "1.0.0",
            "proposal_id": proposed_rules(),
            "invitation_id": invited.public_id,
            "token": token_of(sent.salt, "invitation"),
            "seller_id": str(invited.seller_id),
            "role_id": "1",
            "what": "steps",
            "do": "stop",
        }
    numbers = {name: "999999" for name in ("mail_id", "seller_id", "role_id", "cost_id")}
    missing = {name: "x" * 22 for name in own} | {"trigger": "step_in", **numbers}
    return {"own": own, "missing": missing}


def recorded_cost(case_id: int) -> str:
    """What sending it back cost."""
    with turn(case_id, CLEO, "reviewer") as t:
        return str(costs.record(t, costs.Spent("way_back", 100, "buyer")).id)


def charged_back() -> str:
    """A chargeback on what Ada paid."""
    bank_says()
    return db.session.scalars(select(Chargeback.public_id)).one()


def proposed_rules() -> str:
    """The next version of a shop's rules, which waits for an admin."""
    text, day = next_version(registry().get("jabra", "1.0.0"))
    with writing():
        return service.propose(person(SAM), service.draft(text, day, "Why", now=real_now()), now=real_now()).public_id


def voucher_of(case_id: int) -> str:
    """A voucher that waits for a lead."""
    with writing() as session:
        session.execute(update(Shop).values(voucher_limit_minor=1, voucher_most_minor=100))
    return give(case_id, 2, run=False).public_id


def restrict(case_id: int) -> str:
    """Ben's Lamps may offer nothing for sale; Ada must not hear of it."""
    decided(case_id, restricts("seller", "listing"))
    return the_one().public_id


def referred(case_id: int, folder: Path) -> str:
    """A referral of the case that was handed over."""
    public_id = drafted(case_id)
    hand_over(case_id, public_id, folder, urgently=True)
    return public_id


def invitations(seller_id: int) -> list[Invitation]:
    """Mia, and two whom she has invited: one to send again and take back, one who accepts."""
    now, mia = real_now(), Account(email=MIA, name="Mia", created_at=real_now())
    db.session.add(mia)
    db.session.flush()
    grant(mia.id, "manager", "jd-3p", seller_id)
    place = {"role": "seller", "shop_id": "jd-3p", "seller_id": seller_id, "invited_by": mia.id}
    made = [
        Invitation(
            email=f"{salt}@example.org", salt=salt, token_hash=hash_of(token_of(salt, "invitation")), created_at=now,
            expires_at=now + timedelta(days=1), **place,
        )
        for salt in (new_salt(), new_salt())
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    return made


def cells(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static":
                yield rule.endpoint, method, rule.rule


def without_tokens(answer: TestResponse) -> tuple[int, str, dict[str, str]]:
    """A form's token and the page's clock say when it was made; nothing else may differ."""
    body = re.sub(r'name="csrf_token" value="[^"]*"|data-now="[^"]*"', "", answer.text)
    return (
        answer.status_code,
        body,
        {k: v for k, v in answer.headers.items() if k not in ("Set-Cookie", "Content-Length")},
    )


def ask(browser: FlaskClient, method: str, rule: str, names: dict[str, str]) -> TestResponse:
    url = rule
    for name, value in names.items():
        url = url.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
    call = "?call=2020-01-01" if "case/new" in url else ""
    data = {"seen_version": "1"} if method == "POST" else None
    return browser.open(url + call, method=method, data=data)


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    declared = {endpoint for endpoint, _, _ in cells(app)}
    assert declared == set(ALLOWED), "a route was added or removed: review who may use it"


def test_an_application_with_an_undeclared_route_does_not_start(settings, monkeypatch) -> None:
    def bare(app: Flask) -> None:
        app.add_url_rule("/bare", "bare", lambda: "open to everybody")
        require_policies(app)

    monkeypatch.setattr("disputes.web.require_policies", bare)
    with pytest.raises(RuntimeError, match="no policy declared for: /bare"):
        create_app(settings)


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_gets_what_is_theirs_and_not_found_for_the_rest(app: Flask, visit, objects, persona: str) -> None:
    wrong = []
    for endpoint, method, rule in cells(app):
        answer = ask(visit(None if persona == NOBODY else persona), method, rule, objects["own"])
        signs_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        answer.close()
        if answer.status_code >= 500:
            wrong.append((endpoint, method, answer.status_code))
        elif persona == NOBODY and endpoint not in PUBLIC:
            refused = answer.status_code == 401 if endpoint.startswith("api.") else signs_in
            wrong += [(endpoint, method, answer.status_code)] * (not refused)
        elif persona in ALLOWED[endpoint]:
            wrong += [(endpoint, method, answer.status_code)] * (answer.status_code in REFUSALS)
        else:
            wrong += [(endpoint, method, answer.status_code)] * (answer.status_code not in REFUSALS)
    assert wrong == []


@pytest.mark.parametrize("persona", (DAN, NIA))
def test_a_foreign_object_answers_exactly_like_a_missing_one(app: Flask, visit, objects, persona: str) -> None:
    for endpoint, method, rule in cells(app):
        if "<" not in rule or endpoint in PUBLIC:
            continue
        browser = visit(persona)
        browser.get("/orders")  # so that both answers come with the same cookie
        foreign, missing = (ask(browser, method, rule, objects[kind]) for kind in ("own", "missing"))
        assert without_tokens(foreign) == without_tokens(missing), endpoint


def test_a_role_taken_away_is_gone_at_once(app: Flask, visit, objects) -> None:
    from sqlalchemy import delete

    from disputes.models import Grant

    cleo = visit(CLEO)
    url = f"/desk/cases/{objects['own']['case_id']}"
    assert cleo.get(url).status_code == 200
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(CLEO)))
    assert cleo.get(url).status_code == 404


def test_a_page_answers_only_to_the_verbs_it_has(app: Flask, visit, objects) -> None:
    ada = visit(ADA)
    for verb in ("put", "delete", "patch"):
        assert getattr(ada, verb)(f"/cases/{objects['own']['case_id']}").status_code == 405
    assert ada.get(f"/cases/{objects['own']['case_id']}/accept").status_code == 405
