"""What banks say in their free text only: names, ids in labelled words, amounts before an exchange.

The same banks are reached through several providers, so their words are read here for all of them.
The rules follow the adapters of open-source bank feeds and the banks' own descriptions of their
formats. A rule that is not sure gives nothing: a wrong name is worse than none. What is found fills
empty fields and is named in ``read_from_text``; the text itself stays as the bank wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..types import BankTransaction
from .values import iban_or_nothing, known

_LONGEST_TEXT = 2000  # a bank text has 140 to some hundred characters

# Names ----------------------------------------------------------------------

_DATE = r"\d{2}/\d{2}(?:/\d{2,4})?"
_NAMES = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # BoursoBank, Fortuneo: card payments with a terminal's number or the end of the card's
        rf"^(?:ANN CARTE|CARTE {_DATE}) (?:{_DATE} )?(?P<name>(?!CB\*|\d).+?)"
        r"(?: \d{5,})?(?: CB\*\d+)?$",
        r"^VIR (?:INST|SEPA) (?P<name>(?!RECU\b|EMIS\b|RE\b|/)[^:\n]+)$",
        r"^PRLV SEPA (?P<name>(?!/)[^:\n]+)$",
        r"^PRLV (?P<name>(?!SEPA\b|EUROPEEN\b|REJET|IMPAYE|/|\d)[^:\n]+)$",
        # ABN AMRO: card payments
        r"^BEA, .*\n(?P<name>.+?),PAS\d+$",
        # easybank, BAWAG: card payments
        r"^Bezahlung Karte .*?\d{2}\.\d{2}\. \d{2}:\d{2} ?(?P<name>[^\\\n]+)\\",
        # Swedbank in the Baltic states: card payments
        r"^PIRKUMS \S+ [\d.]+ (?:[\d:]+ )?[\d.]+ [A-Z]{3} \(\d+\) (?P<name>.+)$",
        # LHV: card payments
        r"^\(\.\.\d{4}\) \d{4}-\d{2}-\d{2} \d{2}:\d{2} (?P<name>[^\\\n]+)\\",
        # Virgin Money
        r"^(?:MOB|FPS|Card \d{1,4}), (?P<name>[^,\n]+)",
        # BNP Paribas Fortis: card payments
        r"\batmPosName: ?(?P<name>[^,\n]+)",
    )
)
# KBC, CBC: the name stands before what was done
_PAID_TO = re.compile(r"^(?P<name>.+) (?:Betaling met|Domiciliëring|Paiement avec|Domiciliation) ")
# BoursoBank: the sender's words, then the other side's name, then the bank's words, in any order
_TRANSFER = re.compile(r"VIR (?!INST\b|SEPA\b).+")
_OF_THE_BANK = re.compile(r"Réf :.*")

# Ids ------------------------------------------------------------------------

# Labels with one word after them. Commerzbank cuts its lines at 35 characters, inside of labels too.
_LABELS = tuple(
    (field, re.compile(r"\s?".join(map(re.escape, label)) + r"\s*(\S+)"))
    for field, label in (
        ("end_to_end_id", "End-to-End-Ref.:"),
        ("mandate_id", "Mandatsref:"),
        ("creditor_id", "Gläubiger-ID:"),
        ("end_to_end_id", "EndToEndID:"),
    )
)
# The tags of the German field 86 (DK, DFÜ-Abkommen annex 3); their values are cut like the labels.
_TAG = re.compile(r"(?:^|\s)([A-Z]{4})\+")
_TAGS = {"EREF": "end_to_end_id", "MREF": "mandate_id", "CRED": "creditor_id"}
# The codes of Dutch banks (ABN AMRO, Rabobank).
_CODE = re.compile(r"/(TRTP|CSID|NAME|MARF|REMI|IBAN|BIC|EREF|ORDP|BENM|ID|PURP|ULTB|ULTD)/")
_CODES = {
    "EREF": "end_to_end_id",
    "MARF": "mandate_id",
    "CSID": "creditor_id",
    "NAME": "counterparty_name",
    "IBAN": "counterparty_iban",
}
# The labels of ING in the Netherlands.
_DUTCH_LABEL = re.compile(
    r"(?:^|\s)(Naam|Omschrijving|IBAN|Kenmerk|Machtiging ID|Incassant ID|Doorlopende incasso"
    r"|Eenmalige incasso|Datum/Tijd|Valutadatum)(?::\s|\s|$)"
)
_DUTCH_LABELS = {
    "Naam": "counterparty_name",
    "IBAN": "counterparty_iban",
    "Kenmerk": "end_to_end_id",
    "Machtiging ID": "mandate_id",
    "Incassant ID": "creditor_id",
}
# ING in Germany wraps the text.
_WRAPPED = re.compile(
    r"mandatereference:(?P<mandate_id>[^,]*),creditorid:(?P<creditor_id>[^,]*),"
    r"remittanceinformation:(?P<remittance_unstructured>.*)",
    re.DOTALL,
)

# Exchanges --------------------------------------------------------------------

# BoursoBank: "2,80 NZD / 1 euro = 1,818181818"
_EXCHANGE = re.compile(r"^(\d{1,3}(?: ?\d{3}){0,4},\d{2}) ([A-Z]{3}) / 1 euro = ", re.MULTILINE)


def completed(found: BankTransaction, additional: str = "") -> BankTransaction:
    """``found`` with what only its free text says, or the bank's ``additional`` information after
    it; what the bank tells in a field stays."""
    found = _unwrapped(found)
    missing: dict[str, Any] = {}
    for text in (found.remittance_unstructured, additional):
        if len(text) > _LONGEST_TEXT:
            continue
        for field, value in (*_ids(text), *_name(found, text), *_exchange(found, text)):
            if value and not getattr(found, field):
                missing.setdefault(field, value)
    return replace(found, **missing, read_from_text=found.read_from_text | frozenset(missing))


def _unwrapped(found: BankTransaction) -> BankTransaction:
    wrapped = _WRAPPED.fullmatch(found.remittance_unstructured)
    if not wrapped:
        return found
    return replace(
        found,
        mandate_id=found.mandate_id or known(wrapped["mandate_id"].strip()),
        creditor_id=found.creditor_id or wrapped["creditor_id"].strip(),
        remittance_unstructured=wrapped["remittance_unstructured"].strip(),
    )


def _name(found: BankTransaction, text: str) -> Iterator[tuple[str, str]]:
    for pattern in _NAMES:
        if matched := pattern.search(text):
            yield "counterparty_name", matched["name"].strip()
            return
    paid = _PAID_TO.match(text) if found.amount < 0 else None
    yield "counterparty_name", paid["name"].strip() if paid else _beside_the_transfer(text)


def _beside_the_transfer(text: str) -> str:
    """The one line beside the sender's words; more of them could each be the name."""
    lines = [line.strip() for line in text.split("\n") if not _OF_THE_BANK.fullmatch(line.strip())]
    others = [line for line in lines if line and not _TRANSFER.fullmatch(line)]
    is_transfer = len(lines) == len(others) + 1 and len(others) == 1
    return others[0] if is_transfer else ""


