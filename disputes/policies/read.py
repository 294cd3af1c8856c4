"""From TOML text to one pack: inheritance, then the schema."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disputes.policies.errors import Chain, PackError, pack_error
from disputes.policies.nearest import did_you_mean
from disputes.policies.parts import Meta
from disputes.policies.schema import Pack

Raw = dict[str, Any]


def read(file: Path) -> Raw:
    """The file's tables; PackError when it is not TOML."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PackError([f"{file.name}: not TOML: {broken}"]) from None


def key_of(text: Raw, file: str) -> str:
    """Its `id@version`; PackError when its meta table is not in order."""
    try:
        meta = Meta.model_validate(text.get("meta", {}))
    except ValidationError as failed:
        error = pack_error(failed, [(file, {})])
        raise PackError(fault.replace(f"{file}: ", f"{file}: meta.", 1) for fault in error.faults) from None
    return f"{meta.id}@{meta.version}"


def chain_of(key: str, texts: Mapping[str, tuple[str, Raw]]) -> Chain:
    """The pack's text and its parents', nearest first; PackError for a parent that is not there, or a circle."""
    chain: Chain = []
    seen: list[str] = []
    while True:
        file, text = texts[key]
        chain.append((file, text))
        seen.append(key)
        parent = text["meta"].get("extends")
        if parent is None:
            return chain
        if parent in seen:
            raise PackError([f"{file}: meta.extends: '{parent}' extends itself in the end"])
        if parent not in texts:
            hint = did_you_mean(parent, set(texts) - set(seen))
            raise PackError([f"{file}: meta.extends: unknown pack '{parent}'{hint}"])
        key = parent


def build(chain: Chain) -> Pack:
    """The child over its parents, checked; PackError names file and path."""
    merged: Raw = {}
    for _, text in reversed(chain):
        merged = _merge(merged, {part: rule for part, rule in text.items() if part != "meta"})
    try:
        pack = Pack.model_validate(merged | {"meta": chain[0][1]["meta"]})
    except ValidationError as failed:
        raise pack_error(failed, chain) from None
    pack._file = chain[0][0]
    return pack


def _merge(parent: Raw, child: Raw) -> Raw:
    """The child's tables over the parent's. A value is replaced whole: its figure never keeps the parent's clauses."""
    merged = dict(parent)
    for part, rule in child.items():
        inherited = merged.get(part)
        if isinstance(rule, dict) and isinstance(inherited, dict) and "status" not in rule:
            rule = _merge(inherited, rule)
        merged[part] = rule
    return merged
