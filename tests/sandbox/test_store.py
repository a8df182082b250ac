"""The memory of the bank is whole at every moment."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.store import Store


def test_a_block_that_fails_changes_nothing(tmp_path):
    store = Store({"next_number": 1}, tmp_path / "bank.json")

    def fail():
        with store.change() as state:
            state["next_number"] = 2
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert store.read()["next_number"] == 1
    assert json.loads((tmp_path / "bank.json").read_text("utf-8"))["next_number"] == 1


def test_the_file_beats_the_initial_data(tmp_path):
    path = tmp_path / "bank.json"
    with Store({"next_number": 1}, path).change() as state:
        state["next_number"] = 7

    assert Store({"next_number": 1}, path).read()["next_number"] == 7


def test_what_was_read_is_a_copy():
    store = Store({"consents": {}})
    store.read()["consents"]["x"] = 1

    assert store.read()["consents"] == {}


def test_no_change_is_lost_between_threads(tmp_path):
    store = Store({"next_number": 0}, tmp_path / "bank.json")

    def count(_: int) -> None:
        with store.change() as state:
            state["next_number"] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(200)))
    assert store.read()["next_number"] == 200
    assert json.loads((tmp_path / "bank.json").read_text("utf-8"))["next_number"] == 200


def test_reset_returns_to_the_initial_data(tmp_path):
    store = Store({"next_number": 3}, tmp_path / "bank.json")
    with store.change() as state:
        state["next_number"] = 9
    store.reset()

    assert store.read()["next_number"] == 3
