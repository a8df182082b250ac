from datetime import date
from decimal import Decimal

from matching_samples import ACME, BORIS, CHLOE, PARTNERS, item, line

from recon_core.matching import (
    Decision,
    LineResult,
    MatchPolicy,
    MoveType,
    Partner,
    Reason,
    match,
)


def one(result: list[LineResult]) -> LineResult:
    assert len(result) == 1
    return result[0]


def paid(result: LineResult) -> dict[int, Decimal]:
    return {a.item_id: a.amount for a in result.proposals[0].allocations}


def test_exact_reference_and_amount_are_automatic():
    result = one(
        match([line(1, "120.00", "VIR SEPA FAC/2026/00012")], [item(12, ACME, "120.00")], PARTNERS)
    )
    assert result.decision is Decision.AUTO
    assert result.proposals[0].rule == "reference_exact"
    assert paid(result) == {12: Decimal("120.00")}


def test_a_reference_cut_by_the_bank_is_found():
    result = one(
        match(
            [line(1, "120.00", "FACTURE FAC/2026/0 0012 MERCI")],
            [item(12, ACME, "120.00")],
            PARTNERS,
        )
    )
    assert result.decision is Decision.AUTO


def test_a_reference_without_zeros_is_found():
    result = one(match([line(1, "120.00", "fac 2026-12")], [item(12, ACME, "120.00")], PARTNERS))
    assert result.decision is Decision.AUTO


def test_a_number_inside_a_longer_run_of_digits_is_no_reference():
    items = [item(1, ACME, "120.00", number="2026001")]
    result = one(match([line(1, "80.00", "DOSSIER 992026001")], items, PARTNERS))
    assert result.decision is Decision.EXCEPTION
    assert result.reason is Reason.NO_CANDIDATE


def test_a_structured_reference_is_found():
    items = [item(12, BORIS, "75.50", structured_ref="RF18FAC202600012")]
    result = one(
        match([line(1, "75.50", remittance_structured="RF18FAC202600012")], items, PARTNERS)
    )
    assert result.decision is Decision.AUTO


def test_a_typing_error_needs_the_payers_name():
    items = [item(12, ACME, "120.00")]
    named = one(match([line(1, "120.00", "FAC/2026/0O012", "ACME PLOMBERIE")], items, PARTNERS))
    unnamed = one(match([line(1, "120.00", "FAC/2026/0O012", "DUPONT")], items, PARTNERS))
    assert named.decision is Decision.AUTO
    assert unnamed.decision is not Decision.AUTO


def test_one_line_pays_all_the_documents_it_names():
    items = [item(12, ACME, "100.00"), item(13, ACME, "50.25"), item(14, ACME, "50.25")]
    result = one(
        match([line(1, "150.25", "FAC/2026/00012 + 00013", "ACME PLOMBERIE")], items, PARTNERS)
    )
    assert result.decision is Decision.AUTO
    assert paid(result) == {12: Decimal("100.00"), 13: Decimal("50.25")}


def test_a_credit_note_is_netted():
    items = [
        item(12, ACME, "100.00"),
        item(20, ACME, "30.00", number="AV/2026/00020", move_type=MoveType.OUT_REFUND),
    ]
    result = one(match([line(1, "70.00", "FAC/2026/00012 - AV/2026/00020")], items, PARTNERS))
    assert result.decision is Decision.AUTO
    assert paid(result) == {12: Decimal("100.00"), 20: Decimal("30.00")}
    assert result.proposals[0].difference == 0


def test_a_part_payment_keeps_the_rest_open():
    result = one(
        match(
            [line(1, "40.00", "ACOMPTE FACTURE FAC/2026/00012", "ACME PLOMBERIE")],
            [item(12, ACME, "100.00")],
            PARTNERS,
        )
    )
    assert paid(result) == {12: Decimal("40.00")}
    assert result.proposals[0].difference == 0


