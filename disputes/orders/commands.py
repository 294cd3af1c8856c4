"""disputes import-orders: the door a shop's export comes in through."""

import os
import stat
import sys
from collections import Counter
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from .bringing import Report, bring_all

BECAME = ("new", "updated", "unchanged", "bad")


@click.command("import-orders")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def import_orders(file: BinaryIO) -> None:
    """Bring orders in from FILE, one JSON object a line; - reads standard input.

    Sent again, an order is updated. A bad line is reported with its number and stops no other; the exit status is 1
    when there was one."""
    counts: Counter[str] = Counter()
    # Without a terminal there is nobody to watch a bar, and a log full of it.
    watched = sys.stderr.isatty()
    reports = bring_all(file)
    with click.progressbar(reports, _size(file), label="Orders", file=sys.stderr, hidden=not watched) as bar:
        for report in reports:
            counts[report.became] += 1
            _complain(report, clear=watched)
            bar.update(report.size)
    click.echo(", ".join(f"{counts[name]} {name}" for name in BECAME))
    click.get_current_context().exit(1 if counts["bad"] else 0)


def _size(file: BinaryIO) -> int | None:
    """Length in bytes, if this is a file on disk."""
    try:
        about = os.fstat(file.fileno())
    except OSError:
        return None
    return about.st_size if stat.S_ISREG(about.st_mode) else None


def _complain(report: Report, *, clear: bool) -> None:
    for problem in report.problems:
        click.echo(("\r\033[K" if clear else "") + f"line {report.number}: {problem}", err=True)
