"""One page: say what went wrong, see what is possible, send it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.casefile.build import page_of
from disputes.casefile.ruling import short_answer, verdict_views
from disputes.db import writing
from disputes.models import Order, OrderLine, Seller, Shop
from disputes.moment import moment
from disputes.policies.reasons import Reason
from disputes.steps import Actor
from disputes.storage.leftover import renew
from disputes.storage.store import Stored
from disputes.text import N_
from disputes.verdicts import Wanted, judge
from disputes.web.arrival import arrived_at
from disputes.web.configure import settings_of
from disputes.web.fields import kept_if_saved
from disputes.web.policy import policy
from disputes.web.uploads import limit_uploads
from disputes.workflows.roles import BUYER, DESK

from . import queries, service
from .forms import FilingForm
from .way import Way, way_of, why_shut

bp = Blueprint("filings", __name__)
OLDEST_CALL = timedelta(days=7)


@dataclass(frozen=True)
class Here:
    """The order a filing is about, who files, and when it reached us."""

    order: Order
    shop: Shop
    seller: Seller
    lines: Sequence[OrderLine]
    actor: Actor
    received_at: datetime


@bp.route("/orders/<order_id>/case/new", methods=["GET", "POST"])
@policy(BUYER, *DESK, on="order")
@limit_uploads
def new(order_id: str) -> Response | str | tuple[str, int]:
    """File a case on an order: one's own, or a caller's."""
    here = _here(order_id)
    form = FilingForm(key=secrets.token_urlsafe(16), call=request.args.get("call", ""))
    form.show(here.lines)
    if request.form.get("do") != "send":  # what is sent twice still opens one case
        service.refuse_restricted(here.order, here.shop, here.actor, moment(here.shop))
    if request.method == "GET":
        return _page(form, here, [])
    sent = _kept(form.kept.data)
    files = renew(settings_of(current_app).instance, sent)
    valid = form.validate()
    if len(files) < len(sent):
        form.files.errors = [*form.files.errors, N_("Files you sent two days ago are gone. Please choose them again.")]
        valid = False
    wanted = form.wanted(here.order, here.lines)  # asked in any case, so that everything wrong is told at once
    added = form.files.stored() if not form.errors else None
    if not valid or wanted is None or added is None:
        form.kept.data = _signed(files)
        return _page(form, here, files), 422
    files = [*files, *added]
    form.kept.data = _signed(files)
    if request.form.get("do") != "send":
        return _page(form, here, files, wanted)
    claim = service.Claim(wanted, form.words.data, form.key.data, files)
    with kept_if_saved(added), writing():
        case, _ = service.open_case(
            service.lock_order(here.order.id), claim, here.actor, now=moment(here.shop), received_at=here.received_at
        )
        target = page_of(case, here.actor.role)
    return redirect(target, 303)


def _here(order_id: str) -> Here:
    found = queries.order_for(order_id)
    role = current_user.role_on(found[0]) if found else None
    if found is None or role not in (BUYER, *DESK):
        abort(404)
    order, shop, seller = found
    if role == BUYER:
        return Here(order, shop, seller, queries.lines_of(order), Actor(current_user.id, BUYER), arrived_at(shop))
    actor = Actor(current_user.id, role, on_behalf_of=order.buyer_id)
    return Here(order, shop, seller, queries.lines_of(order), actor, _call_time(shop))


def _call_time(shop: Shop) -> datetime:
    """When the caller called: what a reviewer files for them counts from then. 400 when it is no recent moment."""
    text = request.values.get("call", "")
    try:
        called = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    now = arrived_at(shop)
    if called.tzinfo is None or not now - OLDEST_CALL <= called <= now + timedelta(minutes=1):
        abort(400)
    return min(called, now)


def _page(form: FilingForm, here: Here, files: Sequence[Stored], wanted: Wanted | None = None) -> str:
    judged = judge(here.shop, here.seller, here.order, here.lines, wanted, here.received_at) if wanted else None
    verdicts = judged.verdicts if judged else ()
    way = way_of(wanted.reason, judged) if wanted and judged else Way("")
    shut = bool(judged and why_shut(judged))
    return render_template(
        "filings/new.html", form=form, order=here.order, seller_name=here.seller.name, kept_files=files,
        way=way.step, waits_until=way.until, shut=shut, step="check" if judged else "fill",
        verdicts=verdict_views(verdicts, here.actor.role),
        short=short_answer(verdicts, here.actor.role) if verdicts else (),
        reasons=_reasons(service.reasons_of(here.shop, here.received_at)),
        back_url=url_for("orders.show", order_id=here.order.public_id) if here.actor.role == BUYER else None,
    )  # fmt: skip


def _reasons(known: Sequence[Reason]) -> list[tuple[str, str, str | None, bool, list[tuple[str, str]]]]:
    return [(r.code, r.label, None, r.straight, [(s.code, s.label) for s in r.subs]) for r in known]


def _signer() -> URLSafeSerializer:
    # Bound to the person: nobody names a file that somebody else sent in.
    return URLSafeSerializer(str(current_app.secret_key), salt=f"kept-files-{current_user.id}")


def _signed(files: Sequence[Stored]) -> str:
    return str(_signer().dumps([file.as_dict() for file in files]))


def _kept(text: str | None) -> list[Stored]:
    """Files sent with the check before, which a browser does not send again."""
    try:
        return [Stored(**file) for file in _signer().loads(text)] if text else []
    except BadSignature:
        abort(400)
