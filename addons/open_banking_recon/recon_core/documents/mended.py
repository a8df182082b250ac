"""Words of labels in which recognition took one letter for another, set right."""

from __future__ import annotations

import re
from functools import cache

_TOKEN = re.compile(r"[a-z0-9|!$]{6,}")
# Folded words of labels and titles; none is one letter away from a common word that means other.
_WORDS = (
    "invoice number numero nummer amount balance subtotal payment delivery despatch reference receipt"
    " facture montant paiement echeance commande livraison acquittee virement reglement emission"
    " rechnung rechnungs rechnungsnummer rechnungsdatum rechnungsbetrag gesamtbetrag gesamtsumme"
    " nettobetrag zwischensumme mehrwertsteuer umsatzsteuer lieferschein lieferdatum bestellung"
    " bestellnummer belegnummer zahlbetrag gutschrift mahnung fallig falligkeit endbetrag"
    " verwendungszweck factuur factuurnummer factuurdatum vervaldatum totaal subtotaal"
    " factura fattura imponibile vencimiento scadenza importe credit document"
)
_BY_LENGTH = {
    length: tuple(word for word in _WORDS.split() if len(word) == length) for length in range(6, 19)
}


def mended(folded: str) -> str:
    """The folded text, of the same length, with words that are one letter away from a word of a
    label replaced by it; what has digits in its middle like a number is left alone."""
    return _TOKEN.sub(lambda match: _mended(match[0]), folded)


@cache
def _mended(token: str) -> str:
    near = _BY_LENGTH.get(len(token), ())
    if token in near or sum(character.isdigit() for character in token) > 1:
        return token
    close = [word for word in near if _differences(word, token) == 1]
    return close[0] if len(close) == 1 else token


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
