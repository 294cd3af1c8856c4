"""Error pages: what went wrong in plain words, what happened meanwhile, and what was typed still there."""

from collections.abc import Iterator

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from disputes.db import Busy, db
from disputes.storage.sniff import BadFile
from disputes.text import N_, Text
from disputes.workflows.core import Refused

from .policy import FOR_MACHINES

HIDDEN = {"csrf_token", "seen_version", "password", "do", "key", "kept", "call", "next", "lang"}  # no person typed them
TYPED = {
    "words": N_("What you wrote"), "note": N_("Note"), "reasons": N_("Reasons"), "amount": N_("Amount"),
    "wish_amount": N_("Amount"), "reason": N_("Reason"), "reference": N_("Reference of the payment"),
}  # fmt: skip
RETRY_AFTER_S = 2
OLD_FORM = N_("This form was opened before you signed in, or too long ago. Go back, reload it and send it again.")

PAGES: dict[int, tuple[str, str]] = {
    400: (N_("That could not be read"), N_("Something was missing or not as expected. Go back and try again.")),
    401: (N_("Please sign in"), N_("This is only for people who are signed in.")),
    403: (N_("Not allowed"), N_("This action is not open to you.")),
    404: (N_("Not found"), N_("There is nothing here, or it is not for you to see.")),
    405: (N_("That does not work here"), N_("This page cannot be used that way.")),
    409: (N_("That can't be done now"), N_("Something changed in the meantime.")),
    413: (N_("That is too large"), N_("A file can have up to 10 MB, everything together up to 60 MB.")),
    415: (N_("That kind of file is not taken"), N_("Photos, PDF and plain text are.")),
    429: (N_("Too many tries"), N_("Please wait a few minutes, then try again.")),
    500: (N_("That was our mistake"), N_("Something broke on our side. Nothing was half-saved. Please try again.")),
    503: (N_("Very busy right now"), N_("Nothing was lost. Please send it again in a moment.")),
}  # fmt: skip


def kept() -> Iterator[tuple[str, str]]:
    """What a person typed into the form that failed: shown again, so that no word is lost."""
    try:
        form = request.form
    except RequestEntityTooLarge:
        return  # it was never read; the browser still has it behind its Back button
    for name, value in form.items(multi=True):
        if name not in HIDDEN and value.strip():
            yield gettext(TYPED.get(name, name.replace("_", " ").capitalize())), value


def page(code: int, text: Text | str | None = None) -> tuple[str, int]:
    """One error page."""
    title, usual = PAGES.get(code, PAGES[500])
    body = render_template(
        "errors/error.html", code=code, title=title, text=text or usual, kept=list(kept()), retry_url=None
    )
    return body, code


def conflict(
    refused: Refused, *, meanwhile: object = (), back_url: str | None = None, saved: bool = False
) -> tuple[str, int]:
    """The page for whoever came second: why, what happened meanwhile, and their text."""
    body = render_template(
        "errors/conflict.html",
        title=N_("Something changed meanwhile") if request.method == "POST" else PAGES[409][0],
        text=refused.reason,
        meanwhile=meanwhile,
        kept=list(kept()),
        back_url=back_url,
        again=None,
        saved=saved,
    )
    return body, 409


def register(app: Flask) -> None:
    """Give every error its page; the transaction it happened in is rolled back."""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str | Response, int]:
        db.session.rollback()
        if request.path.startswith(FOR_MACHINES):
            code = error.code or 500
            return jsonify(error=gettext(PAGES.get(code, PAGES[500])[1])), code
        if isinstance(error, CSRFError):
            return page(
                400,
                gettext(
                    "This form was opened too long ago, or before you signed in. Go back, reload and send it again."
                ),
            )
        # What a limit has to say of itself is told instead of the usual.
        return page(error.code or 500, getattr(getattr(error, "limit", None), "error_message", None))

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        db.session.rollback()
        return conflict(error)

    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def too_late(_error: Exception) -> tuple[str, int]:
        # The locks decide who comes first; where one were missing, versions and constraints still say no.
        app.logger.exception("a constraint stopped a request")
        db.session.rollback()
        return conflict(Refused(Text(N_("Someone has acted on this since you opened it."))))

    @app.errorhandler(BadFile)
    def bad_file(error: BadFile) -> tuple[str, int]:
        db.session.rollback()
        return page(413, error.reason)

    @app.errorhandler(DataError)
    def unfit(_error: DataError) -> tuple[str, int]:
        db.session.rollback()
        return page(400)

    @app.errorhandler(Busy)
    def busy(_error: Busy) -> tuple[str, int, dict[str, str]]:
        db.session.rollback()
        return *page(503), {"Retry-After": str(RETRY_AFTER_S)}

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        db.session.rollback()
        current_app.logger.exception("a request broke")
        return page(500)