def test_a_small_bank_fee_closes_the_document():
    items = [item(12, ACME, "1000.00")]
    result = one(match([line(1, "988.00", "FAC/2026/00012", "ACME PLOMBERIE")], items, PARTNERS))
    assert result.decision is Decision.AUTO
    assert paid(result) == {12: Decimal("1000.00")}
    assert result.proposals[0].difference == Decimal("-12.00")


def test_an_overpayment_leaves_the_rest_as_difference():
    items = [item(12, ACME, "100.00")]
    result = one(match([line(1, "130.00", "FAC/2026/00012", "ACME PLOMBERIE")], items, PARTNERS))
    assert paid(result) == {12: Decimal("100.00")}
    assert result.proposals[0].difference == Decimal("30.00")


def test_two_partners_with_the_amount_and_no_reference_are_for_a_person():
    items = [item(1, ACME, "99.00"), item(2, BORIS, "99.00")]
    result = one(match([line(1, "99.00", "PAIEMENT")], items, PARTNERS))
    assert result.decision is not Decision.AUTO


def test_a_vendor_bill_is_paid_by_money_going_out():
    items = [item(7, CHLOE, "310.00", partner_ref="V-88172", move_type=MoveType.IN_INVOICE)]
    result = one(match([line(1, "-310.00", "VIR EMIS CHLOE VANNIER V88172")], items, PARTNERS))
    assert paid(result) == {7: Decimal("310.00")}
    assert result.decision is Decision.AUTO


def test_money_going_out_never_pays_a_customer_invoice():
    result = one(
        match([line(1, "-120.00", "FAC/2026/00012")], [item(12, ACME, "120.00")], PARTNERS)
    )
    assert result.decision is Decision.EXCEPTION


def test_an_outstanding_payment_is_settled_by_its_bank_line():
    items = [item(9, ACME, "120.00", number="PBNK1/2026/00009", move_type=MoveType.PAYMENT_IN)]
    result = one(match([line(1, "120.00", "PBNK1/2026/00009", "ACME PLOMBERIE")], items, PARTNERS))
    assert paid(result) == {9: Decimal("120.00")}


def test_a_returned_debit_is_never_a_payment():
    items = [item(12, ACME, "120.00", move_type=MoveType.OUT_REFUND)]
    returned = [
        line(1, "-120.00", "PRLV IMPAYE FAC/2026/00012"),
        line(2, "-120.00", "FAC/2026/00012", return_reason="AM04"),
        line(3, "-120.00", "FAC/2026/00012", bank_tx_code="PMNT-IDDT-UPDD"),
    ]
    for result in match(returned, items, PARTNERS):
        assert (result.decision, result.reason) == (Decision.EXCEPTION, Reason.RETURNED)


def test_the_earlier_line_pays_and_the_later_copy_is_a_duplicate():
    early = line(5, "120.00", "FAC/2026/00012", booking_date=date(2026, 2, 1))
    late = line(4, "120.00", "FAC/2026/00012", booking_date=date(2026, 2, 3))
    second, first = match([late, early], [item(12, ACME, "120.00")], PARTNERS)
    assert first.decision is Decision.AUTO
    assert (second.decision, second.reason) == (Decision.EXCEPTION, Reason.DUPLICATE)


def test_payouts_and_card_takings_pay_no_document():
    items = [item(12, ACME, "120.00")]
    lines = [
        line(1, "120.00", "REMISE CARTES BANCAIRES TPE 2", "ACME PLOMBERIE"),
        line(2, "120.00", "STRIPE C6P35X", "STRIPE TECHNOLOGY EUROPE"),
    ]
    for result in match(lines, items, PARTNERS):
        assert result.decision is not Decision.AUTO


def test_a_document_in_another_currency_is_found_by_the_instructed_amount():
    items = [item(12, ACME, "782.10", currency="USD")]
    named = line(
        1,
        "725.09",
        "FAC/2026/00012",
        instructed_amount=Decimal("782.10"),
        instructed_currency="USD",
    )
    result = one(match([named], items, PARTNERS))
    assert result.decision is Decision.AUTO
    assert paid(result) == {12: Decimal("782.10")}


