"""A buyer's orders."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import current_user

from disputes.web.policy import policy
from disputes.workflows.roles import BUYER

from . import queries

bp = Blueprint("orders", __name__, url_prefix="/orders")


@bp.route("")
@policy(BUYER)
def index() -> str:
    """One's own orders, newest first."""
    after = request.args.get("after")
    orders, last = queries.orders_of(current_user, after)
    if after is not None and not orders:
        abort(404)  # such an order is not there, or not theirs
    return render_template("orders/index.html", orders=orders, more_url=last and url_for(".index", after=last))


@bp.route("/<order_id>")
@policy(BUYER, on="order")
def show(order_id: str) -> str:
    """One order with its lines, parcels, payments and cases."""
    order = queries.order_view(order_id, current_user)
    if order is None:
        abort(404)
    return render_template("orders/show.html", order=order, back_url=url_for(".index"))
