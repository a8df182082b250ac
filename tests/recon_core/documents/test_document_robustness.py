"""Cut, damaged and hostile files end in a result or in a refusal with a code."""

import random
from io import BytesIO
from pathlib import Path

import pytest
from document_samples import CII, picture_of, text_pdf
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from recon_core.documents import ReadDocument, ocr, read_document
from recon_core.errors import FinalError, ReconError

LINES = (
    "Invoice No: AB-1234",
    "Date: 02/03/2026",
    "Total: 1,085.00 EUR",
    "VAT DE136695976",
    "x" * 40,
)
SAMPLES = 12  # files of a third party for each kind of damage


@pytest.fixture(autouse=True)
def _unread_pictures(monkeypatch):
    """Pictures are unpacked but not recognised: damage is met before."""
    keys = ("text", "left", "top", "width", "height", "conf")
    monkeypatch.setattr(ocr.pytesseract, "image_to_data", lambda *a, **k: {key: [] for key in keys})
    monkeypatch.setattr(ocr.pytesseract, "get_languages", lambda: ["eng"])


def outcome(data: bytes) -> ReadDocument | str:
    try:
        return read_document(data, "damaged")
    except ReconError as error:
        return error.code


def damaged(data: bytes, seed: int) -> list[bytes]:
    """Cut at several points, with bits turned, and with a piece taken out."""
    luck = random.Random(seed)  # noqa: S311 - the same damage in each run
    copies = [data[: len(data) * part // 10] for part in (0, 1, 5, 9)] + [data[:-1]]
    for flips in (1, 20, 200):
        turned = bytearray(data)
        for _ in range(flips):
            turned[luck.randrange(len(turned))] ^= 1 << luck.randrange(8)
        copies.append(bytes(turned))
    start = luck.randrange(len(data))
    return [*copies, data[:start] + data[start + 64 :]]


@pytest.mark.parametrize("kind", ["xml", "pdf", "PNG", "JPEG", "TIFF", "scan"])
def test_a_damaged_file_is_read_or_refused(kind):
    if kind == "xml":
        data = CII.encode()
    elif kind == "pdf":
        data = text_pdf(LINES)
    else:
        data = picture_of(LINES, kind="PDF" if kind == "scan" else kind)
    for seed in range(5):
        for copy in damaged(data, seed):
            assert isinstance(outcome(copy), ReadDocument | str)


def test_damaged_files_of_third_parties_are_read_or_refused(corpora):
    folder = Path(corpora) / "invoices"
    if not folder.is_dir():
        pytest.skip("no third-party invoices: set CORPORA to their folder")
    for suffix in ("xml", "pdf", "png", "jpg"):
        files = sorted(folder.rglob(f"*.{suffix}"), key=lambda path: path.stat().st_size)[:SAMPLES]
        for seed, path in enumerate(files):
            for copy in damaged(path.read_bytes(), seed):
                assert isinstance(outcome(copy), ReadDocument | str), path


def test_a_pdf_behind_a_password_is_refused_as_such():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(text_pdf(LINES))))
    writer.encrypt("secret", algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    assert outcome(target.getvalue()) == "pdf_encrypted"


def test_a_pdf_that_only_forbids_printing_is_read():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(text_pdf(LINES))))
    writer.encrypt("", "owner", algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    assert read_document(target.getvalue()).fields["number"].value == "AB-1234"


def test_of_five_hundred_pages_the_first_and_the_last_are_read():
    page = PdfReader(BytesIO(text_pdf(["Terms and conditions " * 3] * 5))).pages[0]
    writer = PdfWriter()
    for _ in range(499):
        writer.add_page(page)
    writer.add_page(PdfReader(BytesIO(text_pdf(LINES))).pages[0])
    target = BytesIO()
    writer.write(target)
    assert str(read_document(target.getvalue()).fields["total"].value) == "1085.00"


def test_a_long_scan_is_recognised_in_part(monkeypatch):
    seen = []
    empty = ocr.pytesseract.image_to_data
    monkeypatch.setattr(
        ocr.pytesseract, "image_to_data", lambda *a, **k: seen.append(1) or empty(*a, **k)
    )
    page = Image.new("L", (400, 560), 255)
    ImageDraw.Draw(page).text((20, 20), "scan", fill=0)
    target = BytesIO()
    page.save(target, "PDF", save_all=True, append_images=[page] * 49)
    assert read_document(target.getvalue()).fields == {}
    assert len(seen) == 5 + 2  # its first and last pages, and these two again for what was left out


def test_a_page_as_large_as_a_wall_is_seen_from_farther_away(monkeypatch):
    seen = []
    empty = ocr.pytesseract.image_to_data
    monkeypatch.setattr(
        ocr.pytesseract, "image_to_data", lambda p, **k: seen.append(p.size) or empty(p, **k)
    )
    writer = PdfWriter()
    writer.add_blank_page(14_000, 14_000)
    target = BytesIO()
    writer.write(target)
    assert outcome(target.getvalue()).fields == {}
    assert {width * height < 10_000_000 for width, height in seen} == {True}


@pytest.mark.parametrize("data", [b"", b"%PDF-", b"<", b"\x00" * 100, b"II*\x00", b"RIFF"])
def test_what_is_no_file_is_refused(data):
    with pytest.raises(FinalError):
        read_document(data)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999999999", "9" * 5000, "--", ""])
def test_an_amount_that_is_no_number_is_left_out_or_finite(amount):
    read = read_document(CII.replace("120.00", amount).encode())
    total = read.fields.get("total")
    assert total is None or total.value.is_finite()


def test_an_xml_in_utf_16_is_read():
    read = read_document(CII.replace('<?xml version="1.0"?>', "").encode("utf-16"))
    assert read.fields["number"].value == "F-2026-7"
