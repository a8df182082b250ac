"""Money that went out for something that comes with a bill, before and after the bill is there."""

from datetime import date

import pytest
from matching_samples import ACME, PARTNERS, item, line

from recon_core.matching import Decision, MoveType, Reason, match

PAID_ON = date(2026, 2, 10)


@pytest.mark.parametrize(
    "text, name, code",
    [
        ("PRLV SEPA EDF", "EDF", "PMNT-RDDT-ESDD"),
        ("VIR SEPA GARAGE DU PORT", "GARAGE DU PORT", "PMNT-ICDT-ESCT"),
        ("PAIEMENT CB RESTAURANT LE LION", "", ""),
        ("CARTE 09/02 OVH", "", "PMNT-CCRD-POSD"),
    ],
)
def test_a_payment_to_somebody_who_sends_bills_tells_that_the_bill_is_missing(text, name, code):
    [result] = match([line(1, "-45.60", text, name, bank_tx_code=code)], [], PARTNERS)
    assert (result.decision, result.reason) == (Decision.EXCEPTION, Reason.BILL_MISSING)


@pytest.mark.parametrize(
    "amount, text, code, own",
    [
        ("45.60", "VIR SEPA GARAGE DU PORT", "", False),
        ("-1800.00", "VIR SALAIRE FEVRIER", "", False),
        ("-1800.00", "VIR M DUPONT", "PMNT-ICDT-SALA", False),
        ("-45.60", "URSSAF ILE DE FRANCE", "", False),
        ("-12.00", "FRAIS DE TENUE DE COMPTE", "", False),
        ("-12.00", "ARRETE DE COMPTE", "ACMT-MDOP-CHRG", False),
        ("-60.00", "RETRAIT DAB 09/02", "PMNT-CCRD-CWDL", False),
        ("-500.00", "VIR VERS LIVRET", "", True),
    ],
)
def test_what_comes_without_a_bill_misses_none(amount, text, code, own):
    [result] = match([line(1, amount, text, bank_tx_code=code, is_own_transfer=own)], [], PARTNERS)
    assert result.reason is Reason.NO_CANDIDATE


def bill(day: date):
    return item(1, ACME, "45.60", "F-778", move_type=MoveType.IN_INVOICE, invoice_date=day)


@pytest.mark.parametrize("day", [date(2026, 2, 10), date(2026, 2, 28), date(2026, 3, 15)])
def test_a_card_payment_finds_the_bill_that_is_written_after_it_and_asks_a_person(day):
    bought = line(1, "-45.60", "CARTE 09/02 ACME PLOMBERIE", booking_date=PAID_ON)
    [result] = match([bought], [bill(day)], PARTNERS)
    assert result.decision is not Decision.AUTO
    assert result.proposals[0].allocations[0].item_id == 1
    assert result.proposals[0].probability > 0.5


def test_a_bill_of_another_season_is_not_that_of_a_card_payment():
    bought = line(1, "-45.60", "CARTE 09/02 ACME PLOMBERIE", booking_date=PAID_ON)
    [result] = match([bought], [bill(date(2026, 5, 1))], PARTNERS)
    assert result.proposals == ()
    assert result.reason is Reason.BILL_MISSING


def test_a_transfer_does_not_pay_a_bill_that_was_not_written_yet():
    sent = line(1, "-45.60", "VIR ACME PLOMBERIE", booking_date=PAID_ON)
    [result] = match([sent], [bill(date(2026, 2, 28))], PARTNERS)
    assert result.proposals == ()
