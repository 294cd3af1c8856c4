"""What an admin, a manager and somebody invited fill in."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from disputes.auth.passwords import SHORTEST, problem
from disputes.text import N_, Text
from disputes.web.fields import options
from disputes.web.formats import say
from disputes.web.roles import ROLES
from disputes.workflows.roles import ADMIN, AUDITOR, LEAD, MANAGER, REVIEWER

STAFF = (REVIEWER, LEAD, AUDITOR, MANAGER, ADMIN)  # what an admin gives; members are their manager's
ALL_SHOPS = ""


class FindForm(FlaskForm):
    """Find somebody who has no role."""

    class Meta:
        csrf = False  # it only asks

    q = EmailField(N_("E-mail"), [Length(max=254)])


class RoleForm(FlaskForm):
    """A role, and where."""

    role = SelectField(N_("Role"), choices=options((role, ROLES[role].capitalize()) for role in STAFF))
    shop = SelectField(N_("Shop"), description=N_("An admin is one of the whole installation."))
    seller = StringField(
        N_("Seller"), [Length(max=80)], description=N_("For managers: the shop's own name for the seller.")
    )

    def offer(self, shops: list[tuple[str, str]]) -> None:
        """The shops to choose from, (id, name)."""
        self.shop.choices = options([(ALL_SHOPS, N_("No shop")), *shops])

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """Role, shop and seller; an admin is in no shop, whatever stands chosen below."""
        role = self.role.data
        seller = self.seller.data.strip() if role == MANAGER and self.seller.data else None
        return role, None if role == ADMIN else self.shop.data or None, seller


class InviteForm(RoleForm):
    """Whom, as what, where."""

    email = EmailField(N_("E-mail"), [InputRequired(N_("Please enter an e-mail address.")), Length(max=254)])


class MemberForm(FlaskForm):
    """Whom a manager invites."""

    email = EmailField(N_("E-mail"), [InputRequired(N_("Please enter an e-mail address.")), Length(max=254)])


class AcceptForm(FlaskForm):
    """Name and first password of somebody new."""

    name = StringField(N_("Your name"), [InputRequired(N_("Please enter your name.")), Length(max=200)])
    password = PasswordField(
        N_("Password"),
        [InputRequired(N_("Please choose a password."))],
        description=Text(N_("%(n)s characters or more. Several unrelated words make a good one."), {"n": SHORTEST}),
    )
    again = PasswordField(N_("The same again"))

    def fits(self, email: str) -> bool:
        """Whether everything can be taken; why not stands beside its field."""
        if not self.validate_on_submit():
            return False
        if not self.name.data.strip():
            self.name.errors = [say(N_("Please enter your name."))]
        elif why := problem(self.password.data, email):
            self.password.errors = [say(why)]
        elif self.password.data != self.again.data:
            self.again.errors = [say(N_("The two passwords differ."))]
        else:
            return True
        return False


class ConfirmForm(FlaskForm):
    """The password of somebody who has an account."""

    password = PasswordField(N_("Your password"), [InputRequired(N_("Please enter your password.")), Length(max=1000)])
