"""The way from generated books to measured figures, as docs/matching.md describes it."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks import demo_books, match, score


def run(monkeypatch, module, *words) -> None:
    monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, words)])
    module.main()


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    with pytest.MonkeyPatch.context() as monkeypatch:
        run(monkeypatch, demo_books, "--as-of", "2026-11-23", "--seed", "4", "--out", folder)
    return folder


def test_generated_books_are_matched_and_scored(books, monkeypatch, capsys):
    found = books / "predictions.jsonl"
    run(monkeypatch, match, "--data", books, "--out", found)
    run(monkeypatch, score, "--data", books, "--predictions", found)

    told = capsys.readouterr().out
    automatic = len(found.read_text("utf-8").splitlines())
    assert automatic > 100
    assert f"automatic {automatic}, right {automatic}, wrong 0" in told


def test_the_score_counts_a_match_with_another_document_as_wrong(books, monkeypatch, capsys):
    truth = score.read_truth(books / "truth.csv")
    paying = next(number for number, what in truth.items() if what.parts)
    elsewhere = books / "wrong.jsonl"
    prediction = {"line_id": paying, "allocations": [[9999, 1.0]], "rule": "weak"}
    elsewhere.write_text(json.dumps(prediction) + "\n", "utf-8")
    run(monkeypatch, score, "--data", books, "--predictions", elsewhere)

    assert "automatic 1, right 0, wrong 1" in capsys.readouterr().out
