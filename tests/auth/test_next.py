"""Where one lands after signing in: only on a page of ours."""

import pytest
from flask import Flask
from sqlalchemy import update

from disputes.auth.service import HASHER
from disputes.db import db, writing
from disputes.models import Account
from tests.cast import ADA, Cast

ELSEWHERE = (
    "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\r/evil.example",
    "/\n/evil.example", "\t//evil.example", "/\t\\evil.example", "javascript:alert(1)", "evil.example",
    "///evil.example",
)  # fmt: skip


@pytest.fixture
def landed(app: Flask, cast: Cast):  # type: ignore[no-untyped-def]
    """landed(next) -> where signing in with that wish leads."""
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == ADA).values(password_hash=HASHER.hash("word")))

    def sign_in(wanted: str) -> str:
        data = {"email": ADA, "password": "word", "next": wanted}
        answer = app.test_client().post("/sign-in", data=data)
        assert answer.status_code == 303
        return str(answer.headers["Location"])

    return sign_in


def test_a_page_of_ours_is_gone_back_to(landed) -> None:
    assert landed("/cases?after=2026-01-01T00:00:00%2B00:00_1") == "/cases?after=2026-01-01T00:00:00%2B00:00_1"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_s_link_leads_elsewhere_through_our_door(landed, app: Flask, wanted: str) -> None:
    app.config["RATELIMIT_ENABLED"] = False
    assert landed(wanted) == "/"
