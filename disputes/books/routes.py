"""The books, for the staff of a shop and its auditors."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user

from disputes.casefile.build import page_of
from disputes.db import db
from disputes.effects.books import WHAT
from disputes.models import Movement
from disputes.models.book import PURSES
from disputes.outbox.reconcile import WHAT as DIFFERENCES
from disputes.text import N_, Text
from disputes.web.keyset import after, page
from disputes.web.policy import policy

from . import queries
from .forms import FindForm
from .queries import READERS, Wanted, month_of
from .sheet import lines

bp = Blueprint("books", __name__, url_prefix="/desk/books")
MOST_LINES = 100_000
TOO_MANY = N_("That is more than %(most)s lines. Please choose a month, or a shop.")
LABELS = dict(
    zip(
        PURSES,
        (
            N_("buyer"), N_("seller"), N_("platform"), N_("insurer"), N_("payment provider"),
            N_("promised to the buyer"), N_("kept back of the seller"), N_("vouchers"), N_("paid out"),
        ),
        strict=True,
    )
)  # fmt: skip


@bp.route("")
@policy(*READERS)
def index() -> str | tuple[str, int]:
    """Movements, the newest first, with what they sum to."""
    return _page(*_form())


@bp.route("/books.csv")
@policy(*READERS)
def sheet() -> Response | str | tuple[str, int]:
    """The same as a file, the oldest first; never a part of it."""
    form, asked = _form()
    query = queries.movements(current_user, _wanted(form)).order_by(Movement.id).limit(MOST_LINES + 1)
    found = db.session.execute(query).all()
    if len(found) > MOST_LINES:
        form.month.errors = [Text(TOO_MANY, {"most": MOST_LINES})]
    if form.errors:
        return _page(form, asked)
    headers = {"Content-Disposition": "attachment; filename=books.csv"}
    return Response("".join(lines(queries.named(found))), content_type="text/csv; charset=utf-8", headers=headers)


def _page(form: FindForm, asked: dict[str, Any]) -> str | tuple[str, int]:
    query = queries.movements(current_user, _wanted(form))
    shown, cursor = page(queries.one_page(query, after()), lambda row: (row[0].at, row[0].id))
    sums = queries.sums(query)
    html = render_template(
        "books/index.html", form=form, rows=queries.named(shown), sums=sums, what=WHAT, labels=LABELS,
        currencies=sorted({currency for found in sums.values() for currency in found}),
        page_of=lambda case: page_of(case, current_user.role_on(case) or ""),
        more_url=url_for("books.index", after=cursor, **asked) if cursor else None,
        sheet_url=url_for("books.sheet", **asked),
    )  # fmt: skip
    return (html, 422) if form.errors else html


@bp.route("/reconciliation")
@policy(*READERS)
def reconciliation() -> str:
    """What the last comparison with the provider found, for each shop."""
    return render_template("books/reconciliation.html", rows=queries.latest(current_user), what=DIFFERENCES)


def _form() -> tuple[FindForm, dict[str, Any]]:
    form = FindForm(request.args)
    form.shop.choices = [("", N_("All")), *((shop_id, name) for shop_id, name in queries.shops(current_user))]
    form.validate()
    names = ("shop", "month", "seller", "order", "case")
    return form, {name: text for name in names if (text := request.args.get(name, "").strip())}


def _wanted(form: FindForm) -> Wanted:
    """What was asked for, as far as it can be read."""
    if form.errors:
        return Wanted(case="-")  # nothing is found by what cannot be read, rather than everything
    month = month_of(form.month.data or "", current_user.zone or "UTC")
    texts = {name: (form[name].data or "").strip() for name in ("shop", "seller", "order", "case")}
    return Wanted(month=month, **texts)
