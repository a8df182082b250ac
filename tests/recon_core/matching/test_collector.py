import gc

import pytest

from recon_core.matching.collector import paused


def test_the_collector_runs_again_after_a_pause_even_when_it_failed():
    gc.enable()
    with pytest.raises(ValueError, match="broken"), paused():
        assert not gc.isenabled()
        raise ValueError("broken")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
