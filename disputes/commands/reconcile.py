"""`disputes reconcile`"""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Shop
from disputes.outbox.job import Hopeless, Unavailable
from disputes.outbox.reconcile import keep
from disputes.outbox.reconcile import reconcile as compare


@click.command()
@click.option("--shop", "shop_id", help="one shop only")
@with_appcontext
def reconcile(shop_id: str | None) -> None:
    """Compare our books with each provider's, to the smallest unit, and name every difference.

    Exit status: 0 nothing differs, 1 something does, 2 a provider could not be asked."""
    query = select(Shop) if shop_id is None else select(Shop).where(Shop.id == shop_id)
    shops = db.session.scalars(query.order_by(Shop.id)).all()
    if not shops:
        raise click.ClickException(f"there is no shop {shop_id!r}" if shop_id else "there is no shop")
    status = 0
    for shop in shops:
        status = max(status, _one(shop.id, shop))
    sys.exit(status)


def _one(shop_id: str, shop: Shop) -> int:
    try:
        compared, found = compare(shop)
    except (Unavailable, Hopeless) as error:
        click.echo(f"{shop_id}: {error}", err=True)
        return 2
    with writing():
        keep(shop_id, compared, found)
    for one in found:
        click.echo(f"{shop_id}: {one.what} {one.ref}: we say {one.ours}, the provider says {one.theirs}", err=True)
    click.echo(f"{shop_id}: {compared} compared, {len(found) or 'no'} difference{'' if len(found) == 1 else 's'}.")
    return 1 if found else 0
