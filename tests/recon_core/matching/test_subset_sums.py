from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from recon_core.matching.subsets import unique_subset


def test_the_only_subset_is_found():
    assert unique_subset([700, 1130, 4010, 95], 1225) == (1, 3)


def test_two_different_subsets_prove_nothing():
    assert unique_subset([100, 200, 300], 300, smallest=1) is None


def test_equal_documents_are_taken_from_the_front():
    assert unique_subset([100, 250, 100], 350) == (0, 1)


def test_many_documents_only_give_single_ones():
    values = [1000 + 7 * n for n in range(60)]
    assert unique_subset(values, values[31]) == (31,)
    assert unique_subset(values, values[3] + values[40], smallest=2) is None


@given(st.lists(st.integers(-30, 60).filter(bool), max_size=9), st.integers(1, 120))
def test_it_agrees_with_trying_everything(values, target):
    hits = {
        tuple(sorted(values[p] for p in subset))
        for size in range(1, 5)
        for subset in combinations(range(len(values)), size)
        if sum(values[p] for p in subset) == target
    }
    found = unique_subset(values, target)
    assert (found is None) == (len(hits) != 1)
    if found is not None:
        assert tuple(sorted(values[p] for p in found)) in hits


@given(st.lists(st.integers(1, 6), min_size=4, max_size=9), st.integers(1, 4), st.integers(1, 4))
def test_no_size_outside_the_bounds_is_taken(values, smallest, largest):
    found = unique_subset(values, sum(values[:3]), smallest, largest)
    assert found is None or smallest <= len(found) <= largest
    assert found is None or list(found) == sorted(set(found))
