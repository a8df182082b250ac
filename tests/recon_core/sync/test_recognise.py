"""Entries are known or new by counting, also after a bank changed what it says."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from recon_core.sync.recognise import recognise


def test_an_entry_with_the_identity_of_a_line_is_known():
    assert recognise([["a"], ["b"]], {7: ["a"]}) == {0: 7}


def test_a_second_equal_entry_is_new():
    assert recognise([["a"], ["a"]], {7: ["a"]}) == {0: 7}


def test_a_line_that_is_not_told_any_more_is_nobodys():
    assert recognise([["a"]], {7: ["a"], 8: ["a"], 9: ["b"]}) == {0: 7}


def test_a_line_is_known_under_what_it_said_before_and_says_now():
    assert recognise([["old"]], {7: ["old", "new"]}) == {0: 7}
    assert recognise([["new"]], {7: ["old", "new"]}) == {0: 7}


def test_a_new_payment_that_says_what_a_changed_line_used_to_say_is_new():
    assert len(recognise([["old"], ["new"]], {7: ["old", "new"]})) == 1


def test_a_changed_line_leaves_its_old_identity_to_its_twin():
    assert recognise([["a"], ["b"]], {7: ["a", "b"], 8: ["a"]}) == {0: 8, 1: 7}


def test_lines_make_room_for_each_other():
    known = {1: ["a", "b"], 2: ["b", "c"], 3: ["a", "c", "d"]}
    assert len(recognise([["a"], ["b"], ["c"]], known)) == 3


def test_five_thousand_equal_entries_of_one_day_are_counted():
    known = {line: ["a"] for line in range(4999)}
    assert len(recognise([["a"]] * 5000, known)) == 4999


def test_an_entry_is_known_by_the_recipe_of_an_earlier_version():
    assert recognise([["v2:x", "v1:a"], ["v2:x", "v1:a"]], {7: ["v1:a"], 8: ["v2:x"]}) == {
        0: 8,
        1: 7,
    }


identities = st.sampled_from("abcd")
lines = st.dictionaries(st.integers(0, 12), st.sets(identities, min_size=1, max_size=3), max_size=6)


@given(st.lists(st.sets(identities, min_size=1, max_size=2), max_size=6), lines)
def test_as_many_entries_are_recognised_as_can_be(told, known):
    found = recognise(told, known)

    assert max(Counter(found.values()).values(), default=1) == 1
    assert all(told[entry] & set(known[line]) for entry, line in found.items())
    assert len(found) == most(told, known)


def most(told, known):
    """The size of the best assignment, by trying all."""
    if not told or not known:
        return 0
    best = most(told[1:], known)
    for line, names in known.items():
        if told[0] & set(names):
            rest = {other: known[other] for other in known if other != line}
            best = max(best, 1 + most(told[1:], rest))
    return best
