import pytest
from matching_samples import ACME, PARTNERS, item, line

from recon_core.matching import SENTENCES, english, match
from recon_core.matching.docs import RefLevel
from recon_core.matching.levels import AmountLevel


def test_a_proposal_says_why_in_words():
    result = match(
        [line(1, "120.00", "FAC/2026/00012", "ACME PLOMBERIE")],
        [item(12, ACME, "120.00")],
        PARTNERS,
    )
    said = [english(e) for e in result[0].proposals[0].evidence]
    assert "Reference FAC/2026/00012 found in the text" in said
    assert "Amount equal to the cent" in said
    assert "Name of Acme Plomberie SARL 100 % alike" in said


@pytest.mark.parametrize("level", RefLevel)
def test_every_reference_level_has_a_sentence(level):
    assert f"reference_{level.name.lower()}" in SENTENCES


@pytest.mark.parametrize("level", AmountLevel)
def test_every_amount_level_has_a_sentence(level):
    assert f"amount_{level.name.lower()}" in SENTENCES
