"""`disputes provider`"""

from pathlib import Path

import click

from disputes.sandbox.ports import taken
from disputes.sandbox.provider import serve
from disputes.settings import Settings


@click.command()
@click.option("--port", default=8001, show_default=True)
@click.option("--ledger", type=click.Path(path_type=Path), help="Its books; by default in the instance folder.")
@click.option("--delay-ms", default=3000, show_default=True, help="How long a refund takes to arrive.")
def provider(port: int, ledger: Path | None, delay_ms: int) -> None:
    """Run the fake payment provider on this machine."""
    if taken(port):
        raise click.ClickException(f"Port {port} is taken.")
    serve(ledger or Settings.from_environment().provider_ledger, port, delay_ms)
