"""`disputes policy coverage`"""

import json

import click

from disputes.explain.show import values
from disputes.policies.coverage import STATES, count, read_coverage
from disputes.rules import registry


@click.command()
@click.option("--state", type=click.Choice(STATES), help="Only the clauses in this state.")
@click.option("--json", "as_json", is_flag=True)
def coverage(state: str | None, as_json: bool) -> None:
    """Every clause of the shops' documents: in which pack, tested by what, or made true by what else, or why not."""
    cited = places()
    shown = [one for one in read_coverage() if state in (None, one.state)]
    rows = [
        {
            "clause": one.clause, "state": one.state, "at": cited.get(one.clause, []), "by": list(one.by),
            "tests": list(one.tests), "note": one.note,
        }
        for one in shown
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        where = "; ".join([*row["at"], *row["by"]])
        tests = f"  tested by {', '.join(row['tests'])}" if row["tests"] else ""
        click.echo(
            "  ".join(part for part in (str(row["clause"]), str(row["state"]), where, str(row["note"])) if part) + tests
        )
    click.echo(", ".join(f"{n} {state}" for state, n in count(shown).items()) + f"; {len(shown)} in all")


def places() -> dict[str, list[str]]:
    """By clause: the values of the packs that cite it, as pack:path."""
    found: dict[str, list[str]] = {}
    for pack in registry().all():
        base = values(pack)
        shown = dict(base)
        for at in range(len(pack.overrides)):
            other = values(pack.variant((at,)))
            shown |= {f"overrides.{at}.{path}": text for path, text in other.items() if base.get(path) != text}
        for path, text in shown.items():
            for clause in _clauses(text):
                found.setdefault(clause, []).append(f"{pack.meta.id}:{path}")
    return found


def _clauses(text: str) -> list[str]:
    start, end = text.rfind("  ["), text.rfind("]")
    return text[start + 3 : end].split(", ") if 0 <= start < end else []
