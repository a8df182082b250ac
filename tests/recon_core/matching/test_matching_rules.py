from recon_core.matching.rules import MEASURED, STRENGTH, admitted, precision_of


def test_every_rule_that_may_post_has_a_place_in_the_order():
    assert set(MEASURED) <= set(STRENGTH)


def test_a_rule_never_promises_certainty():
    assert all(0 < precision_of(rule) < 1 for rule in MEASURED)
    assert precision_of("weak") == 0


def test_a_stricter_target_admits_fewer_rules():
    assert admitted(0.995) == set(MEASURED)
    assert "reference_exact" in admitted(0.9999)
    assert admitted(0.9999) < admitted(0.995)
    assert admitted(1.0) == frozenset()
