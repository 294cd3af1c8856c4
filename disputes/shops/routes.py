"""The admin's pages about shops."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.keys import keys_of
from disputes.auth.staff import Unfit
from disputes.db import writing
from disputes.models import Shop
from disputes.moment import real_now
from disputes.web.fields import options
from disputes.web.policy import policy
from disputes.workflows.roles import ADMIN

from . import queries, service
from .forms import NewShopForm, ShopForm

bp = Blueprint("shops", __name__, url_prefix="/shops")


def _shop(shop_id: str) -> Shop:
    return queries.shop(shop_id) or abort(404)


@bp.route("")
@policy(ADMIN)
def index() -> str:
    """All shops."""
    return render_template("shops/index.html", shops=queries.shops(), rules=dict(queries.rules()))


@bp.route("/<shop_id>", methods=["GET", "POST"])
@policy(ADMIN)
def show(shop_id: str) -> Response | str | tuple[str, int]:
    """One shop: its name and limits."""
    shop, form = _shop(shop_id), ShopForm()
    limits = form.limits(shop.currency) if form.validate_on_submit() else None
    if limits is not None:
        with writing():
            service.change(current_user.id, shop_id, form.name.data, limits, now=real_now())
        flash(gettext("Saved. It counts from the next decision on."), "done")
        return redirect(url_for("shops.show", shop_id=shop_id), 303)
    if not form.is_submitted():
        form.show(shop)
    html = render_template("shops/show.html", **_about(shop), form=form)
    return (html, 422) if form.errors else html


def _about(shop: Shop) -> dict[str, object]:
    return {"shop": shop, "rules": dict(queries.rules()), "keys": keys_of(shop.id), "back_url": url_for("shops.index")}


@bp.route("/new", methods=["GET", "POST"])
@policy(ADMIN)
def new() -> Response | str | tuple[str, int]:
    """Add a shop."""
    form = NewShopForm()
    form.rules.choices = options(queries.rules())
    if form.validate_on_submit() and _added(form):
        return redirect(url_for("shops.show", shop_id=form.shop_id.data), 303)
    html = render_template("shops/new.html", form=form, back_url=url_for("shops.index"))
    return (html, 422) if form.errors else html


def _added(form: NewShopForm) -> bool:
    values = {"pack": form.rules.data, "zone": form.zone.data, "currency": form.currency.data.upper()}
    try:
        with writing():
            service.add(current_user.id, form.shop_id.data, form.name.data, **values, now=real_now())
    except Unfit as unfit:
        form.shop_id.errors = [str(unfit)]
        return False
    flash(gettext("The shop is there. Its orders come in by import."), "done")
    return True


@bp.route("/<shop_id>/key", methods=["POST"])
@policy(ADMIN)
def new_key(shop_id: str) -> str:
    """Make a new secret and show it, this once."""
    _shop(shop_id)
    with writing():
        secret = service.new_key(current_user.id, shop_id, now=real_now())
    return render_template("shops/key.html", shop=_shop(shop_id), secret=secret)
