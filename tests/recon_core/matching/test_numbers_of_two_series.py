"""Invoices and credit notes that share their digits: FAC/2026/00007 and RFAC/2026/00007."""

import pytest
from matching_samples import ACME, BORIS, PARTNERS, item, line

from recon_core.matching import Decision, MatchPolicy, MoveType, match

INVOICE = item(7, ACME, "267.60", "FAC/2026/00007", partner_ref="BC42261")
CREDIT_NOTE = item(8, BORIS, "149.40", "RFAC/2026/00007", move_type=MoveType.OUT_REFUND)
OTHERS = [item(100 + n, ACME, f"{300 + n}.00", f"FAC/2026/{20 + n:05d}") for n in range(30)]


@pytest.mark.parametrize(
    "text",
    [
        "VIR SEPA RECU /DE ACME PLOMBERIE /MOTIF FACTURE N 2026-00007 CDE BC42261",
        "ACME PLOMBERIE FAC-2026-00007",
        "ACME PLOMBERIE FAC202600007",
    ],
)
def test_the_number_of_an_invoice_does_not_name_the_credit_note_of_that_number(text):
    [result] = match(
        [line(1, "267.60", text, "ACME PLOMBERIE")],
        [INVOICE, CREDIT_NOTE, *OTHERS],
        PARTNERS,
        MatchPolicy(),
    )
    assert result.decision is Decision.AUTO
    assert [part.item_id for part in result.proposals[0].allocations] == [INVOICE.id]
    assert "unused_reference" not in {item.code for item in result.proposals[0].evidence}


def test_a_credit_note_that_is_named_beside_the_invoice_is_netted():
    note = item(9, ACME, "67.60", "RFAC/2026/00009", move_type=MoveType.OUT_REFUND)
    [result] = match(
        [line(1, "200.00", "FAC/2026/00007 - AVOIR RFAC/2026/00009", "ACME PLOMBERIE")],
        [INVOICE, note, *OTHERS],
        PARTNERS,
        MatchPolicy(),
    )
    assert {part.item_id for part in result.proposals[0].allocations} == {INVOICE.id, note.id}
