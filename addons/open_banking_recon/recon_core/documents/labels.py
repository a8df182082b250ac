"""Words that stand before or above a value on a bill, folded to lower case without accents.

Each list is in the order of trust: the first labels leave no doubt, the last ones are guesses.
"""

from __future__ import annotations

import re

_NO = r"(?:\s*[.:-]?\s*(?:n[o°º]?|nr|num(?:ber|ero|mer)?|no|#|id)\b\.?|\s*[#°])"
_INVOICE = (
    r"(?:facture|[il1]nvo[il1]ce|rechnungs?|factuur|factura|fattura|avoir|credit ?note|gutschrifts?"
    r"|creditnota|credit memo)"
)
_OF = r"(?: ?(?:de|du|d'|di|da|of|der|des|del|della)(?: la| l')? ?)?"

LABELS: dict[str, tuple[str, ...]] = {
    "number": (
        rf"\b{_INVOICE}[ -]?{_NO}",
        r"\b(?:rechnungsnummer|rechnungs?-?\s?nr|re\.?-nr|beleg-?nr|belegnummer|factuurnummer|factuurnr|inv\.? ?(?:no|nr|#)"
        r"|gutschriftsnummer|dokument(?:en)?-?nr|dokumentnummer)\b\.?",
        rf"\b(?:numero|n[o°º]\.?|num\.?|nr\.?|number|ref(?:erence|\.)?){_OF} ?(?:la |della? )?(?:{_INVOICE}|piece)\b",
        rf"\b(?:document|receipt|statement|bill|folio|tax invoice)(?: #)?{_NO}",
        rf"\b{_INVOICE}\b(?=\s*[:#])|\b{_INVOICE}\b[^:\d]{{0,12}}(?:\(\d{{3}}\)\s+)?(?:nr|n[o°º]|no)\b\.?"
        rf"|\b{_INVOICE}(?= [a-z]{{0,4}}[-/]?\d)",
        rf"\b{_INVOICE}\b",
        r"(?:(?<=^)|(?<=\s\s)|(?<=[|\[]))(?:nr|n°|nº|no|numero|number|nummer)\b\.?(?! ?(?:de |client|d'|tva|siret))",
    ),
    "issue_date": (
        rf"\b(?:date{_OF}(?:facture|facturation|emission|(?:l')?avoir)|{_INVOICE}[ -]?(?:date|datum|fecha)"
        r"|(?:date|datum|data|fecha)(?: (?:de la|della|der|of))? (?:[il1]nvo[il1]ce|fattura|factura|rechnung)"
        r")\b",
        r"\b(?:rechnungsdatum|factuurdatum|belegdatum|date of issue|issue date|date d.emission|issued(?: on)?"
        r"|bill date|fecha(?: de (?:la )?factura)?|data(?: della)? fattura|ausstellungsdatum|tax point|dated?)\b",
        r"\b(?:emise? le|facture du|en date du|vom|le|du|datum|data|am|den)\b",
    ),
    "due_date": (
        r"\b(?:date (?:limite )?(?:d'? ?echeance|de paiement|de reglement)|(?:payment )?due(?: date| on| by)?"
        r"|echeance(?: le)?|a payer avant(?: le)?|a regler avant(?: le)?|payable (?:by|before|avant)(?: le)?"
        r"|falligkeit(?:sdatum)?|fallig(?: am)?|zahlbar bis(?: zum)?|zahlungsziel|vervaldatum|vervaldag"
        r"|scadenza|vencimiento|fecha de vencimiento|pay(?:ment)? by|netto bis)\b",
    ),
    "total": (
        r"\b(?:total t\.?t\.?c|montante? t\.?t\.?c|total (?:toutes taxes|general ttc)|grand total|rechnungsbetrag|gesamtbetrag"
        r"|gesamtsumme|endbetrag|endsumme|brutto(?:summe|betrag)|(?:rechnungs|gesamt)summe brutto|gesamt(?:betrag)? brutto"
        r"|total amount|[il1]nvo[il1]ce (?:total|amount)|factuur totaal|totaal incl\w*|totale (?:fattura|documento|complessivo)"
        r"|total factura|importe total|total incl\w*|total gross|gross (?:amount|total)|total \w{0,8}(?: ?eur| ?usd| ?gbp)? ?t\.?t\.?c)\b",
        r"\b(?:net a payer(?: ttc)?|total a payer|total due|amount due|balance due|zahlbetrag|te betalen|amount payable"
        r"|totale da pagare|total a pagar|zu zahlen(?:der betrag)?)\b",
        r"(?<!sub)(?<!sub )(?<!sub-)(?<!sous-)(?<!sous )(?<!zwischen)\b(?:total|totaal|totale|gesamt|summe|montant|amount|brutto|importe)\b"
        r"(?! ?(?:ht|h\.t|hors|net|excl|tva|vat|tax|de la tva|de tva|remise|discount|mwst|sans|before))",
    ),
    "net": (
        r"\b(?:total h\.?t\.?|montant h\.?t\.?|total hors taxes?|total net(?: ht)?|base ht|sous[- ]?total|sub[- ]?total"
        r"|net amount|net total|nettobetrag|netto(?:summe)?|zwischensumme|(?:rechnungs|gesamt)summe (?:netto|ohne ust|ohne mwst)"
        r"|summe netto|gesamt netto|total excl\w*|totaal excl\w*|imponibile|total before (?:tax|vat)|total sans tva"
        r"|base imponible|subtotaal|taxable amount|grondslag|warenwert|basisbetrag|total net amount)\b",
    ),
    "tax": (
        r"\b(?:(?:total |montant )?(?:de la |de )?tva|(?:total |sales )?tax(?:es)?|(?:total )?vat(?: amount)?|mwst|mehrwertsteuer"
        r"|umsatzsteuer|steuerbetrag|ust|btw(?: bedrag)?|iva|imposta|gst|hst|taxe)\b"
        r"(?! ?[-.]?(?:id|no\b|n°|reg|nummer|nr|intra|number|numero))",
    ),
    "amount_due": (
        r"\b(?:net a payer|reste a payer|solde a payer|amount due|balance due|total due|zahlbetrag|te betalen"
        r"|offener betrag|importe a pagar|montant du|a payer|amount payable|zu zahlen)\b",
    ),
    "purchase_order": (
        r"\b(?:(?:your |customer |client )?purchase order|p\.?o\.?|customer (?:order|po)|cust\.? po)(?: ?(?:n[o°]?|nr|number|num|ref|#))?\.?(?= ?[:#]|\s)",
        r"\b(?:(?:votre|v/|vos) ?(?:reference )?(?:commande|cde)(?: n[o°]\.?)?|(?:n[o°]\.? )?(?:de )?bon de commande|ref(?:erence|\.)? (?:de )?commande"
        r"|commande(?: client)?(?: n[o°]\.?)?|n[o°]\.? de commande|bestellnummer|ihre bestell(?:ung|nummer)|bestell-?nr|bestellung(?: nr)?|auftragsnummer|auftrags-nr"
        r"|(?:your )?order(?: number| no\.?| nr\.?| #| ref\w*)?|ordernummer|uw referentie|su pedido|n[o°º] (?:de )?pedido|pedido|ordine)\b\.?",
    ),
    "payment_reference": (
        r"\b(?:reference (?:de |du |d'|a rappeler|avis de )?(?:paiement|virement|reglement)|payment ref(?:erence)?|verwendungszweck"
        r"|betalingskenmerk|communication(?: structuree)?|mededeling|zahlungsreferenz|kassenzeichen|reference avis de paiement"
        r"|causale|concepto|remittance ref(?:erence)?|reference a rappeler|(?:motif|libelle|objet) du (?:virement|paiement)"
        r"|reference bancaire|structured communication|qr-?referen[cz]e?|referen[cz]e? qr|referenznummer|zahlungszweck"
        r"|betalingsreferentie|gestructureerde mededeling|please quote|bitte (?:bei zahlung |immer )?angeben)\b\.?",
    ),
    "mandate": (
        r"\b(?:mandats?-?ref(?:erenz|\.)?|mandate (?:ref(?:erence|\.)?|no|number|id)|(?:reference|numero|n[o°º]) (?:unique )?(?:de |du )?mandat"
        r"|rum|machtigingskenmerk|referencia del mandato|riferimento mandato|direct debit (?:mandate|ref(?:erence)?))\b\.?",
    ),
    "delivery_date": (
        r"\b(?:date de (?:la |votre )?(?:livraison|prestation)|livre(?:e|es)? le|lieferdatum|liefertag|leistungsdatum|delivery date|delivered on"
        r"|date of (?:supply|delivery)|supply date|leverdatum|fecha de entrega|data di consegna)\b",
    ),
    "delivery_note": (
        rf"\b(?:delivery ?note|delivery docket|lieferschein|bon de livraison|packing (?:slip|list)|despatch (?:advice|note)"
        rf"|dispatch (?:advice|note)|pakbon|albaran|ddt|bl){_NO}|\b(?:lieferscheinnummer|lieferschein-?nr|lieferungsnummer|pakbonnummer)\b\.?",
        rf"\b(?:n[o°º]\.?|numero|nr\.?|number|ref(?:erence|\.)?){_OF} ?(?:bon de livraison|livraison|bl|delivery|lieferschein|lieferung)\b",
        r"\b(?:bon de livraison|delivery ?note|lieferschein|despatch (?:advice|note)|dispatch note|packing (?:slip|list)|pakbon|albaran)\b",
    ),
    "despatch_date": (
        r"\b(?:lieferscheindatum|belegdatum|date (?:du |de )?(?:bl|bon)(?: de livraison)?|(?:despatch|delivery note|document|issue) date|ausgestellt am)\b",
        r"\b(?:date|dated|datum|fecha|data)\b",
        r"\b(?:date d'expedition|date de livraison|lieferdatum|liefertag|delivery date|ship(?:ped|ping)?(?: date| on)|leverdatum|versanddatum|livre le|expedie le)\b",
        r"\b(?:vom|le|du|am|den)\b",
    ),
}
# What makes of a label that of another thing, before it and behind it.
_ELSEWHERE = (
    r"(?:delivery|ship\w*|order|due|payment|service|period\w*|start|end|print\w*|livraison|commande|echeance|expedition"
    r"|prestation|debut|fin|bestell\w*|liefer\w*|leistungs?\w*|auftrags?\w*|validite|vervalt?|paiement|reglement|naissance|birth|vencimiento"
    r"|pedido|scadenza|original|corrected|previous)"
)
_ID = r"(?:vat|btw|tva|ust|mwst|kvk|steuer|tax|iva|siret|siren|rcs|client|customer|kunden|account|konto|art|item|tel|fax)"
BEFORE: dict[str, re.Pattern[str]] = {
    "issue_date": re.compile(rf"\b{_ELSEWHERE}[ -]*$"),
    "despatch_date": re.compile(r"\b(?:order|commande|bestell|due|auftrags?)[ -]*$"),
    "number": re.compile(rf"\b{_ID}\.?[ -]*$"),
}
_EARLIER = r" ?-? ?(?:associee|d'origine|initiale|precedente|anterieure|liee)"
BEHIND: dict[str, re.Pattern[str]] = {
    "issue_date": re.compile(
        rf"^{_EARLIER}|^ ?(?:de |du |d'|of |der |des |di |da |prevue )?(?:la |l')?{_ELSEWHERE}\b"
    ),
    "number": re.compile(
        rf"^{_EARLIER}|^[ -]?(?:date|datum|to\b|for\b|a\b|address|adres|total|amount|betrag|totaal)"
    ),
    "despatch_date": re.compile(r"^ ?(?:de |of |der )?(?:la |l')?(?:commande|order|bestellung)\b"),
    "purchase_order": re.compile(r"^[ .-]{0,2}(?:date|datum|du\b|vom\b|box\b)"),
    "delivery_note": re.compile(r"^[ -]?(?:date|address|adresse|datum|du\b|vom\b)"),
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
# What a company has to print about itself, mostly at the foot of the page.
COMPANY = re.compile(
    r"\b(?:hrb|amtsgericht|registergericht|handelsregister|geschaftsfuhrer|sitz der gesellschaft|siret|rcs|au capital"
    r"|kvk|registered (?:in|office)|company (?:no|number|registration)|capitale sociale|registro mercantil|ape|naf)\b"
)
CURRENCIES: tuple[tuple[str, str], ...] = (
    (r"€|\beur(?:os?)?\b", "EUR"),
    (r"£|\bgbp\b", "GBP"),
    (r"\bchf\b", "CHF"),
    (r"\bcad\b|\bca\$", "CAD"),
    (r"\baud\b|\ba\$", "AUD"),
    (r"\$|\busd\b", "USD"),
)
