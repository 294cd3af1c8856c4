"""The engine: a table of states and steps, compiled once into a `transitions` machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from transitions import Machine

from disputes.text import N_, Text

SAME = "="  # dest of a step that stays in the state it was taken from
BENEATH = "^"  # dest of a step that leaves a confidential state: what lies beneath it comes to light again


class Refused(Exception):
    """A step that cannot be taken; `reason` is the Text people read, `late` the clock that had run out before."""

    case: str | None = None  # public id of the case, set where it is known
    saved = False  # the words that came too late were kept on the case

    def __init__(self, reason: Text, *, late: str | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.late = late


@dataclass(frozen=True)
class View:
    """What a guard may look at: never form data, never lazy relations."""

    role: str
    facts: Any
    off: frozenset[str] = frozenset()  # triggers the shop's rules switch off


Guard = Callable[[View], Text | None]
Condition = Callable[[View], bool]


@dataclass(frozen=True)
class Opens:
    """A clock that a step starts. `actor` is who must act; None: the other side of whoever took the step."""

    clock: str
    actor: str | None
    on_notice: bool = False  # starts when the mailer has taken the notice, not before
    told: bool = False  # the step's details say `until` when and by which `clauses`; no rule of the shop gives a length


@dataclass(frozen=True)
class Tell:
    """A topic for the outbox. `to` is a side; None: the other side of whoever took the step."""

    topic: str
    to: str | None


@dataclass(frozen=True)
class Follow:
    """A step on another record, taken in the same transaction. `when_open`: skipped in silence if its table refuses."""

    record: str
    trigger: str
    when_open: bool = False


@dataclass(frozen=True)
class ClockSpec:
    """A clock that may run in a state, and the steps it may pull when it runs out; the pack picks one, or none."""

    name: str
    label: str
    may_pull: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """One state. `clocks` may run here; entering a state closes every other clock of the record.

    A confidential one lies over any other and is kept beside it: all but its own steps are decided from the state
    beneath, in which clocks run and which parties are shown."""

    name: str
    label: str
    clocks: tuple[str, ...] = ()
    open: bool = True
    pauses: bool = False  # clocks of the state before are paused, not closed
    turn: str = SAME  # the side that acts next; SAME: facts tell
    confidential: bool = False


@dataclass(frozen=True)
class Step:
    """One row of a table. `when` hides a step that makes no sense now; `guards` shut it and say why."""

    trigger: str
    source: tuple[str, ...]
    dest: str
    by: tuple[str, ...]
    label: str
    when: tuple[Condition, ...] = ()
    guards: tuple[Guard, ...] = ()
    tells: tuple[Tell, ...] = ()
    opens: tuple[Opens, ...] = ()
    closes: tuple[str, ...] = ()
    then: tuple[Follow, ...] = ()
    effects: tuple[str, ...] = ()  # names in disputes.effects, run inside the transaction
    story: str = ""  # what the history says of it, with %(who)s; empty: nothing people need to read
    page: str | None = None  # endpoint that asks for more first; None: one click is enough
    primary: bool = False
    danger: bool = False
    private: bool = False  # parties are shown nothing of it, and their version of the case stays as it is

    def shown(self, view: View) -> bool:
        """Is this step one that `view.role` can think of taking now?"""
        return view.role in self.by and self.trigger not in view.off and all(test(view) for test in self.when)

    def refusal(self, view: View) -> Text | None:
        """The reason why not, or None."""
        if not self.shown(view):
            return Text(N_("This step is not open to you now."))
        return next((reason for guard in self.guards if (reason := guard(view))), None)


@dataclass
class _Cursor:
    """What the machine moves: a plain object, so that no row is touched while deciding."""

    state: str
    view: View
    taken: list[Step] = field(default_factory=list)


def _allow(step: Step, cursor: _Cursor) -> bool:
    # A false condition would only return False; the reason must reach the person, so it is raised.
    if reason := step.refusal(cursor.view):
        raise Refused(reason)
    cursor.taken.append(step)
    return True


@dataclass(frozen=True)
class Workflow:
    """A record's life: its states, its steps, and the step that begins it."""

    name: str
    begin: Step
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    clocks: tuple[ClockSpec, ...] = ()

    @cached_property
    def machine(self) -> Machine:
        """One machine for all records; it holds no model, and `queued` stays off (it loses triggers under threads)."""
        machine = Machine(None, [s.name for s in self.states], self.begin.dest, auto_transitions=False)
        for step in self.steps:
            # None stays where it is: only the record knows what lies beneath.
            dest = None if step.dest == BENEATH else step.dest
            machine.add_transition(step.trigger, list(step.source), dest, conditions=[partial(_allow, step)])
        return machine

    @cached_property
    def by_name(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def clock_specs(self) -> dict[str, ClockSpec]:
        return {clock.name: clock for clock in self.clocks}

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states)

    @cached_property
    def public_names(self) -> tuple[str, ...]:
        """The states parties may know of."""
        return tuple(state.name for state in self.states if not state.confidential)

    @cached_property
    def confidential_names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states if state.confidential)

    @cached_property
    def covering(self) -> frozenset[str]:
        """Triggers of the steps that cover a state with a confidential one, or uncover it."""
        hidden = {*self.confidential_names}
        return frozenset(step.trigger for step in self.steps if hidden & {step.dest, *step.source})

    @cached_property
    def open_states(self) -> frozenset[str]:
        return frozenset(state.name for state in self.states if state.open)

    @cached_property
    def by_state(self) -> dict[str, tuple[Step, ...]]:
        return {s: tuple(step for step in self.steps if s in step.source) for s in self.state_names}

    @cached_property
    def by_trigger(self) -> dict[str, Step]:
        return {step.trigger: step for step in (self.begin, *self.steps)}

    def fire(self, trigger: str, state: str, view: View) -> tuple[Step, str]:
        """Decide one step from `state`: the row taken and the state it leads to (of BENEATH: `state`). Writes nothing.

        Raises Refused with the reason people read."""
        event = self.machine.events.get(trigger)
        if event is None or state not in event.transitions:
            here = self.by_name[state].label
            raise Refused(Text(N_("That can't be done now: %(state)s."), {"state": Text(here)}))
        cursor = _Cursor(state, view)
        event.trigger(cursor, cursor)  # once as the model to move, once as the condition's argument
        return cursor.taken[-1], cursor.state

    def choices(self, state: str, view: View) -> Iterator[tuple[Step, Text | None]]:
        """What `view.role` sees in `state`: each step with None, or with the reason why it is shut."""
        for step in self.by_state[state]:
            if step.shown(view):
                yield step, step.refusal(view)

    def dest_of(self, step: Step, state: str) -> str:
        """Where `step` leads from `state`; BENEATH where only the record knows."""
        return state if step.dest == SAME else step.dest
