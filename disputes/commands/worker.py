"""`disputes worker`"""

import click
from flask.cli import with_appcontext

from disputes.outbox import lease
from disputes.outbox.worker import run

from .stopping import on_signal


@click.command()
@click.option("--lease", "lease_s", default=lease.LEASE_S, show_default=True, help="Seconds a row is held for.")
@with_appcontext
def worker(lease_s: float) -> None:
    """Send mail and refunds, and let limits run out. Ends after the row in hand."""
    run(on_signal(), lease_s=lease_s)
