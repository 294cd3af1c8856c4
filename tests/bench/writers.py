"""Eight people writing at once, each on a case of their own: how long the unlucky wait."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from flask import Flask

from tests.bench.measure import Report, ms, p50, p99, timed
from tests.bench.step import Over
from tests.bench.stock import cases
from tests.cast import CLEO, Cast
from tests.server import browser, serving

WRITERS = 8


def measure(app: Flask, cast: Cast, report: Report, rounds: int) -> None:
    """The slowest of a hundred steps against the usual one."""
    with app.app_context(), serving(app) as base, ExitStack() as open_browsers:
        desks = [
            Over(open_browsers.enter_context(browser(app, base, CLEO)), case_id)
            for case_id in cases(cast, WRITERS, "writers")
        ]
        with ThreadPoolExecutor(WRITERS) as pool:
            found = pool.map(lambda desk: [timed(desk.note) for _ in range(rounds)], desks)
            times = [took for mine in found for took in mine]
    report.add(
        f"{WRITERS} writers over HTTP: p99 / p50", p99(times) / p50(times), f"{ms(p99(times))} / {ms(p50(times))}"
    )
