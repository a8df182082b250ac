"""Small documents of this project's own for the tests."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen import canvas

CII = """<?xml version="1.0"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:a" xmlns:ram="urn:b" xmlns:udt="urn:c">
 <rsm:ExchangedDocument><ram:ID>F-2026-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeSettlement>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
 </ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""


def text_pdf(lines: Sequence[str]) -> bytes:
    """A page with the lines below each other."""
    out = BytesIO()
    page = canvas.Canvas(out, invariant=True)
    for position, line in enumerate(lines):
        page.drawString(60, 800 - 18 * position, line)
    page.save()
    return out.getvalue()


def picture_of(
    lines: Sequence[str], size: tuple[int, int] = (1600, 600), kind: str = "PNG"
) -> bytes:
    image = Image.new("L", size, 255)
    font = ImageFont.load_default(48)
    ImageDraw.Draw(image).text((60, 60), "\n".join(lines), fill=0, font=font)
    target = BytesIO()
    image.save(target, kind)
    return target.getvalue()