def test_a_document_in_another_currency_without_its_amount_is_an_exception():
    result = one(
        match(
            [line(1, "725.09", "FAC/2026/00012")],
            [item(12, ACME, "782.10", currency="USD")],
            PARTNERS,
        )
    )
    assert (result.decision, result.reason) == (Decision.EXCEPTION, Reason.CURRENCY)


def test_a_batch_pays_the_documents_of_all_its_partners():
    items = [
        item(n, p, "10.50", references=("PRLV-20260430-3",)) for n, p in enumerate(PARTNERS, 1)
    ]
    result = one(
        match(
            [line(1, "31.50", "REMISE PRLV SEPA", end_to_end_id="PRLV-20260430-3")], items, PARTNERS
        )
    )
    assert result.decision is Decision.AUTO
    assert len(paid(result)) == 3


def test_the_company_can_forbid_a_rule():
    policy = MatchPolicy(auto_rules=frozenset())
    result = one(
        match([line(1, "120.00", "FAC/2026/00012")], [item(12, ACME, "120.00")], PARTNERS, policy)
    )
    assert result.decision is Decision.SUGGEST


def test_a_partner_without_a_fitting_document_is_told():
    result = one(
        match([line(1, "55.00", "divers", "Chloé Vannier")], [item(12, ACME, "120.00")], PARTNERS)
    )
    assert result.partner_id == CHLOE.id
    assert result.reason is Reason.NO_CANDIDATE


def test_part_payments_that_add_up_explain_each_other():
    items = [item(12, ACME, "100.00")]
    lines = [
        line(1, "61.37", "FAC/2026/00012", "ACME PLOMBERIE"),
        line(2, "38.63", "FAC/2026/00012", "ACME PLOMBERIE"),
    ]
    results = match(lines, items, PARTNERS)
    assert [r.decision for r in results] == [Decision.AUTO, Decision.AUTO]
    assert {r.proposals[0].rule for r in results} == {"reference_instalments"}


def test_a_lone_part_payment_that_nobody_explains_is_for_a_person():
    result = one(
        match(
            [line(1, "61.37", "FAC/2026/00012", "ACME PLOMBERIE")],
            [item(12, ACME, "100.00")],
            PARTNERS,
        )
    )
    assert (result.decision, result.reason) == (Decision.SUGGEST, Reason.UNDERPAID)


def test_twins_without_a_reference_are_for_a_person_unless_the_line_names_a_date():
    items = [
        item(1, ACME, "99.00", invoice_date=date(2026, 1, 3)),
        item(2, ACME, "99.00", invoice_date=date(2026, 1, 20)),
    ]
    vague = one(match([line(1, "99.00", "abonnement", "ACME PLOMBERIE")], items, PARTNERS))
    dated = one(
        match([line(1, "99.00", "facture du 20/01/2026", "ACME PLOMBERIE")], items, PARTNERS)
    )
    assert (vague.decision, vague.reason) == (Decision.SUGGEST, Reason.AMBIGUOUS)
    assert dated.decision is Decision.AUTO
    assert paid(dated) == {2: Decimal("99.00")}


def test_the_number_of_one_series_inside_another_does_not_count():
    items = [
        item(1, ACME, "99.00", number="FAC/2026/00031"),
        item(2, BORIS, "99.00", number="RFAC/2026/00031", move_type=MoveType.OUT_REFUND),
        item(3, CHLOE, "99.00", number="BILL/2026/00031", move_type=MoveType.IN_INVOICE),
    ]
    result = one(match([line(1, "99.00", "FAC/2026/00031")], items, PARTNERS))
    assert result.decision is Decision.AUTO
    assert paid(result) == {1: Decimal("99.00")}


