"""Cases under way in the demo: the slices' own services, called at moments of the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from sqlalchemy import select, update

from disputes.auth.access import Turn
from disputes.db import db, writing
from disputes.filings.service import Claim, lines_of, lock_order, open_case
from disputes.models import Account, Order, Shop
from disputes.moment import moment
from disputes.outbox import lease, worker
from disputes.outbox.handlers import HANDLERS
from disputes.settings import Settings
from disputes.steps import Actor, lock_case
from disputes.storage.store import Stored, receive
from disputes.verdicts import Wanted
from disputes.workflows.roles import BUYER

from .demo_verbs import DO

Table = Mapping[str, Any]


@dataclass
class _File:
    """A file as if a browser had sent it."""

    filename: str | None
    stream: BinaryIO


def bring_cases(cases: Sequence[Table], people: Table, roles: Mapping[str, str], settings: Settings) -> None:
    """Open each case and take its steps, everything in the order it happened."""
    files = [_files(case.get("file"), settings) for case in cases]
    todo = [(case["ago"], at, None) for at, case in enumerate(cases)]
    todo += [(step["ago"], at, step) for at, case in enumerate(cases) for step in case.get("steps", ())]
    opened: dict[int, int] = {}
    try:
        for ago, at, step in sorted(todo, key=lambda one: -one[0]):
            _go_to(ago)
            if step is None:
                opened[at] = _open(cases[at], files[at])
            else:
                _take(opened[at], step, people[step["by"]]["email"], roles[step["by"]])
            _send_mail()
    finally:
        _go_to(0)


def _go_to(hours_ago: float) -> None:
    """Sandbox shops have a clock of their own: what follows happens that long ago."""
    with writing() as session:
        session.execute(update(Shop).values(clock_offset_s=int(-hours_ago * 3600)))
        session.expire_all()


def _files(file: Table | None, settings: Settings) -> list[Stored]:
    return receive(settings.instance, [_File(file["name"], BytesIO(file["text"].encode()))]) if file else []


def _open(case: Table, files: Sequence[Stored]) -> int:
    with writing():
        order_id = db.session.scalars(select(Order.id).where(Order.number == case["order"])).one()
        locked = lock_order(order_id)
        order, shop, _ = locked
        asked = case.get("lines")
        lines = {line.id: asked[line.ref] if asked else line.quantity for line in lines_of(order)
                 if asked is None or line.ref in asked}  # fmt: skip
        reason, sub_reason = case["reason"]
        wanted = Wanted(lines, reason, sub_reason, case["wish"], case.get("amount"))
        now = moment(shop)
        claim = Claim(wanted, case["words"], f"demo-{case['order']}", files)
        return open_case(locked, claim, Actor(order.buyer_id, BUYER), now=now, received_at=now)[0].id


def _take(case_id: int, step: Table, email: str, role: str) -> None:
    with writing():
        locked = lock_case(case_id)
        assert locked, "a demo case that was just opened"
        actor = Actor(db.session.scalars(select(Account.id).where(Account.email == email)).one(), role)
        now = moment(locked[1])
        DO[step["do"]](Turn(*locked, actor, now, now), step)


def _send_mail() -> None:
    """Notices go out at their time, since clocks start with them; money waits for the worker and the provider."""
    others = set(HANDLERS) - {"mail"}
    while job := lease.claim(but_not=others):
        worker.work(job)
