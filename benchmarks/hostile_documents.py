"""Files made to harm a reader, and damaged copies of good ones: each has to end in a result or a code.

    python -m benchmarks.hostile_documents [--dir DIR] [--copies 12]

Reads this project's own hostile files, a scan of fifty pages, and of every document below DIR copies
that are cut and that have bits turned, all through ``read_bounded``; prints how they ended, the
longest time and the largest memory of a process. Ends with status 1 where a reader crashed with
anything but a code.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".xml"})
_SIDE = 31_623  # its square is a thousand million
_LETTER = (
    "Association des riverains",
    "Brest, le 3 mars 2026",
    "Objet : travaux du 12/04/2026",
    "Merci de verser 250,00 pour la plantation, dossier no 4711.",
    "La reunion aura lieu salle 12, le 4 avril 2026.",
)
_QUOTE = (
    "Cordages du Phare SARL",
    "DEVIS N° D-2026-88",
    "Date : 03/03/2026",
    "Total HT 100,00",
    "TVA 20 % 20,00",
    "Total TTC 120,00 EUR",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--copies", type=int, default=12)
    chosen = parser.parse_args()
    ends: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    for name, data in _all(chosen.dir, chosen.copies):
        before = time.monotonic()
        end = outcome(data, name)
        slowest[name] = time.monotonic() - before
        ends[end] += 1
        if chosen.dir is None or end.startswith(("bug", "document_")):
            print(f"{slowest[name]:7.2f} s  {len(data):>10} bytes  {name}: {end}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    last = max(slowest, key=lambda name: slowest[name])
    print(f"{sum(ends.values())} files: {dict(ends.most_common())}")
    print(f"slowest {slowest[last]:.1f} s ({last}); largest process {peak} MB")
    sys.exit(any(end.startswith("bug") for end in ends))


def outcome(data: bytes, name: str) -> str:
    """``read`` or the code of the refusal; ``bug_...`` for what no caller expects."""
    from recon_core.documents.bounded import read_bounded  # noqa: PLC0415 - the path is set below
    from recon_core.errors import ReconError  # noqa: PLC0415

    try:
        read = read_bounded(data, name, environment=os.environ)
    except ReconError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - told in the result: one file never stops a run
        return f"bug_{type(error).__name__}"
    return "read" if read.fields else "read_without_values"


def _all(folder: Path | None, copies: int) -> Iterator[tuple[str, bytes]]:
    yield from ((name, make()) for name, make in HOSTILE.items())
    yield "fifty-pages", long_scan(50)
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES) if folder else []
    for seed, path in enumerate(files):
        for number, data in enumerate(damaged(path.read_bytes(), seed, copies)):
            yield f"{path.name}#{number}", data


def damaged(data: bytes, seed: int, copies: int) -> Iterator[bytes]:
    """By turns: cut somewhere, with bits turned, with a piece taken out."""
    luck = random.Random(seed)
    for number in range(copies):
        if number % 3 == 0:
            yield data[: luck.randrange(len(data))]
        elif number % 3 == 1:
            turned = bytearray(data)
            for _ in range(luck.choice((1, 8, 64, 512))):
                turned[luck.randrange(len(turned))] ^= 1 << luck.randrange(8)
            yield bytes(turned)
        else:
            start = luck.randrange(len(data))
            yield data[:start] + data[start + luck.choice((1, 64, 4096)) :]


def text_page(lines: tuple[str, ...]) -> bytes:
    target = BytesIO()
    page = Canvas(target, invariant=True)
    for row, line in enumerate(lines):
        page.drawString(60, 780 - 18 * row, line)
    page.showPage()
    page.save()
    return target.getvalue()


def long_scan(pages: int) -> bytes:
    """A scan at 300 dpi that says nothing until its last page, which has the total."""
    blank = Image.new("L", (2480, 3508), 255)
    ImageDraw.Draw(blank).text((300, 300), "Terms and conditions", fill=0, font_size=60)
    last = blank.copy()
    ImageDraw.Draw(last).text((300, 600), "Invoice total: 1,085.00 EUR", fill=0, font_size=60)
    target = BytesIO()
    following = [blank] * (pages - 2) + [last]
    blank.save(target, "PDF", resolution=300, save_all=True, append_images=following)
    return target.getvalue()


def png_bomb() -> bytes:
    """A thousand million white pixels in some kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\x00" + b"\xff" * ((_SIDE + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(_SIDE)) + packer.flush()
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def tiff(width: int, height: int, following: int) -> bytes:
    """An uncompressed TIFF without its pixels; ``following`` is where the next page is said to be."""
    tags = ((256, width), (257, height), (258, 1), (259, 1), (262, 1), (273, 8), (279, 1000))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        b"II*\x00\x08\x00\x00\x00"
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", following)
    )


