"""Of the exhibits only those are offered for the bank that banks take, and no more are sent than they take."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Chargeback, Evidence
from disputes.moment import real_now
from disputes.outbox.provider import MOST_EXHIBIT_BYTES, MOST_EXHIBITS
from tests.banking import bank_says
from tests.cast import ADA, CLEO, Cast
from tests.pages import fields
from tests.turns import file_case, person

WORDS = "The parcel was signed for by the buyer."
FILES = (
    ("slip.pdf", "application/pdf", 900), ("photo.jpg", "image/jpeg", MOST_EXHIBIT_BYTES), ("talk.png", "image/png", 1),
    ("film.mp4", "video/mp4", 900), ("notes.txt", "text/plain", 900), ("moving.gif", "image/gif", 900),
    ("new.webp", "image/webp", 900), ("large.pdf", "application/pdf", MOST_EXHIBIT_BYTES + 1),
    ("4.pdf", "application/pdf", 9), ("5.pdf", "application/pdf", 9), ("6.pdf", "application/pdf", 9),
)  # fmt: skip
TAKEN = ["slip.pdf", "photo.jpg", "talk.png", "4.pdf", "5.pdf", "6.pdf"]


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    """The plan's page for a chargeback on a payment with a case that has all kinds of exhibits."""
    with app.app_context():
        case_id, ada, now = file_case(cast.jd_order, ADA), person(ADA), real_now()
        with writing() as session:
            session.add_all(
                Evidence(
                    case_id=case_id, number=number, kind="photo_of_item", filename=name, media_type=kind, size=size,
                    sha256="0" * 64, storage_key=f"key{number}", role="buyer", account_id=ada, received_at=now,
                )
                for number, (name, kind, size) in enumerate(FILES, start=1)
            )  # fmt: skip
        bank_says()
        return f"/desk/chargebacks/{db.session.scalars(select(Chargeback.public_id)).one()}/plan"


def offered(text: str) -> dict[str, int]:
    """Names of the exhibits on the page, with what each stands for."""
    found = re.findall(r'name="exhibits" value="(\d+)"[^>]*><span>\d+\. ([^<]+)<', text)
    return {unescape(name): int(value) for value, name in found}


def chosen(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Chargeback.exhibits)).one())


def send(browser, url: str, exhibits: list[int]):
    version = fields(browser.get(url).text)["seen_version"]
    data = {"seen_version": version, "plan": "contest", "words": WORDS, "exhibits": exhibits}
    return browser.post(url, data=data)


def test_only_what_banks_take_is_offered(visit, url: str) -> None:
    text = visit(CLEO).get(url).text
    assert list(offered(text)) == TAKEN
    assert "Banks take PDF, JPEG and PNG" in text


def test_more_than_banks_take_is_refused_beside_the_field_and_nothing_typed_is_lost(
    app: Flask, visit, url: str
) -> None:  # fmt: skip
    cleo = visit(CLEO)
    all_of_them = list(offered(cleo.get(url).text).values())
    answer = send(cleo, url, all_of_them)
    assert answer.status_code == 422
    assert re.search(r'id="exhibits-error">.*?Choose up to five\.', answer.text, re.S)
    assert WORDS in answer.text
    assert len(re.findall(r'name="exhibits" value="\d+" checked', answer.text)) == len(all_of_them)
    assert chosen(app) == []
    assert send(cleo, url, all_of_them[:MOST_EXHIBITS]).status_code == 303
    assert chosen(app) == all_of_them[:MOST_EXHIBITS]


def test_one_that_is_not_offered_cannot_be_sent_all_the_same(app: Flask, visit, url: str) -> None:
    with app.app_context():
        film = db.session.scalars(select(Evidence.id).where(Evidence.filename == "film.mp4")).one()
    assert send(visit(CLEO), url, [film]).status_code == 422
    assert chosen(app) == []
