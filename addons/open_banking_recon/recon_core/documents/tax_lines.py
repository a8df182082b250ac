"""Net and tax by rate, as structured invoices state them (EN 16931, BG-23)."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from ..safe_xml import first_text
from .model import TaxLine

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{0,18})?")
# where the groups stand, and in each the rate (BT-119), the net (BT-116) and the tax (BT-117)
_GROUPS = (
    (
        "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/ApplicableTradeTax",
        ("RateApplicablePercent", "ApplicablePercent"),
        "BasisAmount",
        "CalculatedAmount",
    ),
    ("TaxTotal/TaxSubtotal", ("TaxCategory/Percent", "Percent"), "TaxableAmount", "TaxAmount"),
)


def tax_lines(root: etree._Element, net: object, tax: object) -> tuple[TaxLine, ...]:
    """One line a rate, in the order of the invoice, amounts with the sign that makes their sums
    ``net`` and ``tax``; empty where they do not come to these."""
    lines = []
    for path, rates, basis, amount in _GROUPS:
        for group in root.iterfind(path):
            told = [first_text(group, *rates) or "0", first_text(group, basis)]
            told.append(first_text(group, amount))
            if not all(_NUMBER.fullmatch(text) for text in told):
                return ()
            lines.append(TaxLine(*map(Decimal, told)))
    for sign in (1, -1):
        nets, taxes = (sign * sum(values, Decimal()) for values in _amounts(lines))
        if lines and (nets, taxes) == (net, tax):
            return tuple(TaxLine(line.rate, sign * line.net, sign * line.tax) for line in lines)
    return ()


def _amounts(lines: list[TaxLine]) -> tuple[list[Decimal], list[Decimal]]:
    return [line.net for line in lines], [line.tax for line in lines]
