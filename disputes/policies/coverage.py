"""Which clause of the shops' documents is true by what: read from coverage.toml, and from the packs that cite it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

COVERAGE = Path(__file__).parent / "coverage.toml"

# A rule in a pack; made true by another part of the system; not there yet; not the engine's matter.
TESTED = ("tests/policies/test_clauses.py",)
STATES = ("rule", "system", "planned", "outside")


@dataclass(frozen=True)
class Covered:
    """One clause. `by`: modules that make it true. `note`: what is missing, or why it is not the engine's matter."""

    clause: str
    state: str
    by: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    note: str = ""


def read_coverage(path: Path = COVERAGE) -> tuple[Covered, ...]:
    """Every clause in the file, by id; ValueError when one stands there twice."""
    tables = tomllib.loads(path.read_text("utf-8"))
    found: dict[str, Covered] = {}
    for state in STATES:
        for clause, about in tables.get(state, {}).items():
            if clause in found:
                raise ValueError(f"{path.name}: {clause} is both {found[clause].state} and {state}")
            given = {"note": about} if isinstance(about, str) else about
            found[clause] = Covered(
                clause,
                state,
                tuple(given.get("by", ())),
                tuple(given.get("tests", TESTED if state == "rule" else ())),
                given.get("note", ""),
            )
    return tuple(found[clause] for clause in sorted(found))


def count(covered: Iterable[Covered]) -> dict[str, int]:
    """How many clauses are in each state."""
    states = [one.state for one in covered]
    return {state: states.count(state) for state in STATES}
