"""The life of one restriction of an account or a seller: planned with a decision, in force, ended or lifted."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import SAME, State, Step, Tell, View, Workflow
from .roles import CLOCK, DESK, LEAD, PARTIES, SYSTEM

IN_FORCE = ("in_force", "appealed")  # whoever appeals waits for the answer under the restriction
UNTOLD = ("proposed", "called_off")  # its subject has heard nothing of it, and never will
SUBJECT = "subject"  # whom a mail of a restriction goes to


@dataclass(frozen=True)
class RestrictionFacts:
    """What a restriction's guards may know, for one actor."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor is its subject, or belongs to a side of the case it came from
    decided_by: frozenset[int] = frozenset()  # who decided or approved it
    appealed: bool = False  # its subject has appealed once
    begun: bool = False
    starts: bool = False  # its start has come
    over: bool = False  # its end has passed


def facts(view: View) -> RestrictionFacts:
    assert isinstance(view.facts, RestrictionFacts)
    return view.facts


def to_begin(view: View) -> bool:
    return facts(view).starts and not facts(view).begun


def is_over(view: View) -> bool:
    return facts(view).over


def once(view: View) -> Text | None:
    return Text(N_("You have already appealed against this restriction.")) if facts(view).appealed else None


def not_a_party(view: View) -> Text | None:
    """Nobody decides a matter of their own organisation (DESIGN 1)."""
    return Text(N_("You belong to a side of this, so someone else must decide it.")) if facts(view).conflicted else None


def different_person(view: View) -> Text | None:
    """Whoever decided or approved it does not decide about it again."""
    if facts(view).actor_id in facts(view).decided_by:
        return Text(N_("You had a part in the decision, so someone else must decide the appeal."))
    return None


ANSWERS = (not_a_party, different_person)

# fmt: off
STATES = (
    State("proposed", N_("Planned")),
    State("in_force", N_("In force")),
    State("appealed", N_("Under appeal")),
    State("ended", N_("Ended"), open=False),
    State("lifted", N_("Lifted"), open=False),
    State("called_off", N_("Called off"), open=False),
)

STEPS = (
    # trigger     from          to            by              label
    Step("impose", ("proposed",), "in_force", (SYSTEM,), N_("Restricted"), effects=("impose",),
         tells=(Tell("restricted", SUBJECT),)),
    Step("call_off", ("proposed",), "called_off", (SYSTEM,), N_("Called off")),
    Step("begin", IN_FORCE, SAME, (CLOCK,), N_("Begun"), when=(to_begin,), effects=("begin_restriction",)),
    Step("end", IN_FORCE, "ended", (CLOCK,), N_("Ended"), when=(is_over,), effects=("release",),
         tells=(Tell("restriction_ended", SUBJECT),)),
    Step("lift", IN_FORCE, "lifted", (LEAD, SYSTEM), N_("Lift it"), guards=(not_a_party,), effects=("release",),
         tells=(Tell("restriction_lifted", SUBJECT),), page="restrictions.lift"),
    Step("appeal", ("in_force",), "appealed", PARTIES, N_("Appeal"), guards=(once,), page="restrictions.appeal"),
    Step("uphold", ("appealed",), "in_force", DESK, N_("The restriction stays"), guards=ANSWERS,
         tells=(Tell("restriction_upheld", SUBJECT),), page="restrictions.answer"),
    Step("vary", ("appealed",), "in_force", DESK, N_("Make it shorter or smaller"), guards=ANSWERS,
         effects=("vary_restriction",), tells=(Tell("restriction_varied", SUBJECT),), page="restrictions.answer"),
    Step("overturn", ("appealed",), "lifted", DESK, N_("Lift it"), guards=ANSWERS, effects=("release",),
         tells=(Tell("restriction_lifted", SUBJECT),), page="restrictions.answer"),
)
# fmt: on

RESTRICTION = Workflow("restriction", Step("propose", (), "proposed", DESK, N_("Planned")), STATES, STEPS)
