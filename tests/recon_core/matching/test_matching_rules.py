from recon_core.matching.measured import CATEGORIES
from recon_core.matching.rules import CERTAIN, STRENGTH, admitted


def test_only_rules_of_which_errors_were_counted_may_post():
    assert {c for c in CATEGORIES if "/" not in c} <= CERTAIN <= set(STRENGTH)
    assert admitted(0.995) <= set(CATEGORIES)


def test_a_target_that_no_rule_keeps_admits_none():
    assert admitted(1.0) == frozenset()


def test_the_usual_target_admits_the_certain_rules():
    assert {"reference_exact", "reference_near", "partner_amount"} <= admitted(0.995)
