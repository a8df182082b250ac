"""Which of the accounts that a consent opens is which that is known already.

A handle (``resource_ref``) may die with its consent, a provider may have a name that does not
(``stable_ref``), and the IBAN is the account's own; but accounts in several currencies may share one,
and cards and sub-accounts have none.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from .types import BankAccount

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What is stored of an account."""

    iban: str
    currency: str
    stable_ref: str = ""
    resource_ref: str = ""


_Sign = Callable[[KnownAccount | BankAccount], Hashable]
# the surest sign first; a sign that is empty says nothing
_SIGNS: tuple[_Sign, ...] = (
    lambda account: account.stable_ref or None,
    lambda account: (account.iban, account.currency) if account.iban else None,
    lambda account: account.resource_ref or None,
)


def pair(known: Mapping[Key, KnownAccount], given: Iterable[BankAccount]) -> list[Key | None]:
    """For each account ``given`` the key of the known one that it is, None for a new one.

    A known account is taken once. A sign that two known accounts still free share names neither, and
    a handle says nothing against two IBANs that differ.
    """
    accounts = list(given)
    found: list[Key | None] = [None] * len(accounts)
    free = dict(known)
    for sign in _SIGNS:
        by_sign: dict[Hashable, list[Key]] = {}
        for key, stored in free.items():
            if (value := sign(stored)) is not None:
                by_sign.setdefault(value, []).append(key)
        for index, account in enumerate(accounts):
            keys = by_sign.get(sign(account), []) if found[index] is None else []
            if len(keys) == 1 and keys[0] in free and not _differ(free[keys[0]], account, sign):
                found[index] = keys[0]
                del free[keys[0]]
    return found


def _differ(stored: KnownAccount, account: BankAccount, sign: _Sign) -> bool:
    """Whether ``sign`` is a handle that two accounts happen to share: handles may be as short as 1."""
    ibans = {stored.iban, account.iban} - {""}
    return sign is _SIGNS[-1] and len(ibans) == 2
