"""What banks write above and into the columns of their sheets, in English, French, German, Spanish,
Italian and Dutch; lower case, without accents and signs."""

from __future__ import annotations

from ..types import TransactionStatus


def _table(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def _tiers(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_table(tier) for tier in text.split(";"))


# The words above a column by its role; behind a semicolon those that say less. A word may stand
# under several roles (``valuta`` is a day in German and a currency in Italian): what the column holds
# decides.
HEADERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "booking_date": _tiers(
        "booking date, posting date, posted date, date posted, completed date, date comptable,"
        "date de comptabilisation, buchungstag, buchungsdatum, fecha contable, data contabile,"
        "data registrazione, boekdatum, boekingsdatum;"
        "date operation, date d operation, date de l operation, transaction date,"
        "date de transaction, fecha operacion, fecha de operacion, f operacion, data operazione,"
        "data movimento, transactiedatum, date, datum, fecha, data; posted, buchung"
    ),
    "value_date": _tiers(
        "value date, date valeur, date de valeur, valutadatum, wertstellung, wertstellungsdatum,"
        "wertstellungstag, fecha valor, fecha de valor, f valor, data valuta, rentedatum; valuta"
    ),
    "amount": _tiers(
        "amount, transaction amount, montant, montant de l operation, betrag, importe, importo, bedrag,"
        "monto, amount in account currency; umsatz, net amount"
    ),
    "debit": _tiers(
        "debit, debits, debit amount, paid out, money out, withdrawal, withdrawals, montant debit,"
        "soll, belastung, belastungen, cargo, cargos, debe, addebito, addebiti, dare, debet,"
        "afschrijving; ausgaben, uscite, af, uitgaand, uit"
    ),
    "credit": _tiers(
        "credit, credits, credit amount, paid in, money in, deposit, deposits, montant credit, haben,"
        "gutschrift, gutschriften, abono, abonos, haber, accredito, accrediti, avere, bijschrijving;"
        "einnahmen, entrate, bij, inkomend, in"
    ),
    "balance": _tiers(
        "balance, running balance, balance after, closing balance, solde, solde apres operation,"
        "solde progressif, saldo, saldo nach buchung, kontostand, saldo contable, saldo contabile,"
        "saldo progressivo, saldo na trn, saldo na mutatie, saldo na boeking"
    ),
    "sign": _tiers(
        "sign, debit credit, credit debit, d c, c d, dr cr, cr dr, debit credit indicator, signe, sens,"
        "soll haben, s h, debe haber, signo, dare avere, segno, af bij, bij af, debet credit;"
        "type, tipo"
    ),
    "currency": _tiers(
        "currency, account currency, ccy, devise, monnaie, wahrung, waehrung, moneda, divisa, munt,"
        "muntsoort; valuta"
    ),
    "account": _tiers(
        "account number, account iban, numero de compte, n compte, auftragskonto, iban auftragskonto,"
        "numero de cuenta, numero conto, rekeningnummer;"
        "account, compte, konto, cuenta, conto, rekening, iban bban, iban"
    ),
    "status": _tiers("status, state, statut, etat, estado, stato; info"),
    "counterparty_name": _tiers(
        "counterparty name, counterparty, payee, payer, beneficiary name, beneficiary, merchant,"
        "other party, partner name, nom de la contrepartie, contrepartie, nom du tiers, tiers,"
        "beneficiaire, donneur d ordre, emetteur, destinataire, name zahlungsbeteiligter,"
        "beguenstigter zahlungspflichtiger, begunstigter zahlungspflichtiger, auftraggeber empfanger,"
        "zahlungspflichtiger, zahlungsempfanger, empfanger, contraparte, beneficiario, ordenante,"
        "controparte, ordinante, naam tegenpartij, tegenpartij naam, tegenpartij, begunstigde,"
        "naam omschrijving; name, nom, nombre, nome, naam"
    ),
    "counterparty_iban": _tiers(
        "counterparty iban, counterparty account, partner iban, iban contrepartie, iban tiers,"
        "compte contrepartie, compte de la contrepartie, compte beneficiaire, iban beneficiaire,"
        "iban zahlungsbeteiligter, kontonummer iban, gegenkonto, iban empfanger, iban contraparte,"
        "cuenta contraparte, iban beneficiario, iban controparte, conto controparte,"
        "tegenrekening iban bban, tegenrekening, rekening tegenpartij, iban tegenpartij; iban"
    ),
    "remittance_unstructured": _tiers(
        "description, transaction description, details, transaction details, narrative, memo,"
        "remittance information, payment details, purpose, label, particulars, communication,"
        "libelle, libelle operation, libelle simplifie, libelle de l operation, motif, detail,"
        "informations complementaires, communication libre, verwendungszweck, buchungsdetails,"
        "concepto, descripcion, observaciones, causale, descrizione, descrizione operazione,"
        "descrizione estesa, omschrijving, mededelingen, mededeling, vrije mededeling"
    ),
    "entry_reference": _tiers(
        "bank reference, transaction id, transaction reference, reference, reference number,"
        "reference de l operation, numero d operation, referenz, bankreferenz, referencia,"
        "numero de operacion, riferimento, referentie, transactiereferentie, volgnummer, volgnr;"
        "ref, cheque number, id"
    ),
    "end_to_end_id": _tiers(
        "end to end id, end to end reference, end to end, endtoendid, kundenreferenz end to end,"
        "reference de bout en bout"
    ),
    "mandate_id": _tiers(
        "mandate reference, mandate id, mandate, mandatsreferenz, reference du mandat,"
        "reference mandat, rum, mandaatkenmerk, machtigingskenmerk, mandato"
    ),
    "creditor_id": _tiers(
        "creditor id, creditor identifier, glaeubiger id, glaubiger id, ics, incassant id"
    ),
    "creditor_reference": _tiers(
        "structured reference, structured communication, communication structuree,"
        "gestructureerde mededeling, gestructureerde communicatie, betalingskenmerk"
    ),
    "bank_tx_code": _tiers(
        "transaction code, type d operation, type operation, type de transaction, buchungstext,"
        "umsatzart, umsatztyp, booking text, tipo de operacion, tipo operazione, mutatiesoort;"
        "transaction type, type"
    ),
}
# Behind the words of a header that say its currency.
CURRENCIES = frozenset(
    {"eur", "euro", "euros", "chf", "gbp", "usd", "en euros", "in eur", "en eur", "in euro"}
)
SIGNS: dict[str, int] = {
    **dict.fromkeys(
        _table(
            "-, d, db, dr, dbit, debit, debits, s, soll, belastung, debe, cargo, dare, addebito, af,"
            "debet, out, paid out, uit"
        ),
        -1,
    ),
    **dict.fromkeys(
        _table(
            "+, c, cr, crdt, credit, credits, h, haben, gutschrift, haber, abono, avere, accredito,"
            "bij, in, paid in"
        ),
        1,
    ),
}
# What the bank did not carry out is neither booked nor pending.
STATUSES: dict[str, TransactionStatus | None] = {
    **dict.fromkeys(
        _table(
            "booked, completed, posted, settled, executed, cleared, gebucht, umsatz gebucht,"
            "comptabilise, comptabilisee, execute, executee, valide, contabilizado, contabilizada,"
            "realizado, contabilizzato, eseguito, geboekt, uitgevoerd, verwerkt"
        ),
        TransactionStatus.BOOKED,
    ),
    **dict.fromkeys(
        _table(
            "pending, authorised, authorized, vorgemerkt, umsatz vorgemerkt, ausstehend, en attente,"
            "en cours, a venir, pendiente, in sospeso, in attesa, non contabilizzato, gereserveerd,"
            "in behandeling"
        ),
        TransactionStatus.PENDING,
    ),
    **dict.fromkeys(
        _table(
            "declined, failed, rejected, reverted, cancelled, canceled, refuse, refusee, rejete,"
            "rejetee, annule, annulee, abgelehnt, storniert, rechazado, rechazada, anulado,"
            "rifiutato, annullato, geweigerd, geannuleerd"
        ),
    ),
}
# How the text of a row begins that is a sum or a balance, when it has no day.
SUMMARIES = _table(
    "total, totaux, sum, summe, gesamt, totale, totaal, suma, solde, saldo, balance, opening balance,"
    "closing balance, ancien solde, nouveau solde, kontostand, anfangssaldo, endsaldo, beginsaldo,"
    "eindsaldo"
)
# The whole text of a row that is a balance, also when it has a day.
BALANCE_ROWS = frozenset(
    _table(
        "opening balance, closing balance, balance brought forward, balance carried forward,"
        "solde initial, solde final, solde precedent, solde anterieur, ancien solde, nouveau solde,"
        "solde d ouverture, solde de cloture, anfangssaldo, endsaldo, alter saldo, neuer saldo,"
        "alter kontostand, neuer kontostand, saldo inicial, saldo final, saldo anterior,"
        "saldo iniziale, saldo finale, saldo precedente, beginsaldo, eindsaldo"
    )
)
