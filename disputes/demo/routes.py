"""The demo's mail: what was sent, for anybody who is signed in. Elsewhere than in a demo these pages are not there."""

from flask import Blueprint, abort, current_app, render_template, request, url_for

from disputes.web.configure import settings_of
from disputes.web.policy import policy

from . import queries

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.before_request
def _in_a_demo_only() -> None:
    if not settings_of(current_app).demo:
        abort(404)


@bp.route("/mail")
@policy()
def mail() -> str:
    """What was sent, newest first."""
    mails, last = queries.sent(request.args.get("before", type=int))
    return render_template("demo/mail.html", mails=mails, more_url=last and url_for(".mail", before=last))


@bp.route("/mail/<int:mail_id>")
@policy()
def mail_show(mail_id: int) -> str:
    """One letter."""
    letter = queries.letter(mail_id, settings_of(current_app).mail_from)
    if letter is None:
        abort(404)
    return render_template("demo/mail_show.html", mail=letter, back_url=url_for(".mail"))
