from datetime import date
from decimal import Decimal

import pytest
from matching_samples import line

from recon_core.matching.kinds import LineKind, kind_of
from recon_core.matching.model import Partner
from recon_core.matching.names import NameIndex
from recon_core.matching.text import (
    dates,
    foreign_amounts,
    on_behalf_of,
    payer_in,
    plain,
    stated_fee,
)
from recon_core.references import fold


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("VIR SEPA DUPONT FAC/2026/00012", LineKind.PAYMENT),
        ("PRLV IMPAYE FAC/2026/00012", LineKind.RETURNED),
        ("REJET VIR", LineKind.RETURNED),
        ("PRELEVEMENT AM04 INSUFFICIENT", LineKind.RETURNED),
        ("COMMISSION DE MOUVEMENT T1", LineKind.NO_DOCUMENT),
        ("FACTURE CARTE DU 060126 AIR FRANCE", LineKind.NO_DOCUMENT),
        ("LOYER MARS 2026", LineKind.NO_DOCUMENT),
        ("ACOMPTE DEVIS 3216", LineKind.ADVANCE),
    ],
)
def test_the_kind_of_a_line_follows_its_words(text, kind):
    assert kind_of(line(1, "-10.00", text), fold(text)) is kind


def test_the_kind_of_a_line_follows_its_codes():
    assert kind_of(line(1, "-10", bank_tx_code="PMNT-ICDT-SALA"), "") is LineKind.NO_DOCUMENT
    assert kind_of(line(1, "10", bank_tx_code="PMNT-MCRD-POSP"), "") is LineKind.NO_DOCUMENT
    assert kind_of(line(1, "10", return_reason="AC04"), "") is LineKind.RETURNED


def test_the_banks_own_words_are_taken_off():
    assert plain("VIR SEPA RECU /DE DUPONT /MOTIF FAC12 /REF NOTPROVIDED").split() == [
        "DUPONT",
        "FAC12",
    ]
    assert plain("Virement de Chloé Vannier") == "CHLOE VANNIER"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("VIR SEPA RECU /DE INES VASSEUR /MOTIF SOLDE /REF H41", "INES VASSEUR"),
        ("VIR RECU 4233899424 DE: CELLIER THOMAS MOTIF: PAIEMENT REF: X", "CELLIER THOMAS"),
        ("VIREMENT DE JEAN MOREAU REFERENCE : FACTURE", "JEAN MOREAU"),
        ("VIR DUPONT", ""),
    ],
)
def test_the_payer_stands_between_the_labels(text, name):
    assert payer_in(text) == name


def test_amounts_dates_and_fees_in_the_text():
    assert foreign_amounts("FACT 1 782,10 USD COURS 1,0786") == [(Decimal("1782.10"), "USD")]
    assert stated_fee("FAC 12 FRAIS 5,00") == Decimal("5.00")
    assert stated_fee("FAC 12") is None
    assert dates("DU 02/11/2025 ET 31/02/2026 ET 2026-01-05") == {
        date(2025, 11, 2),
        date(2026, 1, 5),
    }
    assert on_behalf_of("FAC 12 POUR LE COMPTE DE PATECLOG SAS") == "PATECLOG SAS"


NAMES = NameIndex(
    [
        Partner(1, "Établissements Vincent SCI", aliases=("Metiven",)),
        Partner(2, "Nicolas-Théo Marchand"),
        Partner(3, "Théo Marchand"),
        Partner(4, "Hijos de Castro S.L."),
        Partner(5, "Consultoría Córdoba S.L."),
        *(Partner(n, f"Maison {chr(61 + n)}{chr(60 + n)}uvier") for n in range(6, 26)),
    ]
)


@pytest.mark.parametrize(
    ("said", "partner"),
    [
        ("S.C.I. ETABLISSEMENTS VINCENT", 1),
        ("METIVEN LYON", 1),
        ("HJIOS DE CASTRO", 4),
        ("CONSUL CORDOBA", 5),
        ("MARCHAND NICOLAS THEO", 2),
    ],
)
def test_a_name_is_found_in_other_words(said, partner):
    assert NAMES.find(said, whole=True)[0].partner_id == partner


def test_less_of_a_name_than_another_partner_has_is_not_sure():
    scores = {f.partner_id: f.score for f in NAMES.find("NICOLAS THEO MARCHAND", whole=True)}
    assert scores[2] == pytest.approx(1.0)
    assert scores[3] < 0.9


def test_a_surname_with_an_initial_stands_for_all_who_have_both():
    assert NAMES.short_form_of("M. MARCHAND") == {2, 3}
    assert NAMES.short_form_of("N MARCHAND") == {2}
    assert NAMES.short_form_of("MARCHAND INCONNU") == frozenset()
