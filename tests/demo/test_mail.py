"""The demo's mail page."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from disputes.db import writing
from disputes.models import Outbox, SentMail
from disputes.moment import real_now
from disputes.settings import Settings
from tests.cast import ADA, DAN, Cast


@pytest.fixture(autouse=True)
def there(cast: Cast) -> Cast:
    return cast


def write(app: Flask, count: int = 1, **changes: Any) -> None:
    with app.app_context(), writing() as session:
        for number in range(count):
            outbox = Outbox(kind="mail", key=f"m{number}", payload={}, run_at=real_now())
            session.add(outbox)
            session.flush()
            values = {"to": ADA, "subject": f"Letter {number:03}", "body": "Hello Ada", **changes}
            session.add(
                SentMail(
                    outbox_id=outbox.id, topic="case_opened", side="buyer", message_id=f"<{number}@x>",
                    handed_at=real_now(), **values,
                )
            )  # fmt: skip


def test_nothing_sent_says_what_to_do(visit: Any) -> None:
    assert "No mail yet" in visit(ADA).get("/demo/mail").text


def test_whoever_is_signed_in_reads_what_was_sent(app: Flask, visit: Any) -> None:
    write(app, body="Hello Ada, <b>look</b>: http://127.0.0.1:8000/cases/x")
    browser = visit(DAN)
    assert "Letter 000" in browser.get("/demo/mail").text
    letter = browser.get("/demo/mail/1").text
    assert "&lt;b&gt;look" in letter and 'href="http://127.0.0.1:8000/cases/x"' in letter and ADA in letter


def test_many_letters_come_page_by_page_newest_first(app: Flask, visit: Any) -> None:
    write(app, 60)
    browser = visit(ADA)
    first = browser.get("/demo/mail").text
    assert "Letter 059" in first and "Letter 009" not in first and "before=11" in first
    second = browser.get("/demo/mail?before=11").text
    assert "Letter 009" in second and "Letter 000" in second and "Show more" not in second


@pytest.mark.parametrize("path", ["/demo/mail/7", f"/demo/mail/{10**30}", "/demo/mail/x"])
def test_a_letter_that_is_not_there_is_not_found(visit: Any, path: str) -> None:
    assert visit(ADA).get(path).status_code == 404


@pytest.mark.parametrize("before", ["0", "-1", str(10**30), str(-(10**30)), "x"])
def test_any_page_number_is_answered(visit: Any, before: str) -> None:
    assert visit(ADA).get("/demo/mail", query_string={"before": before}).status_code == 200


def test_a_stranger_is_asked_to_sign_in(visit: Any) -> None:
    assert visit(None).get("/demo/mail").status_code == 303


def test_outside_a_demo_there_is_no_such_page(app: Flask, settings: Settings, visit: Any) -> None:
    write(app)
    app.extensions["disputes"] = replace(settings, demo=False)
    browser = visit(ADA)
    assert [browser.get(path).status_code for path in ("/demo/mail", "/demo/mail/1")] == [404, 404]
