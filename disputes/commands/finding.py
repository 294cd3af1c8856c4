"""One line of what `disputes doctor` finds."""

from typing import NamedTuple


class Finding(NamedTuple):
    mark: str
    text: str

    @property
    def must_mend(self) -> bool:
        return self.mark == "MEND"


def well(text: str) -> Finding:
    """As it should be."""
    return Finding("ok", text)


def note(text: str) -> Finding:
    """Good to know; nothing is wrong."""
    return Finding("note", text)


def mend(text: str) -> Finding:
    """Wrong: somebody must do something about it."""
    return Finding("MEND", text)
