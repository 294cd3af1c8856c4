"""disputes add-shop, disputes add-person: what an operator needs before anybody can sign in."""

import click
from flask.cli import with_appcontext

from disputes.db import writing
from disputes.effects.house import OPERATOR
from disputes.models.account import GRANTED
from disputes.moment import real_now
from disputes.workflows.roles import ADMIN, SELLER

from . import keys, staff


@click.command("add-shop")
@click.argument("shop_id", metavar="ID")
@click.option("--name", required=True, help="As people know it.")
@click.option("--rules", required=True, help="The shop's rules it follows, as `disputes policy list` names them.")
@click.option("--zone", required=True, help="The time zone its deadlines are computed in, such as Europe/Amsterdam.")
@click.option("--currency", required=True, help="ISO 4217, such as EUR.")
@with_appcontext
def add_shop(shop_id: str, name: str, rules: str, zone: str, currency: str) -> None:
    """Add a shop; ID is a word for people and files, such as jd-3p. Its orders come in by import-orders."""
    try:
        with writing():
            now = real_now()
            shop = staff.add_shop(shop_id, name, OPERATOR, pack=rules, zone=zone, currency=currency, now=now)
            secret = keys.new_key(shop, OPERATOR, now=now)
    except staff.Unfit as unfit:
        raise click.ClickException(str(unfit)) from None
    click.echo(f"Added {name} ({shop_id}).")
    click.echo(f"Secret for links from its order pages, shown this once: {secret}")


@click.command("add-person")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(GRANTED), help="None: somebody who only buys.")
@click.option("--shop", "shop_id", help="The shop the role is in.")
@click.option("--seller", "seller_ref", metavar="REF", help="The shop's own name for the seller they belong to.")
@click.option("--zone", help="The time zone they are shown times in.")
@click.option("--generate", is_flag=True, help="Make up a password and print it, instead of asking for one.")
@with_appcontext
def add_person(
    email: str, name: str, role: str | None, shop_id: str | None, seller_ref: str | None, zone: str | None,
    generate: bool,
) -> None:  # fmt: skip
    """Add a person, or a role to one who is there. Run it again for each further role.

    Nobody's name or password is changed; an account that came with an order and has no password gets this one."""
    role = role or (SELLER if seller_ref else None)
    if role and role != ADMIN and not shop_id:
        raise click.UsageError(f"Which shop is the {role} of? Give --shop.")
    if shop_id and not role:
        raise click.UsageError("Which role in that shop? Give --role.")
    password = None if staff.has_password(email) else staff.new_password() if generate else _ask()
    try:
        fresh = staff.hash_password(password, email) if password else None
        with writing():
            person = staff.add_person(email, name, password_hash=fresh, zone=zone, now=real_now())
            if role and not staff.give_role(person, role, shop_id, seller_ref, now=real_now()):
                click.echo(f"{person.email} was {role} there already.")
    except staff.Unfit as unfit:
        raise click.ClickException(str(unfit)) from None
    if not password:
        click.echo(f"{person.email} was there already and keeps their name and password.")
    elif generate:
        click.echo(f"Password of {person.email}: {password}")


def _ask() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
