"""From TOML text to one pack: inheritance, then the schema."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from disputes.policies.errors import Chain, PackError, fault_of, pack_error
from disputes.policies.floors import undercut
from disputes.policies.merge import Raw, merge
from disputes.policies.nearest import did_you_mean
from disputes.policies.parts import Meta
from disputes.policies.schema import Pack


def read(file: Path) -> Raw:
    """The file's tables; PackError when it is not TOML."""
    try:
        return parse(file.read_text("utf-8"), file.name)
    except UnicodeDecodeError as broken:
        raise PackError([f"{file.name}: not TOML: {broken}"]) from None


def parse(text: str, file: str) -> Raw:
    """A text's tables; PackError when it is not TOML."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise PackError([f"{file}: not TOML: {broken}"]) from None


def meta_of(text: Raw, file: str) -> Meta:
    """Its meta table; PackError when that is not in order."""
    try:
        return Meta.model_validate(text.get("meta", {}))
    except ValidationError as failed:
        error = pack_error(failed, [(file, {})])
        raise PackError(fault.replace(f"{file}: ", f"{file}: meta.", 1) for fault in error.faults) from None


def key_of(text: Raw, file: str) -> str:
    """Its `id@version`; PackError when its meta table is not in order."""
    meta = meta_of(text, file)
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


def build_common(chain: Chain) -> None:
    """Check what an abstract pack says, as far as that can be without a child; PackError names file and path."""
    try:
        Pack.model_validate(_merged(chain) | {"meta": chain[0][1]["meta"]})
    except ValidationError as failed:
        said = [error for error in failed.errors(include_url=False) if error["type"] != "missing"]
        if said:
            raise PackError(fault_of(dict(error), chain) for error in said) from None


def _merged(chain: Chain) -> Raw:
    """The child's tables over its parents'; PackError when it undercuts them."""
    merged: Raw = {}
    faults: list[str] = []
    for file, text in reversed(chain):
        own = {part: rule for part, rule in text.items() if part != "meta"}
        faults += [f"{file}: {fault}" for fault in undercut(merged, own)]
        merged = merge(merged, own)
    if faults:
        raise PackError(faults)
    return merged


def build(chain: Chain) -> Pack:
    """The child over its parents, checked, with each of its overrides; PackError names file and path."""
    merged = _merged(chain)
    faults: list[str] = []
    try:
        pack = Pack.model_validate(merged | {"meta": chain[0][1]["meta"]})
    except ValidationError as failed:
        raise pack_error(failed, chain) from None
    pack.read_from(chain[0][0], merged, chain)
    for at, other in enumerate(pack.overrides):
        faults += [f"{pack.file}: overrides.{at}.rules.{fault}" for fault in undercut(merged, other.rules)]
        try:
            pack.variant((at,))
        except ValidationError as failed:
            faults += pack_error(failed, [(f"{pack.file}: overrides.{at}.rules", {})]).faults
    if faults:
        raise PackError(faults)
    return pack
