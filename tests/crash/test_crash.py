"""A few kills in the suite; script/crash N does as many as one likes."""

from disputes.settings import Settings
from tests.crash.run import run

KILLS, REFUNDS = 12, 80


def test_kill_9_of_web_and_worker_loses_nothing_and_doubles_nothing(settings: Settings) -> None:
    found = run(settings, kills=KILLS, refunds=REFUNDS, seed=7)
    assert found.well, str(found)
    assert found.refunds >= REFUNDS
