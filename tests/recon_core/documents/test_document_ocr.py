import shutil
from io import BytesIO

import pytesseract
import pytest
from PIL import Image, ImageDraw, ImageFont

from recon_core.documents import Origin, ocr, read_document
from recon_core.errors import FinalError

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the tesseract program is not installed"
)


def picture(text: str, size: tuple[int, int] = (1600, 400), kind: str = "PNG") -> bytes:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text((60, 60), text, fill=0, font=ImageFont.load_default(48))
    target = BytesIO()
    image.save(target, kind)
    return target.getvalue()


@needs_tesseract
def test_a_picture_of_a_bill_is_read():
    read = read_document(picture("Invoice Number: AB-1234\nTotal: 1,085.00 EUR"), "scan.png")
    assert read.fields["number"].value == "AB-1234"
    assert str(read.fields["total"].value) == "1085.00"
    assert read.fields["total"].origin is Origin.OCR


@needs_tesseract
def test_a_pdf_without_text_is_read_from_its_picture():
    read = read_document(picture("Invoice Number: AB-1234\nTotal: 1,085.00 EUR", kind="PDF"))
    assert read.fields["number"].value == "AB-1234"


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 50_000
    with pytest.raises(FinalError) as error:
        ocr.read_image(bomb.getvalue())
    assert error.value.code == "image_too_large"


def test_a_machine_without_tesseract_says_so(monkeypatch):
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(FinalError) as error:
        ocr.read_image(picture("x"))
    assert error.value.code == "ocr_unavailable"
