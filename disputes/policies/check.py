"""Whether a pack fits the workflow it is to drive. The workflow's side calls this with its own tables."""

from collections.abc import Collection, Iterator, Mapping

from disputes.policies.errors import PackError
from disputes.policies.nearest import did_you_mean
from disputes.policies.schema import Pack


def check(
    pack: Pack,
    *,
    clock_names: Collection[str],
    expiry_steps: Mapping[str, Collection[str]],
    may_be_off: Collection[str],
    ways_out: Mapping[str, Collection[str]],
) -> None:
    """Refuse (PackError) unknown clocks, a clock that takes a step it may not take, and steps that cannot be off.

    `expiry_steps` has, by clock, the triggers that clock may pull when it runs out; `ways_out`, by state, the triggers
    of people that leave it.
    """
    faults = [
        *_clock_faults(pack, clock_names, expiry_steps),
        *_off_faults(pack, may_be_off),
        *_dead_ends(pack, ways_out),
    ]
    if faults:
        raise PackError(f"{pack.file}: {fault}" for fault in faults)


def _clock_faults(pack: Pack, names: Collection[str], steps: Mapping[str, Collection[str]]) -> Iterator[str]:
    for name, clock in pack.clocks.items():
        if name not in names:
            yield f"clocks.{name}: unknown clock{did_you_mean(name, names)}"
            continue
        step = clock.on_expiry.value if clock.on_expiry else None
        if step is None:
            continue
        allowed = steps.get(name, ())
        if step not in allowed:
            yield f"clocks.{name}.on_expiry: this clock may not take '{step}'{did_you_mean(step, allowed)}"
        elif pack.is_off(step):
            yield f"clocks.{name}.on_expiry: '{step}' is switched off"


def _off_faults(pack: Pack, may_be_off: Collection[str]) -> Iterator[str]:
    for step in pack.off:
        if step not in may_be_off:
            yield f"off.{step}: this step cannot be switched off{did_you_mean(step, may_be_off)}"


def _dead_ends(pack: Pack, ways_out: Mapping[str, Collection[str]]) -> Iterator[str]:
    """A state that nobody could leave any more, were these steps off. A clock that only may run out is no way out."""
    for state, steps in ways_out.items():
        if steps and all(pack.is_off(step) for step in steps):
            yield f"off: nobody could leave '{state}' any more; keep one of {', '.join(sorted(steps))}"
