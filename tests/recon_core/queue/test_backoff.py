from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.queue import backoff


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 30), (2, 60), (3, 120), (8, 3840), (12, 21600), (10**9, 21600)]
)
def test_the_wait_doubles_up_to_six_hours(attempt, seconds):
    assert backoff.delay(attempt, jitter=1) == timedelta(seconds=seconds)


@given(attempt=st.integers(1, 30), jitter=st.floats(0, 1))
def test_jitter_spreads_the_wait_over_its_upper_half(attempt, jitter):
    whole = backoff.delay(attempt, jitter=1)
    assert whole / 2 <= backoff.delay(attempt, jitter) <= whole


@given(attempt=st.integers(1, 30), jitter=st.floats(0, 1), asked=st.integers(0, 10**6))
def test_never_sooner_than_the_other_side_asked(attempt, jitter, asked):
    assert backoff.delay(attempt, jitter, asked) >= timedelta(seconds=asked)


@given(attempt=st.integers(1, 30), jitter=st.floats(0, 1))
def test_the_wait_is_of_whole_seconds(attempt, jitter):
    assert backoff.delay(attempt, jitter) % timedelta(seconds=1) == timedelta(0)


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_senseless_arguments_are_refused(attempt, jitter):
    with pytest.raises(ValueError, match="attempt"):
        backoff.delay(attempt, jitter)
