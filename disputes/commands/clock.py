"""`disputes clock`"""

import re
from datetime import timedelta

import click
from flask.cli import with_appcontext

from disputes.db import db, writing
from disputes.models import Shop
from disputes.moment import moment

SECONDS = {"min": 60, "h": 3600, "d": 86400}


class Length(click.ParamType):
    """48h, 3d, 30min: a length of time in seconds."""

    name = "length"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"(\d{1,4})(min|h|d)", str(value).strip())
        if not found:
            self.fail("write it as 48h, 3d or 30min", param, ctx)
        return timedelta(seconds=int(found[1]) * SECONDS[found[2]])


@click.command()
@click.argument("shop_id", metavar="SHOP")
@click.option("--forward", type=Length(), required=True, help="How far: 48h, 3d, 30min.")
@with_appcontext
def clock(shop_id: str, forward: timedelta) -> None:
    """Move the clock of a sandbox shop forward, to see what limits do."""
    with writing() as session:
        shop = session.get(Shop, shop_id, with_for_update=True)
        if shop is None:
            raise click.ClickException(f"There is no shop {shop_id!r}.")
        if shop.provider != "fake":
            raise click.ClickException(f"{shop.name} is no sandbox shop: its refunds are real, so its time is too.")
        shop.clock_offset_s += int(forward.total_seconds())
        click.echo(f"It is now {moment(shop):%d %b %Y %H:%M} UTC for {shop.name}.")
    db.session.remove()
