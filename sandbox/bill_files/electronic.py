"""A Factur-X bill: the PDF for people with the same data as XML inside (EN 16931 profile)."""

from __future__ import annotations

from pathlib import Path

from facturx import generate_from_binary
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import layouts
from .model import Bill

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def cross_industry_invoice(bill: Bill) -> bytes:
    """The bill as UN/CEFACT Cross Industry Invoice."""
    text: str = _templates.get_template("factur_x.xml").render(bill=bill)
    return text.encode()


def factur_x(bill: Bill) -> bytes:
    """The PDF with its XML, checked against the schema of the profile."""
    pdf: bytes = generate_from_binary(
        layouts.ledger(bill),
        cross_industry_invoice(bill),
        flavor="factur-x",
        level="en16931",
        check_xsd=True,
        check_schematron=False,
    )
    return pdf
