"""What the worker does once an hour, besides what is due."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Shop
from disputes.moment import real_now
from disputes.storage.leftover import clear
from disputes.web.configure import settings_of

from .job import Hopeless, Unavailable
from .reconcile import keep, reconcile

EVERY_S = 3600.0
LOOKS_BACK = timedelta(days=1)  # what is older was looked at before, or waits for `disputes housekeeping`
log = structlog.get_logger()


class Hourly:
    """Remembers when it was last done; the first time is at the worker's start."""

    def __init__(self) -> None:
        self._next = time.monotonic()

    def maybe(self) -> None:
        """Do it if an hour has passed."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_S
        with _each_for_itself("files that belong to no case were not removed"):
            _clear()
        for shop_id in db.session.scalars(select(Shop.id).order_by(Shop.id)).all():
            with _each_for_itself("the books were not compared", shop=shop_id):
                _compare(shop_id)


@contextmanager
def _each_for_itself(what: str, **about: str) -> Iterator[None]:
    """Whatever goes wrong with one of the jobs stops neither the others nor the worker; it is tried in an hour."""
    try:
        yield
    except Exception:
        db.session.rollback()
        log.exception(what, **about)


def _clear() -> None:
    if removed := clear(settings_of(current_app).instance, now=real_now(), looks_back=LOOKS_BACK):
        log.info("files that belonged to no case were removed", count=removed)


def _compare(shop_id: str) -> None:
    """Our books with the provider's; one that does not answer is asked in an hour."""
    try:
        compared, found = reconcile(db.session.get_one(Shop, shop_id))
    except (Unavailable, Hopeless) as error:
        log.warning("the books were not compared", shop=shop_id, error=str(error))
        return
    with writing():
        keep(shop_id, compared, found)
    if found:
        log.warning("the books differ", shop=shop_id, count=len(found))
