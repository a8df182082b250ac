"""Vendor bills of a supplier of our own invention, on paper as it might come."""

from __future__ import annotations

from io import BytesIO

from reportlab.pdfgen import canvas

VAT = "FR15658541925"


def glassworks(number: str, net: str, tax: str, total: str) -> bytes:
    """A bill whose number stands behind a label that nobody else uses, and a page of conditions."""
    out = BytesIO()
    page = canvas.Canvas(out, pagesize=(595, 842), invariant=True)
    _head(page, number)
    _goods(page)
    page.setFont("Helvetica", 10)
    for position, (label, amount) in enumerate(
        (("Total HT", net), ("TVA 20 %", tax), ("Total TTC", total))
    ):
        page.drawString(400, 480 - 18 * position, label)
        page.drawRightString(540, 480 - 18 * position, f"{amount} EUR")
    page.drawString(50, 120, "Règlement par virement : IBAN FR76 3000 6000 0112 3456 7890 189")
    page.setFont("Helvetica", 8)
    page.drawString(50, 60, "SAS au capital de 40 000 EUR - RCS Saint-Étienne 658 541 925")
    page.showPage()
    page.setFont("Helvetica", 10)
    page.drawString(50, 780, "Conditions générales de vente")
    for position in range(20):
        page.drawString(
            50,
            750 - 16 * position,
            f"Article {position + 1}. Les marchandises voyagent aux risques du destinataire.",
        )
    page.save()
    return out.getvalue()


def _head(page: canvas.Canvas, number: str) -> None:
    page.setFont("Helvetica-Bold", 18)
    page.drawString(50, 780, "Verrerie du Gier SAS")
    page.setFont("Helvetica", 9)
    page.drawString(50, 764, "12 rue des Souffleurs, 42800 Rive-de-Gier")
    page.drawString(50, 752, f"TVA intracommunautaire : {VAT}")
    page.setFont("Helvetica-Bold", 14)
    page.drawString(380, 780, "FACTURE")
    page.setFont("Helvetica", 10)
    for position, line in enumerate(
        (
            f"Repère : {number}",
            "Date de facture : 11/02/2026",
            "Date d'échéance : 13/03/2026",
            "Votre commande : BC-2026-118",
        )
    ):
        page.drawString(380, 756 - 15 * position, line)
    page.drawString(330, 660, "Atelier Lumière SARL")
    page.drawString(330, 646, "8 quai des Étroits, 69005 Lyon")


def _goods(page: canvas.Canvas) -> None:
    page.setFillGray(0.9)
    page.rect(50, 575, 495, 18, fill=1, stroke=0)
    page.setFillGray(0)
    page.drawString(55, 580, "Désignation")
    page.drawString(480, 580, "Montant HT")
    page.drawString(55, 556, "Verre soufflé bleu")
    page.drawRightString(540, 556, "55,10")
    page.drawString(55, 534, "Carafe 1 l")
    page.drawRightString(540, 534, "55,10")
