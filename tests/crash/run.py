"""One run: people go on with their cases, processes die, everything is drained and counted."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select, update

from disputes import create_app
from disputes.db import Busy, db, writing
from disputes.models import Outbox, Refund
from disputes.moment import real_now
from disputes.refunds.service import retry
from disputes.sandbox.messages import book_of, unsent
from disputes.settings import Settings
from tests.cast import ADA, CLEO, Cast
from tests.crash.figures import Figures, figures
from tests.crash.house import House
from tests.crash.people import CASES_A_DAY, People
from tests.outbox.smtp import free_port
from tests.processes import until
from tests.turns import turn

AT_ONCE = 4  # people's stories that go on at the same time
GAP_S = (0.05, 0.5)
ZOMBIES = 0.15  # of the kills on PostgreSQL; a stopped process would hold SQLite's only write lock
A_STORY = 20  # refunds of one, at least, on average
DRAIN_S, DRAIN_EACH_S = 120.0, 0.2
Say = Callable[[str], None]


def run(settings: Settings, *, kills: int, refunds: int, seed: int = 0, say: Say = lambda text: None) -> Figures:
    """Kill `kills` times while at least `refunds` refunds go out through a provider that does much wrong. The database
    must have its tables and no data."""
    several = settings.database.startswith("postgresql")
    settings = replace(settings, provider_url=f"http://127.0.0.1:{free_port()}")
    app, dice = create_app(settings), random.Random(seed)
    house = House.build(settings, free_port(), workers=2 if several else 1)
    try:
        with app.app_context():
            Cast.arrive()
        house.start()
        with closing(People(app, house.web_url, _buyers(refunds))) as people, ThreadPoolExecutor(AT_ONCE) as pool:
            stories = _Stories(app, pool, people, refunds)
            zombies = _haunt(house, dice, stories, kills, several=several, say=say)
            stories.end()
        say("everybody has gone home")
        house.behave()
        with app.app_context():
            _drain(settings, refunds)
            return figures(people, settings, kills=kills - zombies, zombies=zombies)
    finally:
        house.stop()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _buyers(refunds: int) -> list[str]:
    """As many as so many refunds need, at the few cases that one may open in a day."""
    return [ADA, *(f"buyer-{n}@example.org" for n in range(1, 2 + refunds // (CASES_A_DAY * A_STORY)))]


class _Stories:
    """Stories that go on, new ones as old ones end, until so many refunds are `wanted`."""

    def __init__(self, app: Flask, pool: ThreadPoolExecutor, people: People, wanted: int) -> None:
        self._app, self._pool, self._people, self._wanted = app, pool, people, wanted
        self._told: list[Future[None]] = []
        self.go_on()

    def go_on(self) -> None:
        """Keep the pool busy while more is wanted; raise what went wrong in a story."""
        while sum(not story.done() for story in self._told) < AT_ONCE and self.missing():
            self._told.append(self._pool.submit(self._people.story, len(self._told)))
        for story in self._told:
            if story.done():
                story.result()

    def missing(self) -> bool:
        """Whether fewer refunds were ordered than are wanted."""
        with self._app.app_context():
            return (db.session.scalar(select(func.count(Refund.id))) or 0) < self._wanted

    def end(self) -> None:
        """Wait for the wanted number of refunds, and for the end of what has begun."""
        while self.missing():
            self.go_on()
            time.sleep(0.1)
        for story in self._told:
            story.result()


def _haunt(house: House, dice: random.Random, stories: _Stories, kills: int, *, several: bool, say: Say) -> int:
    """Kill, wait until it works again, wait a little, kill again. Returns how many were stopped instead of killed."""
    zombies = done = 0
    while done < kills:
        time.sleep(min(GAP_S[1], GAP_S[0] + dice.expovariate(1 / 0.2)))
        stories.go_on()
        if several and dice.random() < ZOMBIES:
            zombies += 1
            names = house.make_a_zombie(dice)
        else:
            names = house.kill_some(dice, kills - done)
        for name in names:
            _wait_for(house, name)
        done += len(names)
        say(f"{done}/{kills}: {' and '.join(names)}")
    return zombies


def _wait_for(house: House, name: str) -> None:
    until(house.members[name].is_ready, f"{name} is back")


def _drain(settings: Settings, refunds: int) -> None:
    """Let everybody finish: waits for another try are cut short, and what was refused the desk sends again."""
    end = time.monotonic() + DRAIN_S + refunds * DRAIN_EACH_S
    while not _is_done(settings) and time.monotonic() < end:
        time.sleep(0.5)
        soon = update(Outbox).where(Outbox.done_at.is_(None), Outbox.lease_token.is_(None), Outbox.run_at > real_now())
        try:
            with writing() as session:
                session.execute(soon.values(run_at=real_now()).execution_options(synchronize_session=False))
            for case_id in _failed():
                with turn(case_id, CLEO, "reviewer") as t:
                    retry(t)
        except Busy:
            continue
    db.session.rollback()


def _is_done(settings: Settings) -> bool:
    """Nothing is to do, the provider has nothing to say, and nothing that it paid comes back later."""
    db.session.rollback()
    open_rows = select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.stuck_at.is_(None)).limit(1)
    waits = unsent(book_of(settings.provider_ledger))
    return not (waits or _failed() or db.session.scalar(open_rows))


def _failed() -> list[int]:
    """Cases with a refund that waits for somebody at the desk."""
    return list(db.session.scalars(select(Refund.case_id).where(Refund.state == "failed").distinct()))
