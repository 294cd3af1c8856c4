"""`disputes policy`: read, check and try the shops' rules."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from disputes.explain.answers import answer_all
from disputes.explain.facts import BadFacts, read_facts
from disputes.explain.show import changes, tables
from disputes.policies.load import PACKS, PackError, Registry
from disputes.policies.schema import Pack
from disputes.rules import checked, registry

from .policy_coverage import coverage


@click.group()
def policy() -> None:
    """The shops' rules: list, show, check, explain, coverage, diff."""


@policy.command("list")
def list_packs() -> None:
    """List every pack with its versions and from when they hold."""
    for pack in registry().all():
        child = f"  extends {pack.meta.extends}" if pack.meta.extends else ""
        click.echo(f"{pack.meta.id}@{pack.meta.version}  from {pack.meta.effective_from}  {pack.meta.name}{child}")


@policy.command()
@click.argument("pack")
def show(pack: str) -> None:
    """Show a pack: each value with its standing and its clauses. PACK is an id, id@version or a file."""
    for line in tables(find(pack)):
        click.echo(line)


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check a pack's FILE, beside the packs of the house. Exit status 2 names what is wrong."""
    pack = from_file(file)
    click.echo(f"{pack.meta.id}@{pack.meta.version} is in order.")
    if pack.adr and (pack.adr.link is None or pack.adr.link.value is None):
        click.echo("adr.link: there is no address, so people see the name of the authority alone.")


@policy.command()
@click.argument("pack")
@click.argument("facts", type=click.File("rb"))
@click.option("--at", required=True, help="The moment of the request, with its zone: 2026-03-09T23:59:59+08:00")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as docs/facts.md describes it.")
def explain(pack: str, facts: Any, at: str, as_json: bool) -> None:
    """Ask a PACK about FACTS (JSON, - is standard input): every verdict, with clauses, last moment and who pays.

    PACK is an id (the version in force when the order was placed), id@version, a file, or a platform's common pack,
    which then chooses by order line."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as broken:
        raise click.UsageError(f"not a moment: {broken}") from None
    if moment.tzinfo is None:
        raise click.UsageError("--at needs its zone, such as +08:00")
    try:
        answers = answer_all(lambda when: packs_for(pack, when), read_facts(facts.read()), moment)
    except BadFacts as bad:
        raise click.UsageError(str(bad)) from None
    click.echo(json.dumps(answers.as_dict(), ensure_ascii=False, indent=2) if as_json else answers.as_text())


@policy.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """What changes from OLD to NEW, value by value. Both are an id, id@version or a file."""
    for line in changes(find(old), find(new)):
        click.echo(line)


policy.add_command(coverage)


def find(name: str) -> Pack:
    """A pack by id (its newest version), id@version or file; click's UsageError when there is none."""
    if name.endswith(".toml"):
        return from_file(Path(name))
    pack_id, _, version = name.partition("@")
    found = [p for p in registry().all() if p.meta.id == pack_id and version in ("", p.meta.version)]
    if not found:
        known = ", ".join(sorted({p.meta.id for p in registry().all()}))
        raise click.UsageError(f"there is no pack '{name}'; known are {known}")
    return found[-1]


def packs_for(name: str, placed: datetime | None) -> tuple[Pack, ...]:
    """The packs a name stands for when an order was placed (None: no order): one, or a common pack's children."""
    if name.endswith(".toml") or "@" in name:
        return (find(name),)
    if shared := registry().sharing(name, placed):
        return shared
    if placed is not None and any(p.meta.id == name for p in registry().all()):
        in_force = registry().at(name, placed)
        return (in_force,) if in_force else ()
    return (find(name),)


def from_file(file: Path) -> Pack:
    """The pack in a file, with the packs of the house as possible parents; leaves with status 2 when it is refused."""
    try:
        return checked(Registry.with_file(PACKS, file))
    except PackError as refused:
        click.echo(str(refused), err=True)
        sys.exit(2)
    except OSError as missing:
        raise click.UsageError(str(missing)) from None
