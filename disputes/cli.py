"""The `disputes` command."""

import click
from flask.cli import FlaskGroup

from disputes import create_app
from disputes.orders.commands import import_orders


@click.group(cls=FlaskGroup, create_app=create_app, add_version_option=False)
def main() -> None:
    """Disputes: from a complaint about an order to a reasoned, executed decision."""


main.add_command(import_orders)
