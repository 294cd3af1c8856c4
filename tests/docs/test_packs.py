"""docs/packs.md: what it tells you to write is a pack, and every table of a pack has its line."""

import re
import textwrap

from disputes.policies.load import PACKS, Registry
from disputes.policies.schema import Pack
from disputes.settings import ROOT

TEXT = (ROOT / "docs" / "packs.md").read_text("utf-8")


def test_what_the_ten_minutes_write_is_a_pack(tmp_path):
    blocks = re.findall(r"^( *)```toml\n(.*?)^\1```", TEXT, re.DOTALL | re.MULTILINE)
    file = tmp_path / "myshop.toml"
    file.write_text("\n".join(textwrap.dedent(block) for _, block in blocks), "utf-8")
    pack = Registry.with_file(PACKS, file)
    assert str(pack.windows["refund"]["changed_mind"].value) == "P14D"


def test_every_table_is_named():
    named = set(re.findall(r"`(\w+)", TEXT))
    assert set(Pack.model_fields) - named == set()
