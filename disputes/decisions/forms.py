"""The decision form."""

from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.casefile.views import CaseView
from disputes.models.decision import KINDS
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, MoneyField, options
from disputes.web.formats import say
from disputes.workflows.case import CASE

REASONS_LENGTH = 20_000


class DecisionForm(CaseForm):
    """What is decided, why, and what it rests on."""

    kind = RadioField(
        N_("Decision"), [InputRequired(N_("Please choose a decision."))],
        choices=options((kind, CASE.by_name[kind].label) for kind in KINDS),
    )  # fmt: skip
    amount = MoneyField(N_("How much?"), [Length(max=30)])
    reasons = TextAreaField(
        N_("Reasons, read by both sides"),
        [DataRequired(N_("Please write the reasons; both sides read them.")), Length(max=REASONS_LENGTH)],
    )
    exhibits = SelectMultipleField(N_("Exhibits it rests on"), [Optional()], coerce=int)
    clauses = SelectMultipleField(N_("Rules it rests on"), [Optional()])

    def offer(self, view: CaseView) -> None:
        """Let the reviewer choose from the case's exhibits and the clauses its verdicts name."""
        self.exhibits.choices = options((e.no, f"{e.no}. {e.filename}") for e in view.exhibits)
        about = {clause: f"{clause}: {say(v.reason)}" for v in reversed(view.verdicts) for clause in v.clauses}
        self.clauses.choices = options(sorted(about.items()))

    def minor(self, currency: str, most: int) -> int | None:
        """The amount of a part refund in minor units; notes what is wrong, and that something must be named."""
        minor = self.amount.minor(currency)
        if self.kind.data == "partial_refund" and (minor is None or not 0 < minor < most):
            self.amount.errors = [*self.amount.errors, N_("Please enter an amount below what was paid for the claim.")]
        if not any(self.exhibits.data or ()) and not any(self.clauses.data or ()):
            self.clauses.errors = [*self.clauses.errors, N_("Name at least one exhibit or rule the decision rests on.")]
        return minor if self.kind.data == "partial_refund" else None


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
