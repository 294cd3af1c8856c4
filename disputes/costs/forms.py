"""What something cost, and who bears it where the rules leave it open."""

from flask import request
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from disputes.casefile.costs import BORNE_BY, CAUSES, LINES, MODES
from disputes.casefile.views import CaseView
from disputes.models.cost import PAYERS
from disputes.policies.costs import Borne
from disputes.policies.reasons import Fault
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, MoneyField, options
from disputes.workflows.roles import BUYER, SELLER

from .service import NOT_SAID, SAID, Spent

WHOLE = 100
CHOOSE = N_("Please choose one.")
UNKNOWN = ("", N_("Not known"))
PERCENT = [Optional(), NumberRange(0, WHOLE, N_("Between 0 and 100."))]


class CostForm(CaseForm):
    """A cost of a case."""

    line = SelectField(
        N_("What was it for?"), [InputRequired(CHOOSE)], default="", choices=options((("", CHOOSE), *LINES.items()))
    )
    amount = MoneyField(N_("What did it cost?"), [Length(max=30)])
    nothing = BooleanField(N_("It cost nothing: take the entry back"))
    laid_out_by = RadioField(
        N_("Who paid for it first?"), [InputRequired(CHOOSE)],
        choices=options(((BUYER, N_("The buyer")), (SELLER, N_("The seller")))),
    )  # fmt: skip
    exhibit = SelectField(N_("Exhibit that shows it"), default="")
    fault = SelectField(
        N_("Whose doing was it?"), default="",
        choices=options((("", N_("As the buyer's reason says")), (Fault.BUYER.value, N_("The buyer's")),
                         (Fault.SELLER.value, N_("Not the buyer's")))),
    )  # fmt: skip
    mode = SelectField(N_("How did it travel?"), choices=options((UNKNOWN, *MODES.items())), default="")
    cause = SelectField(N_("Why did the parcel come back?"), choices=options((UNKNOWN, *CAUSES.items())), default="")
    insured = BooleanField(N_("The seller is insured for the way back"))
    tariff = MoneyField(N_("What the insurer pays at most, if known"), [Length(max=30)])
    buyer = IntegerField(BORNE_BY["buyer"], PERCENT)
    seller = IntegerField(BORNE_BY["seller"], PERCENT)
    platform = IntegerField(BORNE_BY["platform"], PERCENT)
    insurer = IntegerField(BORNE_BY["insurer"], PERCENT)
    reasons = TextAreaField(N_("Why it is shared so; whom it concerns reads this"), [Length(max=WORDS_LENGTH)])

    def offer(self, view: CaseView, *, corrects: bool) -> None:
        """Let the exhibits of the case be chosen; an entry can be taken back only where there is one."""
        none = ("", N_("None"))
        self.exhibit.choices = options((none, *((str(e.no), f"{e.no}. {e.filename}") for e in view.exhibits)))
        if not corrects:
            del self.nothing

    def spent(self, currency: str) -> Spent | None:
        """What was typed; None with the reasons beside the fields."""
        taken_back = "nothing" in self and self.nothing.data
        minor = 0 if taken_back else self.amount.read(currency)
        tariff = self.tariff.read(currency) if (self.tariff.data or "").strip() else None
        percents = {payer: self[payer].data for payer in PAYERS if self[payer].data}
        if percents and sum(percents.values()) != WHOLE:
            self.buyer.errors = [*self.buyer.errors, N_("The shares do not add up to 100 percent.")]
        if percents and not (self.reasons.data or "").strip():
            self.reasons.errors = [*self.reasons.errors, N_("Please say why.")]
        if minor is None or self.errors:
            return None
        return Spent(
            self.line.data, minor, self.laid_out_by.data, int(self.exhibit.data) if self.exhibit.data else None,
            self.mode.data or None, self.cause.data or None, Fault(self.fault.data) if self.fault.data else None,
            self.insured.data, tariff, percents, self.reasons.data or "",
        )  # fmt: skip

    def agree(self, found: Borne) -> None:
        """Note what does not go together with what the rules say."""
        shared = any(self[payer].data for payer in PAYERS)
        if found.rest_minor and not shared and request.form.get("do") != "check":
            self.buyer.errors = [*self.buyer.errors, NOT_SAID]
        if shared and not found.rest_minor:
            self.buyer.errors = [*self.buyer.errors, SAID]


class PaidForm(CaseForm):
    """What was paid to the buyer by hand, and which payment it was."""

    amount = IntegerField(validators=[InputRequired(), NumberRange(min=1)])
    reference = StringField(
        N_("Reference of the payment"), [DataRequired(N_("Please enter the reference.")), Length(max=80)]
    )
