"""Words that stand before or above a value on a bill, folded to lower case without accents.

Each list is in the order of trust: the first labels leave no doubt, the last ones are guesses.
"""

from __future__ import annotations

import re

_NO = r"(?:\s*(?:n[o°]?|nr|num(?:ber|ero|mer)?|#|id)\b\.?)"
_INVOICE = (
    r"(?:facture|invoice|rechnung|rechnungs|factuur|factura|fattura|avoir|credit note|gutschrift)"
)

LABELS: dict[str, tuple[str, ...]] = {
    "number": (
        rf"\b{_INVOICE}[ -]?{_NO}",
        r"\b(?:rechnungsnummer|rechnungs-nr|rechnungsnr|belegnummer|factuurnummer|beleg-?nr)\b\.?",
        r"\b(?:numero|n[o°]\.?|num\.?)(?: de)?(?: la| della?)? ?(?:facture|factura|fattura|piece)\b",
        r"\b(?:document|receipt|statement|bill|folio|tax invoice)(?: #)?{no}".replace("{no}", _NO),
        rf"\b{_INVOICE}\b(?=\s*[:#])",
        rf"\b{_INVOICE}\b",
        r"(?<!\w)(?:nr|n°|no)\b\.?",
    ),
    "issue_date": (
        rf"\b(?:date (?:de |d')?(?:la )?(?:facture|facturation|emission)|{_INVOICE}s?[ -]?(?:date|datum|fecha))\b",
        r"\b(?:rechnungsdatum|factuurdatum|belegdatum|date of issue|issue date|date d.emission|issued(?: on)?"
        r"|bill date|fecha(?: de (?:la )?factura)?|data(?: della)? fattura|ausstellungsdatum|dated?)\b",
        r"\b(?:emise? le|facture du|en date du|vom|le|du|datum|data|am)\b",
    ),
    "due_date": (
        r"\b(?:date (?:limite )?(?:d'? ?echeance|de paiement|de reglement)|(?:payment )?due(?: date| on| by)?"
        r"|echeance(?: le)?|a payer avant(?: le)?|a regler avant(?: le)?|payable (?:by|before|avant)(?: le)?"
        r"|falligkeit(?:sdatum)?|fallig(?: am)?|zahlbar bis(?: zum)?|zahlungsziel|vervaldatum|vervaldag"
        r"|scadenza|vencimiento|fecha de vencimiento|pay by)\b",
    ),
    "total": (
        r"\b(?:total ttc|montant ttc|total (?:a payer|toutes taxes|general ttc)|net a payer(?: ttc)?|grand total"
        r"|rechnungsbetrag|gesamtbetrag|gesamtsumme|endbetrag|bruttobetrag|zahlbetrag|total amount|invoice total"
        r"|total due|amount due|balance due|factuur totaal|te betalen|totaal incl\w*|totale (?:fattura|documento)"
        r"|total factura|importe total|total incl\w*|total \w{0,8}(?: ?eur| ?usd| ?gbp)?(?: ?t\.?t\.?c))\b",
        r"(?<!sub)(?<!sub )(?<!sub-)(?<!sous-)(?<!sous )\b(?:total|totaal|totale|gesamt|summe|montant|amount|brutto)\b"
        r"(?! ?(?:ht|h\.t|hors|net|excl|tva|vat|tax|de la tva|remise|discount|mwst))",
    ),
    "net": (
        r"\b(?:total ht|montant ht|total h\.t|total hors taxes?|total net(?: ht)?|base ht|sous[- ]?total|sub[- ]?total"
        r"|net amount|nettobetrag|netto(?:summe)?|zwischensumme|summe netto|total excl\w*|totaal excl\w*|imponibile"
        r"|base imponible|subtotaal|taxable amount|total before tax|grondslag)\b",
    ),
    "tax": (
        r"\b(?:(?:total |montant )?(?:de la )?tva|(?:total |sales )?tax(?:es)?|vat(?: amount)?|mwst|mehrwertsteuer"
        r"|umsatzsteuer|ust|btw(?: bedrag)?|iva|imposta|gst|hst)\b(?! ?(?:id|no|n°|reg|nummer|intra|number))",
    ),
    "amount_due": (
        r"\b(?:net a payer|reste a payer|solde a payer|amount due|balance due|total due|zahlbetrag|te betalen"
        r"|offener betrag|importe a pagar|montant du|a payer)\b",
    ),
    "purchase_order": (
        r"\b(?:purchase order|p\.?o\.?)(?: ?(?:n[o°]?|nr|number|#))?\.?(?= ?[:#]|\s)",
        r"\b(?:(?:votre|v/|vos) ?(?:commande|cde)|bon de commande|commande(?: client)?|n[o°]\.? de commande"
        r"|bestellnummer|ihre bestellung|bestell-?nr|order(?: number| no\.?| nr\.?| #)?|su pedido|pedido|ordine)\b\.?",
    ),
    "payment_reference": (
        r"\b(?:reference (?:de|du) (?:paiement|virement|reglement)|payment ref(?:erence)?|verwendungszweck"
        r"|betalingskenmerk|communication(?: structuree)?|mededeling|zahlungsreferenz)\b\.?",
    ),
}
PATTERNS: dict[str, tuple[re.Pattern[str], ...]] = {
    name: tuple(re.compile(label) for label in labels) for name, labels in LABELS.items()
}
VAT_LABEL = re.compile(r"\b(?:vat|tva|ust|mwst|umsatzsteuer|btw|iva|intra\w*|tax)\b")
BUYER = re.compile(
    r"\b(?:client|customer|buyer|bill(?:ed)? to|sold to|kunden?|klant|uw|votre|ihre?|your|destinataire|acheteur"
    r"|cliente|leistungsempfanger|empfanger|kaufer)\b"
)
# The heading of the block with the customer's address.
BUYER_BLOCK = re.compile(
    r"\b(?:bill(?:ed)? to|ship(?:ped)? to|sold to|invoice to|deliver(?:ed)? to|facture a|livre a|adresse de (?:facturation|livraison)"
    r"|rechnungsempfanger|rechnungsadresse|lieferadresse|kunde|kaufer|customer|buyer|client|destinataire|acheteur"
    r"|cliente|factuuradres)\b"
)
CURRENCIES: tuple[tuple[str, str], ...] = (
    (r"€|\beur(?:os?)?\b", "EUR"),
    (r"£|\bgbp\b", "GBP"),
    (r"\bchf\b", "CHF"),
    (r"\bcad\b|\bca\$", "CAD"),
    (r"\baud\b|\ba\$", "AUD"),
    (r"\$|\busd\b", "USD"),
)
