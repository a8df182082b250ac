from datetime import date
from decimal import Decimal

from matching_samples import ACME, BORIS, PARTNERS, item, line

from recon_core.matching import Decision, Partner, match

GRANDJEAN = Partner(8, "Grandjean Textiles Amiens")
MANY = [item(1000 + n, BORIS, f"{900 + n}.17") for n in range(400)]


def decided(lines, items, partners=PARTNERS):
    return match(lines, items, partners)[0]


def test_a_name_that_is_probably_the_payers_pays_an_amount_that_nobody_else_owes():
    found = decided(
        [line(1, "457.31", "merci", "GRANJEAN AMIENS")],
        [item(1, GRANDJEAN, "457.31"), *MANY],
        [*PARTNERS, GRANDJEAN],
    )
    assert (found.decision, found.proposals[0].rule) == (Decision.AUTO, "likely_name_amount")


def test_a_name_that_is_probably_the_payers_is_not_enough_for_an_amount_that_many_owe():
    usual = [item(2000 + n, BORIS, "457.31") for n in range(200)]
    found = decided(
        [line(1, "457.31", "merci", "GRANJEAN AMIENS")],
        [item(1, GRANDJEAN, "457.31"), *MANY, *usual],
        [*PARTNERS, GRANDJEAN],
    )
    assert found.decision is not Decision.AUTO


def test_a_sure_payer_who_rounds_the_amount_settles_the_document():
    found = decided([line(1, "450.00", "", "ACME PLOMBERIE")], [item(1, ACME, "450.30"), *MANY])
    assert (found.decision, found.proposals[0].rule) == (Decision.AUTO, "partner_rounded")
    assert found.proposals[0].difference == Decimal("-0.30")


def test_the_month_in_the_text_chooses_between_documents_that_are_alike():
    items = [
        item(1, ACME, "99.00", invoice_date=date(2026, 1, 3)),
        item(2, ACME, "99.00", invoice_date=date(2026, 2, 3)),
    ]
    found = decided([line(1, "99.00", "PAIEMENT FEVRIER", "ACME PLOMBERIE")], items)
    assert found.decision is Decision.AUTO
    assert [a.item_id for a in found.proposals[0].allocations] == [2]


def test_a_month_in_the_name_of_the_payer_says_nothing_about_documents_of_other_months():
    mars = Partner(9, "Mars Confiserie")
    items = [item(1, mars, "99.00"), item(2, mars, "99.00", invoice_date=date(2026, 1, 20))]
    found = decided([line(1, "99.00", "solde", "MARS CONFISERIE")], items, [mars])
    assert found.decision is not Decision.AUTO
