"""Statement files of third parties, beside a second reading that shares no code with the first.

Each format is read once more here by a few lines that know nothing but where its amounts, days and
names stand. ``FACTS`` is what a person found right in each sample, by eye.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recon_core.errors import FileFormatError
from recon_core.statements import read_statement
from recon_core.types import BankTransaction

Fact = tuple[int, int, str, int, int, int] | str
# {file: (statements, entries, their sum, with a name, with an account, with an end-to-end id)}, or the
# code with which it is refused
FACTS: dict[str, Fact] = {
    "camt/genkgo__camt052.v1.xml": (1, 1, "-200000", 0, 0, 0),
    "camt/genkgo__camt052.v2.other-account.xml": (1, 1, "-200000", 1, 1, 1),
    "camt/genkgo__camt052.v2.xml": (1, 1, "-200000", 1, 1, 1),
    "camt/genkgo__camt052.v4.xml": (1, 1, "-200000", 1, 1, 1),
    "camt/genkgo__camt052.v6.xml": (1, 1, "-200000", 1, 1, 1),
    "camt/genkgo__camt052.v8.xml": (1, 1, "-200000", 0, 0, 1),
    "camt/genkgo__camt053.v2.five.decimals.xml": (1, 1, "8.850", 1, 1, 1),
    "camt/genkgo__camt053.v2.minimal.ultimate.xml": (1, 1, "8.85", 1, 0, 0),
    "camt/genkgo__camt053.v2.multi.statement.xml": (2, 2, "1.85", 2, 2, 2),
    "camt/genkgo__camt053.v2.with-account-name.xml": (1, 1, "8.85", 0, 0, 0),
    "camt/genkgo__camt053.v2.wrong.xml": "camt_no_statement",
    "camt/genkgo__camt053.v3.xml": (1, 1, "8.85", 1, 1, 0),
    "camt/genkgo__camt053.v8.xml": (1, 1, "8.85", 1, 1, 1),
    "camt/genkgo__camt054.v2.with-account-name.xml": "camt_no_date",
    "camt/genkgo__camt054.v4.xml": (1, 1, "-200000", 0, 0, 1),
    "camt/genkgo__camt054.v8-with-UETR.xml": "camt_no_date",
    "camt/genkgo__camt054.v8.xml": (1, 1, "-200000", 0, 0, 1),
    "camt/genkgo__camt53.only-Dt-with-DtTm.xml": (1, 0, "0", 0, 0, 0),
    "cfonb120/akretion__bank_statement.cfo": (1, 4, "-2000.00", 0, 0, 0),
    "cfonb120/pennylane-hq__end_of_statement_without_beginning.txt": "cfonb_no_opening",
    "cfonb120/pennylane-hq__invalid_date.txt": "bad_date",
    "cfonb120/pennylane-hq__new_statement_without_previous_ended.txt": "cfonb_no_closing",
    "cfonb120/pennylane-hq__operation_already_defined.txt": "cfonb_no_opening",
    "cfonb120/pennylane-hq__operation_detail_without_operation.txt": "cfonb_no_movement",
    "cfonb120/pennylane-hq__operation_unstarted.txt": "cfonb_no_movement",
    "cfonb120/silarhi__cfonb.240-complex-test.txt": "unknown_format",
    "cfonb120/silarhi__non-strict-test.txt": (8, 5, "-5210.90", 3, 0, 0),
    "cfonb120/silarhi__simple-test.txt": (1, 0, "0", 0, 0, 0),
    "mt940/ASNB__mt940.txt": (31, 8, "56.94", 0, 7, 0),
    "mt940/ASNB__mt940_with_spaces_for_entry_date.txt": (31, 8, "56.94", 0, 7, 0),
    "mt940/betterplace__currency_in_25.sta": "unknown_format",
    "mt940/betterplace__empty_86.sta": "unknown_format",
    "mt940/betterplace__empty_line.sta": "unknown_format",
    "mt940/betterplace__missing_crlf_at_end.sta": "unknown_format",
    "mt940/betterplace__sepa_snippet.sta": (2, 11, "-2143323.39", 5, 5, 9),
    "mt940/betterplace__sepa_snippet_broken.sta": (1, 1, "50990.05", 0, 0, 0),
    "mt940/citi__mt940.txt": (1, 5, "-1142.75", 0, 0, 0),
    "mt940/cmxl__account_balance_credit.sta": "unknown_format",
    "mt940/cmxl__account_identification_iban.sta": "unknown_format",
    "mt940/cmxl__account_identification_legacy.sta": "unknown_format",
    "mt940/cmxl__closing_balance.sta": "unknown_format",
    "mt940/cmxl__mt940.sta": (3, 16, "12327.30", 3, 4, 2),
    "mt940/cmxl__statement_details.sta": "unknown_format",
    "mt940/cmxl__statement_line.sta": "unknown_format",
    "mt940/jejik__abnamro.sta": (2, 10, "-345.93", 0, 0, 0),
    "mt940/jejik__generic.sta": (2, 2, "-20.00", 0, 0, 0),
    "mt940/jejik__knab.sta": (2, 3, "-6260", 0, 0, 1),
    "mt940/jejik__postfinance.sta": (2, 4, "159.4", 0, 0, 4),
    "mt940/jejik__rabobank.sta": (4, 5, "-1589.09", 0, 0, 4),
    "mt940/jejik__sns.sta": (2, 2, "-25.00", 0, 0, 2),
    "mt940/mBank__mt940.sta": (1, 3, "0.03", 0, 0, 0),
    "mt940/mBank__mt942.sta": (1, 3, "0.03", 0, 0, 0),
    "mt940/sberbank__171011_01234945.sta": (1, 3, "-9437.00", 0, 0, 0),
    "mt940/self-provided__account_identification.sta": "mt940_no_closing",
    "mt940/self-provided__empty_non_swift.sta": "unknown_format",
    "mt940/self-provided__february_30.sta": (1, 1, "-6.00", 0, 0, 0),
    "mt940/self-provided__invalid_statement.sta": "unknown_format",
    "mt940/self-provided__long_statement_number.sta": (1, 0, "0", 0, 0, 0),
    "mt940/self-provided__mt942.sta": (1, 1, "-0.42", 0, 0, 0),
    "mt940/self-provided__multiline.sta": (1, 2, "114", 1, 1, 2),
    "mt940/self-provided__raiffeisen-cmi.sta": (1, 7, "-1012213.50", 0, 0, 0),
    "mt940/self-provided__raphaelm.sta": (3, 9, "95000.00", 0, 0, 1),
    "mt940/self-provided__transaction_details_wrapped.sta": (1, 1, "-6.00", 0, 0, 0),
    "mt940/self-provided__whitespace.sta": (1, 1, "-233.15", 1, 1, 0),
    "ofx/ofxparse__account_listing_aggregation.ofx": "ofx_no_statement",
    "ofx/ofxparse__anzcc.ofx": (1, 1, "-5.50", 0, 0, 0),
    "ofx/ofxparse__bank_small.ofx": "ofx_no_statement",
    "ofx/ofxparse__checking.ofx": (1, 3, "-59.50", 3, 0, 0),
    "ofx/ofxparse__decimal_error.ofx": "bad_date",
    "ofx/ofxparse__empty_balance.ofx": (1, 1, "120", 1, 0, 0),
    "ofx/ofxparse__fidelity-savings.ofx": "ofx_no_statement",
    "ofx/ofxparse__fidelity.ofx": "ofx_no_statement",
    "ofx/ofxparse__investment_medium.ofx": "ofx_no_statement",
    "ofx/ofxparse__multiple_accounts.ofx": (2, 0, "0", 0, 0, 0),
    "ofx/ofxparse__ofx-v102-empty-tags.ofx": (1, 1, "12.34", 0, 0, 0),
    "ofx/ofxparse__signon_fail.ofx": "ofx_no_statement",
    "ofx/ofxparse__signon_success_no_message.ofx": "ofx_no_statement",
    "ofx/ofxparse__suncorp.ofx": (1, 1, "-16.85", 0, 0, 0),
    "ofx/ofxparse__tiaacref.ofx": "ofx_no_statement",
    "ofx/ofxparse__vanguard.ofx": "ofx_no_statement",
    "ofx/ofxtools__br_nubank_cc.ofx": (1, 6, "-1280.91", 0, 0, 0),
    "ofx/ofxtools__invstmtrs.ofx": "ofx_no_statement",
    "ofx/ofxtools__stmtrs.ofx": (1, 2, "-500.00", 0, 0, 0),
    "ofx/ofxtools__stmtrs_euro.ofx": (1, 2, "-500.00", 0, 0, 0),
    "qif/quiffen__test.qif": (1, 5, "-35.50", 5, 0, 0),
    "qif/quiffen__test_category_inherit.qif": "qif_no_statement",
    "qif/quiffen__test_circular_reference.qif": (1, 2, "-14.59", 2, 0, 0),
    "qif/quiffen__test_clear_autoswitch.qif": "qif_no_statement",
    "qif/quiffen__test_option_autoswitch.qif": "qif_no_statement",
    "qif/quiffen__test_oth_a.qif": "qif_no_statement",
    "qif/quiffen__test_transaction_before_account_definition_1.qif": (1, 2, "-197.96", 2, 0, 0),
    "qif/quiffen__test_transaction_before_account_definition_2.qif": (1, 2, "-197.96", 2, 0, 0),
}


def transactions(path: Path) -> list[BankTransaction]:
    return [entry for one in read_statement(path.read_bytes()) for entry in one.transactions]


def readable(corpora: Path, folder: str) -> Iterator[Path]:
    for name, fact in FACTS.items():
        if name.startswith(f"{folder}/") and not isinstance(fact, str):
            path = corpora / "statements" / name
            if not path.exists():
                pytest.skip(f"{name} is not there")
            yield path


@pytest.mark.parametrize("name", FACTS)
def test_each_sample_gives_what_a_person_read_in_it(corpora: Path, name: str) -> None:
    path = corpora / "statements" / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    try:
        statements = read_statement(path.read_bytes())
    except FileFormatError as error:
        assert error.code == FACTS[name]
        return
    entries = [entry for one in statements for entry in one.transactions]
    found = (
        *(len(statements), len(entries), f"{sum((e.amount for e in entries), Decimal(0)):f}"),
        sum(bool(entry.counterparty_name) for entry in entries),
        sum(bool(entry.counterparty_iban) for entry in entries),
        sum(bool(entry.end_to_end_id) for entry in entries),
    )
    assert found == FACTS[name]


def test_camt_entries_have_the_amounts_days_and_parties_of_their_elements(corpora: Path) -> None:
    for path in readable(corpora, "camt"):
        text = re.sub(r'\sxmlns(:\w+)?="[^"]*"|xsi:\w+="[^"]*"', "", path.read_text())
        root = ElementTree.fromstring(text)  # noqa: S314 - a sample, read before
        entries = [entry for entry in root.iter("Ntry") if entry.findtext("Sts") != "INFO"]
        signs = {"CRDT": 1, "DBIT": -1}
        told = [
            signs[entry.findtext("CdtDbtInd", "")] * Decimal(entry.findtext("Amt", ""))
            for entry in entries
        ]
        found = transactions(path)
        assert sum(entry.amount for entry in found) == sum(told), path.name
        names = {name.text for name in root.iter("Nm")}
        ids = {one.text for one in root.iter("EndToEndId")} | {
            one.text for one in root.iter("MsgId")
        }
        ids |= {one.text for one in root.iter("PmtInfId")}
        days = {day.text[:10] for tag in ("Dt", "DtTm") for day in root.iter(tag) if day.text}
        for entry in found:
            assert {entry.counterparty_name} <= names | {""}, path.name
            assert {entry.end_to_end_id} <= ids | {""}, path.name
            for day in (entry.booking_date, entry.value_date):
                assert day is None or day.isoformat() in days, path.name


FIELD_61 = re.compile(r"^:61:(\d{6})(\d{4}|\s{4})?(R?[CD])[A-Z]?(\d+,?\d*)", re.MULTILINE)


def test_mt940_entries_have_the_amounts_and_days_of_field_61(corpora: Path) -> None:
    for path in readable(corpora, "mt940"):
        text = path.read_bytes().decode("latin-1")
        told = Counter(
            (
                # German banks count the days of February to thirty
                f"20{day[:2]}-{day[2:4]}-{day[4:]}".replace("2016-02-30", "2016-02-29"),
                (-1 if mark in ("D", "RC") else 1) * Decimal(amount.replace(",", ".")),
            )
            for day, _booked, mark, amount in FIELD_61.findall(text)
        )
        found = Counter(
            (e.value_date.isoformat(), e.amount) for e in transactions(path) if e.value_date
        )
        assert found == told, path.name


def test_numbered_fields_86_give_name_account_and_purpose(corpora: Path) -> None:
    for path in readable(corpora, "mt940"):
        lines = re.sub(r"\r?\n(?!:)", "", path.read_bytes().decode("latin-1"))
        fields = re.findall(r"^:86: ?\d{3}([?<])(\d\d.*?)\r?$", lines, re.MULTILINE)
        parts = [
            dict(re.findall(rf"\{sign}(\d\d)([^{sign}]*)", sign + field)) for sign, field in fields
        ]
        told = Counter(
            (part.get("31", "").strip(), "".join((part.get("32", "") + part.get("33", "")).split()))
            for part in parts
            if part.get("32")
        )
        found = Counter(
            (entry.counterparty_iban, "".join(entry.counterparty_name.split()))
            for entry in transactions(path)
            if entry.counterparty_name
        )
        squeezed = Counter(("".join(account.split()), name) for account, name in told.elements())
        assert found == squeezed, path.name


def test_cfonb_entries_have_the_columns_of_their_records(corpora: Path) -> None:
    for path in readable(corpora, "cfonb120"):
        records = path.read_bytes().decode("latin-1").splitlines()
        moves = [record for record in records if record.startswith("04")]
        found = transactions(path)
        assert len(found) == len(moves)
        for entry, record in zip(found, moves, strict=True):
            assert entry.booking_date and entry.booking_date.strftime("%d%m%y") == record[34:40]
            assert entry.remittance_unstructured.startswith(record[48:79].strip())
            positive = record[103] in "{ABCDEFGHI"
            digit = "{ABCDEFGHI".find(record[103]) if positive else "}JKLMNOPQR".find(record[103])
            cents = int(record[90:103]) * 10 + digit
            assert entry.amount * 100 == (cents if positive else -cents)


def test_ofx_entries_have_the_values_of_their_tags(corpora: Path) -> None:
    def value(block: str, tag: str) -> str:
        found = re.search(rf"<{tag}>([^<\r\n]*)", block)
        return found[1].strip() if found else ""

    for path in readable(corpora, "ofx"):
        text = path.read_bytes().decode("latin-1")
        statements = re.findall(r"<(?:CC)?STMTRS>.*?</(?:CC)?STMTRS>", text, re.DOTALL)
        blocks = re.findall(r"<STMTTRN>.*?</STMTTRN>", "".join(statements), re.DOTALL)
        told = Counter(
            (
                value(block, "DTPOSTED")[:8],
                Decimal(value(block, "TRNAMT").replace(",", ".")),
                value(block, "FITID"),
                value(block, "NAME").replace("&amp;", "&"),
            )
            for block in blocks
        )
        found = Counter(
            (e.booking_date.strftime("%Y%m%d"), e.amount, e.transaction_id, e.counterparty_name)
            for e in transactions(path)
            if e.booking_date
        )
        assert found == told, path.name


def test_qif_entries_have_the_values_of_their_letters(corpora: Path) -> None:
    for path in readable(corpora, "qif"):
        text = path.read_text()
        banks = re.findall(r"^!Type:Bank\s*\n(.*?)(?=^!|\Z)", text, re.DOTALL | re.MULTILINE)
        records = [
            record
            for bank in banks
            for record in bank.split("^")
            if "\nT" in record or record.startswith("T")
        ]
        records = [record for record in records if "Opening Balance" not in record]
        told = Counter(
            (
                re.search(r"^P(.*)$", record, re.MULTILINE)[1].strip(),
                Decimal(re.search(r"^T(.*)$", record, re.MULTILINE)[1].strip()),
            )
            for record in records
        )
        assert Counter((e.counterparty_name, e.amount) for e in transactions(path)) == told, (
            path.name
        )
