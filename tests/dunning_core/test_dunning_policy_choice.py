from dataclasses import replace
from decimal import Decimal

import pytest

from dunning_core.policy_choice import Conditions, Profile, choose

BAKER = Profile("FR", "fr_FR", True, frozenset({3, 4}), Decimal(500))


def test_the_first_policy_whose_conditions_are_met_is_taken():
    first, second = Conditions(1, countries=frozenset({"DE"})), Conditions(2)
    assert choose([first, second, Conditions(3)], BAKER) == 2


def test_without_a_policy_that_fits_there_is_none():
    assert choose([Conditions(1, is_business=False)], BAKER) is None
    assert choose([], BAKER) is None


@pytest.mark.parametrize(
    ("met", "missed"),
    [
        ({"countries": frozenset({"FR", "BE"})}, {"countries": frozenset({"BE"})}),
        ({"languages": frozenset({"fr_FR"})}, {"languages": frozenset({"en_US"})}),
        ({"segments": frozenset({4, 9})}, {"segments": frozenset({9})}),
        ({"is_business": True}, {"is_business": False}),
        ({"amount_from": Decimal(500)}, {"amount_from": Decimal("500.01")}),
        ({"amount_below": Decimal("500.01")}, {"amount_below": Decimal(500)}),
    ],
)
def test_each_condition_must_be_met(met, missed):
    assert choose([Conditions(1, **met)], BAKER) == 1
    assert choose([Conditions(1, **missed)], BAKER) is None
    assert choose([replace(Conditions(1, **met), **missed)], BAKER) is None
