"""What a person fills in to try the rules, and to publish new ones."""

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from disputes.explain.answers import Answers, answer_all, answer_facts
from disputes.explain.facts import BadFacts, facts_of, order_of, read_facts
from disputes.policies.facts import Facts
from disputes.policies.kinds import Request
from disputes.policies.reasons import REASONS, WISH_LABELS
from disputes.policies.schema import Pack
from disputes.policies.signs import SIGNS
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, MoneyField, options
from disputes.web.formats import say

FACTS_LENGTH = 100_000
RULES_LENGTH = 200_000
MOMENTS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
ONE_WORD = N_("One word in small letters, such as web or phone.")
UNFIT = N_("Please enter an amount like 250 or 250.00.")


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


class MomentForm(FlaskForm):
    """When the rules are asked."""

    moment = DateTimeLocalField(
        N_("When it is asked"), [InputRequired(N_("Please enter day and time."))], format=MOMENTS,
        render_kw={"step": "1"},
    )  # fmt: skip

    def at(self, zone: ZoneInfo) -> datetime:
        """The moment asked about, in the shop's zone."""
        return moved(self.moment.data, zone)


class TryForm(MomentForm):
    """An order of one line, and what is asked about it."""

    reason = SelectField(N_("Reason"), choices=options((code, reason.label) for code, reason in REASONS.items()))
    sub_reason = SelectField(
        N_("More exactly"), [Optional()],
        choices=options([("", N_("not known")), *((s.code, s.label) for r in REASONS.values() for s in r.subs)]),
    )  # fmt: skip
    wish = SelectField(N_("Wish"), choices=options((str(wish), label) for wish, label in WISH_LABELS.items()))
    kind = SelectField(
        N_("What is asked for"), [Optional()],
        choices=options([("", N_("what the wish says")), *((code, _plain(code)) for code in get_args(Request))]),
    )  # fmt: skip
    category = StringField(
        N_("Category of the goods"), [Length(max=40), Regexp(r"^[a-z0-9_]*$", message=ONE_WORD)], description=ONE_WORD
    )
    paid = MoneyField(N_("Paid"), [InputRequired(UNFIT), Length(max=30)])
    placed = DateTimeLocalField(N_("Ordered"), [InputRequired(N_("Please enter day and time."))], format=MOMENTS)
    dispatched = DateTimeLocalField(N_("Sent"), [Optional()], format=MOMENTS)
    received = DateTimeLocalField(N_("Received"), [Optional()], format=MOMENTS)
    country = StringField(
        N_("Country"),
        [
            InputRequired(N_("Please enter two letters.")),
            Regexp(r"^[A-Za-z]{2}$", message=N_("Please enter two letters.")),
        ],
        description=N_("Two letters, such as NL."),
    )
    trader = BooleanField(N_("The seller is a trader"))
    channel = StringField(
        N_("Where it was bought"), [Length(max=40), Regexp(r"^[a-z0-9][a-z0-9_]*$", message=ONE_WORD)],
        description=ONE_WORD,
    )  # fmt: skip
    number = StringField(N_("Order number"), [Length(max=80)])
    signs = SelectMultipleField(
        N_("What can be seen on the goods"), [Optional()], choices=options((code, _plain(code)) for code in SIGNS)
    )
    nothing_else = BooleanField(N_("Nothing else can be seen on them"))

    def answers(self, pack: Pack) -> Answers | None:
        """What the rules say; None, with the reason beside the field, when the amount or the facts do not fit."""
        minor = self.paid.minor(pack.currency)
        if minor is None:
            self.paid.errors = [say(UNFIT)]
            return None
        return answer_facts((pack,), self._facts(pack, minor), self.at(pack.zone))

    def _facts(self, pack: Pack, minor: int) -> Facts:
        dates = {"dispatched_at": self.dispatched.data, "delivered_at": self.received.data}
        moments = {name: moved(day, pack.zone).isoformat() for name, day in dates.items() if day}
        order = order_of({
            "shop": "-", "number": self.number.data or "-", "placed_at": moved(self.placed.data, pack.zone).isoformat(),
            "channel": self.channel.data, "currency": pack.currency, "country": self.country.data.upper(),
            "buyer": {"email": "buyer@example.org", "name": "-"},
            "seller": {"ref": "-", "name": "-", "is_trader": self.trader.data},
            "lines": [
                {"ref": "1", "title": "-", "category": self.category.data or "other", "quantity": 1,
                 "unit_minor": minor, "paid_minor": minor}
            ],
            "parcels": [{"ref": "1", **moments}] if moments else [],
        })  # fmt: skip
        facts = facts_of(order, self._request())
        return facts if self.number.data else facts.model_copy(update={"order_number": None})

    def _request(self) -> dict[str, Any]:
        chosen = set(self.signs.data or ())
        signs = {code: code in chosen for code in SIGNS if self.nothing_else.data or code in chosen}
        asked = {"reason": self.reason.data, "sub_reason": self.sub_reason.data, "kind": self.kind.data}
        return {
            **{name: value for name, value in asked.items() if value},
            "wish": self.wish.data, "lines": [{"ref": "1", "signs": signs}],
        }  # fmt: skip


