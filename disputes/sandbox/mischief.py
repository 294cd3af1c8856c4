"""What the fake provider does wrong, by setting: for the next so many times, or each time with a chance."""

import random
import threading
from collections.abc import Mapping

KINDS = {
    "slow": "answers after 1.5 seconds",
    "broken": "an error, and nothing happened",
    "broken_after": "an error after it has happened",
    "refuse": "a refund is refused for good",
    "poor": "a refund is refused: there is no money now",
    "bounce": "a refund succeeds and fails later",
    "duplicate": "a message is sent three times",
    "late": "a message is sent late",
    "reorder": "a message is overtaken by those after it",
}


class Mischief:
    """`set` what, `does` asks and counts. Values: how many times still, or a chance as "5%"."""

    def __init__(self, wanted: Mapping[str, int | str] | None = None) -> None:
        self._lock, self._dice = threading.Lock(), random.Random()  # noqa: S311 - bad luck, not a secret
        self.set(wanted or {})

    def set(self, wanted: Mapping[str, int | str]) -> None:
        """Do this from now on, and nothing else. ValueError for what it does not know or cannot read."""
        if unknown := wanted.keys() - KINDS.keys():
            raise ValueError(f"no such mischief: {', '.join(sorted(unknown))}")
        chances = {name: _chance(value) for name, value in wanted.items() if str(value).endswith("%")}
        left = {name: int(value) for name, value in wanted.items() if name not in chances}
        with self._lock:
            self._chances, self._left = chances, left

    def does(self, what: str) -> bool:
        """Whether this goes wrong now."""
        with self._lock:
            if self._left.get(what, 0) > 0:
                self._left[what] -= 1
                return True
            return self._dice.random() < self._chances.get(what, 0)


def _chance(said: int | str) -> float:
    return float(str(said).removesuffix("%")) / 100
