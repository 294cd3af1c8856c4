"""The measurements themselves: rounds are interleaved, and each database keeps its part of the page."""

from pathlib import Path
from typing import get_args

from flask import Flask

from disputes.policies.kinds import Request
from tests.bench import growth, rules, step, sweeping, writers
from tests.bench.measure import Report, Row, interleaved, ms, p50, p99
from tests.bench.page import write
from tests.cast import Cast


def test_each_round_does_everything_once() -> None:
    done: list[str] = []
    acts = {"a": lambda: done.append("a"), "b": lambda: done.append("b")}
    times = interleaved(2, acts, warm=1)
    assert done == ["a", "b"] * 3
    assert {name: len(found) for name, found in times.items()} == {"a": 2, "b": 2}


def test_figures_are_what_they_are_called() -> None:
    times = [n / 1000 for n in range(1, 102)]
    assert (ms(p50(times)), ms(p99(times))) == ("51.00 ms", "100.98 ms")


def test_a_run_replaces_its_own_part_of_the_page_and_no_other(tmp_path: Path) -> None:
    page = tmp_path / "bench.md"
    for kind, ratio in (("sqlite", "1 x"), ("postgresql", "2 x"), ("sqlite", "3 x")):
        write(page, kind, f"script/bench --db {kind}", [Row("a step", ratio, "so")])
    text = page.read_text()
    assert "| a step | 3 x | so |" in text and "| a step | 2 x | so |" in text and "| 1 x |" not in text
    assert text.index("## SQLite") < text.index("## PostgreSQL")
    assert text.count("`script/bench --db sqlite`") == 1


def test_a_short_run_measures_everything(app: Flask, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("disputes.filings.service.CASES_A_DAY", 10**9)
    report = Report()
    step.measure(app, cast, report, rounds=2)
    writers.measure(app, cast, report, rounds=2)
    sweeping.measure(app, cast, report, rounds=1)
    assert [row.what.partition(" ")[0] for row in report.rows] == ["a", "the", "8", "the"]
    assert growth.GOAL == 1.2


def test_the_rules_are_asked_every_kind_of_request() -> None:
    assert [facts.asks for facts in rules.order()] == list(get_args(Request))
    report = Report()
    rules.measure(report, rounds=2, loads=2)
    assert [row.what.partition(" ")[0] for row in report.rows] == ["every", "loading"]
