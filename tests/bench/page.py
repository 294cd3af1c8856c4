"""The page docs/bench.md: one part for each database and one for the rules, the others kept as they stand."""

import os
import re
from datetime import date
from pathlib import Path

from tests.bench.measure import Row

HEAD = """# What things cost

Ratios, each from one run with interleaved rounds: a slow moment of the machine hits both sides of a ratio alike.
Times are medians unless it says p99. `script/bench` measures and writes this page; `--db postgresql` takes the other
database, `--large` compares ten thousand cases with a million, `--rules` measures the shops' rules alone.
"""
RULES = "rules"
LARGE = {"sqlite": "large", "postgresql": "large-postgresql"}
NAMES = {
    "sqlite": "SQLite", "postgresql": "PostgreSQL", LARGE["sqlite"]: "A million cases, SQLite",
    LARGE["postgresql"]: "A million cases, PostgreSQL", RULES: "The shops' rules",
}  # fmt: skip


def write(file: Path, kind: str, command: str, rows: list[Row]) -> None:
    """Replace one part."""
    parts = _parts(file)
    told = f"`{command}`, {date.today():%d %B %Y}, {os.cpu_count()} cores."
    lines = [f"| {row.what} | {row.ratio} | {row.how} |" for row in rows]
    parts[NAMES[kind]] = "\n".join((told, "", "| What | Ratio | How |", "| --- | --- | --- |", *lines))
    body = "\n\n".join(f"## {name}\n\n{parts[name]}" for name in NAMES.values() if name in parts)
    file.write_text(f"{HEAD}\n{body}\n")


def _parts(file: Path) -> dict[str, str]:
    found = re.split(r"^## (.+)$", file.read_text(), flags=re.M)[1:] if file.exists() else []
    return {name: text.strip() for name, text in zip(found[::2], found[1::2], strict=True)}
