"""The door for buyers who come from their shop's order page."""

from flask import redirect, render_template, request, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from disputes.db import writing
from disputes.moment import real_now
from disputes.web.install import limiter
from disputes.web.policy import policy

from . import hand_off, service
from .people import load_person
from .routes import bp


@bp.route("/from-shop/<shop_id>")
@limiter.limit("60 per minute")
@policy(public=True)
def from_shop(shop_id: str) -> Response | tuple[str, int]:
    """Open the order a shop's link names. Whatever is wrong with it, the answer is the same."""
    said = (request.args.get(name, "") for name in ("order", "email", "at", "sig"))
    link = hand_off.Link(shop_id, *said)
    found = hand_off.find(link) if hand_off.is_good(link, real_now()) else None
    if found is None or not _entered(link, found[1]):
        return render_template("auth/no_hand_off.html"), 404
    return redirect(url_for("orders.show", order_id=found[0]), 303)


def _entered(link: hand_off.Link, account_id: int) -> bool:
    """Take the link and sign its buyer in; who is signed in as themselves stays so."""
    stays = current_user.is_authenticated and current_user.id == account_id and not current_user.from_shop
    before = None if stays or not current_user.is_authenticated else current_user.session_hash
    agent, token = request.user_agent.string, None
    with writing():
        if not hand_off.use(link):
            return False
        if before:
            service.end_session(before, now=real_now())
        if not stays:
            token = service.open_session(account_id, now=real_now(), browser=agent, from_shop=link.shop_id)
    if token:
        login_user(load_person(token))
    return True
