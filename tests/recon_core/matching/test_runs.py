from datetime import date

from matching_samples import ACME, BORIS, CHLOE, PARTNERS, item, line

from recon_core.matching import Decision, MoveType, match

DAYS = [
    date(2025, 11, 3),
    date(2025, 11, 20),
    date(2025, 12, 4),
    date(2026, 1, 7),
    date(2026, 1, 9),
]
ITEMS = [
    item(n, ACME, amount, invoice_date=day, due_date=day)
    for n, (day, amount) in enumerate(
        zip(DAYS, ["1201.13", "870.77", "2310.49", "655.21", "98.03"], strict=True), start=1
    )
]


def paid(amount, text, items=ITEMS, name="ACME PLOMBERIE"):
    found = match([line(1, amount, text, name)], items, PARTNERS)[0]
    chosen = {a.item_id for a in found.proposals[0].allocations} if found.proposals else set()
    return found.decision is Decision.AUTO, chosen


def test_the_whole_balance_is_paid_with_a_credit_note():
    credit = item(6, ACME, "100.50", move_type=MoveType.OUT_REFUND, invoice_date=DAYS[2])
    assert paid("5035.13", "solde compte", [*ITEMS, credit]) == (True, {1, 2, 3, 4, 5, 6})


def test_the_documents_of_a_named_month_are_paid():
    assert paid("2071.90", "RELEVE NOVEMBRE") == (True, {1, 2})
    assert paid("753.24", "releve 01/2026") == (True, {4, 5})


def test_a_stretch_from_the_oldest_on_is_paid():
    assert paid("4382.39", "votre releve") == (True, {1, 2, 3})


def test_a_stretch_between_two_named_documents_is_paid():
    assert paid("3836.47", "factures FAC/2026/00002 a FAC/2026/00004") == (True, {2, 3, 4})


def test_documents_of_several_partners_that_are_all_named_are_paid_by_a_factor():
    items = [item(1, ACME, "100.00"), item(2, BORIS, "250.00"), item(3, CHLOE, "19.90")]
    text = "CESSION FAC/2026/00001 FAC/2026/00002 FAC/2026/00003"
    assert paid("369.90", text, items, "AFFACTURAGE SA") == (True, {1, 2, 3})


def test_what_comes_after_except_is_not_paid():
    assert paid("1201.13", "FAC/2026/00001 SAUF FAC/2026/00002 CONTESTEE") == (True, {1})


def test_what_is_held_back_for_a_claim_is_for_a_person():
    assert paid("1180.13", "FAC/2026/00001 RETENUE AVARIE -21,00")[0] is False


def test_a_number_that_is_not_open_explains_what_is_missing_better_than_a_sum():
    items = [*ITEMS, item(7, ACME, "44.40")]
    text = "FAC/2026/00001 FAC/2026/00002 F AC/2026/00099"
    assert paid("2116.30", text, items)[0] is False


def test_round_amounts_that_add_up_prove_less_than_odd_ones():
    rounded = [
        item(1, ACME, "3800.00", "P260134/2"),
        item(2, ACME, "1800.00", "P260013/1"),
        item(3, ACME, "2700.00", "P260013/3"),
        item(4, ACME, "4100.00", "P260013/4"),
    ]
    assert paid("8300.00", "FACT P260134/2", rounded)[0] is False


def test_a_letter_right_behind_a_number_makes_it_another_number():
    other = [item(1, ACME, "2133.33", "P260459/1")]
    assert paid("2133.33", "facture P260459/1", other, "DUPONT") == (True, {1})
    assert paid("2133.33", "facture P260459/1B", other, "DUPONT")[0] is False


def test_what_is_due_is_not_certain_where_an_equal_document_is_not_due():
    day, late = date(2025, 11, 3), date(2026, 6, 30)
    parts = [
        item(1, ACME, "1201.13", "P252799/1", invoice_date=day, due_date=day),
        item(2, ACME, "870.77", "P252799/2", invoice_date=day, due_date=day),
        item(3, ACME, "1201.13", "P252799/3", invoice_date=day, due_date=late),
    ]
    assert paid("2071.90", "P252799/2 et la suite", parts)[0] is False