def test_an_invoice_written_after_the_payment_is_not_proposed_without_its_reference():
    items = [item(1, ACME, "99.00", invoice_date=date(2026, 2, 11))]
    result = one(match([line(1, "99.00", "merci", "ACME PLOMBERIE")], items, PARTNERS))
    assert result.reason is Reason.NO_CANDIDATE


def test_a_line_that_names_a_paid_document_is_a_duplicate():
    items = [item(12, ACME, "0.00", amount_total=Decimal("120.00"))]
    result = one(match([line(1, "120.00", "FAC/2026/00012", "ACME PLOMBERIE")], items, PARTNERS))
    assert (result.decision, result.reason) == (Decision.EXCEPTION, Reason.DUPLICATE)


def test_a_stricter_target_leaves_the_rules_without_a_reference_to_a_person():
    items = [item(12, ACME, "120.37")]
    lines = [line(1, "120.37", "merci", "ACME PLOMBERIE")]
    usual = one(match(lines, items, PARTNERS))
    strict = one(match(lines, items, PARTNERS, MatchPolicy(precision_target=0.9999)))
    assert (usual.decision, strict.decision) == (Decision.AUTO, Decision.SUGGEST)


def test_a_surname_with_initial_needs_an_amount_that_nobody_else_owes():
    names = [Partner(n, f"{first} Marchand") for n, first in enumerate(("Luc", "Lise", "Paul"), 1)]
    others = [Partner(n, f"Société {n}") for n in range(4, 404)]
    items = [item(n, p, f"{n}.{n % 89:02d}") for n, p in enumerate([*names, *others], 1)]
    rare = one(match([line(1, "2.02", "merci", "L MARCHAND")], items, [*names, *others]))
    assert rare.proposals[0].rule == "short_name_amount"
    assert paid(rare) == {2: Decimal("2.02")}
    common = [*items, *(item(500 + n, p, "2.02") for n, p in enumerate(others))]
    held = one(match([line(1, "2.02", "merci", "L MARCHAND")], common, [*names, *others]))
    assert held.decision is not Decision.AUTO


def test_an_overpayment_that_other_documents_make_up_is_for_a_person():
    items = [item(12, ACME, "100.00"), item(13, ACME, "20.00"), item(14, ACME, "5.00")]
    text = "FAC/2026/00012"
    made_up = one(match([line(1, "125.00", text, "ACME PLOMBERIE")], items, PARTNERS))
    too_much = one(match([line(1, "110.00", text, "ACME PLOMBERIE")], items, PARTNERS))
    assert made_up.proposals[0].rule == "reference_sum"
    assert (too_much.decision, too_much.proposals[0].difference) == (
        Decision.AUTO,
        Decimal("10.00"),
    )


def test_a_document_that_is_not_open_is_missed_and_holds_what_only_its_amount_found():
    items = [item(n, ACME, f"{n}0.00") for n in range(12, 62)]
    text = "FAC/2026/00099 ET AUTRES"
    result = one(match([line(1, "120.00", text, "ACME PLOMBERIE")], items, PARTNERS))
    assert result.proposals[0].rule == "partner_amount"
    assert result.decision is not Decision.AUTO


def test_a_date_that_is_not_the_documents_holds_what_only_its_amount_found():
    items = [item(12, ACME, "120.37")]
    lines = [line(1, "120.37", "facture du 15/12/2025", "ACME PLOMBERIE")]
    assert one(match(lines, items, PARTNERS)).decision is not Decision.AUTO


def test_of_a_text_longer_than_any_banks_only_the_beginning_is_read():
    items = [item(12, ACME, "120.00")]
    near = one(match([line(1, "120.00", "FAC/2026/00012 " + "7 " * 100_000)], items, PARTNERS))
    far = one(match([line(1, "120.00", "7 " * 100_000 + "FAC/2026/00012")], items, PARTNERS))
    assert near.decision is Decision.AUTO
    assert far.decision is not Decision.AUTO
