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
from disputes.models import Outbox
from disputes.moment import real_now
from disputes.settings import Settings
from tests.cast import Cast
from tests.crash.figures import Figures, figures
from tests.crash.house import House
from tests.crash.people import People
from tests.outbox.smtp import free_port
from tests.processes import until

AT_ONCE = 4  # people's stories that go on at the same time
GAP_S = (0.05, 0.5)
ZOMBIES = 0.15  # of the kills on PostgreSQL; a stopped process would hold SQLite's only write lock
DRAIN_S = 120.0
Say = Callable[[str], None]


def run(settings: Settings, *, kills: int, refunds: int, seed: int = 0, say: Say = lambda text: None) -> Figures:
    """Kill `kills` times while at least `refunds` refunds go out. The database must have its tables and no data."""
    several = bool(settings.database_url)
    settings = replace(settings, provider_url=f"http://127.0.0.1:{free_port()}")
    app, dice = create_app(settings), random.Random(seed)
    house = House.build(settings, free_port(), workers=2 if several else 1)
    try:
        with app.app_context():
            Cast.arrive()
        house.start()
        with closing(People(app, house.web_url)) as people, ThreadPoolExecutor(AT_ONCE) as pool:
            stories = _Stories(pool, people, refunds)
            zombies = _haunt(house, dice, stories, kills, several=several, say=say)
            stories.end()
        with app.app_context():
            _drain(app)
            return figures(people, settings, kills=kills - zombies, zombies=zombies)
    finally:
        house.stop()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


class _Stories:
    """Stories that go on, new ones as old ones end: at least `wanted`, and until nobody is killed any more."""

    def __init__(self, pool: ThreadPoolExecutor, people: People, wanted: int) -> None:
        self._pool, self._people, self._wanted = pool, people, wanted
        self._told: list[Future[None]] = []
        self.go_on()

    def go_on(self) -> None:
        """Keep the pool busy; raise what went wrong in a story."""
        while sum(not story.done() for story in self._told) < AT_ONCE:
            self._told.append(self._pool.submit(self._people.story, len(self._told)))
        for story in self._told:
            if story.done():
                story.result()

    def end(self) -> None:
        """Wait for the wanted number of stories."""
        while len(self._told) < self._wanted:
            self.go_on()
            time.sleep(0.02)
        for story in self._told:
            story.result()


def _haunt(house: House, dice: random.Random, stories: _Stories, kills: int, *, several: bool, say: Say) -> int:
    """Kill, wait until it works again, wait a little, kill again. Returns how many were stopped instead of killed."""
    zombies = 0
    for n in range(kills):
        time.sleep(min(GAP_S[1], GAP_S[0] + dice.expovariate(1 / 0.2)))
        stories.go_on()
        house.mischief(dice)
        if several and dice.random() < ZOMBIES:
            zombies += 1
            name = house.make_a_zombie(dice)
        else:
            name = house.kill_one(dice)
        _wait_for(house, name)
        say(f"{n + 1}/{kills}: {name}")
    return zombies


def _wait_for(house: House, name: str) -> None:
    until(house.members[name].is_ready, f"{name} is back")


def _drain(app: Flask) -> None:
    """Let the worker finish; waits for another try are cut short."""
    end = time.monotonic() + DRAIN_S
    open_rows = select(func.count(Outbox.id)).where(Outbox.done_at.is_(None), Outbox.stuck_at.is_(None))
    while db.session.scalar(open_rows) and time.monotonic() < end:
        db.session.rollback()
        time.sleep(0.5)
        soon = update(Outbox).where(Outbox.done_at.is_(None), Outbox.lease_token.is_(None))
        try:
            with writing() as session:
                session.execute(soon.values(run_at=real_now()).execution_options(synchronize_session=False))
        except Busy:
            continue
    db.session.rollback()
