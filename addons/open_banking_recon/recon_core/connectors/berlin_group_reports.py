"""A Berlin Group transaction report: JSON, a camt or MT940 file, or a link to one.

Source: NextGenPSD2 XS2A 1.3.11, section 6.6.3. In what the report comes is the bank's choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import FileFormatError, RetryableError
from ..normalisers import berlin_group as normalise
from ..normalisers.values import child, text
from ..statements.camt import is_camt, read_camt_report
from ..statements.mt940 import is_mt940, read_mt940
from ..types import StatementFile, TransactionPage, TransactionStatus
from .berlin_group_answers import entries, link
from .transport import Response

ACCEPT = "application/json, application/xml;q=0.9, text/plain;q=0.8"

_BLANK = b"\xef\xbb\xbf \t\r\n"  # space and the mark that some editors put first


@dataclass(frozen=True, slots=True)
class Report:
    """``page`` is None when the bank only links to the report; ``follow`` is empty on the last."""

    page: TransactionPage | None
    follow: str


def report(response: Response) -> Report:
    """What a bank answered with. Raises RetryableError("bad_response") when it is none of these:
    "no transactions" must be said, else a broken answer would look like a quiet account."""
    body = response.body.lstrip(_BLANK)
    if body.startswith(b"{") or not body:
        return _json(response.json())
    try:
        return Report(_page(_statements(body)), "")
    except FileFormatError as error:
        raise RetryableError("bad_response", f"{error.code} {error.detail}".rstrip()) from error


def _json(answer: Mapping[str, object]) -> Report:
    told = answer.get("transactions")
    download = link(answer, "download")
    if told is None and download:
        return Report(None, download)
    if not isinstance(told, Mapping):
        raise RetryableError("bad_response", "no transactions object")
    own_iban = text(child(answer, "account"), "iban")
    transactions, raw = [], []
    for status in TransactionStatus:
        for entry in entries(told, status.value, required=False):
            for found in normalise.transactions(entry, status, own_iban):
                transactions.append(found)
                raw.append(entry)
    return Report(TransactionPage(tuple(transactions), tuple(raw)), link(told, "next"))


def _statements(body: bytes) -> list[StatementFile]:
    if is_camt(body):
        return read_camt_report(body)
    if is_mt940(body):
        return read_mt940(body)
    raise FileFormatError("unknown_format")


def _page(statements: Iterable[StatementFile]) -> TransactionPage:
    """Booked ones without any date are held back, as those of JSON: they come back dated."""
    return TransactionPage(
        tuple(
            found
            for statement in statements
            for found in statement.transactions
            if found.booking_date or found.status is TransactionStatus.PENDING
        )
    )
