"""Whatever a bank answers, the connector raises its own errors or gives what it promises."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from odd_bank import GRANT, NOW, REQUEST, OddBank

from recon_core.connectors.transport import Response
from recon_core.errors import ReconError
from recon_core.types import ConsentStart, Grant, TransactionStatus

CONSENT = ("consentId", "consentStatus", "scaStatus", "psuMessage", "validUntil", "tppMessages")
LINKS = ("scaRedirect", "scaOAuth", "scaStatus", "startAuthorisation", "confirmation", "next")
FACTS = ("valueDate", "transactionId", "debtorName", "debtorAccount", "currencyExchange")
REMITTANCE = tuple(
    f"remittanceInformation{kind}"
    for kind in ("Unstructured", "UnstructuredArray", "Structured", "StructuredArray")
)
INNER = ("href", "iban", "amount", "currency", "reference", "instructedAmount", "code")

TEXTS = st.sampled_from(
    (
        "valid",
        "12.50",
        "1e9",
        "2026-11-02",
        "2026-13-40",
        "/psd2/v1/x",
        "//e/",
        "//[",
        "https://bank.example:x/",
        "",
        "é\x00",
    )
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-10, 10), TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(INNER), inner, max_size=3)
    ),
    max_leaves=8,
)


def anything(*names: str) -> dict[str, st.SearchStrategy]:
    return dict.fromkeys(names, VALUES)


AMOUNT = st.fixed_dictionaries({"amount": st.sampled_from(("12.50", "-3", "1e9", None))})
ENTRY = st.fixed_dictionaries(
    {"transactionAmount": AMOUNT, "bookingDate": st.sampled_from(("2026-11-02", "x", None))},
    optional={
        **anything(*FACTS, *REMITTANCE),
        "entryDetails": st.lists(st.fixed_dictionaries({"transactionAmount": AMOUNT}), max_size=3),
    },
)
REPORT = st.fixed_dictionaries(
    {"transactions": st.fixed_dictionaries({"booked": st.lists(ENTRY, max_size=3)})},
    optional={
        "account": st.fixed_dictionaries({"iban": VALUES}),
        "_links": st.fixed_dictionaries({}, optional={"download": VALUES}),
    },
)
LINK = st.one_of(VALUES, st.fixed_dictionaries({"href": TEXTS}))
ASKED = st.fixed_dictionaries(
    {"consentId": TEXTS, "_links": st.fixed_dictionaries({}, optional=dict.fromkeys(LINKS, LINK))},
    optional=anything(*CONSENT[1:]),
)
STATUSES = st.sampled_from((200, 201, 204, 400, 401, 403, 404))
HEADERS = st.sampled_from(({}, {"ASPSP-SCA-Approach": "DECOUPLED"}, {"ASPSP-SCA-Approach": "x"}))


def bank(answer: object, status: int, headers: dict[str, str]) -> OddBank:
    odd = OddBank(authorize_url="https://bank.example/a", token_url="https://bank.example/t")
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    odd.send = lambda *_, **__: Response(status, headers, body)
    return odd


@settings(max_examples=300, deadline=None)
@given(ASKED, STATUSES, HEADERS)
def test_any_answer_to_a_consent_gives_a_way_or_a_code(answer, status, headers):
    connector = bank(answer, status, headers).connector
    with suppress(ReconError):
        started = connector.start_consent(REQUEST)
        assert isinstance(started, ConsentStart)
        assert started.redirect_url == "" or started.redirect_url.startswith("https://")
        grant = connector.poll_consent(started.consent_ref, started.secrets)
        assert grant is None or isinstance(grant, Grant)


@settings(max_examples=300, deadline=None)
@given(REPORT, STATUSES)
def test_any_report_gives_transactions_or_a_code(answer, status):
    connector = bank(answer, status, {}).connector
    with suppress(ReconError):
        for page in connector.transactions(GRANT, "1", date(2026, 11, 1)):
            assert len(page.raw) == len(page.transactions)
            for item in page.transactions:
                assert item.status is TransactionStatus.PENDING or item.booking_date
                assert not isinstance(item.booking_date, datetime)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), STATUSES)
def test_any_bytes_give_a_code(body, status):
    with suppress(ReconError):
        list(bank(body, status, {}).connector.transactions(GRANT, "1", NOW.date()))
