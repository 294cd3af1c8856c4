"""`disputes verify`"""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from disputes.outbox.audit import broken_chains, unequal_books
from disputes.outbox.kept import changed_files, changed_texts
from disputes.sandbox.ledger import entries
from disputes.web.configure import settings_of


@click.command()
@with_appcontext
def verify() -> None:
    """Check every case's history, the texts and files kept beside it, and our refunds against the provider's books.

    Names what is wrong; exit status 1 when something is."""
    settings = settings_of(current_app)
    parts = (
        ("histories", broken_chains()),
        ("texts", changed_texts()),
        ("files", changed_files(settings.instance)),
        ("refunds", unequal_books(entries(settings.provider_ledger))),
    )
    faults = [fault for _, (_, found) in parts for fault in found]
    for fault in faults:
        click.echo(fault, err=True)
    checked = ", ".join(f"{count} {name}" for name, (count, _) in parts)
    click.echo(f"{checked} checked: {f'{len(faults)} faults' if faults else 'all is well'}.")
    sys.exit(1 if faults else 0)
