"""How a refund adds up, line by line, in the reader's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from disputes.effects.measures import given
from disputes.effects.repaid import repayment, tenders_of
from disputes.models import Case
from disputes.policies.repay import DEDUCTION, DISCOUNT, GOODS, SHIPPING, TAX, Asked, Repayment, Row
from disputes.text import N_, Text
from disputes.workflows.roles import SELLER

from .views import RepaymentView, SumRow

LABELS = {
    DISCOUNT: N_("Share of the order's discount"),
    TAX: N_("Tax"),
    SHIPPING: N_("What sending it out cost"),
    DEDUCTION: N_("Not left to send back"),
}
BEFORE = N_("Sent back before")
SHARE = N_("%(n)s of %(of)s")


def told(stored: Mapping[str, Any] | None, reader: str) -> RepaymentView | None:
    """A decision's calculation as it was frozen; None where no money comes back."""
    return _view(Repayment.from_dict(stored), reader) if stored else None


def whole_of(case: Case, reader: str) -> RepaymentView | None:
    """What would come back if all of the claim did, as things stand; None where nothing would."""
    tenders, before = tenders_of(case.order_id), given(case.id)[0]
    most = min(case.claimed_minor, sum(tender.left_minor for tender in tenders) + before)
    found = repayment(case, Asked(), tenders, before, most)
    return _view(found, reader) if found.total_minor else None


def _view(made: Repayment, reader: str) -> RepaymentView:
    # How somebody pays is theirs to know, and the house's.
    tenders = () if reader == SELLER else tuple((sent.name, sent.minor) for sent in made.tenders)
    cited = [*(clause for row in made.rows for clause in row.clauses), *made.destination_clauses]
    return RepaymentView(made, tuple(_rows(made)), made.sent_minor, tenders, tuple(dict.fromkeys(cited)))


def _rows(made: Repayment) -> Iterator[SumRow]:
    for row in made.rows:
        label = Text("%(title)s", {"title": {"name": row.title}}) if row.what == GOODS else Text(LABELS[row.what])
        yield SumRow(label, row.minor, _share(row))
    if made.before_minor:
        yield SumRow(Text(BEFORE), -min(made.before_minor, made.total_minor))


def _share(row: Row) -> Text | None:
    return Text(SHARE, {"n": row.quantity, "of": row.of}) if row.what == GOODS and row.of > 1 else None
