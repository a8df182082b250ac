"""A renewed consent finds its accounts again, and takes none for another."""

from __future__ import annotations

from recon_core.account_links import KnownAccount, pair
from recon_core.types import BankAccount

IBAN = "FR7630006000011234567890189"
OTHER = "DE89370400440532013000"


def given(resource_ref: str, iban: str = IBAN, currency: str = "EUR", stable_ref: str = ""):
    return BankAccount(resource_ref, iban, currency, stable_ref=stable_ref)


def test_a_new_handle_of_the_same_iban_is_the_same_account():
    assert pair({1: KnownAccount(IBAN, "EUR", resource_ref="old")}, [given("new")]) == [1]


def test_accounts_in_two_currencies_share_an_iban_and_stay_apart():
    known = {1: KnownAccount(IBAN, "EUR"), 2: KnownAccount(IBAN, "USD")}
    assert pair(known, [given("b", currency="USD"), given("a")]) == [2, 1]


def test_the_providers_stable_name_counts_more_than_the_iban():
    known = {1: KnownAccount(IBAN, "EUR", "card"), 2: KnownAccount(IBAN, "EUR", "current")}
    accounts = [given("x", stable_ref="current"), given("y", stable_ref="card")]
    assert pair(known, accounts) == [2, 1]


def test_another_provider_that_names_the_account_otherwise_finds_it_by_its_iban():
    known = {1: KnownAccount(IBAN, "EUR", "name-at-the-old-provider")}
    assert pair(known, [given("x", stable_ref="name-at-the-new-one")]) == [1]


def test_two_known_accounts_that_look_alike_are_not_guessed():
    known = {1: KnownAccount(IBAN, "EUR", "a"), 2: KnownAccount(IBAN, "EUR", "b")}
    assert pair(known, [given("x", stable_ref="c")]) == [None]


def test_accounts_without_an_iban_are_not_all_the_same():
    known = {1: KnownAccount("", "EUR", resource_ref="card-1")}
    assert pair(known, [given("card-2", iban=""), given("card-1", iban="")]) == [None, 1]


def test_a_known_account_is_taken_once():
    known = {1: KnownAccount(IBAN, "EUR")}
    assert pair(known, [given("a"), given("b"), given("c", iban=OTHER)]) == [1, None, None]


def test_a_handle_that_two_banks_give_to_two_ibans_is_no_sign():
    known = {1: KnownAccount(IBAN, "EUR", resource_ref="1")}
    assert pair(known, [given("1", iban=OTHER)]) == [None]
