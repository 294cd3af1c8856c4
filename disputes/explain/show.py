"""A pack as lines of text, and two packs compared."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from disputes.policies.schema import Pack
from disputes.policies.standing import Value


def tables(pack: Pack) -> Iterator[str]:
    """One line for each value: path, value, standing, strength where it is not hard, clauses."""
    yield f"{pack.meta.id}@{pack.meta.version}  {pack.meta.name}, from {pack.meta.effective_from}"
    for path, text in values(pack).items():
        yield f"{path} = {text}"


def values(pack: Pack) -> dict[str, str]:
    """Every wrapped value of a pack by its dotted path, spelled out."""
    return dict(_walk("", pack))


def _walk(path: str, part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, Value):
        yield path, _spelled(part)
    if isinstance(part, BaseModel):
        own = set(Value.model_fields) if isinstance(part, Value) else {"meta"}
        for name in type(part).model_fields:
            if name not in own:
                yield from _walk(f"{path}.{name}" if path else name, getattr(part, name))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(f"{path}.{key}", value)
    elif isinstance(part, tuple):
        for at, value in enumerate(part):
            if isinstance(value, BaseModel):
                yield from _walk(f"{path}.{at}", value)
    elif part not in (None, "", False) and not isinstance(part, Value):
        yield path, str(part)


def _spelled(value: Value[Any]) -> str:
    shown = value.model_dump(mode="json")["value"]
    strength = "" if value.strength == "hard" else f", {value.strength}"
    clauses = f"  [{', '.join(value.source)}]" if value.source else ""
    note = f"  ({value.note})" if value.note else ""
    figure = "-" if value.value is None else shown
    return f"{figure}  {value.status}{strength}{clauses}{note}"


def changes(old: Pack, new: Pack) -> Iterator[str]:
    """Lines as of a diff: what goes, what comes, what is another."""
    before, after = values(old), values(new)
    for path in sorted({*before, *after}):
        if before.get(path) == after.get(path):
            continue
        if path in before:
            yield f"- {path} = {before[path]}"
        if path in after:
            yield f"+ {path} = {after[path]}"
