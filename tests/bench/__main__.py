"""python -m tests.bench [--db KIND] [--large] [--rules]: measures, prints a table, writes docs/bench.md."""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from disputes.settings import ROOT
from tests.bench import growth, memory, page, rules, step, sweeping, writers
from tests.bench.measure import Report
from tests.bench.place import Make, places

SIZES = (500, 10_000)
LARGE = (10_000, 1_000_000)


def main() -> int:
    asked = argparse.ArgumentParser(prog="script/bench")
    asked.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--large", action="store_true", help="only ten thousand cases against a million; takes minutes")
    asked.add_argument("--rules", action="store_true", help="only the shops' rules, which need no database")
    args = asked.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    told = Report()
    rules.measure(told, rounds=200, loads=20)
    page.write(ROOT / "docs" / "bench.md", page.RULES, "script/bench --rules", told.rows)
    if args.rules:
        return 0
    report, began = Report(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        with places(args.db, folder) as make:
            if args.large:
                growth.measure(make, report, LARGE, rounds=100)
            else:
                _everything(make, report)
    print(f"{time.monotonic() - began:.0f} s")
    command = " ".join(["script/bench", *sys.argv[1:]])
    part = page.LARGE[args.db] if args.large else args.db
    page.write(ROOT / "docs" / "bench.md", part, command, report.rows)
    return 0


def _everything(make: Make, report: Report) -> None:
    app, cast = make("steps")
    step.measure(app, cast, report, rounds=200)
    writers.measure(app, cast, report, rounds=50)
    sweeping.measure(app, cast, report, rounds=10)
    memory.measure(app, cast, report, count=300)
    growth.measure(make, report, SIZES, rounds=100)


sys.exit(main())
