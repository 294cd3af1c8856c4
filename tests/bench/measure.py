"""Times of interleaved rounds, and what is made of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(frozen=True)
class Row:
    """One line of the table: what was compared, the ratio, and how it came about."""

    what: str
    ratio: str
    how: str


@dataclass
class Report:
    """The lines of one run, printed as they come."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, ratio: float, how: str, unit: str = "x") -> None:
        self.rows.append(Row(what, f"{ratio:.2f} {unit}", how))
        print(f"{what:<62} {ratio:>8.2f} {unit:<3} {how}", flush=True)


def interleaved(rounds: int, acts: Mapping[str, Callable[[], object]], warm: int = 3) -> dict[str, list[float]]:
    """Seconds of each act, one of each a round, so that a slow moment of the machine hits them alike."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(rounds + warm):
        for name, act in acts.items():
            took = timed(act)
            if number >= warm:
                times[name].append(took)
    return times


def timed(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def p50(times: list[float]) -> float:
    return median(times)


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
