"""Tabs over a list: one parameter, one of them current."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from disputes.text import Text


@dataclass(frozen=True)
class Tab:
    label: Text
    url: str
    current: bool


def tabs_of(endpoint: str, names: Mapping[str, str], current: str) -> list[Tab]:
    """A tab for each name, linking to the list with ?tab=name."""
    return [Tab(Text(label), url_for(endpoint, tab=name), name == current) for name, label in names.items()]
