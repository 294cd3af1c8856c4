"""`disputes doctor`"""

import sys
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from disputes.db import db
from disputes.outbox.reach import mail_fault, provider_fault
from disputes.web.configure import settings_of

from . import machine, state
from .finding import Finding, mend, well


@click.command()
@with_appcontext
def doctor() -> None:
    """Say what is installed, what is used, and what must be mended. Exit status 1 when something must."""
    findings = list(_examine())
    for finding in findings:
        click.echo(f"{finding.mark:<5} {finding.text}")
    wrong = sum(finding.must_mend for finding in findings)
    click.echo(f"{wrong} things must be mended." if wrong else "All is well.")
    sys.exit(1 if wrong else 0)


def _examine() -> Iterator[Finding]:
    settings = settings_of(current_app)
    yield machine.python()
    yield from machine.extras()
    yield machine.instance(settings.instance)
    try:
        yield from machine.database(db.engine)
        yield (schema := machine.schema(db.engine))
        if not schema.must_mend:
            yield from state.examine()
    except SQLAlchemyError as error:
        yield mend(f"the database does not answer: {getattr(error, 'orig', None) or error}")
    yield _reached("mail", settings.smtp_url.rpartition("@")[2] or "files in the instance folder", mail_fault(settings))
    yield _reached("payment provider", settings.provider_url, provider_fault(settings))


def _reached(name: str, where: str, fault: str | None) -> Finding:
    return mend(f"{name}: {fault}") if fault else well(f"{name}: {where}")
