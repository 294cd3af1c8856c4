"""`disputes verify`"""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from disputes.outbox.audit import broken_chains, unequal_books
from disputes.outbox.kept import changed_files, changed_reasons, changed_texts
from disputes.outbox.kept_money import changed_money_texts
from disputes.outbox.kept_referrals import changed_referrals
from disputes.outbox.kept_rules import changed_rules
from disputes.sandbox.ledger import entries
from disputes.web.configure import settings_of


@click.command()
@with_appcontext
def verify() -> None:
    """Check every history, the texts and files kept beside them, and our refunds against the provider's books.

    Names what is wrong; exit status 1 when something is."""
    settings = settings_of(current_app)
    parts = (
        ("histories", broken_chains()),
        ("texts", changed_texts()),
        ("reasons of restrictions", changed_reasons()),
        ("texts about money", changed_money_texts()),
        ("files", changed_files(settings.instance)),
        ("referrals", changed_referrals(settings.instance)),
        ("shop rules", changed_rules()),
        ("refunds", unequal_books(entries(settings.provider_ledger))),
    )
    faults = [fault for _, (_, found) in parts for fault in found]
    for fault in faults:
        click.echo(fault, err=True)
    checked = ", ".join(f"{count} {name}" for name, (count, _) in parts)
    click.echo(f"{checked} checked: {f'{len(faults)} faults' if faults else 'all is well'}.")
    sys.exit(1 if faults else 0)
