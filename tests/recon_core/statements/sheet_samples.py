"""Sheets as banks of six countries export them, written for the tests, and workbooks to vary."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import xlwt

IBAN = "FR7630006000011234567890189"

FRENCH = f"""Compte courant professionnel;{IBAN}
Solde au 31/03/2026;1 185,50

Date;Date de valeur;Libellé;Débit euros;Crédit euros;Solde
31/03/2026;31/03/2026;VIR SEPA ATELIER DU PORT FAC/2026/00012;;1 205,50;1 185,50
30/03/2026;30/03/2026;PRLV LOYER MARS;1 020,00;;-20,00
29/03/2026;28/03/2026;FRAIS DE TENUE DE COMPTE;5,00;;1 000,00
Total;;;1 025,00;1 205,50;
"""
GERMAN = (
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";'
    '"Glaeubiger ID";"Mandatsreferenz";"Kundenreferenz (End-to-End)";'
    '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"Betrag";"Waehrung";"Info"\n'
    '"DE89370400440532013000";"30.03.26";"31.03.26";"GUTSCHRIFT";"Rechnung 12";"";"";"E2E-1";'
    '"Hafenwerk GmbH";"DE02120300000000202051";"1.234,56";"EUR";"Umsatz gebucht"\n'
    '"DE89370400440532013000";"31.03.26";"31.03.26";"LASTSCHRIFT";"Strom März";"DE98ZZZ";"M1";"";'
    '"Stadtwerke";"DE02500105170137075030";"-34,56";"EUR";"Umsatz vorgemerkt"\n'
)
DUTCH = (
    '"Datum";"Naam / Omschrijving";"Rekening";"Tegenrekening";"Af Bij";"Bedrag (EUR)";'
    '"Mededelingen";"Saldo na mutatie"\n'
    '"20260331";"Havenwerk";"NL20INGB0001234567";"NL91ABNA0417164300";"Bij";"100,00";'
    '"factuur 12";"190,00"\n'
    '"20260330";"Winkel";"NL20INGB0001234567";"";"Af";"10,00";"Pas 1";"90,00"\n'
    '"20260329";"Winkel";"NL20INGB0001234567";"";"Af";"5,00";"Pas 1";"100,00"\n'
)
ENGLISH = (
    "Date,Description,Paid out,Paid in,Balance\n"
    '02 Mar 2026,CORNER SHOP,"1,012.50",,900.00\n'
    "03 Mar 2026,HARBOUR WORKS INV 12,,100.00,1000.00\n"
    "04 Mar 2026,INTEREST,,1.00,1001.00\n"
)
SPANISH = (
    "Cuenta: ES91 2100 0418 4502 0005 1332;;;;\n;;;;\n"
    "F. operación;Concepto;F. valor;Importe;Saldo\n"
    "02/03/2026;RECIBO LUZ;02/03/2026;-10,00;90,00\n"
    "15/03/2026;TRANSFERENCIA FACTURA 12;15/03/2026;20,00;110,00\n"
    "16/03/2026;ABONO;15/03/2026;20,00;130,00\nTotal;;;30,00;\n"
)
ITALIAN = (
    "Data contabile;Data valuta;Dare;Avere;Divisa;Descrizione\n"
    "02/03/2026;02/03/2026;-10,00;;EUR;PAGAMENTO POS\n"
    "15/03/2026;15/03/2026;;20,00;EUR;BONIFICO FATTURA 12\n"
)

ROWS: list[list[object]] = [
    ["Date", "Description", "Amount", "Currency", "Balance"],
    [datetime(2026, 3, 2), "HARBOUR WORKS INV 12", 120.5, "EUR", 1120.5],  # noqa: DTZ001
    [datetime(2026, 3, 3), "=1+2", -20.1, "EUR", 1100.4],  # noqa: DTZ001
    [datetime(2026, 3, 4), "RENT", -0.3, "EUR", 1100.1],  # noqa: DTZ001
]


def xlsx(rows: Sequence[Sequence[object]] = ROWS) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for cell in (cell for row in book.active for cell in row if cell.data_type == "f"):
        cell.data_type = "s"  # a text that looks like a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Sequence[Sequence[object]] = ROWS) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Account")
    as_day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            style = as_day if isinstance(value, date) else xlwt.Style.default_style
            sheet.write(number, column, value, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
