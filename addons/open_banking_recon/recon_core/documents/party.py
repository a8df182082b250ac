"""The name of the supplier: behind its label, with the form of a company, or at the head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .candidates import Found, Page
from .labels import BUYER_BLOCK
from .titles import kind_words

_LABEL = re.compile(
    r"\b(?:seller|vendor|supplier|from|fournisseur|vendeur|emetteur|verkaufer|lieferant|leverancier|proveedor"
    r"|fornitore|kontoinhaber|account (?:name|holder)|titulaire(?: du compte)?|beneficiary|beneficiaire)\s*:\s*"
)
_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?: & Co\.?(?: KG)?)?|AG|KG|OHG|e\.K\.|UG|SARL|S\.A\.R\.L\.?|SAS(?:U)?|S\.A\.S\.?|SA|S\.A\.?|EURL|SCI"
    r"|Ltd\.?|Limited|LLC|L\.L\.C\.|Inc\.?|Corp\.?|PLC|plc|LLP|B\.?V\.?|N\.?V\.?|BVBA|S\.?r\.?l\.?|S\.?p\.?A\.?|S\.?L\.?U?\.?"
    r"|Oy|AB|ApS|A/S)(?![\w/])"
)
_CUT = re.compile(r"\s+[-–·•|]\s+|,\s|\s[·•|]")
_NO_NAME = re.compile(
    r"@|www|http|\d{3}|:\s*$|\b(?:page|seite|tel|fax|date|datum|total|original|copy|kopie)\b"
)
_TOP = 8


def supplier_name(page: Page) -> Found | None:
    """The most trusted name, None when none stands on the page."""
    return _behind_label(page) or _with_form(page) or _at_head(page)


def _behind_label(page: Page) -> Found | None:
    for number, line in enumerate(page.lines):
        match = _LABEL.search(line.folded)
        if match and line.text[match.end() :].strip():
            start, end = _piece(line.text, match.end())
            if re.search(r"[A-Za-z]{2}", line.text[start:end]) and not _NO_NAME.search(
                line.folded[start:end]
            ):
                return Found(line.text[start:end], 0.7, number, start, end)
    return None


def _with_form(page: Page) -> Found | None:
    """The name with a company's form that is printed most often, outside the customer's address."""
    seen: dict[str, Found] = {}
    counts: Counter[str] = Counter()
    for found in _forms(page):
        key = str(found.value).casefold()
        seen.setdefault(key, found)
        counts[key] += 1
    if not counts:
        return None
    key, count = max(counts.items(), key=lambda c: (c[1], -seen[c[0]].line))
    best = seen[key]
    return Found(best.value, 0.7 if count > 1 else 0.6, best.line, best.start, best.end)


def _forms(page: Page) -> Iterator[Found]:
    for number, line in enumerate(page.lines):
        for form in _FORM.finditer(line.text):
            start, end = _piece(line.text, form.start(), form.end())
            name = line.text[start:end]
            if (
                len(name) > len(form[0]) + 2
                and name[:1].isalnum()
                and not _in_block(page, number, start)
            ):
                yield Found(name, 0.6, number, start, end)


def _in_block(page: Page, number: int, start: int) -> bool:
    place = page.lines[number].span(start, start + 1)[0]
    for above in range(max(0, number - 3), number + 1):
        for heading in BUYER_BLOCK.finditer(page.lines[above].folded):
            left, _ = page.lines[above].span(heading.start(), heading.end())
            if left - 4 <= place <= left + 25:
                return True
    return False


def _at_head(page: Page) -> Found | None:
    for number, line in enumerate(page.lines[:_TOP]):
        start = len(line.text) - len(line.text.lstrip(" |[_"))
        start, end = _piece(line.text, start)
        folded = line.folded[start:end]
        words = re.findall(r"[a-z]{2,}", folded)
        if words and not _NO_NAME.search(folded) and not kind_words(folded) and ":" not in folded:
            return Found(line.text[start:end], 0.4, number, start, end)
    return None


def _piece(text: str, at: int, least: int = 0) -> tuple[int, int]:
    """The part of the column around ``at`` that may be a name; it ends after ``least``."""
    start = max(
        text.rfind("  ", 0, at) + 2, text.rfind(": ", 0, at) + 2, text.rfind(" · ", 0, at) + 3
    )
    start = start if start > 2 else len(text) - len(text.lstrip())
    start = min(start, at)
    stop = text.find("  ", max(at, least))
    stop = len(text) if stop < 0 else stop
    cut = _CUT.search(text, max(least - 1, start), stop)
    end = cut.start() if cut and cut.start() >= least else stop
    if least:
        end = least
    return start, len(text[:end].rstrip(" ,;"))
