"""Files that were never sent are removed; one that an exhibit names never is."""

import io
import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.commands.housekeeping import housekeeping
from disputes.db import db
from disputes.models import Evidence, Order
from disputes.outbox.hourly import Hourly
from disputes.settings import Settings
from disputes.storage.leftover import KEPT_FOR
from tests.cast import ADA, Cast
from tests.pages import attribute, send

HOURS = timedelta(hours=1)
FORM = {
    "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described", "sub_reason": "defective",
    "wish": "full_refund", "words": "It does not light up.",
}  # fmt: skip


def stored(settings: Settings) -> list[Path]:
    return sorted((settings.instance / "evidence").glob("*/*"))


def age(paths: list[Path], by: timedelta) -> None:
    for path in paths:
        then = time.time() - by.total_seconds()
        os.utime(path, (then, then))


@pytest.fixture
def page(app: Flask, cast: Cast) -> str:
    with app.app_context():
        order = db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one()
    return f"/orders/{order}/case/new"


def checked(browser, page: str) -> dict[str, str]:
    """Ada has looked at what her case would be, with a file; returns what her next form carries."""
    data = {**FORM, "do": "check", "files": (io.BytesIO(b"a note"), "a.txt")}
    shown = send(browser, page, data)
    hidden = [tag for tag in re.findall(r"<input\b[^>]*>", shown.text) if attribute(tag, "type") == "hidden"]
    return {attribute(tag, "name") or "": attribute(tag, "value") or "" for tag in hidden}


def keep_house(app: Flask) -> str:
    return app.test_cli_runner().invoke(housekeeping).output


def test_what_was_never_sent_goes_after_two_days(app: Flask, visit, page: str, settings: Settings) -> None:
    checked(visit(ADA), page)
    age(stored(settings), KEPT_FOR - HOURS)
    assert keep_house(app).startswith("0 files") and len(stored(settings)) == 1
    age(stored(settings), KEPT_FOR + HOURS)
    assert keep_house(app).startswith("1 files") and stored(settings) == []


def test_what_an_exhibit_names_never_goes(app: Flask, visit, page: str, settings: Settings) -> None:
    ada = visit(ADA)
    hidden = checked(ada, page)
    assert ada.post(page, data={**FORM, **hidden, "do": "send"}).status_code == 303
    age(stored(settings), 100 * KEPT_FOR)
    assert keep_house(app).startswith("0 files")
    with app.app_context():
        Hourly().maybe()
        assert [path.name for path in stored(settings)] == [db.session.scalars(select(Evidence.storage_key)).one()]


def test_a_file_sent_once_more_is_kept_for_as_long_again(app: Flask, visit, page: str, settings: Settings) -> None:
    ada = visit(ADA)
    hidden = checked(ada, page)
    age(stored(settings), KEPT_FOR + HOURS)
    ada.post(page, data={**FORM, **hidden, "do": "check"})
    assert keep_house(app).startswith("0 files")


def test_whoever_comes_back_after_it_is_gone_is_told(app: Flask, visit, page: str, settings: Settings) -> None:
    ada = visit(ADA)
    hidden = checked(ada, page)
    stored(settings)[0].unlink()
    answer = ada.post(page, data={**FORM, **hidden, "do": "send"})
    assert answer.status_code == 422 and "Please choose them again." in answer.text


def test_the_worker_does_it_at_its_start_and_not_before_an_hour_is_over(
    app: Flask, visit, page: str, settings: Settings
) -> None:
    ada, hourly = visit(ADA), Hourly()
    for left in (0, 1):
        checked(ada, page)
        age(stored(settings), KEPT_FOR + HOURS)
        with app.app_context():
            hourly.maybe()
        assert len(stored(settings)) == left


def test_many_files_are_looked_at_in_batches(app: Flask, cast: Cast, settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr("disputes.storage.leftover.BATCH", 3)
    for n in range(10):
        path = settings.instance / "evidence" / f"{n % 2:02}" / f"{n:032}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    age(stored(settings), KEPT_FOR + HOURS)
    assert keep_house(app).startswith("10 files")
