"""What payers write around numbers, by language. ``{}`` takes the number."""

from __future__ import annotations

INVOICE = {
    "fr": (
        "FACTURE {}",
        "{}",
        "Fact {}",
        "Règlement facture n° {}",
        "FAC.{}",
        "V/FACT {}",
        "Paiement {}",
        "votre facture {}",
        "Fact: {} merci",
        "REGLT FRE {}",
    ),
    "de": (
        "Rechnung {}",
        "{}",
        "RE {}",
        "Rg.-Nr. {}",
        "RG {}",
        "Rechnungsnr. {}",
        "Re.Nr.{}",
        "Ihre Rechnung {}",
        "RNR {}",
        "Zahlung Rechnung Nr {}",
    ),
    "nl": ("Factuur {}", "{}", "fact. {}", "Betaling factuur {}", "uw factuur {}", "Factuurnr {}"),
    "en": ("Invoice {}", "{}", "Inv {}", "Inv. No. {}", "payment {}", "INVOICE NO {}", "/INV/{}"),
}
ORDER = {
    "fr": ("Commande {}", "CDE {}", "BC {}", "N/CDE {}", "Notre commande {}"),
    "de": ("Bestellung {}", "Best.Nr. {}", "Auftrag {}", "Ihre Lieferung zu Best. {}"),
    "nl": ("Bestelling {}", "Bestelbon {}", "Order {}"),
    "en": ("PO {}", "Order {}", "Purchase order {}"),
}
CUSTOMER = {
    "fr": ("Client {}", "N° client {}", "Code client {}", "Réf client {}"),
    "de": ("Kundennummer {}", "KdNr {}", "Kd.-Nr. {}", "Kunde {}"),
    "nl": ("Klantnummer {}", "Klantnr {}", "klant {}"),
    "en": ("Customer {}", "Account no {}", "Cust {}"),
}
VAGUE = {
    "fr": (
        "Règlement",
        "VIREMENT",
        "Paiement fournisseur",
        "Solde",
        "merci",
        "REGLEMENT FACTURE",
        "",
        "Paiement de votre facture",
    ),
    "de": ("Zahlung", "Überweisung", "Rechnung", "", "Vielen Dank", "Ihre Rechnung"),
    "nl": ("Betaling", "factuur", "", "Uw factuur", "bedankt"),
    "en": ("payment", "invoice", "", "Settlement", "transfer"),
}
DISCOUNT = {
    "fr": ("escompte {}%", "moins escompte {} %", "esc. {}%", "déduction escompte {}%"),
    "de": ("abzgl. {}% Skonto", "abz. {} % Skonto", "{}% Skto", "- {}% SKONTO"),
    "nl": ("min {}% korting", "{}% betalingskorting", "-{}% contant"),
    "en": ("less {}% discount", "{}% early payment"),
}
CREDIT = {
    "fr": ("avoir {}", "- avoir {}", "déduction avoir {}", "AV {}"),
    "de": ("Gutschrift {}", "abzgl. Gutschrift {}", "GS {}"),
    "nl": ("creditnota {}", "min CN {}", "creditfactuur {}"),
    "en": ("credit note {}", "less CN {}", "credit {}"),
}
PART = {
    "fr": ("acompte sur {}", "{} 1er versement", "règlement partiel {}", "acompte facture {}"),
    "de": ("Teilzahlung {}", "Abschlag auf {}", "1. Rate {}", "Anzahlung auf RE {}"),
    "nl": ("deelbetaling {}", "voorschot op {}", "1e schijf {}"),
    "en": ("part payment {}", "{} 1st instalment", "on account of {}"),
}
REST = {
    "fr": ("solde {}", "{} solde", "Solde facture {}", "reste dû {}"),
    "de": ("Restzahlung {}", "Rest {}", "Schlusszahlung {}"),
    "nl": ("saldo {}", "rest {}", "laatste schijf {}"),
    "en": ("balance {}", "final payment {}", "{} remainder"),
}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
MONTHLY = {
    "fr": ("Factures {}", "RELEVE {}", "Relevé {} selon détail", "Paiement {}"),
    "de": ("Rechnungen {}", "Sammelzahlung {}", "lt. Avis {}"),
    "nl": ("Facturen {}", "verzamelbetaling {}", "overzicht {}"),
    "en": ("Invoices {}", "Statement {}", "as per remittance {}"),
}


def month(language: str, number: int) -> str:
    return MONTHS[language].split()[number - 1]
