"""A case as its reader may see it, and what the rules say of a filing before it is sent."""

from flask import Blueprint, abort, jsonify, request
from flask_login import current_user
from pydantic import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from disputes.auth.access import case_for
from disputes.auth.reading import note_reading
from disputes.casefile.build import view_of
from disputes.casefile.read import read, things_read
from disputes.db import db
from disputes.models import Order, OrderLine, Seller, Shop
from disputes.verdicts import judge
from disputes.web.arrival import arrived_at
from disputes.web.policy import policy
from disputes.workflows.roles import BUYER, DESK, PARTIES

from .asked import Asked
from .shapes import case_json, said

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.route("/cases/<case_id>")
@policy(*PARTIES, *DESK, on="case")
def case(case_id: str) -> Response:
    """A case: where it stands, until when, what the reader can do now, what the rules said, what was decided."""
    turn = case_for(case_id, *PARTIES, *DESK)
    raw = read(turn)
    answer = jsonify(case_json(view_of(raw), raw.verdicts))
    if turn.actor.role in DESK:
        note_reading(turn.case.id, turn.actor.role, things_read(raw))
    return answer


@bp.route("/orders/<order_id>/check")
@policy(BUYER, on="order")
def check(order_id: str) -> Response | tuple[Response, int]:
    """What the rules say of a filing (docs/api.md). Nothing is stored or sent. 400 names what cannot be read."""
    found = db.session.execute(
        select(Order, Shop, Seller)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .where(Order.public_id == order_id)
    ).one_or_none()
    if found is None or current_user.role_on(found[0]) != BUYER:
        abort(404)
    order, shop, seller = found
    lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    try:
        wanted = Asked.of(request.args).wanted(lines)
    except ValidationError as wrong:
        return jsonify(error="; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors())), 400
    except ValueError as wrong:
        return jsonify(error=str(wrong)), 400
    judged = judge(shop, seller, order, lines, wanted, arrived_at(shop))
    return jsonify(rules=judged.version, verdicts=[said(verdict.as_dict()) for verdict in judged.verdicts])
