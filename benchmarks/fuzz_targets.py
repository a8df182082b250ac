"""What is fuzzed: each reader of something that a bank, a supplier or a stranger has written.

Seeds are the samples of the tests. A target's ``run`` may return or raise a ReconError, nothing else.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
for folder in ("statements", "normalisers", "documents", "connectors", "matching", "vault"):
    sys.path.insert(0, str(ROOT / "tests" / "recon_core" / folder))
sys.path.insert(0, str(ROOT / "tests" / "recon_core"))
sys.path.insert(0, str(ROOT / "tests"))

from recon_core import references  # noqa: E402
from recon_core.audit.archive import archive_lines, verify_archive  # noqa: E402
from recon_core.audit.chain import Entry, Head, link  # noqa: E402
from recon_core.connectors import berlin_group_answers, berlin_group_reports, webhooks  # noqa: E402
from recon_core.connectors.transport import Response  # noqa: E402
from recon_core.documents import read_document  # noqa: E402
from recon_core.documents.fields import read_fields, read_pages  # noqa: E402
from recon_core.documents.model import Origin  # noqa: E402
from recon_core.documents.pdf_text import read_pdf  # noqa: E402
from recon_core.matching import MoveType, OpenItem, Partner, StatementLine, match  # noqa: E402
from recon_core.normalisers import berlin_group, identity  # noqa: E402
from recon_core.plain_text import file_name, plain  # noqa: E402
from recon_core.statements import SHEET, format_of, read_statement  # noqa: E402
from recon_core.statements.archive import files_of, is_archive  # noqa: E402
from recon_core.statements.sheet import read_sheet, read_tables  # noqa: E402
from recon_core.statements.sheet_propose import propose  # noqa: E402
from recon_core.types import TransactionStatus  # noqa: E402
from recon_core.vault import envelope, keyfile  # noqa: E402

from .fuzz_mutations import mutated, mutated_value  # noqa: E402

KEY = "1:" + "A" * 43 + "="
BILL = "\n".join(
    (
        "Verrerie du Gier SAS              FACTURE N° F2610-778",
        "TVA intracommunautaire : FR15658541925",
        "Date de facture : 11/02/2026      Date d'échéance : 13/03/2026",
        "Total HT : 110,20 EUR   TVA 20 % : 22,04 EUR   Total TTC : 132,24 EUR",
        "IBAN FR76 3000 6000 0112 3456 7890 189   Bon de commande 4500012345",
    )
)
BERLIN = {
    "transactionId": "t-1",
    "entryReference": "E1",
    "bookingDate": "2026-03-01",
    "valueDate": "2026-03-02",
    "transactionAmount": {"amount": "-12.34", "currency": "EUR"},
    "creditorName": "Shop",
    "creditorAccount": {"iban": "DE89370400440532013000"},
    "remittanceInformationUnstructured": "INV/1",
    "remittanceInformationStructuredArray": [{"reference": "RF18539007547034"}],
    "currencyExchange": [{"sourceCurrency": "USD", "exchangeRate": "1.1"}],
    "entryDetails": [
        {"transactionDetails": {"transactionAmount": {"amount": "1", "currency": "EUR"}}}
    ],
    "balanceAfterTransaction": {"balanceAmount": {"amount": "1", "currency": "EUR"}},
}


@dataclass(frozen=True)
class Target:
    """``make`` gives an input from a source of chance; ``share`` of all inputs go to it."""

    make: Callable[[random.Random], Any]
    run: Callable[[Any], object]
    share: float


def targets() -> Mapping[str, Target]:
    return {**_files(), **_answers(), **_texts(), **_documents()}


# -- files ----------------------------------------------------------------------------------------


def _files() -> dict[str, Target]:
    from test_hostile_files import WHOLE  # noqa: PLC0415

    seeds = list(WHOLE.values())
    shares = {"xlsx": 0.01, "xls": 0.02}
    return {
        f"statement {name}": Target(
            _bytes([whole, whole, *seeds]), _statement, shares.get(name, 0.04)
        )
        for name, whole in WHOLE.items()
    }


def _bytes(seeds: list[bytes]) -> Callable[[random.Random], bytes]:
    return lambda chance: mutated(chance, seeds)


def _statement(data: bytes) -> None:
    if is_archive(data):
        for _name, content in files_of(data)[:3]:
            _one_statement(content)
        return
    _one_statement(data)


def _one_statement(data: bytes) -> None:
    if format_of(data) != SHEET:
        read_statement(data)
        return
    tables = read_tables(data)
    read_sheet(tables, propose(tables).mapping)


# -- answers of banks and providers -------------------------------------------------------------------


def _answers() -> dict[str, Target]:
    from provider_fakes.messages import SENT, SIGNERS  # noqa: PLC0415
    from test_provider_normalisers import GOOD, NORMALISERS  # noqa: PLC0415

    made = {
        f"normaliser {name}": Target(_values(GOOD[name]), _keyed(run), 0.06)
        for name, run in NORMALISERS.items()
    }
    made["normaliser berlin_group"] = Target(_values(BERLIN), _berlin, 0.08)
    made["answer berlin_group"] = Target(
        _values({"transactions": {"booked": [BERLIN]}}), _report, 0.05
    )
    for signer in SIGNERS:
        own = signer()
        made[f"message {own.code}"] = Target(
            _message(own), _verified(own.code, own.sender(), SENT), 0.01
        )
    return made


def _values(seed: Any) -> Callable[[random.Random], Any]:
    return lambda chance: mutated_value(chance, seed)


def _keyed(run: Callable[[Any], Any]) -> Callable[[Any], object]:
    def keyed(entry: Any) -> object:
        if not isinstance(entry, dict):  # readers take the objects of a list that was checked
            return None
        found = run(entry)
        return found and identity.identities(found)

    return keyed


def _berlin(entry: Any) -> None:
    if not isinstance(entry, dict):
        return
    found = berlin_group.transactions(
        entry, TransactionStatus.BOOKED, "FR7630006000011234567890189"
    )
    identity.keyed(found)


def _report(answer: Any) -> None:
    body = json.dumps(answer, default=str).encode("utf-8", "surrogatepass")
    response = Response(200, {"Content-Type": "application/json"}, body)
    berlin_group_reports.report(berlin_group_answers.accepted(response))


def _message(signer: Any) -> Callable[[random.Random], Any]:
    genuine = signer.message()

    def make(chance: random.Random) -> Any:
        headers = mutated_value(chance, dict(genuine.headers)) if chance.random() < 0.5 else None
        spoilt = {str(n): str(v) for n, v in headers.items()} if isinstance(headers, dict) else {}
        body = mutated(chance, [genuine.body]) if chance.random() < 0.7 else genuine.body
        return replace(genuine, body=body, headers=spoilt or genuine.headers)

    return make


def _verified(code: str, sender: Any, now: Any) -> Callable[[Any], object]:
    return lambda message: webhooks.webhook(code).verify(message, sender, now)


# -- texts ----------------------------------------------------------------------------------------------


def _texts() -> dict[str, Target]:
    texts = [
        "VIR SEPA RECU /DE BOULANGERIE MARTIN /MOTIF FAC/2026/00012 FAC/2026/00013 /REF E2E-1",
        "PRLV SEPA EDF REF RUM FR12ZZZ123456 FACTURE 0012-2026 45,60 EUR",
        "SVWZ+RG 2026-0012 VOM 01.02.2026 EREF+E2E1 KREF+NONREF IBAN+DE89370400440532013000",
    ]
    seeds = [text.encode() for text in texts]
    lines = _archive()
    return {
        "text of a payment": Target(_bytes(seeds), _matched, 0.08),
        "references": Target(_bytes(seeds), _references, 0.12),
        "sealed value": Target(_bytes([_SEALED.encode("ascii")]), _opened, 0.05),
        "audit archive": Target(_bytes([lines]), _verified_archive, 0.02),
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _references(data: bytes) -> None:
    text = plain(_text(data))
    folded = references.fold(text)
    references.compact_text(folded, strip_zeros=True)
    references.groups(folded)
    references.spellings(text[:60])
    references.is_valid_creditor_reference(text[:40])
    file_name(text)


_ITEMS = [
    OpenItem(
        id=number,
        partner_id=1 + number % 2,
        move_type=MoveType.OUT_INVOICE,
        number=f"FAC/2026/{number:05d}",
        currency="EUR",
        amount_residual=Decimal("45.60") + number,
        amount_total=Decimal("45.60") + number,
        invoice_date=date(2026, 1, 5),
        due_date=date(2026, 2, 5),
    )
    for number in range(10, 22)
]
_PARTNERS = [Partner(1, "Boulangerie Martin SARL"), Partner(2, "Atelier du Port")]


def _matched(data: bytes) -> None:
    text = _text(data)
    line = StatementLine(
        id=1,
        booking_date=date(2026, 2, 10),
        amount=Decimal("57.60"),
        currency="EUR",
        remittance_unstructured=text,
        remittance_structured=text[-40:],
        counterparty_name=text[:40],
        counterparty_iban=text[10:44],
        end_to_end_id=text[20:50],
    )
    match([line], _ITEMS, _PARTNERS)


_RING = keyfile.parse(KEY, "fuzz")
_SEALED = envelope.seal(_RING, "secret", "model,1,name")


def _opened(data: bytes) -> None:
    opened = envelope.unseal(_RING, _text(data), "model,1,name")
    if opened != "secret":
        raise AssertionError("another text than was sealed")


def _archive() -> bytes:
    entries, previous = [], Head().link
    for number in range(1, 6):
        at = datetime.fromisoformat(f"2026-03-31T0{number}:00:00")
        entry = Entry(1, number, at, "match", 7, "account.bank.statement.line", number, "{}")
        previous = link(previous, entry)
        entries.append((entry, previous))
    return "".join(archive_lines(1, Head(), entries)).encode()


def _verified_archive(data: bytes) -> None:
    verify_archive(_text(data).splitlines())


# -- documents ------------------------------------------------------------------------------------------


def _documents() -> dict[str, Target]:
    from document_samples import CII, text_pdf  # noqa: PLC0415

    pdf = text_pdf(BILL.splitlines())
    return {
        "e-invoice": Target(_bytes([CII.encode()]), read_document, 0.04),
        "text of a bill": Target(_bytes([BILL.encode()]), _fields, 0.03),
        "PDF": Target(_bytes([pdf]), _pdf, 0.005),
    }


def _pdf(data: bytes) -> None:
    """The text of a PDF; what has none goes to Tesseract, in a process of its own with limits."""
    content = read_pdf(data)
    read_pages([words for _number, words in content.pages], Origin.TEXT)


def _fields(data: bytes) -> None:
    read_fields(_text(data), Origin.TEXT)