class FactsForm(MomentForm):
    """FACTS as docs/facts.md describes them."""

    facts = TextAreaField(
        N_("Facts as JSON"), [DataRequired(N_("Please paste the facts.")), Length(max=FACTS_LENGTH)],
        description=N_("As the file for the command disputes policy explain."),
        render_kw={"dir": "ltr", "rows": 12, "class": "mono", "spellcheck": "false"},
    )  # fmt: skip

    def answers(self, pack: Pack) -> Answers | None:
        """What the rules say; BadFacts when this is not what it should be."""
        return answer_all(lambda _placed: (pack,), read_facts(self.facts.data), self.at(pack.zone))


def moved(local: datetime, zone: ZoneInfo) -> datetime:
    """A time of the shop's, with its zone; BadFacts when no calendar holds it."""
    try:
        moment = local.replace(tzinfo=zone)
        moment.astimezone(UTC)
    except OverflowError:
        raise BadFacts(f"{local}: is out of range") from None
    return moment


class RulesForm(FlaskForm):
    """A text that shall become rules, the day from which on, and why."""

    text = TextAreaField(
        N_("The rules as TOML"), [Length(max=RULES_LENGTH)],
        description=N_("A whole text, with id and version in its meta table. Or choose a file below."),
        render_kw={"dir": "ltr", "rows": 24, "class": "mono", "spellcheck": "false"},
    )  # fmt: skip
    file = FileField(N_("Or a file"), description=N_("It takes the place of the text above."))
    day = DateField(
        N_("In force from"), [InputRequired(N_("Please enter a day."))],
        description=N_("Tomorrow or later in the shop's zone; the text says the same day."),
    )  # fmt: skip
    note = TextAreaField(
        N_("What changes, and why?"), [DataRequired(N_("Please say what changes.")), Length(max=WORDS_LENGTH)],
        description=N_("For the admin who approves it, and for later."),
    )  # fmt: skip
    seen_version = HiddenField()

    def take_file(self) -> bool:
        """Put an uploaded file into the text; False, with the reason beside it, when there is no text at all."""
        upload = self.file.data
        if upload is not None and not isinstance(upload, str) and upload.filename:
            raw = upload.stream.read(4 * RULES_LENGTH + 1)
            try:
                self.text.data = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.file.errors = [say(N_("This is no text. Please choose a TOML file."))]
                return False
        if not (self.text.data or "").strip() or len(self.text.data) > RULES_LENGTH:
            self.text.errors = [say(N_("Please paste the rules, at most 200,000 characters."))]
            return False
        return True


class WordsForm(FlaskForm):
    """Why it is sent back."""

    words = TextAreaField(
        N_("What should be different?"), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )
    seen_version = HiddenField()
