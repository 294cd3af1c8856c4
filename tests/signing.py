"""Sign somebody in without waiting for argon2."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from disputes.auth.service import open_session
from disputes.db import db, writing
from disputes.models import Account
from disputes.moment import real_now


def sign_in_as(app: Flask, browser: FlaskClient, email: str) -> str:
    """Open a session for the account of that address and put its token into the browser's cookie."""
    with app.app_context():
        account_id = db.session.scalars(select(Account.id).where(Account.email == email)).one()
        with writing():
            token = open_session(account_id, now=real_now(), browser="tests")
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return token
