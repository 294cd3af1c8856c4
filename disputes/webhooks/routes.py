"""The door for payment providers' messages."""

from flask import Blueprint, abort, current_app, request
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Shop
from disputes.moment import real_now
from disputes.outbox.job import Hopeless
from disputes.outbox.notices import take_in
from disputes.outbox.provider import BadSignature, Notice
from disputes.outbox.providers import provider_of
from disputes.web.configure import settings_of
from disputes.web.install import csrf, limiter
from disputes.web.policy import policy

bp = Blueprint("webhooks", __name__)
MOST_BYTES = 256 * 1024  # an event with the whole object in it has a tenth of that


@bp.route("/webhooks/<shop_id>", methods=["POST"])
@limiter.limit("3000 per minute")
@csrf.exempt
@policy(public=True)
def take(shop_id: str) -> tuple[str, int]:
    """200: it is written down, now or before. 400: not signed by the shop's provider. 404: no such shop."""
    request.max_content_length = MOST_BYTES
    name = db.session.scalar(select(Shop.provider).where(Shop.id == shop_id))
    if name is None:
        abort(404)
    notice = _read(name, request.get_data(cache=False))
    if notice is not None:
        with writing():
            take_in(shop_id, notice, now=real_now())
    return "", 200


def _read(name: str, body: bytes) -> Notice | None:
    try:
        return provider_of(name, settings_of(current_app)).parse_webhook(body, dict(request.headers))
    except (BadSignature, Hopeless):
        abort(400)
