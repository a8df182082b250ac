from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from recon_core.queue.circuit import LONGEST_PAUSE, PROBE, THRESHOLD, Circuit

NOW = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


def after_failures(count, now=NOW):
    circuit = Circuit()
    for _number in range(count):
        circuit = circuit.failed(now)
    return circuit


def test_single_failures_leave_the_circuit_closed():
    assert after_failures(THRESHOLD - 1).allows(NOW)


def test_failures_in_a_row_open_it_for_a_minute():
    circuit = after_failures(THRESHOLD)
    assert not circuit.allows(NOW)
    assert not circuit.allows(NOW + MINUTE - timedelta(seconds=1))
    assert circuit.allows(NOW + MINUTE)


def test_an_answer_between_the_failures_starts_the_count_again():
    circuit = after_failures(THRESHOLD - 1).succeeded()
    assert circuit.failed(NOW).allows(NOW)


def test_only_one_attempt_probes_a_provider_that_was_away():
    probing = after_failures(THRESHOLD).asked(NOW + MINUTE)
    assert not probing.allows(NOW + MINUTE)
    assert probing.allows(NOW + MINUTE + PROBE), "a probe that died does not close it for ever"


def test_a_failed_probe_doubles_the_pause():
    circuit = after_failures(THRESHOLD).asked(NOW + MINUTE).failed(NOW + MINUTE)
    assert not circuit.allows(NOW + 3 * MINUTE - timedelta(seconds=1))
    assert circuit.allows(NOW + 3 * MINUTE)


def test_a_probe_that_succeeds_closes_the_circuit():
    circuit = after_failures(THRESHOLD).asked(NOW + MINUTE).succeeded()
    assert circuit.allows(NOW)
    assert circuit.failed(NOW).allows(NOW)


def test_a_closed_circuit_lets_many_ask_at_once():
    assert after_failures(2).asked(NOW).asked(NOW).allows(NOW)


@given(st.integers(0, 2000))
def test_no_pause_is_longer_than_an_hour(count):
    assert after_failures(count).allows(NOW + LONGEST_PAUSE)
