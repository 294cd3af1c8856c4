"""disputes add-shop and add-person: what a first operator types, and what they are told when it does not fit."""

import re
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from disputes.auth.commands import add_person, add_shop
from disputes.auth.service import account_with
from disputes.db import db
from disputes.models import Account, Grant, Shop
from tests.cast import ADA, BEN, Cast

SHOP = {"--name": "Lamp Hall", "--rules": "catawiki", "--zone": "Europe/Amsterdam", "--currency": "EUR"}


def run(app: Flask, command: Any, *words: str, typed: str | None = None, **options: str | None) -> Result:
    given = [part for name, value in options.items() if value for part in (f"--{name}", value)]
    return app.test_cli_runner().invoke(command, [*words, *given], input=typed, catch_exceptions=False)


def shop(app: Flask, shop_id: str = "lamps", **changes: str) -> Result:
    return run(app, add_shop, shop_id, **{name[2:]: value for name, value in SHOP.items()} | changes)


def person(app: Flask, email: str = "rob@example.org", *words: str, **changes: str | None) -> Result:
    return run(app, add_person, email, "--generate", *words, **{"name": "Rob", **changes})


def test_a_shop_is_added_once(app: Flask) -> None:
    assert shop(app).stdout.startswith("Added Lamp Hall (lamps).\nSecret for links")
    again = shop(app)
    assert again.exit_code == 1 and again.stderr == "Error: There is a shop 'lamps' already.\n"
    with app.app_context():
        assert db.session.scalars(select(Shop.pack)).all() == ["catawiki"]


UNFIT_SHOPS: list[tuple[str, dict[str, str], str]] = [
    ("Lamp Hall", {}, "lower-case letters, digits and dashes"),
    ("lamps", {"name": " "}, "1 to 200 characters"),
    ("lamps", {"rules": "catwiki"}, "There is no rules 'catwiki'; did you mean 'catawiki'?"),
    ("lamps", {"zone": "Europe/Amsterdm"}, "did you mean 'Europe/Amsterdam'?"),
    ("lamps", {"currency": "EURO"}, "There is no currency 'EURO'; did you mean 'EUR'?"),
    ("lamps", {"currency": "??"}, "There is no currency '??'."),
]


def test_a_shop_that_does_not_fit_is_refused_with_a_hint(app: Flask, subtests: pytest.Subtests) -> None:
    for shop_id, changes, says in UNFIT_SHOPS:
        with subtests.test(says):
            done = shop(app, shop_id, **changes)
            assert done.exit_code == 1 and says in done.stderr
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Shop)) == 0


def test_a_reviewer_can_sign_in_with_the_password_that_is_printed(app: Flask, cast: Cast) -> None:
    done = person(app, "Rob@Example.org", role="reviewer", shop="jd-3p")
    password = re.search(r"Password of rob@example.org: (\S+)", done.stdout)
    assert password
    with app.app_context():
        assert account_with("rob@example.org", password[1]) is not None


def test_a_password_can_be_typed_twice_instead(app: Flask, cast: Cast) -> None:
    typed = "long enough to do\n" * 2
    done = run(app, add_person, "rob@example.org", typed=typed, name="Rob", role="lead", shop="jd-3p")
    assert done.exit_code == 0 and "long enough" not in done.output
    short = run(app, add_person, "bob@example.org", typed="short\nshort\n", name="Bob")
    assert short.exit_code == 1 and "at least 12 characters" in short.stderr


def test_a_further_role_asks_no_password_and_changes_none(app: Flask, cast: Cast) -> None:
    person(app, role="reviewer", shop="jd-3p")
    with app.app_context():
        before = db.session.scalars(select(Account).where(Account.email == "rob@example.org")).one()
    done = run(app, add_person, "rob@example.org", name="Robert", role="lead", shop="catawiki")
    assert done.stdout == "rob@example.org was there already and keeps their name and password.\n"
    with app.app_context():
        after = db.session.scalars(select(Account).where(Account.email == "rob@example.org")).one()
        assert (after.name, after.password_hash) == (before.name, before.password_hash)


def test_a_buyer_who_came_with_an_order_gets_a_password(app: Flask, cast: Cast) -> None:
    assert f"Password of {ADA}" in person(app, ADA).stdout


def test_a_member_of_a_seller_is_named_by_the_sellers_own_name(app: Flask, cast: Cast) -> None:
    assert person(app, shop="jd-3p", seller="nia").exit_code == 0
    with app.app_context():
        query = select(Grant.role).join(Account, Account.id == Grant.account_id)
        assert db.session.scalars(query.where(Account.email == "rob@example.org")).all() == ["seller"]


def test_a_role_is_given_once(app: Flask, cast: Cast) -> None:
    for _ in range(2):
        done = person(app, BEN, role="reviewer", shop="jd-3p")
    assert f"{BEN} was reviewer there already." in done.stdout
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Grant.role == "reviewer")) == 5


UNFIT_PEOPLE: list[tuple[str, dict[str, str], str]] = [
    ("rob at home", {}, "'rob at home' is no e-mail address"),
    ("rob@example.org", {"name": " "}, "1 to 200 characters"),
    ("rob@example.org", {"zone": "Mars"}, "There is no time zone 'Mars'."),
    ("rob@example.org", {"role": "reviewer"}, "Which shop is the reviewer of? Give --shop."),
    ("rob@example.org", {"shop": "jd-3p"}, "Which role in that shop? Give --role."),
    ("rob@example.org", {"role": "reviewer", "shop": "jd3p"}, "There is no shop 'jd3p'; did you mean 'jd-3p'?"),
    ("rob@example.org", {"role": "seller", "shop": "jd-3p"}, "need a seller"),
    ("rob@example.org", {"role": "lead", "shop": "jd-3p", "seller": "ben"}, "need a seller"),
    ("rob@example.org", {"shop": "jd-3p", "seller": "bne"}, "did you mean 'ben'?"),
    ("rob@example.org", {"role": "boss", "shop": "jd-3p"}, "'boss' is not one of"),
]


def test_a_person_who_does_not_fit_is_refused_and_nothing_is_written(
    app: Flask, cast: Cast, subtests: pytest.Subtests
) -> None:
    for email, options, says in UNFIT_PEOPLE:
        with subtests.test(says):
            done = person(app, email, **options)
            assert done.exit_code != 0 and says in done.stderr
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Account)) == len(cast.people)


def test_the_first_admin_comes_from_the_command_line_and_is_in_no_shop(app: Flask, cast: Cast) -> None:
    assert person(app, role="admin").exit_code == 0
    beside = person(app, role="lead", shop="jd-3p")
    assert beside.exit_code == 1 and "An admin has no other role" in beside.stderr
    in_shop = person(app, "bob@example.org", role="admin", shop="jd-3p")
    assert in_shop.exit_code == 1 and "one of the whole installation" in in_shop.stderr


def test_a_manager_is_named_by_the_sellers_own_name_and_an_auditor_by_the_shop(app: Flask, cast: Cast) -> None:
    assert person(app, BEN, role="manager", shop="jd-3p", seller="ben").exit_code == 0
    assert person(app, role="auditor", shop="jd-3p").exit_code == 0
    assert "does not decide" in person(app, role="reviewer", shop="jd-3p").stderr
    with app.app_context():
        roles = db.session.execute(select(Account.email, Grant.role).join(Grant, Grant.account_id == Account.id)).all()
    assert (BEN, "manager") in roles and ("rob@example.org", "auditor") in roles
