"""The box of each word lies on its ink, on the picture that is shown."""

import shutil
from io import BytesIO

import pytest
from document_samples import CII, picture_of, text_pdf
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen import canvas

from recon_core.documents import read_document
from recon_core.documents.model import ReadDocument
from recon_core.documents.pictures import page_pictures, with_pictures
from recon_core.documents.serial import from_json, to_json

LINES = [
    "Verrerie du Gier SAS",
    "FACTURE",
    "Facture N : F2610-778",
    "Date de facture : 11/02/2026",
    "Total HT : 110,20 EUR",
    "TVA 20 % : 22,04 EUR",
    "Total TTC : 132,24 EUR",
]
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the tesseract program is not installed"
)
NEAR = 0.012  # parts of the page


def turned_pdf(turn: int, cropped: bool) -> bytes:
    """An upright page whose paper lies turned in the file, and was cut at its margins."""
    width, height = 595, 842
    size = (height, width) if turn in (90, 270) else (width, height)
    out = BytesIO()
    page = canvas.Canvas(out, pagesize=(width, height), invariant=True)
    page.translate(*{0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[turn])
    page.rotate(turn)
    page.setPageRotation(turn)
    if cropped:
        page.setCropBox((20, 40, size[0] - 10, size[1] - 30))
    for position, line in enumerate(LINES):
        page.drawString(100, 760 - 18 * position, line)
    page.save()
    return out.getvalue()


def off_the_words(data: bytes, read: ReadDocument) -> float:
    """The part of the ink that lies beside all boxes; every box must have ink."""
    (page,) = read.pages
    with Image.open(BytesIO(page_pictures(data, read.pages)[0])) as shown:
        picture = shown.convert("L").point(lambda value: 255 if value < 110 else 0)
    ink = sum(picture.histogram()[128:])
    for word in page.words:
        left, top, right, bottom = word.box
        box = (
            int((left - NEAR) * picture.width),
            int((top - NEAR) * picture.height),
            int((right + NEAR) * picture.width) + 1,
            int((bottom + NEAR) * picture.height) + 1,
        )
        assert picture.crop(box).getbbox() or not word.text.isalnum(), word.text
        picture.paste(0, box)
    return sum(picture.histogram()[128:]) / ink


@pytest.mark.parametrize("cropped", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_boxes_of_a_text_layer_lie_on_the_words(turn, cropped):
    data = turned_pdf(turn, cropped)
    read = read_document(data)
    assert read.fields["number"].value == "F2610-778"
    assert off_the_words(data, read) < 0.02


@needs_tesseract
@pytest.mark.parametrize("angle", [0.0, 2.0, -1.4])
def test_the_boxes_of_a_scan_lie_on_the_words_though_it_was_skewed(angle):
    with Image.open(BytesIO(picture_of(LINES, (1600, 900)))) as straight:
        scan = straight.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    out = BytesIO()
    scan.save(out, "PNG")
    read = read_document(out.getvalue())
    assert bool(read.pages[0].angle) == bool(angle)
    assert off_the_words(out.getvalue(), read) < 0.05


@needs_tesseract
def test_the_boxes_of_a_photo_lie_on_the_words_though_the_camera_was_held_upright():
    with Image.open(BytesIO(picture_of(LINES, (1600, 900)))) as upright:
        sensor = upright.rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn a quarter clockwise to look at it
    out = BytesIO()
    sensor.save(out, "JPEG", exif=exif, quality=90)
    assert off_the_words(out.getvalue(), read_document(out.getvalue())) < 0.05


@needs_tesseract
def test_each_page_of_a_scanned_tiff_has_its_own_picture():
    first, second = (Image.open(BytesIO(picture_of([text]))) for text in ("FACTURE 1", "Page 2"))
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=[second])
    read = with_pictures(out.getvalue(), read_document(out.getvalue()))
    assert [page.index for page in read.pages] == [0, 1]
    assert len({page.picture for page in read.pages} - {b""}) == 2


def test_a_page_as_large_as_a_wall_gives_a_picture_of_usual_size():
    data = text_pdf(LINES)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.pages[0].scale_by(15)
    out = BytesIO()
    writer.write(out)
    (picture,) = page_pictures(out.getvalue(), read_document(data).pages)
    with Image.open(BytesIO(picture)) as shown:
        assert max(shown.size) <= 2000


def test_an_electronic_invoice_has_no_picture():
    assert with_pictures(CII.encode(), read_document(CII.encode())).pages == ()


def test_a_file_that_gives_no_picture_leaves_the_words():
    read = read_document(text_pdf(LINES))
    (page,) = with_pictures(b"%PDF-1.4 broken", read).pages
    assert (page.picture, len(page.words)) == (b"", len(read.pages[0].words))


def test_a_picture_goes_through_json():
    data = text_pdf(LINES)
    read = with_pictures(data, read_document(data))
    assert read.pages[0].picture.startswith(b"\xff\xd8")
    assert from_json(to_json(read)) == read