def _ids(text: str) -> Iterator[tuple[str, str]]:
    for field, pattern in _LABELS:
        if matched := pattern.search(text):
            yield field, known(matched.group(1))
    for tag, value in _sections(_TAG, text):
        if tag in _TAGS:
            yield _TAGS[tag], known("".join(value.split()))
    if text.startswith("/"):
        yield from _named(_CODES, _sections(_CODE, text))
    if "Omschrijving:" in text:
        yield from _named(_DUTCH_LABELS, _sections(_DUTCH_LABEL, text))


def _named(
    fields: dict[str, str], sections: Iterator[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for label, value in sections:
        field = fields.get(label)
        if field == "counterparty_iban":
            yield field, iban_or_nothing(value)
        elif field:
            yield field, known(value)


def _sections(label: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Each label with the text up to the next one."""
    found = list(label.finditer(text))
    ends = [*(matched.start() for matched in found), len(text)][1:]
    for matched, end in zip(found, ends, strict=False):  # without a label there is an end too many
        yield matched.group(1), text[matched.end() : end].strip()


def _exchange(found: BankTransaction, text: str) -> Iterator[tuple[str, Any]]:
    matched = _EXCHANGE.search(text)
    if matched and found.instructed_amount is None:
        amount = Decimal(matched.group(1).replace(" ", "").replace(",", "."))
        yield "instructed_amount", amount.copy_sign(found.amount)
        yield "instructed_currency", matched.group(2)
