"""Whatever is done to a history behind our back is found, and said where it begins."""

import random
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.auth import rights
from disputes.db import db, writing
from disputes.effects.chain import COMMON, append, digest, first_fault
from disputes.effects.house import lock_root
from disputes.messages import service as messages
from disputes.models import Account, Event, Grant, HouseEvent
from disputes.moment import real_now
from disputes.offers import service as offers
from tests.cast import ADA, BEN, DAN, SAM, Cast
from tests.turns import case_of, file_case, turn

ROUNDS = 1_000
CHANGED = (*COMMON, "prev_hash", "hash")


def plain(rows: Sequence[Any]) -> list[Any]:
    return [SimpleNamespace(**{c.name: getattr(row, c.name) for c in type(row).__table__.columns}) for row in rows]


@pytest.fixture(params=("case", "account"))
def history(app: Flask, cast: Cast, request: pytest.FixtureRequest) -> tuple[Any, list[Any]]:
    """The head and the events of a case that has been talked about for a while, or of a person whose roles changed."""
    with app.app_context():
        return of_a_case(cast) if request.param == "case" else of_a_person(cast)


def of_a_person(cast: Cast) -> tuple[Any, list[Any]]:
    for _ in range(6):
        with writing():
            rights.give(lock_root(Account, cast.people[DAN]), "reviewer", "jd-3p", None, by=None, now=real_now())
            mine = db.session.scalars(select(Grant).where(Grant.account_id == cast.people[DAN])).one()
            rights.take(mine, by=cast.people[SAM], now=real_now())
    dan = db.session.get(Account, cast.people[DAN])
    wanted = HouseEvent.root == "account", HouseEvent.root_id == str(dan.id)
    events = plain(db.session.scalars(select(HouseEvent).where(*wanted).order_by(HouseEvent.seq)).all())
    return SimpleNamespace(id=dan.id, head_seq=dan.head_seq, head_hash=dan.head_hash), events


def of_a_case(cast: Cast) -> tuple[Any, list[Any]]:
    case_id = file_case(cast.jd_order, ADA)
    for n in range(4):
        with turn(case_id, BEN, "seller") as t:
            messages.ask(t, words=f"Question {n}?")
        with turn(case_id, ADA, "buyer") as t:
            messages.answer(t, words=f"Answer {n}.")
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    case = case_of(case_id)
    events = plain(db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all())
    return SimpleNamespace(id=case.id, head_seq=case.head_seq, head_hash=case.head_hash), events


def altered(value: Any, chance: random.Random) -> Any:
    """A value of the same kind that is another."""
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, int):
        return value + chance.randint(1, 9)
    if isinstance(value, dict):
        return {**value, "amount_minor": chance.randint(1, 10**6)}
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return value + timedelta(seconds=chance.randint(1, 999))


def copy(events: list[Any]) -> list[Any]:
    return [SimpleNamespace(**vars(event)) for event in events]


def change(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    at, name = chance.randrange(len(events)), chance.choice(CHANGED)
    setattr(events[at], name, altered(getattr(events[at], name), chance))
    return events, at + 1


def remove(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    at = chance.randrange(len(events))
    return events[:at] + events[at + 1 :], at + 1


def repeat(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    at = chance.randrange(len(events))
    return events[: at + 1] + copy(events[at : at + 1]) + events[at + 1 :], at + 2


def swap(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    at = chance.randrange(len(events) - 1)
    events[at], events[at + 1] = events[at + 1], events[at]
    return events, at + 1


def cut_tail(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    at = chance.randrange(len(events))
    return events[:at], at + 1


def rehash(events: list[Any], chance: random.Random) -> tuple[list[Any], int]:
    """Change one event and make its own hash right again, as somebody would who has read our code."""
    at = chance.randrange(len(events) - 1)
    events[at].role = altered(events[at].role, chance)
    events[at].hash = digest(events[at].prev_hash, vars(events[at]))
    return events, at + 2


def test_a_history_nobody_touched_has_no_fault(history: tuple[Any, list[Any]]) -> None:
    head, events = history
    assert first_fault(head, events) is None and len(events) > 10


def test_a_thousand_random_tamperings_are_found_where_they_were_done(history: tuple[Any, list[Any]]) -> None:
    head, events = history
    chance = random.Random(7)
    for number in range(ROUNDS):
        how = chance.choice((change, remove, repeat, swap, cut_tail, rehash))
        tampered, at = how(copy(events), chance)
        assert first_fault(head, tampered) == at, (number, how.__name__)


def test_an_event_added_at_the_end_does_not_fit_the_head(history: tuple[Any, list[Any]]) -> None:
    head, events = history
    forged = SimpleNamespace(id=head.id, head_seq=head.head_seq, head_hash=head.head_hash)
    more = append(forged, {**vars(events[-1]), "trigger": "close"})
    assert first_fault(head, [*events, SimpleNamespace(**more)]) == len(events) + 2
