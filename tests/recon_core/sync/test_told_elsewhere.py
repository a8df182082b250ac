from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from recon_core.sync.told_elsewhere import told_elsewhere
from recon_core.types import BankTransaction, TransactionStatus

DAY = date(2026, 3, 30)


def told(amount: str, text: str = "", day: date = DAY, **values: str) -> BankTransaction:
    return BankTransaction(
        amount=Decimal(amount),
        currency="EUR",
        status=TransactionStatus.BOOKED,
        booking_date=day,
        remittance_unstructured=text,
        **values,
    )


FEED = told("100.00", "FAC/2026/00012", counterparty_name="Atelier du Port")
SHEET = told("100.00", "VIR SEPA RECU /DE ATELIER DU PORT /MOTIF FAC/2026/00012 /REF 8812")


def test_one_payment_in_one_long_text_is_the_line_of_the_feed():
    assert told_elsewhere({7: FEED}, [SHEET], is_proved=False) == {0: 7}


def test_another_day_or_amount_is_another_payment():
    other_day = told("100.00", "FAC/2026/00012", date(2026, 3, 31))
    other_amount = told("100.01", "FAC/2026/00012")
    assert told_elsewhere({7: FEED}, [other_day, other_amount], is_proved=True) == {}


def test_two_invoices_of_one_amount_are_two_payments_unless_balances_prove_the_file_whole():
    other = told("100.00", "VIREMENT FACTURE 2026-0990")
    line = told("100.00", "INVOICE 77123")
    assert told_elsewhere({7: line}, [other], is_proved=False) == {}
    assert told_elsewhere({7: line}, [other], is_proved=True) == {0: 7}


def test_another_account_or_end_to_end_id_is_another_payment_whatever_the_balances_say():
    line = told("100.00", "A", counterparty_iban="FR7630006000011234567890189")
    entry = told("100.00", "B", counterparty_iban="DE89370400440532013000")
    assert told_elsewhere({7: line}, [entry], is_proved=True) == {}
    one, two = told("5", "A", end_to_end_id="E1"), told("5", "B", end_to_end_id="E2")
    assert told_elsewhere({7: one}, [two], is_proved=True) == {}


def test_of_two_entries_the_one_with_more_words_in_common_is_the_line():
    entries = [told("100.00", "CARTE X"), SHEET]
    assert told_elsewhere({7: FEED}, entries, is_proved=True) == {1: 7}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from("ABC")), max_size=6),
    st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from("XYZ")), max_size=6),
)
def test_books_and_file_together_hold_each_amount_as_often_as_the_one_that_has_more(old, new):
    lines = {number: told(*one) for number, one in enumerate(old)}
    entries = [told(*one) for one in new]
    pairs = told_elsewhere(lines, entries, is_proved=True)
    assert len(set(pairs.values())) == len(pairs)
    for amount in ("1", "2"):
        have, tell = [sum(one[0] == amount for one in side) for side in (old, new)]
        paired = sum(new[entry][0] == amount for entry in pairs)
        assert have + tell - paired == max(have, tell)
