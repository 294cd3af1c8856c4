"""Whose turn it is: the same on the case's page for either side, on the desk, and in every list."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Case
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import file_case, turn

Move = Callable[[int], None]


def refuse(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="No.")


def offer(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=100, note="")


def counter(case_id: int) -> None:
    with turn(case_id, ADA, "buyer") as t:
        offers.put_offer(t, kind="full_refund", amount_minor=None, note="")


def decline(case_id: int) -> None:
    with turn(case_id, ADA, "buyer") as t:
        offers.decline(t)


def reply(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        messages.reply(t, words="It takes an E27.")


def step_in(case_id: int) -> None:
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)


def asked(side: str) -> Move:
    def ask(case_id: int) -> None:
        with turn(case_id, CLEO, "reviewer") as t:
            messages.request_info(t, side=side, words="Please.")

    return ask


MONEY = {"reason": "not_as_described", "sub_reason": "defective", "wish": "full_refund"}
ANSWER = {"reason": "question", "sub_reason": "about_item", "wish": "answer"}
WAYS: dict[str, tuple[dict[str, str], tuple[Move, ...], str, str]] = {
    "filed": (MONEY, (), BEN, "Ada is waiting for your reply"),
    "refused": (MONEY, (refuse,), ADA, "Ben&#39;s Lamps refused"),
    "offered": (MONEY, (offer,), ADA, "Ben&#39;s Lamps made you an offer"),
    "countered": (MONEY, (offer, counter), BEN, "Ada made you an offer"),
    "declined": (MONEY, (offer, decline), BEN, "Ada is waiting for your reply"),
    "declined after a refusal": (MONEY, (refuse, offer, decline), BEN, "Ada is waiting for your reply"),
    "countered after a refusal": (MONEY, (refuse, counter), BEN, "Ada made you an offer"),
    "refused again": (MONEY, (refuse, counter, refuse), ADA, "Ben&#39;s Lamps refused"),
    "asked a question": (ANSWER, (), BEN, "Ada is waiting for your reply"),
    "answered": (ANSWER, (reply,), ADA, "Ben&#39;s Lamps answered"),
    "offered instead of an answer": (ANSWER, (offer,), ADA, "Ben&#39;s Lamps made you an offer"),
    "declined that": (ANSWER, (offer, decline), BEN, "Ada is waiting for your reply"),
    "the buyer asked by us": (MONEY, (refuse, step_in, asked("buyer")), ADA, "We asked you for more"),
    "the seller asked by us": (MONEY, (refuse, step_in, asked("seller")), BEN, "We asked you for more"),
    "under review": (MONEY, (refuse, step_in), CLEO, "To decide"),
}
PAGES = {ADA: ("", "/cases"), BEN: ("", "/inbox"), CLEO: ("/desk", "/desk")}


def headline(html: str) -> str:
    status = html.split('class="status"')[1]
    return re.sub(r"<[^>]+>", "", re.findall(r"<h2>(.*?)</h2>", status, re.S)[0])


@pytest.mark.parametrize("shop", ("jd_order", "catawiki_order"))
@pytest.mark.parametrize("way", WAYS)
def test_it_is_one_person_s_turn_wherever_one_looks(app: Flask, cast: Cast, visit, way: str, shop: str) -> None:
    filing, moves, actor, told = WAYS[way]
    with app.app_context():
        case_id = file_case(getattr(cast, shop), ADA, **filing)
        for move in moves:
            move(case_id)
        case = db.session.scalars(select(Case.public_id)).one()
    for person, (desk, index) in PAGES.items():
        shown = visit(person).get(f"{desk}/cases/{case}").text
        assert ("Your turn" in shown) == (person == actor), person
        for tab in ("", "?tab=waiting"):
            listed = visit(person).get(f"{index}{tab}").text
            if case in listed:
                assert ("Your turn" in listed) == (person == actor), person
        if person == actor:
            assert headline(shown).replace("'", "&#39;") == told.replace("Lamps", "Lamps" if "jd" in shop else "Clocks")


@pytest.mark.parametrize("moves", ((offer, decline), (refuse, offer, decline)))
def test_a_seller_whose_offer_was_declined_can_still_say_no(app: Flask, cast: Cast, moves: tuple[Move, ...]) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        for move in (*moves, refuse, step_in):
            move(case_id)


def test_a_seller_can_answer_who_only_asks_and_has_kept_their_limit(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, **ANSWER)
        case = db.session.scalars(select(Case.public_id)).one()
    ben = visit(BEN)
    assert f'action="/cases/{case}/reply"' in ben.get(f"/cases/{case}").text
    assert f"/cases/{case}/refuse" not in ben.get(f"/cases/{case}").text
    with app.app_context():
        reply(case_id)
    assert "It takes an E27." in visit(ADA).get(f"/cases/{case}").text
    assert f'action="/cases/{case}/reply"' not in ben.get(f"/cases/{case}").text
    assert f'action="/cases/{case}/do/step_in"' in visit(ADA).get(f"/cases/{case}").text
