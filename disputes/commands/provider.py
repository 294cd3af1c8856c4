"""`disputes provider`"""

from pathlib import Path

import click

from disputes.sandbox.mischief import KINDS, Mischief
from disputes.sandbox.ports import taken
from disputes.sandbox.provider import FakeBank, serve
from disputes.settings import Settings

DOES = "; ".join(f"{name}: {what}" for name, what in KINDS.items())


@click.command()
@click.option("--port", default=8001, show_default=True)
@click.option("--ledger", type=click.Path(path_type=Path), help="Its books; by default in the instance folder.")
@click.option("--delay-ms", default=3000, show_default=True, help="How long a refund takes to arrive.")
@click.option("--bounce-ms", default=2000, show_default=True, help="How long after that one comes back that does.")
@click.option("--webhooks", default="", help="Address of the web its messages go to. Without one, none are sent.")
@click.option("--mischief", "wrong", multiple=True, metavar="NAME=N", help=f"What goes wrong N times, or N%. {DOES}.")
def provider(
    port: int, ledger: Path | None, delay_ms: int, bounce_ms: int, webhooks: str, wrong: tuple[str, ...]
) -> None:
    """Run the fake payment provider on this machine."""
    if taken(port):
        raise click.ClickException(f"Port {port} is taken.")
    try:
        mischief = Mischief({name: times for name, _, times in (one.partition("=") for one in wrong)})
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--mischief") from error
    settings = Settings.from_environment()
    books, secret = ledger or settings.provider_ledger, settings.provider_signers[0]
    bank = FakeBank(
        books, delay_ms, bounce_ms=bounce_ms, webhooks=webhooks, secret=secret, mischief=mischief
    )  # fmt: skip
    serve(bank, port)
