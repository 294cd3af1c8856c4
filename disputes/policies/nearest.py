"""The hint at the end of an error: the known name that is nearest to what was written."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known name, or all of them when none is near."""
    names = sorted(known)
    near = get_close_matches(written, names, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(names)}" if names else ""
