from datetime import date
from decimal import Decimal

from matching_samples import ACME, PARTNERS, item, line

from recon_core.matching import Decision, match


def parts(*amounts: str, text: str = "FAC/2026/00012"):
    return [
        line(n, amount, text, "ACME PLOMBERIE", booking_date=date(2026, 2, 20 - n))
        for n, amount in enumerate(amounts, start=1)
    ]


def taken(results):
    return [r.proposals[0].allocations[0].amount for r in results]


def test_parts_that_miss_the_document_by_cents_post_and_the_last_one_that_came_in_closes_it():
    results = match(parts("33.31", "33.31", "33.31"), [item(12, ACME, "100.00")], PARTNERS)
    assert {r.decision for r in results} == {Decision.AUTO}
    assert taken(results) == [Decimal("33.31"), Decimal("33.31"), Decimal("33.38")]
    assert results[2].proposals[0].difference == Decimal("-0.07")


def test_a_part_that_looks_like_a_discount_is_a_part_when_another_line_pays_the_rest():
    results = match(parts("97.00", "3.00"), [item(12, ACME, "100.00")], PARTNERS)
    assert {r.decision for r in results} == {Decision.AUTO}
    assert taken(results) == [Decimal("97.00"), Decimal("3.00")]


def test_parts_that_miss_the_document_by_more_than_cents_are_for_a_person():
    results = match(parts("61.37", "30.00"), [item(12, ACME, "100.00")], PARTNERS)
    assert results[0].decision is Decision.SUGGEST
    assert sum(taken(results)) == Decimal("91.37")


def test_parts_do_not_share_a_document_that_a_better_claim_has_taken():
    lines = [*parts("50.00", "50.00"), line(9, "100.00", "FAC/2026/00012", "ACME PLOMBERIE")]
    results = match(lines, [item(12, ACME, "100.00")], PARTNERS)
    assert [r.decision is Decision.AUTO for r in results] == [False, False, True]
