"""The lead's page: switches for each shop, and what waits because we were away."""

from datetime import timedelta

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.db import writing
from disputes.moment import real_now
from disputes.web.policy import policy
from disputes.workflows.case import CASE
from disputes.workflows.roles import LEAD

from . import queries, service
from .forms import ExtendForm

bp = Blueprint("switches", __name__, url_prefix="/desk/switches")


@bp.route("")
@policy(LEAD)
def index() -> str:
    """What is halted, and what waits."""
    return _page(ExtendForm())


@bp.route("/<shop_id>/<what>/<do>", methods=["POST"])
@policy(LEAD)
def switch(shop_id: str, what: str, do: str) -> Response:
    """Stop or go on."""
    if shop_id not in current_user.lead_shops or what not in service.WHAT or do not in ("stop", "go"):
        abort(404)
    with writing():
        shop = service.lock_shop(shop_id) or abort(404)
        held = service.switch(shop, what, stop=do == "stop", account_id=current_user.id, real=real_now())
    if held:
        flash(ngettext("%(num)s limit waits for you below.", "%(num)s limits wait for you below.", held), "note")
    return redirect(url_for("switches.index"), 303)


@bp.route("/extend", methods=["POST"])
@policy(LEAD)
def extend() -> Response | tuple[str, int]:
    """Give everybody who is affected more time, each with a notice; one transaction a case."""
    form = ExtendForm()
    if not form.validate_on_submit():
        return _page(form), 422
    done = 0
    for case_id in service.held_cases(current_user.lead_shops):
        with writing():
            done += service.extend(case_id, current_user.id, timedelta(hours=form.hours.data))
    flash(ngettext("%(num)s limit was moved.", "%(num)s limits were moved.", done), "done")
    return redirect(url_for("switches.index"), 303)


@bp.route("/run", methods=["POST"])
@policy(LEAD)
def run() -> Response:
    """Let what waits run out after all."""
    done = 0
    for case_id in service.held_cases(current_user.lead_shops):
        with writing():
            done += service.let_run(case_id)
    flash(ngettext("%(num)s limit runs out now.", "%(num)s limits run out now.", done), "done")
    return redirect(url_for("switches.index"), 303)


def _page(form: ExtendForm) -> str:
    ids = current_user.lead_shops
    labels = {name: spec.label for name, spec in CASE.clock_specs.items()}
    return render_template(
        "switches/index.html", shops=queries.shops(ids), held=queries.held(ids), labels=labels, form=form
    )
