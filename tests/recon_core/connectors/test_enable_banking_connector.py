"""What only Enable Banking has: a key that signs, sessions, banks with limits, headers all or none."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from provider_fakes.base import PERSON_IP, Answer, Asked, Clock, says
from provider_fakes.enable_banking import LONGEST_S, SESSION, STABLE, EnableBankingFake, key_pair

from recon_core.connectors.base import PsuContext
from recon_core.connectors.enable_banking import EnableBankingConnector
from recon_core.errors import ConsentError, FinalError, RetryableError
from recon_core.types import ConsentStatus

PERSON = PsuContext(PERSON_IP, "Firefox")
FROM = date(2026, 10, 1)


@pytest.fixture
def fake() -> EnableBankingFake:
    return EnableBankingFake(Clock())


def with_secret(fake: EnableBankingFake, secret: str) -> EnableBankingConnector:
    fake.settings = dataclasses.replace(fake.settings, client_secret=secret)
    return fake.connector()


def asked(fake: EnableBankingFake, path: str) -> list[Asked]:
    return [Asked(request) for request in fake.asked if Asked(request).path == path]


def test_the_consent_lasts_as_long_as_the_bank_allows_less_a_minute(fake):
    fake.connect()
    (wanted,) = asked(fake, "/auth")
    end = datetime.fromisoformat(wanted.json["access"]["valid_until"])
    assert (end - fake.clock()).total_seconds() == LONGEST_S - 60


def test_the_consent_lasts_until_the_day_asked_for_when_the_bank_allows_it(fake):
    fake.aspsp["maximum_consent_validity"] = 400 * 86400
    _, grant = fake.connect()
    assert grant.valid_until == date(2027, 5, 21)
    assert grant.access_expires_at == datetime(2027, 5, 21, 23, 59, 59, tzinfo=timezone.utc)


@pytest.mark.parametrize("longest", [0, -1, None, "90", 10**30])
def test_a_limit_that_is_none_leaves_the_day_asked_for(fake, longest):
    fake.aspsp["maximum_consent_validity"] = longest
    _, grant = fake.connect()
    assert grant.valid_until == date(2027, 5, 21)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://bank.example/sca"])
def test_a_browser_is_sent_to_safe_addresses_only(fake, url):
    connector = fake.connector()
    fake.spoil = lambda answer: (
        says({"authorization_id": "a", "url": url})
        if b"authorization_id" in answer.body
        else answer
    )
    with pytest.raises(FinalError) as caught:
        connector.start_consent(fake.request())
    assert caught.value.code == "insecure_url"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["business", "personal"], "business"),
        (["personal"], "personal"),
        (["business"], "business"),
    ],
)
def test_a_company_is_a_business_wherever_the_bank_knows_one(fake, offered, chosen):
    fake.aspsp["psu_types"] = offered
    fake.connect()
    assert asked(fake, "/auth")[0].json["psu_type"] == chosen


@pytest.mark.parametrize("ref", ["", "FR", "FR:", "FR:Unknown", "DE:Banque d'Essai"])
def test_a_bank_that_is_not_in_the_list_is_told_before_anything_is_asked(fake, ref):
    request = dataclasses.replace(fake.request(), institution_ref=ref)
    with pytest.raises(FinalError) as caught:
        fake.connector().start_consent(request)
    assert caught.value.code == "institution_unknown"
    assert not asked(fake, "/auth")


def test_the_banks_of_a_country_can_be_chosen_by_their_ref(fake):
    (found,) = fake.connector().institutions("FR")
    assert (found.ref, found.bic, found.country) == (fake.institution_ref, "TESTFRPP", "FR")
    assert fake.connector().institutions("DE") == []


def test_the_session_is_the_consent_and_the_account_has_a_lasting_name(fake):
    connector, grant = fake.connect()
    (account,) = connector.accounts(grant)
    assert (grant.consent_ref, grant.access_token, grant.refresh_token) == (SESSION, "", "")
    assert (account.stable_ref, account.bic) == (STABLE, "TESTFRPP")


def test_the_person_is_named_when_there_is_one(fake):
    connector, grant = fake.connect()
    fake.asked.clear()
    (account,) = connector.accounts(grant, PERSON)
    list(connector.transactions(grant, account.resource_ref, FROM, psu=PERSON))
    reads = [r for r in fake.asked if "/accounts/" in (r.url or "")]
    assert {r.headers.get("Psu-Ip-Address") for r in reads} == {PERSON_IP}
    assert {r.headers.get("Psu-User-Agent") for r in reads} == {"Firefox"}


def test_a_bank_that_wants_more_about_the_person_is_read_without_the_person(fake):
    connector, grant = fake.connect()
    fake.asked.clear()

    def wants_more(answer: Answer) -> Answer:
        if "Psu-Ip-Address" in fake.asked[-1].headers:
            return says({"error": "PSU_HEADER_NOT_PROVIDED", "message": "all or none"}, 422)
        return answer

    fake.spoil = wants_more
    assert connector.accounts(grant, PERSON)
    assert "Psu-Ip-Address" not in fake.asked[-1].headers


def test_an_empty_page_with_a_key_is_not_the_last(fake):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    sizes = [len(page.transactions) for page in connector.transactions(grant, ref, FROM)]
    assert sizes == [2, 0, 2, 2]


def test_a_null_key_is_the_end(fake):
    connector, grant = fake.connect()
    fake.answer = lambda _asked: says({"transactions": [], "continuation_key": None})
    assert len(list(connector.transactions(grant, "a-1", FROM))) == 1


def test_a_key_that_comes_back_is_no_endless_reading(fake):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    fake.answer = lambda _asked: says({"transactions": [], "continuation_key": "again"})
    with pytest.raises(RetryableError, match="bad_response"):
        list(connector.transactions(grant, ref, FROM))


@pytest.mark.parametrize(
    ("word", "error", "code"),
    [
        ("EXPIRED_SESSION", ConsentError, "consent_expired"),
        ("REVOKED_SESSION", ConsentError, "consent_revoked"),
        ("WRONG_TRANSACTIONS_PERIOD", FinalError, "period_invalid"),
        ("ASPSP_RATE_LIMIT_EXCEEDED", RetryableError, "rate_limited"),
        ("ASPSP_TIMEOUT", RetryableError, "timeout"),
        ("ASPSP_ERROR", RetryableError, "unavailable"),
        ("UNAUTHORIZED_ACCESS", FinalError, "credentials_refused"),
        ("SOMETHING_NEW", FinalError, "request_refused"),
        ("<script>", FinalError, "request_refused"),
    ],
)
def test_the_words_of_a_refusal_become_codes(fake, word, error, code):
    connector, grant = fake.connect()
    fake.spoil = lambda _answer: says({"error": word, "message": "m"}, 422)
    with pytest.raises(error) as caught:
        connector.balances(grant, "a-1")
    assert caught.value.code == code
    assert "<" not in str(caught.value)


@pytest.mark.parametrize(
    ("word", "status"),
    [("EXPIRED", ConsentStatus.EXPIRED), ("CLOSED", ConsentStatus.TERMINATED)],
)
def test_the_session_says_how_it_ended(fake, word, status):
    connector, grant = fake.connect()
    fake.ended = word
    assert connector.consent_status(grant)[0] is status
    with pytest.raises(ConsentError):
        connector.accounts(grant)


def test_a_key_whose_line_breaks_a_form_field_took_still_signs(fake):
    connector = with_secret(fake, " ".join(key_pair()[0].split("\n")))
    assert connector.institutions("FR")


def _elliptic_key() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "not a key",
        "-----BEGIN PRIVATE KEY-----QUJD-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----é-----END PRIVATE KEY-----",
        key_pair()[1],
        _elliptic_key(),
    ],
    ids=["none", "words", "garbage", "not base64", "public", "elliptic"],
)
def test_a_key_that_cannot_sign_is_told_without_being_quoted(fake, secret):
    with pytest.raises(FinalError) as caught:
        with_secret(fake, secret).institutions("FR")
    assert caught.value.code == "credentials_refused"
    assert "QUJD" not in str(caught.value)
    assert not fake.asked


@pytest.mark.parametrize(("days", "strategy"), [(89, None), (90, "longest"), (730, "longest")])
def test_a_long_history_is_asked_for_as_far_as_the_bank_has_it(fake, days, strategy):
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref
    first = fake.clock().date() - timedelta(days=days)
    list(connector.transactions(grant, ref, first))
    queries = [Asked(request).query for request in fake.asked]
    assert {query.get("strategy") for query in queries if "date_from" in query} == {strategy}
