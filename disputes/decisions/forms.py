"""The decision form."""

from collections.abc import Sequence

from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.casefile.meanings import joined
from disputes.casefile.views import CaseView, Point
from disputes.models.decision import KINDS
from disputes.policies.repay import Asked
from disputes.text import N_, Text
from disputes.web.fields import WORDS_LENGTH, CaseForm, MoneyField, options
from disputes.workflows.case import CASE, DECIDED, RESTRICTED

from .part_forms import PartRefund
from .restrict_forms import RestrictBuyer, RestrictSeller
from .restricting import Restricts
from .service import on_top_of

REASONS_LENGTH = 20_000
LABELS = {RESTRICTED: N_("Account restriction alone; the money stays as it is")}


class DecisionForm(CaseForm, PartRefund):
    """What is decided, why, and what it rests on."""

    kind = RadioField(
        N_("Decision"), [InputRequired(N_("Please choose a decision."))],
        choices=options((kind, LABELS.get(kind, CASE.by_name[kind].label)) for kind in KINDS),
    )  # fmt: skip
    cancel = BooleanField(N_("Also cancel the order"))
    platform = MoneyField(N_("Of this the platform bears"), [Length(max=30)])
    fraud = BooleanField(N_("The buyer got it by fraud: take back what went back before"))
    reasons = TextAreaField(
        N_("Reasons, read by both sides"),
        [DataRequired(N_("Please write the reasons; both sides read them.")), Length(max=REASONS_LENGTH)],
    )
    exhibits = SelectMultipleField(N_("Exhibits it rests on"), [Optional()], coerce=int)
    clauses = SelectMultipleField(N_("Rules it rests on"), [Optional()])

    buyer = FormField(RestrictBuyer, N_("Restrict the buyer's account"))
    seller = FormField(RestrictSeller, N_("Restrict the seller"))

    def offer(self, view: CaseView, today: Sequence[Point]) -> None:
        """Let the reviewer choose from the case's exhibits and the clauses its verdicts name; and where something is
        decided already, from what can be decided on top of it."""
        self.rows_for(view)
        if view.state in DECIDED:
            self.kind.choices = [choice for choice in self.kind.choices if choice.value in on_top_of(view.state)]
        elif view.state == "appealed":  # it asks about the order
            self.kind.choices = [choice for choice in self.kind.choices if choice.value != RESTRICTED]
        self.exhibits.choices = options((e.no, f"{e.no}. {e.filename}") for e in view.exhibits)
        about = {clause: point for point in (*view.citable, *today) for clause in point.clauses}
        self.clauses.choices = options((clause, _told(clause, point)) for clause, point in sorted(about.items()))

    def part(self, view: CaseView) -> Asked | None:
        """How a part refund is made up, None for anything else; notes what is wrong, and that something must be
        named."""
        asked = self.asked(view) if self.kind.data == "partial_refund" else None
        if not any(self.exhibits.data or ()) and not any(self.clauses.data or ()):
            self.clauses.errors = [*self.clauses.errors, N_("Name at least one exhibit or rule the decision rests on.")]
        if self.kind.data == RESTRICTED and not (self.buyer.form.on.data or self.seller.form.on.data):
            self.kind.errors = [*self.kind.errors, N_("Say below whom you restrict.")]
        return asked

    def platform_minor(self, currency: str) -> int:
        """What the platform bears, in minor units; what is wrong with it is noted beside it."""
        return (self.platform.read(currency) or 0) if (self.platform.data or "").strip() else 0

    def restricts(self, zone: str) -> list[Restricts]:
        """Whom it restricts, and how."""
        return [part.form.restricts(zone) for part in (self.buyer, self.seller) if part.form.on.data]


def _told(clause: str, point: Point) -> Text:
    """A clause with what it means here."""
    return joined(clause, point.meaning) if point.meaning else joined(clause)


class ConfirmForm(CaseForm):
    """Decide as drafted: the very draft that was read."""

    digest = HiddenField()


class SendBackForm(CaseForm):
    """Why a lead does not approve."""

    words = TextAreaField(
        N_("What has to change? Only staff read this."),
        [DataRequired(N_("Please say what has to change.")), Length(max=WORDS_LENGTH)],
    )


class ReopenForm(CaseForm):
    """Why a case is taken up again."""

    words = TextAreaField(
        N_("Why? Both sides read this."), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )
