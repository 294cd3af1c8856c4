"""Bring a stream of orders in: each in a transaction of its own, the bad ones reported with their line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError

from disputes.db import Busy, writing
from disputes.incoming.problems import NotTaken, problems
from disputes.incoming.schema import OrderIn
from disputes.moment import real_now

from .reading import LONGEST, MEGABYTE, Raw, raw_lines
from .service import bring

TRIES = 4


@dataclass(frozen=True)
class Report:
    """What became of one line: new, updated, unchanged, or bad and why."""

    number: int
    size: int
    became: str
    problems: tuple[str, ...] = ()


def bring_all(stream: BinaryIO) -> Iterator[Report]:
    """Take in order after order; whatever is wrong with one stops no other."""
    for raw in raw_lines(stream):
        try:
            yield Report(raw.number, raw.size, _bring_line(raw))
        except NotTaken as refused:
            yield Report(raw.number, raw.size, "bad", tuple(refused.problems))


def _bring_line(raw: Raw) -> str:
    if raw.data is None:
        raise NotTaken(f"is longer than {LONGEST // MEGABYTE} MB; no order is")
    try:
        given = OrderIn.model_validate_json(raw.data)
    except ValidationError as invalid:
        raise NotTaken(*problems(invalid)) from None
    return in_one_go(given)


def in_one_go(given: OrderIn) -> str:
    """One order in one transaction. Raises NotTaken; nothing of it is written then."""
    why = ""
    for _ in range(TRIES):
        try:
            with writing() as session:
                session.expunge_all()  # what earlier orders left in memory
                return bring(given, now=real_now())
        except IntegrityError:
            # Somebody else brought the same order, buyer or payment in at the same moment: now it is there to update.
            why = "it does not fit what is stored already"
        except Busy:
            why = "the database is too busy; bring it in again"
        except DataError:
            raise NotTaken("the database cannot hold one of its values") from None
    raise NotTaken(why)
