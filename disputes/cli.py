"""The `disputes` command."""

import click
from flask.cli import FlaskGroup

from disputes import create_app
from disputes.auth.commands import add_person, add_shop
from disputes.commands.clock import clock
from disputes.commands.diagram import diagram
from disputes.commands.doctor import doctor
from disputes.commands.housekeeping import housekeeping
from disputes.commands.policy import policy
from disputes.commands.provider import provider
from disputes.commands.reconcile import reconcile
from disputes.commands.serve import serve
from disputes.commands.stuck import stuck
from disputes.commands.verify import verify
from disputes.commands.worker import worker
from disputes.orders.commands import import_orders


@click.group(cls=FlaskGroup, create_app=create_app, add_version_option=False)
def main() -> None:
    """Disputes: from a complaint about an order to a reasoned, executed decision."""


main.add_command(add_person)
main.add_command(add_shop)
main.add_command(clock)
main.add_command(diagram)
main.add_command(doctor)
main.add_command(housekeeping)
main.add_command(import_orders)
main.add_command(policy)
main.add_command(provider)
main.add_command(reconcile)
main.add_command(serve)
main.add_command(stuck)
main.add_command(verify)
main.add_command(worker)

if __name__ == "__main__":
    main()
