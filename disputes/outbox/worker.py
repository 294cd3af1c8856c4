"""The worker: sweep the clocks, run what is due, sleep until the next, at most a second."""

import threading
import time
from math import inf
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from disputes.db import Busy, db, writing
from disputes.moment import real_now

from . import lease
from .handlers import HANDLERS
from .hourly import Hourly
from .job import Again, Failed, Hopeless, Job, LostLease, Unavailable
from .sweep import sweep

LONGEST_SLEEP_S = 1.0
LONGEST_DRAIN_S = 10.0  # of work, before limits, the beat and the hourly work have their turn again
BUSY_TRIES = 6  # each waits up to BUSY_MS: together well within a lease
log = structlog.get_logger()


def run(stop: threading.Event, *, lease_s: float = lease.LEASE_S) -> None:
    """Work until `stop` is set; the row in hand is finished first. Nothing the database does ends it."""
    hourly = Hourly()
    log.info("the worker is ready")
    while not stop.is_set():
        try:
            _sweep()
            hourly.maybe()
            calm = drain(stop, lease_s=lease_s, most_s=LONGEST_DRAIN_S)
            rest = _rest() if calm else LONGEST_SLEEP_S
        except (Busy, SQLAlchemyError) as error:
            log.warning("the database did not answer; trying again", error=repr(error))
            rest = LONGEST_SLEEP_S
        finally:
            db.session.remove()  # a transaction left open would hold old pages, or a broken connection
        stop.wait(rest)


def _sweep() -> None:
    """One case that cannot be read must not keep letters and refunds from leaving."""
    try:
        sweep()
    except (Busy, SQLAlchemyError):
        raise
    except Exception:
        db.session.rollback()
        log.exception("what was due could not all be done")


def _rest() -> float:
    due = lease.next_due()
    return LONGEST_SLEEP_S if due is None else min(LONGEST_SLEEP_S, max(0.0, (due - real_now()).total_seconds()))


def drain(stop: threading.Event | None = None, *, lease_s: float = lease.LEASE_S, most_s: float = inf) -> bool:
    """Run every row that is due, or for `most_s`. A kind whose other side does not answer is left alone until the next
    time, and what it kept us waiting is not counted: the others would have none of the time left.

    Returns whether everybody answered."""
    down: set[str] = set()
    worked_s = 0.0
    while worked_s < most_s and not (stop and stop.is_set()):
        job = lease.claim(lease_s=lease_s, but_not=down)
        if job is None:
            break
        began = time.monotonic()
        if work(job):
            worked_s += time.monotonic() - began
        else:
            down.add(job.kind)
    return not down


def work(job: Job) -> bool:
    """Run one claimed row and write how it went. False when the outside did not answer."""
    try:
        return _work(job)
    except LostLease:
        log.warning("another worker has taken this over; nothing was written", key=job.key)
        return True


def _work(job: Job) -> bool:
    handler = HANDLERS.get(job.kind)
    try:
        if handler is None:
            raise Hopeless(f"nobody handles {job.kind!r}")
        answer = handler.act(job)
        db.session.rollback()
        _record(job, answer)
        return True
    except (LostLease, Busy):
        raise
    except Exception as error:  # whatever it is, this row must not stop the others
        _give_back(job, error)
        return not isinstance(error, Unavailable)


def _record(job: Job, answer: Any) -> None:
    """Write the result and finish the row in one transaction. What was done is done: a busy database is waited for."""
    for last in (*[False] * (BUSY_TRIES - 1), True):
        try:
            with writing():
                result = HANDLERS[job.kind].record(job, answer)
                _settle(job, result)
            return
        except Busy:
            if last:
                raise


def _settle(job: Job, result: Again | Failed | None) -> None:
    match result:
        case Again(seconds, why):
            lease.again(job, seconds, why)
        case Failed(error):
            lease.fail(job, error)
        case None:
            lease.finish(job)


def _give_back(job: Job, error: Exception) -> None:
    known = isinstance(error, Unavailable | Hopeless)
    log.warning(
        "this did not work", kind=job.kind, key=job.key, attempts=job.attempts, error=repr(error), exc_info=not known
    )
    with writing():
        lease.fail(job, str(error) if known else repr(error), for_good=isinstance(error, Hopeless))
