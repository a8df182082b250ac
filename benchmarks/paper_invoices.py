"""Bills of this project's own making in odd layouts and many words, with what they say.

    python -m benchmarks.paper_invoices --out DIR

writes each as a PDF with a text layer, as a clean picture and as a bad one (turned, blurred, noisy, or
photographed from the side), with ``manifest.csv`` beside them for a scorer. No company, number or
account in them exists: check digits are computed from made-up numbers. The rules of the reader were
not made from these, and they show what it does with papers that nobody has seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from stdnum import iban as iban_check
from stdnum import luhn
from stdnum.eu import vat as vat_check

from .paper_layouts import LAYOUTS, Bill

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_WORDS = {
    "fr": "Facture n°|Date de facture|Échéance|Votre commande|Bon de livraison n°|Total HT|TVA|Total TTC"
    "|N° TVA intracommunautaire|Référence à rappeler",
    "fr2": "Numéro de facture|Émise le|À régler avant le|Réf. commande|BL n°|Montant HT|Dont TVA|Net à payer"
    "|TVA :|Référence de paiement",
    "de": "Rechnungs-Nr.|Rechnungsdatum|Fällig am|Ihre Bestellung|Lieferschein-Nr.|Nettobetrag|MwSt."
    "|Rechnungsbetrag|USt-IdNr.|Verwendungszweck",
    "de2": "Rechnungsnummer|Datum|Zahlbar bis|Bestellnummer|Lieferschein|Zwischensumme|zzgl. USt"
    "|Gesamtbetrag|Ust-ID:|Zahlungsreferenz",
    "en": "Invoice No|Invoice Date|Due Date|PO Number|Delivery Note No|Subtotal|VAT|Total Due|VAT Reg No"
    "|Payment reference",
    "en2": "Number|Date of issue|Payment due|Your order|Despatch note|Net amount|Sales tax|Amount due"
    "|VAT ID|Remittance reference",
    "nl": "Factuurnummer|Factuurdatum|Vervaldatum|Uw referentie|Pakbon nr|Totaal excl. btw|BTW"
    "|Totaal incl. btw|BTW-nummer|Betalingskenmerk",
    "es": "N.º de factura|Fecha de factura|Vencimiento|Pedido|Albarán nº|Base imponible|IVA|Total factura"
    "|NIF:|Concepto",
    "it": "Fattura n.|Data fattura|Scadenza|Ordine|DDT n.|Imponibile|IVA|Totale fattura|P.IVA|Causale",
}
_COLUMNS = ("file", "corpus", "kind", "language", "doc_type", "truth", "note", "expected")
_KEYS = ("number", "date", "due", "order", "delivery", "net", "tax", "total", "vat", "reference")


def words(language: str) -> dict[str, str]:
    return dict(zip(_KEYS, _WORDS[language].split("|"), strict=True))


def slashed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def american(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def dotted(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def in_words(language: str) -> Callable[[date], str]:
    months = _MONTHS[language].split()
    if language == "en":
        return lambda day: f"{months[day.month - 1]} {day.day}, {day.year}"
    if language == "de":
        return lambda day: f"{day.day}. {months[day.month - 1]} {day.year}"
    link = " de " if language == "es" else " "
    return lambda day: f"{day.day}{link}{months[day.month - 1]}{link}{day.year}"


def printed(thousands: str, cents: str, before: str = "", behind: str = "") -> Callable[..., str]:
    """How a country prints amounts."""

    def money(amount: Decimal) -> str:
        whole = f"{amount:,.2f}".replace(",", "t").replace(".", cents).replace("t", thousands)
        return f"{before}{whole}{behind}"

    return money


EURO = printed(" ", ",", behind=" €")
POINTS = printed(".", ",", behind=" EUR")
DOLLAR = printed(",", ".", before="$")
POUND = printed(",", ".", before="£")
FRANC = printed("'", ".", before="CHF ")


def vat(country: str, seed: int) -> str:
    """The first made-up number from ``seed`` on with a right key."""
    if country == "FR":
        siren = next(
            n for n in range(900_000_000 + seed * 7919, 10**9) if luhn.is_valid(str(n).zfill(9))
        )
        return f"FR{(12 + 3 * (siren % 97)) % 97:02}{siren}"
    start, digits, end = {
        "DE": (300_000_000, 9, ""),
        "NL": (800_000_000, 9, "B01"),
        "IT": (9_000_000_000, 11, ""),
        "BE": (790_000_000, 10, ""),
        "AT": (60_000_000, 8, ""),
    }[country]
    prefix = "ATU" if country == "AT" else country
    numbers = (f"{prefix}{n:0{digits}}{end}" for n in range(start + seed * 7919, start * 3))
    return next(number for number in numbers if vat_check.is_valid(number))


def iban(country: str, account: str) -> str:
    return country + iban_check.calc_check_digits(f"{country}00{account}") + account


def spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _bill(
    layout: str,
    language: str,
    title: str,
    number: str,
    issued: date,
    net: str,
    tax: str,
    **more: object,
) -> tuple[str, Bill]:
    plain: dict[str, object] = {
        "seller": "Corderie du Goulet SARL",
        "address": "8 rue des Voiles, 29999 Port-Neuf",
        "buyer": "Chantier Mallard",
        "rate": "20 %",
        "currency": "EUR",
        "money": EURO,
        "day": slashed,
    }
    made = plain | more
    money = made["money"]
    half = Decimal(net) / 4
    parts = (half.quantize(Decimal("0.01")), Decimal(net) - half.quantize(Decimal("0.01")))
    goods = tuple(
        (text, money(part))  # type: ignore[operator]
        for text, part in zip(("Rope 12 mm x 40 m", "Fender 30 cm, 6 pcs"), parts, strict=True)
    )
    return layout, Bill(
        name="", title=title, number=number, issued=issued, net=Decimal(net), tax=Decimal(tax),
        words=words(language), goods=goods, **made,  # type: ignore[arg-type]
    )  # fmt: skip


def _germany(seed: int) -> dict[str, object]:
    return {
        "seller": "Tauwerk Nordhafen GmbH",
        "address": "Kaistraße 12, 99999 Neuhafen",
        "buyer": "Bootsbau Ahlers",
        "rate": "19 %",
        "money": POINTS,
        "day": dotted,
        "vat": vat("DE", seed),
        "iban": spaced(iban("DE", f"99990000{seed:010}")),
    }


def _america() -> dict[str, object]:
    return {
        "seller": "Harbour Rope Works Inc.",
        "address": "4 Quay Street, Aberwick, ME",
        "buyer": "Fenland Boats",
        "rate": "8.5%",
        "currency": "USD",
        "money": DOLLAR,
        "day": american,
    }


def specifications() -> list[tuple[str, Bill]]:
    """(layout, bill) of 24 bills."""
    d = date
    return [
        _bill("classic", "fr", "FACTURE", "FA-26-0117", d(2026, 3, 9), "1250.50", "250.10",
              due=d(2026, 4, 8), vat=vat("FR", 1), order="BC-7781", reference="RF-4471-26"),
        _bill("far_columns", "fr2", "Facture", "2026030042", d(2026, 2, 27), "380.00", "76.00",
              due=d(2026, 3, 29), vat=vat("FR", 2), day=in_words("fr")),
        _bill("total_first", "fr2", "Facture", "T-0099812", d(2026, 1, 5), "41.58", "8.32",
              due=d(2026, 1, 20), vat=vat("FR", 3)),
        _bill("dark_head", "fr", "AVOIR", "AV-2026-12", d(2026, 5, 4), "100.00", "20.00",
              vat=vat("FR", 4)),
        _bill("boxes", "fr", "FACTURE", "F/26/338", d(2026, 6, 1), "2400.00", "480.00",
              due=d(2026, 7, 1), order="4500017", delivery="BL-9921"),
        _bill("letter", "de", "Rechnung", "RE-2026-501", d(2026, 3, 3), "812.40", "154.36",
              due=d(2026, 4, 2), order="B-2291", **_germany(1)),
        _bill("sums_left", "de2", "RECHNUNG", "20260088", d(2026, 4, 14), "99.00", "18.81",
              due=d(2026, 4, 28), delivery="LS26-0093", **_germany(2)),
        _bill("typewriter", "de", "RECHNUNG", "R 77120", d(2026, 1, 30), "15300.00", "2907.00",
              due=d(2026, 3, 1), **_germany(3)),
        _bill("grey_bands", "de2", "Gutschrift", "GS-1204", d(2026, 2, 11), "50.00", "9.50",
              **_germany(4)),
        _bill("receipt", "de2", "Rechnung", "118-4471", d(2026, 8, 21), "21.85", "4.15",
              **_germany(5)),
        _bill("classic", "de", "1. Mahnung", "RE-2026-377", d(2026, 5, 20), "300.00", "57.00",
              due=d(2026, 5, 30), **_germany(6)),
        _bill("dark_head", "en", "INVOICE", "HR-55812", d(2026, 2, 3), "1000.00", "85.00",
              due=d(2026, 3, 5), order="PO-88123", **_america()),
        _bill("grey_bands", "en2", "INVOICE", "2026-118", d(2026, 11, 12), "640.00", "54.40",
              due=d(2026, 12, 12), **_america()),
        _bill("boxes", "en", "Tax Invoice", "0012-778", d(2026, 7, 8), "88.20", "17.64",
              due=d(2026, 8, 7), seller="Aberwick Sails Ltd", address="9 Dock Lane, Aberwick",
              currency="GBP", money=POUND, day=in_words("en"), order="FB/0017"),
        _bill("letter", "en2", "Invoice", "AS-3310", d(2026, 9, 1), "455.00", "91.00",
              due=d(2026, 10, 1), seller="Aberwick Sails Ltd", address="9 Dock Lane, Aberwick",
              currency="GBP", money=POUND, reference="AS3310-FB"),
        _bill("sums_left", "en", "CREDIT NOTE", "CN-441", d(2026, 6, 18), "30.00", "6.00",
              seller="Aberwick Sails Ltd", currency="GBP", money=POUND),
        _bill("total_first", "de", "Rechnung", "CH-26-0071", d(2026, 3, 16), "1234.50", "100.00",
              due=d(2026, 4, 15), seller="Segelmacher See AG", address="Quai 4, 9999 Seewil",
              rate="8.1 %", currency="CHF", money=FRANC, day=dotted,
              iban=spaced(iban("CH", "09999000123456789"))),
        _bill("classic", "nl", "FACTUUR", "2026.1187", d(2026, 4, 2), "540.00", "113.40",
              due=d(2026, 5, 2), seller="Touwslagerij De Haven B.V.", address="Kade 3, Nieuwhaven",
              rate="21%", money=printed(".", ",", before="€ "), day=lambda x: f"{x:%d-%m-%Y}",
              vat=vat("NL", 1), iban=spaced(iban("NL", "ZZZZ0123456789"))),
        _bill("far_columns", "nl", "Factuur", "F26-00912", d(2026, 10, 23), "75.21", "15.79",
              due=d(2026, 11, 6), seller="Touwslagerij De Haven B.V.", rate="21%",
              money=printed(".", ",", before="€ "), day=lambda x: f"{x:%d-%m-%Y}",
              vat=vat("NL", 2)),
        _bill("classic", "es", "FACTURA", "A-2026/0031", d(2026, 5, 7), "600.00", "126.00",
              due=d(2026, 6, 6), seller="Cordelería del Puerto S.L.", rate="21 %", money=POINTS,
              day=in_words("es")),
        _bill("boxes", "it", "FATTURA", "FE-118/26", d(2026, 3, 25), "210.00", "46.20",
              due=d(2026, 4, 24), seller="Cordami Porto S.r.l.", rate="22 %", money=POINTS,
              vat=vat("IT", 1)),
        _bill("typewriter", "fr", "FACTURE", "7712004", d(2026, 12, 15), "66.60", "13.32",
              due=d(2026, 12, 30), vat=vat("FR", 5), order="88-410"),
        _bill("receipt", "en", "Receipt", "4471-02", d(2026, 4, 19), "12.00", "1.02", **_america()),
        _bill("letter", "fr", "FACTURE", "FC004417", d(2026, 7, 31), "7811.25", "1562.25",
              due=d(2026, 8, 30), vat=vat("BE", 1), reference="4471 2026 07"),
    ]  # fmt: skip


def bills() -> Iterator[tuple[Bill, bytes]]:
    """Each bill with its PDF."""
    for index, (layout, bill) in enumerate(specifications()):
        target = BytesIO()
        page = Canvas(target, pagesize=A4, invariant=True)
        LAYOUTS[layout](page, bill)
        page.save()
        yield replace(bill, name=f"{index:02}-{layout}"), target.getvalue()


def truth(bill: Bill) -> dict[str, str]:
    said = {
        "invoice_number": bill.number,
        "invoice_date": bill.issued.isoformat(),
        "due_date": bill.due.isoformat() if bill.due else "",
        "untaxed": str(bill.net),
        "tax": str(bill.tax),
        "total": str(bill.total),
        "currency": bill.currency,
        "vat": bill.vat,
        "iban": bill.iban.replace(" ", ""),
        "order_ref": bill.order,
        "delivery_ref": bill.delivery,
        "payment_ref": bill.reference,
    }
    return {name: value for name, value in said.items() if value}


def clean(pdf: bytes, dpi: int = 200) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    return picture


def bad(pdf: bytes, seed: int) -> Image.Image:
    """By turns: a poor scanner, a phone held askew over the desk, a fax."""
    luck = random.Random(seed)
    picture = clean(pdf)
    if seed % 3 == 0:
        turned = picture.rotate(luck.uniform(-1.8, 1.8), Image.Resampling.BICUBIC, fillcolor=235)
        noise = Image.effect_noise(picture.size, 40)
        return Image.blend(turned.filter(ImageFilter.GaussianBlur(0.7)), noise, 0.15)
    if seed % 3 == 1:
        width, height = picture.size
        corners = [luck.uniform(0, 0.025) for _ in range(8)]
        quad = (
            -corners[0] * width, -corners[1] * height,
            -corners[2] * width, height * (1 + corners[3]),
            width * (1 + corners[4]), height * (1 + corners[5]),
            width * (1 + corners[6]), -corners[7] * height,
        )  # fmt: skip
        photo = picture.transform(
            picture.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=120
        )
        shade = Image.linear_gradient("L").resize(picture.size).point(lambda v: 170 + v // 3)
        return Image.blend(photo, shade, 0.35)
    return picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)).point(
        lambda v: 255 * (v > 150)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as target:
        rows = csv.writer(target)
        rows.writerow(_COLUMNS)
        for seed, (bill, pdf) in enumerate(bills()):
            (folder / f"{bill.name}.pdf").write_bytes(pdf)
            clean(pdf).save(folder / f"{bill.name}-clean.png")
            bad(pdf, seed).save(folder / f"{bill.name}-bad.jpg", quality=75)
            for end, kind in ((".pdf", "text-layer"), ("-clean.png", "clean"), ("-bad.jpg", "bad")):
                said = json.dumps(truth(bill))
                rows.writerow((bill.name + end, "own", kind, "", "invoice", "made", "", said))
    print(f"{seed + 1} bills in {folder}")


if __name__ == "__main__":
    main()
