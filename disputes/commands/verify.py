"""`disputes verify`"""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from disputes.outbox.audit import broken_chains, unequal_books
from disputes.sandbox.ledger import entries
from disputes.web.configure import settings_of


@click.command()
@with_appcontext
def verify() -> None:
    """Check every case's history, and our refunds against the provider's books. Exit status 1 when something is off."""
    checked, faults = broken_chains()
    refunds, differences = unequal_books(entries(settings_of(current_app).provider_ledger))
    for fault in (*faults, *differences):
        click.echo(fault, err=True)
    found = len(faults) + len(differences)
    click.echo(f"{checked} histories and {refunds} refunds checked: {f'{found} faults' if found else 'all is well'}.")
    sys.exit(1 if found else 0)
