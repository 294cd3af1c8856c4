"""`disputes stuck`"""

import click
from flask.cli import with_appcontext

from disputes.db import writing
from disputes.outbox import lease


@click.command()
@click.option("--retry", is_flag=True, help="Try all of them again.")
@with_appcontext
def stuck(retry: bool) -> None:
    """List what could not be sent and waits for a person, with the reason."""
    rows = lease.stuck()
    for row in rows:
        click.echo(f"{row.stuck_at:%d %b %H:%M} UTC  {row.key}  {row.last_error}")
    if retry:
        ids = [row.id for row in rows]
        with writing():
            again = sum(map(lease.revive, ids))
        click.echo(f"{again} will be tried again.")
    elif not rows:
        click.echo("Nothing waits.")
