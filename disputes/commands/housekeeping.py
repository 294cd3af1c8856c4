"""`disputes housekeeping`"""

import click
from flask import current_app
from flask.cli import with_appcontext

from disputes.moment import real_now
from disputes.storage.leftover import clear
from disputes.web.configure import settings_of


@click.command()
@with_appcontext
def housekeeping() -> None:
    """Remove files that were stored more than 48 hours ago and belong to no case. The worker does so every hour."""
    removed = clear(settings_of(current_app).instance, now=real_now())
    click.echo(f"{removed} files that belonged to no case were removed.")
