"""Pages and letters speak their reader's language, from the first word to the last."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from wtforms.i18n import get_translations

from disputes.db import db, writing
from disputes.models import Account, Case, Clock, Order, SentMail
from disputes.outbox.worker import drain
from disputes.web.catalogues import SOURCE, catalogue
from disputes.web.languages import LANGUAGES
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import file_case

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
TEXT = re.compile(r">([^<>]+)<")
SENTENCE = re.compile(r"[A-Za-z']+ [a-z']+ [a-z']+")  # three English words in a row
Visit = Callable[[str | None], FlaskClient]


def speak(app: Flask, language: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Account).values(locale=language))


def seen(html: str) -> Iterator[str]:
    """The pieces of text a page shows, without what people wrote."""
    html = re.sub(r"<(script|style|bdi|svg|textarea)\b.*?</\1>|<head>.*?</head>", "", html, flags=re.S)
    html = re.sub(r"<(\w+)[^>]* dir=\"auto\">.*?</\1>", "", html, flags=re.S)
    for piece in TEXT.findall(html):
        if piece.strip():
            yield " ".join(unescape(piece).split())


@pytest.fixture
def urls(app: Flask, cast: Cast) -> dict[str, list[str]]:
    """A small walk: what each side opens of one case."""
    with app.app_context():
        file_case(cast.jd_order, ADA)
        drain()
        case = db.session.scalars(select(Case.public_id)).one()
        order = db.session.scalars(select(Order.public_id).where(Order.id == cast.catawiki_order)).one()
    return {
        ADA: ["/orders", f"/orders/{order}", f"/orders/{order}/case/new", "/cases", f"/cases/{case}"],
        BEN: ["/inbox", f"/cases/{case}", f"/cases/{case}/offer", f"/cases/{case}/refuse"],
        CLEO: ["/desk", f"/desk/cases/{case}", "/desk/phone", "/desk/refunds"],
    }  # fmt: skip


def walk(visit: Visit, urls: dict[str, list[str]], language: str) -> Iterator[tuple[str, str]]:
    for person, pages in urls.items():
        browser = visit(person)
        for url in pages:
            answer = browser.get(url)
            assert answer.status_code == 200, url
            yield url, answer.text
    stranger = visit(None)
    stranger.set_cookie("lang", language)
    yield "/sign-in", stranger.get("/sign-in").text


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_page_of_a_walk_shows_an_english_sentence(app: Flask, visit: Visit, urls, language: str) -> None:
    english = dict(walk(visit, urls, SOURCE))
    speak(app, language)
    left = []
    for url, html in walk(visit, urls, language):
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
        same = set(seen(html)) & set(seen(english[url]))
        left += [(url, text) for text in same if SENTENCE.search(text)]
    assert left == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_letter_speaks_its_reader_s_language(app: Flask, cast: Cast, language: str) -> None:
    speak(app, language)
    with app.app_context():
        file_case(cast.jd_order, ADA)
        drain()
        mails = db.session.scalars(select(SentMail)).all()
        due = db.session.scalars(select(Clock.due_at).where(Clock.name == "seller_response")).one()
    assert {mail.to for mail in mails} == {ADA, BEN}
    assert due
    for mail in mails:
        hello = catalogue(language).ugettext("Hello %(name)s,").partition("%")[0] or "您好"
        assert hello in mail.body
        # A link's random id may hold any letters, "by" too.
        written = re.sub(r"https?://\S+", "", mail.subject + mail.body)
        assert not {"the", "your", "case", "order", "by", "mail"} & set(re.findall(r"[a-z]+", written))


def test_a_reader_without_an_account_s_language_gets_the_cookie_s_then_the_browser_s(visit: Visit, cast: Cast) -> None:
    def shown(accept_language: str = "", cookie: str = "") -> str:
        browser = visit(None)
        browser.set_cookie("lang", cookie)
        page = browser.get("/sign-in", headers={"Accept-Language": accept_language}).text
        found = re.search(r'<html lang="([\w-]+)"', page)
        assert found
        return found.group(1)

    assert shown() == "en"
    assert shown(accept_language="pl-PL, en;q=0.5") == "pl"
    assert shown(accept_language="nl, zh-CN;q=0.8") == "zh"
    assert shown(accept_language="pl", cookie="ar") == "ar"
    assert shown(accept_language="xx", cookie="../en") == "en"


def test_choosing_a_language_comes_back_to_the_page_and_is_kept_in_the_account(
    app: Flask, visit: Visit, cast: Cast
) -> None:
    browser = visit(ADA)
    answer = browser.post("/language", data={"lang": "ar"}, headers={"Referer": "http://localhost/orders?after=x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?after=x")
    assert 'dir="rtl"' in browser.get("/orders").text
    with app.app_context():
        assert db.session.scalars(select(Account.locale).where(Account.email == ADA)).one() == "ar"
        assert db.session.scalars(select(Account.locale).where(Account.email == BEN)).one() == "en"


@pytest.mark.parametrize(
    "before",
    ("https://elsewhere.example/orders", "http://localhost//elsewhere.example", "http://localhost/sign-out", ""),
)
def test_choosing_a_language_leads_nowhere_else(visit: Visit, cast: Cast, before: str) -> None:
    assert visit(ADA).post("/language", data={"lang": "pl"}, headers={"Referer": before}).headers["Location"] == "/"


def test_a_language_that_is_not_offered_cannot_be_chosen(visit: Visit, cast: Cast) -> None:
    assert visit(ADA).post("/language", data={"lang": "tlh"}).status_code == 400


def test_choosing_needs_the_page_s_token(app: Flask, visit: Visit, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert visit(ADA).post("/language", data={"lang": "pl"}).status_code == 400


@pytest.mark.parametrize("language", TRANSLATED)
def test_wtforms_speaks_the_language_too(language: str) -> None:
    assert get_translations([language]).gettext("This field is required.") != "This field is required."


def test_an_amount_in_arabic_keeps_its_symbol_whole(app: Flask) -> None:
    from disputes.web.formats import money

    with app.test_request_context(headers={"Cookie": "lang=ar"}):
        assert money(7900, "CNY").endswith("CN¥\u200e</bdi>")
