"""python -m tests.bench [--db sqlite|postgresql] [--large]: measures, prints a table, writes docs/bench.md."""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from disputes.settings import ROOT
from tests.bench import growth, memory, page, step, sweeping, writers
from tests.bench.measure import Report
from tests.bench.place import places

SIZES = (500, 10_000)
LARGE = (10_000, 1_000_000)


def main() -> int:
    asked = argparse.ArgumentParser(prog="script/bench")
    asked.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--large", action="store_true", help="ten thousand cases against a million; takes long")
    args = asked.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    report, began = Report(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        with places(args.db, folder) as make:
            app, cast = make("steps")
            step.measure(app, cast, report, rounds=200)
            writers.measure(app, cast, report, rounds=50)
            sweeping.measure(app, cast, report, rounds=10)
            memory.measure(app, cast, report, count=300)
            growth.measure(make, report, LARGE if args.large else SIZES, rounds=100)
    print(f"{time.monotonic() - began:.0f} s")
    command = " ".join(["script/bench", *sys.argv[1:]])
    page.write(ROOT / "docs" / "bench.md", args.db, command, report.rows)
    return 0


sys.exit(main())
