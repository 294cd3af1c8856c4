"""A pack as a person reads it: sections, values in words, standings, clauses, and what its parent says. The schema
says what there is; nothing here lists its fields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext
from pydantic import BaseModel

from disputes.policies.parts import Window
from disputes.policies.parts_goods import Exclusion
from disputes.policies.schema import Pack
from disputes.policies.standing import STANDING_LABELS, Standing, Value
from disputes.web.formats import say

from . import saying

VALUE = set(Value.model_fields)
# Values told together with fields beside them, which are then not told again.
TOLD: dict[type, tuple[Callable[[Any], str], set[str]]] = {
    Window: (saying.window, {"anchor"}),
    Exclusion: (saying.exclusion, set()),
}


@dataclass(frozen=True)
class Node:
    """A table or a value. `said` is empty for a table, and for a value the document leaves open."""

    path: str
    label: str
    said: str = ""
    standing: Standing | None = None
    strength: str = "hard"
    clauses: tuple[str, ...] = ()
    note: str = ""
    origin: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    parts: tuple["Node", ...] = ()

    @property
    def standing_label(self) -> str:
        """Its standing in words."""
        return str(say(STANDING_LABELS[self.standing])) if self.standing else ""


@dataclass(frozen=True)
class Variant:
    """What is different for some goods."""

    goods: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Read:
    """All of it: sections that say something, those that say nothing, and what differs for some goods."""

    sections: tuple[Node, ...]
    silent: tuple[str, ...]
    variants: tuple[Variant, ...]


def read(pack: Pack) -> Read:
    """A pack in the reader's words. Needs a request: language and zone are theirs."""
    sections, silent = [], []
    for name, field in Pack.model_fields.items():
        if name in ("meta", "overrides"):
            continue
        title = gettext(field.title or name)
        node = _node(pack, (name,), title, getattr(pack, name))
        if node is None:
            silent.append(title)
        else:
            sections.append(node)
    return Read(tuple(sections), tuple(silent), tuple(_variants(pack)))


def _node(pack: Pack, path: tuple[str, ...], label: str, part: Any) -> Node | None:
    """None when nothing is said there."""
    if part is None:
        return None
    own = _of_value(pack, path, label, part) if isinstance(part, Value) else Node(".".join(path), label)
    more, parts = [], []
    for name, item, usual in _items(part):
        if isinstance(item, BaseModel | dict) or _is_rows(item):
            rows = enumerate(item) if _is_rows(item) else ((None, item),)
            for at, row in rows:
                step = (name,) if at is None else (name, str(at))
                title = saying.word(name) if at is None else f"{saying.word(name)} {at + 1}"
                if found := _node(pack, (*path, *step), title, row):
                    parts.append(found)
        elif item not in (None, "", ()) and item != usual:
            more.append((saying.word(name), saying.said(item)))
    if own.standing is None and not more and not parts:
        return None
    return replace(own, more=tuple(more), parts=tuple(parts))


def _of_value(pack: Pack, path: tuple[str, ...], label: str, value: Value[Any]) -> Node:
    tell = TOLD.get(type(value), (lambda given: saying.said(given.value), set()))[0]
    return Node(
        ".".join(path), label, "" if value.value is None else tell(value), value.status, value.strength, value.source,
        value.note, pack.came_from(path),
    )  # fmt: skip


def _items(part: Any) -> Iterator[tuple[str, Any, Any]]:
    """(name, what stands there, what stands there by default) of a table."""
    if isinstance(part, Mapping):
        yield from ((str(name), item, None) for name, item in part.items())
        return
    told = TOLD.get(type(part), (None, set()))[1] | (VALUE if isinstance(part, Value) else set())
    for name, field in type(part).model_fields.items():
        if name not in told:
            yield name, getattr(part, name), field.default


def _is_rows(item: Any) -> bool:
    return isinstance(item, tuple) and bool(item) and isinstance(item[0], BaseModel)


def _variants(pack: Pack) -> Iterator[Variant]:
    """What each override makes different, value by value."""
    base = dict(_flat(pack))
    for at, other in enumerate(pack.overrides):
        goods = tuple((saying.word(name), saying.said(item)) for name, item, _ in _items(other) if _names(name, item))
        changed = (
            replace(node, path=f"overrides.{at}.{path}")
            for path, node in _flat(pack.variant((at,)))
            if base.get(path) != node
        )
        yield Variant(goods, tuple(changed))


def _names(name: str, item: Any) -> bool:
    return name != "rules" and item not in (None, ())


def _flat(pack: Pack) -> Iterator[tuple[str, Node]]:
    """Every value alone, with the labels of the tables it stands in, to compare and to show out of its place."""
    todo = [
        (node, node.label)
        for name, field in Pack.model_fields.items()
        if name not in ("meta", "overrides")
        if (node := _node(pack, (name,), gettext(field.title or name), getattr(pack, name)))
    ]
    while todo:
        node, label = todo.pop(0)
        if node.standing is not None or node.more:
            yield node.path, replace(node, label=label, origin=None, parts=())
        todo = [*((part, label + ": " + part.label) for part in node.parts), *todo]
