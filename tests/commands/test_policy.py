"""`disputes policy`: reading, checking and trying the shops' rules."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from disputes.commands.policy import policy
from disputes.policies.load import PACKS
from tests.policies.test_cross_pack import MIND, ORDER

AT = "2026-03-09T23:59:59+08:00"


@pytest.fixture
def run(tmp_path: Path):
    """`run(*words, facts=...)`: the command, with FACTS put where the word FACTS stands."""

    def invoke(*words: str, facts: object = None) -> Result:
        file = tmp_path / "facts.json"
        file.write_text(facts if isinstance(facts, str) else json.dumps(facts), "utf-8")
        return CliRunner().invoke(policy, [str(file) if word == "FACTS" else word for word in words])

    return invoke


def test_every_pack_is_listed_with_its_parent(run):
    lines = run("list").output.splitlines()
    assert len(lines) == 5
    assert "jd_self@1.0.0  from 2026-01-01  JD self-operated  extends jd_base@1.0.0" in lines


def test_a_pack_is_shown_value_by_value_with_what_comes_from_its_parent(run):
    shown = run("show", "jd_3p").output
    assert "windows.refund.changed_mind = P7D  stated  [JDT-04]" in shown
    assert "hearing.tie_break = buyer  stated, soft  [JDC-38]" in shown
    assert "windows.cancellation.default = -  not_stated" in shown


def test_an_unknown_pack_is_said_with_those_that_are_known(run):
    answer = run("show", "jabbra")
    assert answer.exit_code == 2 and "there is no pack 'jabbra'; known are catawiki, imalent, jabra" in answer.output


def test_a_pack_in_order_passes_and_one_that_is_not_is_told_where_it_goes_wrong(run, tmp_path):
    assert run("check", str(PACKS / "jabra.toml")).exit_code == 0
    broken = tmp_path / "mine.toml"
    broken.write_text((PACKS / "jabra.toml").read_text("utf-8").replace('"P30D"', '"30 days"'), "utf-8")
    answer = run("check", str(broken))
    assert answer.exit_code == 2
    assert answer.stderr.startswith("mine.toml: windows.refund.default.value: '30 days' is not an ISO 8601 duration")


def test_a_missing_address_of_the_outside_body_is_a_warning(run):
    answer = run("check", str(PACKS / "catawiki.toml"))
    assert answer.exit_code == 0 and "people see the name of the authority alone" in answer.output


def test_facts_are_explained_as_json_that_a_machine_can_read(run):
    answer = run("explain", "jd_3p", "FACTS", "--at", AT, "--json", facts=ORDER | {"request": MIND})
    told = json.loads(answer.output)
    assert (told["at"], told["packs"], told["result"]) == (AT, ["jd_3p@1.0.0"], "pass")
    window = next(verdict for verdict in told["verdicts"] if verdict["name"] == "window")
    assert (window["result"], window["clauses"], window["text"]) == ("pass", ["JDT-04"], "You are in time.")
    assert (window["pack"], window["lines"], window["standing"]) == ("jd_3p@1.0.0", ["1"], "stated")


def test_facts_are_explained_in_words(run):
    answer = run("explain", "jabra", "FACTS", "--at", AT, facts=ORDER | {"request": MIND})
    assert "window: You can until 2026-03-29T15:59:59.999999+00:00. You are in time. (JAB-29, JAB-30)" in answer.output


def test_the_version_in_force_when_the_order_was_placed_answers(run):
    early = ORDER | {"placed_at": "2025-12-31T10:00:00+08:00", "request": MIND}
    told = json.loads(run("explain", "jabra", "FACTS", "--at", AT, "--json", facts=early).output)
    assert told["packs"] == [None] and told["verdicts"][0]["result"] == "undetermined"


def test_what_is_not_known_is_undetermined_and_never_a_crash(run):
    bare = {name: value for name, value in ORDER.items() if name not in ("parcels", "payments", "shipping_minor")}
    for pack in ("jabra", "catawiki", "jd_base", "jd_self", "jd_3p", "imalent"):
        for kind in ("refund", "exchange", "repair", "maintenance", "cancellation", "order_change", "address_change",
                     "fee", "promise", "undeliverable", "customs", "payment", "complaint", "consultation"):  # fmt: skip
            request = (
                {"kind": kind, "reason": "not_as_described"}
                if kind in ("refund", "exchange", "repair")
                else {"kind": kind}
            )
            answer = run("explain", pack, "FACTS", "--at", AT, "--json", facts=bare | {"request": request})
            assert answer.exit_code == 0, (pack, kind, answer.output)
            assert {v["result"] for v in json.loads(answer.output)["verdicts"]} <= {
                "pass",
                "fail",
                "undetermined",
                "not_stated",
            }


@pytest.mark.parametrize(
    ("facts", "at", "complaint"),
    [
        ("{", AT, "not JSON"),
        (ORDER | {"request": MIND}, "2026-03-09", "--at needs its zone"),
        (ORDER | {"request": MIND}, "tomorrow", "not a moment"),
        (ORDER, AT, "request: is missing, or not an object"),
        (ORDER | {"request": {"kind": "refund"}}, AT, "request.reason: is missing; known are item_not_received"),
        (ORDER | {"request": MIND | {"raeson": 1}}, AT, "request.raeson: is not known; did you mean 'reason'?"),
        (
            ORDER | {"request": {"kind": "refnd", "reason": "late"}},
            AT,
            "request.kind: is not known; did you mean 'refund'?",
        ),
        (ORDER | {"request": MIND | {"lines": [{"ref": "7"}]}}, AT, "request.lines.0.ref: there is no such line"),
        (ORDER | {"request": MIND | {"lines": [{"ref": "1", "signs": {"usd": True}}]}}, AT, "did you mean 'used'?"),
        (ORDER | {"request": MIND | {"events": {"decidd": AT}}}, AT, "did you mean 'decided'?"),
        (ORDER | {"nmber": "1", "request": MIND}, AT, "nmber"),
        ({"request": {"kind": "message", "txt": "x"}}, AT, "request.txt: is not known; did you mean 'text'?"),
        (
            {"request": {"kind": "scorecard", "metric": "satisfaction", "counts": {"satisfied": "x"}}},
            AT,
            "input should be a valid integer",
        ),
        (ORDER | {"request": MIND | {"lines": [1]}}, AT, "request.lines: must be a list of objects"),
        (ORDER | {"request": MIND | {"parcels": [{}]}}, AT, "request.parcels.0.ref: must be text"),
        ({"request": {"kind": []}}, AT, "request.kind: is not known"),
        ({"request": {"kind": "notice", "fields": "x"}}, AT, "request.fields: input should be"),
    ],
)
def test_bad_input_is_told_in_plain_words(run, facts, at, complaint):
    answer = run("explain", "jd_3p", "FACTS", "--at", at, facts=facts)
    assert answer.exit_code == 2 and complaint in answer.output


def test_coverage_counts_every_clause_once(run):
    answer = run("coverage")
    assert answer.exit_code == 0 and answer.output.splitlines()[-1].endswith("286 in all")
    rows = json.loads(run("coverage", "--json", "--state", "rule").output)
    thirty = next(row for row in rows if row["clause"] == "JAB-29")
    assert "jabra:windows.refund.default" in thirty["at"] and thirty["tests"] == ["tests/policies/test_clauses.py"]


def test_two_versions_are_compared_value_by_value(run, tmp_path):
    later = tmp_path / "later.toml"
    later.write_text((PACKS / "jabra.toml").read_text("utf-8").replace('"P30D"', '"P60D"', 1), "utf-8")
    assert run("diff", "jabra", str(later)).output.splitlines() == [
        "- windows.refund.default = P30D  stated  [JAB-29, JAB-30]",
        "+ windows.refund.default = P60D  stated  [JAB-29, JAB-30]",
    ]
    assert run("diff", "jabra", "jabra").output == ""


def test_the_law_s_answer_stands_beside_the_shop_s(run):
    late = "2026-03-12T12:00:00+01:00"
    facts = ORDER | {"country": "NL", "request": MIND}
    told = json.loads(run("explain", "jd_3p", "FACTS", "--at", late, "--json", facts=facts).output)
    assert (told["result"], told["result_with_law"]) == ("fail", "pass")


def test_a_question_to_a_platform_is_put_to_each_of_its_packs(run):
    facts = {"request": {"kind": "rule", "path": "seller.kind"}}
    told = json.loads(run("explain", "jd_base", "FACTS", "--at", AT, "--json", facts=facts).output)
    assert {v["pack"]: v["details"]["value"] for v in told["verdicts"]} == {
        "jd_self@1.0.0": "own_shop",
        "jd_3p@1.0.0": "third_party",
    }
