import shutil
from io import BytesIO

import pytesseract
import pytest
from PIL import Image, ImageDraw, ImageFont

from recon_core.documents import Origin, read_document
from recon_core.documents.contrast import dark_on_light
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
        read_document(bomb.getvalue())
    assert error.value.code == "image_too_large"


def test_a_machine_without_tesseract_says_so(monkeypatch):
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(FinalError) as error:
        read_document(picture("x"))
    assert error.value.code == "ocr_unavailable"


def test_a_tesseract_without_any_known_language_says_so(monkeypatch):
    monkeypatch.setattr(pytesseract, "get_languages", lambda: ["osd", "jpn"])
    with pytest.raises(FinalError) as error:
        read_document(picture("x"))
    assert error.value.code == "ocr_no_language"


@needs_tesseract
def test_with_english_alone_a_french_bill_is_read(monkeypatch):
    monkeypatch.setattr(pytesseract, "get_languages", lambda: ["eng", "osd"])
    read = read_document(picture("Facture no : AB-1234\nTotal TTC : 1 085,00 EUR"))
    assert read.fields["number"].value == "AB-1234"
    assert str(read.fields["total"].value) == "1085.00"


@needs_tesseract
def test_white_print_on_a_dark_bar_is_read():
    image = Image.new("L", (1600, 500), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 1560, 150), fill=90)
    font = ImageFont.load_default(44)
    for left, label, value in (
        (60, "Invoice Number", "AB-1234"),
        (600, "Invoice Date", "03/05/2026"),
        (1100, "Invoice Total", "1,085.00"),
    ):
        draw.text((left, 80), label, fill=255, font=font)
        draw.text((left, 190), value, fill=0, font=font)
    target = BytesIO()
    image.save(target, "PNG")
    fields = read_document(target.getvalue()).fields
    assert (fields["number"].value, str(fields["total"].value)) == ("AB-1234", "1085.00")


def test_a_dark_frame_of_a_scan_and_black_letters_are_left_as_they_are():
    image = Image.new("L", (1600, 2000), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1599, 1999), outline=0, width=60)
    draw.text((300, 300), "RECHNUNG", fill=0, font=ImageFont.load_default(90))
    assert dark_on_light(image).tobytes() == image.tobytes()
