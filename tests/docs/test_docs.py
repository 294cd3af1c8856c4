"""What the documents say is so: pages made from tables, folders, commands, settings, fields of an order."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from disputes.cli import main
from disputes.commands.diagram import page
from disputes.incoming.schema import OrderIn
from disputes.settings import ROOT
from disputes.workflows import WORKFLOWS

DOCS = ROOT / "docs"
FLASKS_OWN = {"run", "routes", "shell"}


def text(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_page_of_a_workflow_is_what_its_table_says(name: str) -> None:
    assert text("docs", "workflows", f"{name}.md") == page(WORKFLOWS[name]), "run: disputes diagram"


def test_there_is_no_page_of_a_workflow_that_is_gone() -> None:
    assert {path.stem for path in (DOCS / "workflows").glob("*.md")} == set(WORKFLOWS)


def test_the_map_has_one_line_for_each_folder() -> None:
    named = re.findall(r"^\| `([\w/.]+)` \|", text("docs", "map.md"), re.MULTILINE)
    folders = [f"disputes/{path.name}" for path in (ROOT / "disputes").iterdir() if _is_ours(path)]
    assert sorted(folder for folder in folders if named.count(folder) != 1) == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def _is_ours(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))


def test_every_command_is_described() -> None:
    known = set(main.commands) - FLASKS_OWN
    assert sorted(name for name in known if f"| `disputes {name}` |" not in text("docs", "operating.md")) == []


def test_every_command_that_is_named_is_there() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *DOCS.rglob("*.md")])
    named = set(re.findall(r"(?:`|\.venv/bin/)disputes ([a-z][a-z-]+)", everything))
    assert named - set(main.commands) - {"db"} == set()


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    read = {f"DISPUTES_{name.upper()}" for name in re.findall(r'env\.get\("(\w+)"', text("disputes", "settings.py"))}
    described = re.findall(r"^\| `(DISPUTES_\w+)` \|", text("README.md"), re.MULTILINE)
    assert sorted(described) == sorted(read)


def fields_of(model: type[BaseModel]) -> Iterator[str]:
    """Names of all fields, those of nested models too."""
    for name, field in model.model_fields.items():
        yield name
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from fields_of(inner)


def test_every_field_of_an_order_is_described() -> None:
    page = text("docs", "orders.md")
    assert sorted({name for name in fields_of(OrderIn) if f"`{name}`" not in page}) == []


def test_the_readmes_order_is_one() -> None:
    (line,) = re.findall(r"^```json\n(.+)\n```$", text("README.md"), re.MULTILINE)
    assert OrderIn.model_validate_json(line).total_minor == 5000
    assert json.loads(line)["payments"][0]["allocations"][0]["amount_minor"] == 5000


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", *(str(p.relative_to(ROOT)) for p in DOCS.rglob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", text(page)) if "://" not in link]
    assert [link for link in targets if not (ROOT / page).parent.joinpath(link).exists()] == []
