"""Publishing rules: one admin proposes, another approves exactly that text; what is published holds for new cases."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from disputes import rules
from disputes.db import db, writing
from disputes.models import Account, Case, Grant, HouseEvent, Order, PublishedRules, Shop
from disputes.moment import real_now
from disputes.outbox.audit import broken_chains
from disputes.outbox.kept_rules import changed_rules
from disputes.rules import registry
from tests.cast import ADA, CLEO, SAM, Cast, grant
from tests.rulebook.writing import next_version
from tests.turns import file_case, person

TOM = "tom@example.org"  # a second admin
LONGER = {'"P2M"': '"P3M"'}


@pytest.fixture
def sam(visit, cast: Cast) -> FlaskClient:
    return visit(SAM)


@pytest.fixture
def tom(app: Flask, visit, cast: Cast) -> FlaskClient:
    with app.app_context(), writing():
        account = Account(email=TOM, name="Tom", created_at=real_now())
        db.session.add(account)
        db.session.flush()
        grant(account.id, "admin", None)
    return visit(TOM)


def house(pack: str):
    return rules.house().get(pack, "1.0.0")


def form(written: tuple[str, date], **change: str) -> dict[str, str]:
    return {"do": "propose", "text": written[0], "day": str(written[1]), "note": "Longer windows", **change}


def rows(app: Flask) -> list[PublishedRules]:
    with app.app_context():
        return list(db.session.scalars(select(PublishedRules).order_by(PublishedRules.id)))


def propose(app: Flask, sam: FlaskClient, pack: str = "jabra", **change: str) -> PublishedRules:
    answer = sam.post("/rules/new", data=form(next_version(house(pack), **change)))
    assert answer.status_code == 303, answer.text
    return rows(app)[-1]


def url(row: PublishedRules, verb: str = "") -> str:
    return f"/rules/to-publish/{row.public_id}{verb}"


def approve(browser: FlaskClient, row: PublishedRules, digest: str | None = None) -> int:
    return browser.post(url(row, "/publish"), data={"digest": digest or row.digest}).status_code


def test_two_admins_publish_a_version_and_its_page_is_there(app: Flask, sam, tom) -> None:
    row = propose(app, sam, **{'"P30D"': '"P45D"'})
    page = tom.get(url(row)).text
    assert row.digest in page and "P45D" in page and 'class="gone"' in page
    assert sam.get("/rules/jabra/1.1.0").status_code == 404
    assert approve(tom, row) == 303
    row = rows(app)[0]
    assert (row.state, row.proposed_by) == ("published", row.proposed_by) and row.approved_by != row.proposed_by
    assert "45 days from dispatch" in sam.get("/rules/jabra/1.1.0").text
    assert "Not yet in force" in sam.get("/rules").text
    with app.app_context():
        found = select(HouseEvent.trigger, HouseEvent.dest).where(HouseEvent.root == "published_rules")
        assert db.session.execute(found.order_by(HouseEvent.seq)).all() == [
            ("propose", "proposed"),
            ("publish", "published"),
        ]
        assert broken_chains()[1] == [] and changed_rules() == (1, [])


def test_checking_shows_the_difference_and_stores_nothing(app: Flask, sam) -> None:
    written = next_version(house("jabra"), **{'"P30D"': '"P45D"'})
    answer = sam.post("/rules/new", data=form(written, do="check"))
    assert answer.status_code == 200 and "- windows.refund.default = P30D" in answer.text and rows(app) == []
    assert "Longer windows" in answer.text and "P45D" in answer.text


def test_a_version_is_written_from_the_one_that_is_there(sam) -> None:
    assert "version = &#34;1.0.0&#34;" in sam.get("/rules/new?from=jabra@1.0.0").text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"P30D"', '"P30X"', "windows.refund.default"),
        ("[windows.refund]", "[windos.refund]", "did you mean 'windows'"),
        ("[meta]", "[meta", "not TOML"),
        ('version = "1.1.0"', 'version = "1.0.0"', "already stands in"),
        ('version = "1.1.0"', 'version = "one"', "meta.version"),
        ("[remedies]", '[clocks.seller_reply]\nactor = "seller"\n[remedies]', "clocks.seller_reply"),
        ("[remedies]", '[clocks.tea]\nactor = "seller"\nlimit = { value = "PT1H", status = "operator" }\n[remedies]',
         "clocks.tea: unknown clock"),
        ('currency = { value = "CNY"', 'currency = { value = "yuan"', "locale.currency"),
    ],
)  # fmt: skip
def test_a_text_that_is_not_in_order_is_refused_with_place_and_reason(
    app: Flask, sam, old: str, new: str, words: str
) -> None:
    written, day = next_version(house("jabra"))
    assert old in written
    answer = sam.post("/rules/new", data=form((written.replace(old, new, 1), day), note="My own words"))
    assert answer.status_code == 422 and words in answer.text.replace("&#39;", "'") and rows(app) == []
    assert "My own words" in answer.text and "[payment.methods]" in answer.text


@pytest.mark.parametrize("days", (-400, -1, 0))
def test_nothing_is_back_dated(app: Flask, sam, days: int) -> None:
    answer = sam.post("/rules/new", data=form(next_version(house("jabra"), days=days)))
    assert answer.status_code == 422 and "tomorrow or later" in answer.text and rows(app) == []


def test_the_day_of_the_form_is_the_day_of_the_text(app: Flask, sam) -> None:
    written, day = next_version(house("jabra"))
    answer = sam.post("/rules/new", data=form((written, day + timedelta(days=1))))
    assert answer.status_code == 422 and "the form says" in answer.text and rows(app) == []


def test_who_proposed_it_does_not_approve_it(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    assert "another admin must approve it" in sam.get(url(row)).text
    assert approve(sam, row) == 409 and rows(app)[0].state == "proposed"


def test_who_is_no_admin_any_more_does_not_approve_it(app: Flask, sam, tom, visit) -> None:
    row = propose(app, sam)
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(TOM)))
    assert approve(tom, row) == 404 and approve(visit(CLEO), row) == 404
    assert rows(app)[0].state == "proposed"


def test_what_was_changed_is_not_approved_by_whoever_read_it_before(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    changed = form(next_version(house("jabra"), **{'"P30D"': '"P45D"'}), seen_version=str(row.version))
    assert sam.post(url(row, "/edit"), data=changed).status_code == 303
    assert approve(tom, row) == 409
    assert approve(tom, rows(app)[0]) == 303


def test_a_text_changed_behind_our_back_is_not_approved_and_verify_tells(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    with app.app_context(), writing():
        db.session.execute(update(PublishedRules).values(text=row.text + "\n# more"))
    assert approve(tom, row) == 409
    with app.app_context():
        assert changed_rules()[1] == ["shop rules jabra@1.1.0: the text is not what was written"]


def test_an_approval_sent_twice_publishes_once(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    assert [approve(tom, row), approve(tom, row)] == [303, 409]
    assert sam.post(url(row, "/withdraw"), data={"seen_version": "2"}).status_code == 409


def test_what_waited_too_long_is_back_dated_and_refused(app: Flask, sam, tom) -> None:
    row = propose(app, sam, days=1)
    with app.app_context(), writing():
        db.session.execute(update(PublishedRules).values(begins_at=real_now() + timedelta(minutes=2)))
    assert approve(tom, row) == 409 and "needs a later day" in tom.get(url(row)).text


def test_a_shop_whose_clock_was_moved_ahead_is_not_back_dated_either(app: Flask, sam, tom) -> None:
    row = propose(app, sam, "jd_3p")
    with app.app_context(), writing():
        db.session.execute(update(Shop).where(Shop.id == "jd-3p").values(clock_offset_s=30 * 86_400))
    assert approve(tom, row) == 409


def test_it_is_sent_back_with_words_changed_and_approved(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    assert tom.post(url(row, "/send-back"), data={"words": "", "seen_version": "1"}).status_code == 422
    assert tom.post(url(row, "/send-back"), data={"words": "Too long", "seen_version": "1"}).status_code == 303
    assert approve(tom, row) == 409 and "Too long" in sam.get(url(row)).text
    changed = form(next_version(house("jabra")), seen_version="2")
    assert sam.post(url(row, "/edit"), data=changed).status_code == 303
    assert approve(tom, rows(app)[0]) == 303
    with app.app_context():
        assert broken_chains()[1] == [] and changed_rules()[1] == []


def test_a_version_and_a_day_are_proposed_once_and_free_again_when_withdrawn(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    again = sam.post("/rules/new", data=form(next_version(house("jabra"), number="1.2.0")))
    assert again.status_code == 422 and "waits for an admin already" in again.text and "1.2.0" in again.text
    assert tom.post(url(row, "/withdraw"), data={"seen_version": "1"}).status_code == 303
    assert propose(app, sam).state == "proposed"


def test_whoever_is_not_sure_gives_the_password_first(app: Flask, sam, tom) -> None:
    row = propose(app, sam)
    with app.app_context(), writing():
        db.session.execute(text("UPDATE session SET sure_at = NULL"))
    answer = tom.post(url(row, "/publish"), data={"digest": row.digest})
    assert answer.status_code == 303 and "/again" in answer.headers["Location"] and rows(app)[0].state == "proposed"


@pytest.fixture
def published(app: Flask, sam, tom) -> PublishedRules:
    row = propose(app, sam, "jd_3p")
    assert approve(tom, row) == 303
    return rows(app)[0]


@pytest.mark.parametrize("change", ("UPDATE published_rules SET note = 'x'", "DELETE FROM published_rules"))
def test_what_is_published_never_changes(app: Flask, published, change: str) -> None:
    with app.app_context(), pytest.raises((DatabaseError, IntegrityError)), writing():
        db.session.execute(text(change))


def test_new_purchases_stand_under_it_and_open_cases_keep_theirs(app: Flask, cast: Cast, published) -> None:
    with app.app_context():
        then = published.begins_at
        old = db.session.get(Case, file_case(cast.jd_order, ADA, reason="question", wish="answer", sub_reason=None))
        assert (old.entitlement_version, old.procedure_version) == ("1.0.0", "1.0.0")
        known = registry(newest=True)
        assert known.at("jd_3p", then).meta.version == "1.1.0"
        assert known.at("jd_3p", then - timedelta(microseconds=1)).meta.version == "1.0.0"
        with writing():
            order = db.session.get(Order, cast.other_order)
            order.placed_at = then + timedelta(hours=1)
        at = then + timedelta(hours=2)
        new = db.session.get(
            Case,
            file_case(cast.other_order, "dan@example.org", reason="question", wish="answer", sub_reason=None, at=at),
        )
        assert (new.entitlement_version, new.procedure_version) == ("1.1.0", "1.1.0")


def test_another_process_learns_of_it_within_a_minute_and_of_a_pinned_one_at_once(
    app: Flask, sam, tom, monkeypatch
) -> None:
    with app.app_context():
        registry()
        before = app.extensions["disputes_rules"]
    row = propose(app, sam)
    assert approve(tom, row) == 303
    app.extensions["disputes_rules"] = before
    with app.app_context():
        assert registry().get("jabra", "1.1.0") is None
        monkeypatch.setattr(rules, "EVERY", 0)
        assert registry().get("jabra", "1.1.0") is not None
        monkeypatch.undo()
        app.extensions["disputes_rules"] = before
        assert rules.version("jabra", "1.1.0") is not None


def test_a_common_part_is_published_and_a_child_built_upon_it(app: Flask, sam, tom) -> None:
    base = (rules.PACKS / "jd_base.toml").read_text("utf-8").replace('version = "1.0.0"', 'version = "1.1.0"', 1)
    child, day = next_version(house("jd_3p"), **{"jd_base@1.0.0": "jd_base@1.1.0"})
    refused = sam.post("/rules/new", data=form((child, day)))
    assert refused.status_code == 422 and "unknown pack" in refused.text
    base = "\n".join(
        f"effective_from = {day}" if line.startswith("effective_from") else line for line in base.split("\n")
    )
    assert sam.post("/rules/new", data=form((base, day))).status_code == 303
    assert approve(tom, rows(app)[-1]) == 303
    assert sam.post("/rules/new", data=form((child, day))).status_code == 303
    assert approve(tom, rows(app)[-1]) == 303
    assert sam.get("/rules/jd_3p/1.1.0").status_code == 200
