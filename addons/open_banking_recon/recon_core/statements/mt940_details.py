"""Field 86 of an MT940: who and why, as banks write it in one of three ways.

German and Polish banks number the parts (``166?00GUTSCHRIFT?20EREF+...?32NAME``), Dutch ones name them
(``/EREF/.../NAME/...``), others write one text. Sources: Deutsche Kreditwirtschaft, DFUe-Abkommen
annex 3, chapter 8; the format descriptions of ABN AMRO, ING and Rabobank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..normalisers.values import iban_or_nothing, known
from .camt_details import NOT_SPECIFIED

_NUMBERED = re.compile(r"(\d{3})([^\w\s])(?=\d\d)")
_FULL_PART = 27  # characters; a longer text goes on in the next part, inside of a word
_LONGEST_ID = 35  # characters of an ISO 20022 reference
# The words of the purpose. ``MTLG:`` is the message of a bank that sends a payment back.
_TAGS = re.compile(
    r"(?:(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+|(MTLG):)"
)
_NAMED = re.compile(
    r"/(EREF|PREF|MARF|CSID|CNTP|IBAN|BIC|NAME|REMI|RTRN|BENM|ORDP|TRTP|ISDT|ADDR|ULTC|ULTD|PURP"
    r"|SVCL|CDTRREFTP|CDTRREF)/"
)
# Business codes of payments that come back, and the reasons that banks print beside their number.
_RETURNS = ("108", "109", "159")
_REASONS = {"901": "AC01", "914": NOT_SPECIFIED}


@dataclass(frozen=True, slots=True)
class Details:
    """What the field says; a part that it does not tell is empty."""

    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    creditor_reference: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    remittance: str = ""
    return_reason: str = ""


def read_field_86(text: str) -> Details:
    """The details in the field as the file holds it, line ends included."""
    one_line = text.replace("\r", "").replace("\n", "")
    numbered = _NUMBERED.match(one_line)
    if numbered:
        return _numbered(one_line[numbered.end(1) :], numbered[1], numbered[2])
    if _NAMED.search(one_line):
        return _named(one_line)
    return Details(remittance=" ".join(text.split()))


def _numbered(body: str, code: str, separator: str) -> Details:
    pieces = re.split(rf"{re.escape(separator)}(\d\d)", body)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    purpose = _joined(
        value for number, value in parts.items() if "20" <= number <= "29" or "60" <= number <= "63"
    )
    said = _tagged(purpose)
    words = [said.get(""), said.get("SVWZ"), said.get("MTLG")]
    return Details(
        end_to_end_id=known(said.get("EREF", "") or said.get("KREF", ""))[:_LONGEST_ID].strip(),
        mandate_id=said.get("MREF", "")[:_LONGEST_ID],
        creditor_id=said.get("CRED", "")[:_LONGEST_ID],
        counterparty_name=_joined(parts.get(number, "") for number in ("32", "33")),
        counterparty_iban=parts.get("31", "").replace(" ", "") or said.get("IBAN", ""),
        remittance=" ".join(filter(None, words)) or parts.get("00", "").strip(),
        return_reason=_reason(code, parts.get("34", "")),
    )


def _joined(values: Iterable[str]) -> str:
    """The parts as one text: a full one goes on in the next, a shorter one is a line of its own."""
    text = ""
    for value in values:
        text += value if len(value) >= _FULL_PART else f"{value} "
    return " ".join(text.split())


def _tagged(purpose: str) -> dict[str, str]:
    """The words of the purpose by their tag; under an empty one what stands before the first."""
    found = {"": ""}
    tag, start = "", 0
    for match in _TAGS.finditer(purpose):
        found.setdefault(tag, purpose[start : match.start()].strip())
        found[""] = found[""] or (purpose[: match.start()].strip() if not start else "")
        tag, start = match[1] or match[2], match.end()
    found.setdefault(tag, purpose[start:].strip())
    if not start:
        found[""] = purpose
    return found


def _reason(code: str, told: str) -> str:
    if code not in _RETURNS and not told.startswith("9"):
        return ""
    return _REASONS.get(told.strip(), NOT_SPECIFIED)


def _named(text: str) -> Details:
    pieces = _NAMED.split(text)
    said: dict[str, str] = {}
    for tag, value in zip(pieces[1::2], pieces[2::2], strict=True):
        if value.strip(" /"):
            said.setdefault(tag, value.strip(" /"))
    # ING: account, bank, name and town in one
    account, _bank, name, *_town = [*said.get("CNTP", "").split("/"), "", "", ""]
    remittance, reference = _remittance(said.get("REMI", ""))
    return Details(
        end_to_end_id=known(said.get("EREF", "")),
        mandate_id=said.get("MARF", ""),
        creditor_id=said.get("CSID", ""),
        creditor_reference=said.get("CDTRREF", "") or reference,
        counterparty_name=said.get("NAME", "") or name.strip(),
        counterparty_iban=iban_or_nothing(said.get("IBAN", "") or account),
        remittance=remittance,
        return_reason=said.get("RTRN", ""),
    )


def _remittance(told: str) -> tuple[str, str]:
    """(free text, structured reference) of ``text``, ``USTD//text`` or ``STRD/issuer/reference``."""
    if told.startswith("USTD//"):
        return told.removeprefix("USTD//").strip(" /"), ""
    if told.startswith("STRD/"):
        return "", told.rpartition("/")[2]
    return told, ""
