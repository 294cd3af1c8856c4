"""The life of a text that shall become a shop's rules: one admin proposes it, another publishes exactly that text."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import State, Step, View, Workflow
from .roles import ADMIN


@dataclass(frozen=True)
class RulesFacts:
    """What its guards may know, read under the admins' lock."""

    actor_id: int | None = None
    proposed_by: int | None = None
    whole: bool = True  # the text is the one its digest was taken of
    as_read: bool = True  # and the one the actor has read
    in_time: bool = True  # its first day is far enough ahead for everybody to hear of it


def facts(view: View) -> RulesFacts:
    assert isinstance(view.facts, RulesFacts)
    return view.facts


def another_person(view: View) -> Text | None:
    if facts(view).actor_id == facts(view).proposed_by:
        return Text(N_("You proposed this, so another admin must approve it."))
    return None


def is_whole(view: View) -> Text | None:
    """What is published is what was read, letter for letter."""
    if not (facts(view).whole and facts(view).as_read):
        return Text(N_("The text is not the one you read. Read it again before you approve it."))
    return None


def in_time(view: View) -> Text | None:
    """Nothing is back-dated, and no process learns of it too late."""
    if not facts(view).in_time:
        return Text(N_("Its first day has begun, or begins within minutes. It needs a later day."))
    return None


# fmt: off
STATES = (
    State("proposed", N_("Waits for another admin")),
    State("returned", N_("Sent back")),
    State("published", N_("Published"), open=False),
    State("withdrawn", N_("Withdrawn"), open=False),
)

STEPS = (
    Step("edit", ("proposed", "returned"), "proposed", (ADMIN,), N_("Change it"),
         story=N_("%(who)s changed the text"), page="rulebook.edit"),
    Step("publish", ("proposed",), "published", (ADMIN,), N_("Publish exactly this"),
         story=N_("%(who)s approved and published it"), page="rulebook.publish", primary=True,
         guards=(another_person, is_whole, in_time)),
    Step("send_back", ("proposed",), "returned", (ADMIN,), N_("Send it back"),
         story=N_("%(who)s sent it back"), page="rulebook.send_back", guards=(another_person,)),
    Step("withdraw", ("proposed", "returned"), "withdrawn", (ADMIN,), N_("Withdraw it"),
         story=N_("%(who)s withdrew it"), page="rulebook.withdraw"),
)
# fmt: on

BEGIN = Step("propose", (), "proposed", (ADMIN,), N_("Propose new rules"), story=N_("%(who)s proposed it"))
PUBLISHED_RULES = Workflow("published_rules", BEGIN, STATES, STEPS)
