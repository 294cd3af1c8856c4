"""`disputes diagram`: the workflow tables as pages for people, with a picture each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from disputes.settings import ROOT
from disputes.workflows import WORKFLOWS
from disputes.workflows.core import BENEATH, SAME, ClockSpec, State, Step, Workflow
from disputes.workflows.roles import PARTIES

PAGE = """\
# The life of one record: {name}

Written by `disputes diagram` from `disputes/workflows/{name}.py`: change that table, then run the command again.
The picture leaves out steps that stay where they are{besides}.

```mermaid
stateDiagram-v2
{picture}
```

## States

{states}

## Steps

`system`, `clock` and `shop` are not people. A clock marked *on notice* starts when the mailer has taken the notice.
What stands under "Then" is a step on other records, taken in the same transaction.

{steps}
"""
DEST = {SAME: "(stays)", BENEATH: "(what lies beneath)"}
BESIDES = ", and a confidential state: it lies over any other, whose steps go on beneath it"
CLOCKS = """
## Clocks

The shop's rules say how long a clock runs, or that there is none, and pick one of the steps it may take when it runs
out, or none.

{clocks}
"""


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "docs" / "workflows", help="Where to.")
def diagram(folder: Path) -> None:
    """Write a page for each workflow table: its picture, its states, its steps."""
    folder.mkdir(parents=True, exist_ok=True)
    for workflow in WORKFLOWS.values():
        (folder / f"{workflow.name}.md").write_text(page(workflow), encoding="utf-8")
        click.echo(f"Wrote {workflow.name}.md")


def page(workflow: Workflow) -> str:
    """One page in Markdown."""
    steps = map(_step, (workflow.begin, *workflow.steps))
    text = PAGE.format(
        name=workflow.name,
        besides=BESIDES if workflow.covering else "",
        picture="\n".join(f"    {line}" for line in _picture(workflow)),
        states=_table("State | People read | Open | Clocks that may run", map(_state, workflow.states)),
        steps=_table("Step | From | To | Who | Label | Clocks | Tells | Then", steps),
    )
    if workflow.clocks:
        text += CLOCKS.format(clocks=_table("Clock | People read | May take", map(_clock, workflow.clocks)))
    return text


def _picture(workflow: Workflow) -> Iterator[str]:
    yield from (f'state "{state.label}" as {state.name}' for state in workflow.states if not state.confidential)
    yield f"[*] --> {workflow.begin.dest}: {workflow.begin.trigger}"
    ways: dict[tuple[str, str], list[str]] = {}
    for step in workflow.steps:
        if step.trigger in workflow.covering:
            continue
        for source in step.source:
            if workflow.dest_of(step, source) != source:
                ways.setdefault((source, step.dest), []).append(step.trigger)
    yield from (f"{source} --> {dest}: {', '.join(triggers)}" for (source, dest), triggers in ways.items())
    yield from (f"{state.name} --> [*]" for state in workflow.states if not workflow.by_state[state.name])


def _state(state: State) -> Sequence[str]:
    return f"`{state.name}`", state.label, "yes" if state.open else "no", _list(state.clocks)


def _step(step: Step) -> Sequence[str]:
    clocks = [
        f"starts {o.clock} of {o.actor or _other(step)}{' *on notice*' if o.on_notice else ''}" for o in step.opens
    ]
    return (
        f"`{step.trigger}`", _list(step.source) or "(nothing)", DEST.get(step.dest, step.dest),
        _list(step.by), step.label, _list((*clocks, *(f"ends {clock}" for clock in step.closes))),
        _list(f"{tell.to or _other(step)}: {tell.topic}" for tell in step.tells),
        _list(f"{follow.record}: {follow.trigger}" for follow in step.then),
    )  # fmt: skip


def _other(step: Step) -> str:
    """Whom a step turns to that names nobody: a party's to the other party, the desk's to whom it asks."""
    return "the other side" if set(step.by) <= set(PARTIES) else "the side asked"


def _clock(clock: ClockSpec) -> Sequence[str]:
    return f"`{clock.name}`", clock.label, _list(clock.may_pull)


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _table(heads: str, rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, " | ".join("---" for _ in heads.split(" | ")), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
