"""Files that were made to harm a reader, read as the product reads them."""

import os
import resource
import shutil

import pytest

from benchmarks.hostile_documents import HOSTILE, damaged, long_scan, outcome, text_page
from recon_core.documents.bounded import read_bounded

REFUSED = {
    "empty": "document_unknown",
    "encrypted-pdf": "pdf_encrypted",
    "png-bomb": "image_too_large",
    "tiff-bomb": "image_too_large",
    "tiff-endless-pages": "image_unreadable",
    "deep-xml": "not_xml",
    "wide-xml": "xml_too_large",
    "entity-bomb": "xml_doctype",
    "pdf-page-tree-loop": "pdf_unreadable",
    "pdf-form-loop": "document_",
    "pdf-flate-bomb": "document_",
}
SAYS_NOTHING = ("blank-page", "blank-picture", "photo", "letter", "quote", "five-hundred-pages")
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the tesseract program is not installed"
)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(name):
    assert outcome(HOSTILE[name](), name).startswith(REFUSED[name])


@needs_tesseract
@pytest.mark.parametrize("name", SAYS_NOTHING)
def test_a_page_that_is_no_bill_gives_no_value(name):
    assert outcome(HOSTILE[name](), name) == "read_without_values"


@needs_tesseract
@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - REFUSED.keys() - {*SAYS_NOTHING}))
def test_an_odd_file_ends_in_a_result_or_a_code(name):
    assert not outcome(HOSTILE[name](), name).startswith("bug")


@needs_tesseract
def test_of_a_scan_of_fifty_pages_the_last_is_read_within_a_gigabyte():
    read = read_bounded(long_scan(50), "scan.pdf", environment=os.environ)
    assert str(read.fields["total"].value) == "1085.00"
    # kilobytes, of the largest of the processes
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_000_000


def test_every_damaged_copy_of_a_text_page_ends_in_a_result_or_a_code():
    page = text_page(("FACTURE N° 12", "Total TTC 120,00 EUR"))
    ends = {outcome(copy, "bill.pdf") for copy in damaged(page, 7, 9)}
    assert not any(end.startswith("bug") for end in ends)