def raw_pdf(*objects: bytes) -> bytes:
    """Objects numbered from 1 as a PDF without a table of them: the first is the catalogue."""
    body = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, 1)
    )
    return body + b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF" % (len(objects) + 1)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def page_with(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    """One page whose content is object 4; ``more`` are objects from 5 on."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % (
        b"/Resources << %s >>" % resources
    )
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        content,
        *more,
    )


def page_with_picture(filter_name: bytes, data: bytes) -> bytes:
    """A page filled with one picture of a filter that few readers know well."""
    picture = stream(
        data,
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8"
        b" /ColorSpace /DeviceGray /Filter /" + filter_name,
    )
    return page_with(stream(b"595 0 0 842 0 0 cm /I Do"), b"/XObject << /I 5 0 R >>", picture)


def flate_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(2_000)) + packer.flush()
    return page_with(stream(packed, b"/Filter /FlateDecode"))


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(text_page(_LETTER))))
    writer.encrypt("secret", algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def many_pages() -> bytes:
    page = PdfReader(BytesIO(text_page(_LETTER * 8))).pages[0]
    writer = PdfWriter()
    for _ in range(500):
        writer.add_page(page)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def photo() -> bytes:
    """Hills in a haze, with the noise of a camera: nothing that is written."""
    luck = random.Random(7)
    hills = Image.linear_gradient("L").resize((1600, 1200))
    draw = ImageDraw.Draw(hills)
    for _ in range(60):
        left, top = luck.randrange(1600), luck.randrange(400, 1200)
        draw.ellipse((left, top, left + 400, top + 300), fill=luck.randrange(60, 200))
    noise = Image.effect_noise((1600, 1200), 40)
    target = BytesIO()
    Image.blend(hills, noise, 0.3).save(target, "JPEG", quality=80)
    return target.getvalue()


def blank_picture() -> bytes:
    target = BytesIO()
    Image.new("L", (1654, 2339), 255).save(target, "PNG")
    return target.getvalue()


_LOOP = b"q 1 0 0 1 0 0 cm /F Do Q "
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "encrypted-pdf": encrypted,
    "five-hundred-pages": many_pages,
    "png-bomb": png_bomb,
    "tiff-bomb": lambda: tiff(_SIDE, _SIDE, 0),
    "tiff-endless-pages": lambda: tiff(64, 64, 8),
    "deep-xml": lambda: b"<a>" * 200_000 + b"</a>" * 200_000,
    "wide-xml": lambda: b"<a>" + b"<b/>" * 4_000_000 + b"</a>",
    "entity-bomb": lambda: (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bbbbbbbb'>"
        + b"".join(b"<!ENTITY c%d '%s'>" % (n, b"&b;" * 10) for n in range(20))
        + b"]><Invoice>&c19;</Invoice>"
    ),
    "pdf-page-tree-loop": lambda: raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9999 >>"
    ),
    "pdf-form-loop": lambda: page_with(
        stream(_LOOP * 50),
        b"/XObject << /F 5 0 R >>",
        stream(
            _LOOP * 50,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>",
        ),
    ),
    "pdf-length-loop": lambda: page_with(b"<< /Length 4 0 R >>\nstream\nx\nendstream"),
    "pdf-flate-bomb": flate_bomb,
    "pdf-million-letters": lambda: page_with(
        stream(b"BT /H 8 Tf 9 TL " + b"(Total 12.00 Total 12.00) ' " * 80_000 + b"ET"),
        b"/Font << /H << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
    ),
    "pdf-huge-page": lambda: raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /UserUnit 75 >>",
    ),
    "pdf-jbig2": lambda: page_with_picture(b"JBIG2Decode", bytes(range(256)) * 40),
    "pdf-jpx": lambda: page_with_picture(
        b"JPXDecode", b"\xff\x4f\xff\x51\x00\x2f\x00\x00" + b"\x7f\xff\xff\xff" * 9 + b"\x00" * 99
    ),
    "pdf-ccitt": lambda: page_with_picture(b"CCITTFaxDecode", b"\x00" * 4000),
    "blank-page": lambda: text_page(()),
    "blank-picture": blank_picture,
    "photo": photo,
    "letter": lambda: text_page(_LETTER),
    "quote": lambda: text_page(_QUOTE),
}

sys.path.insert(0, str(ROOT / "addons" / "open_banking_recon"))

if __name__ == "__main__":
    main()
