"""Banks that lose, join, swap and add. Each takes the order and gives what the statement shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from . import ids
from .ledger import Ledger
from .model import Bank, Transfer
from .names import as_bank_writes, person
from .text import in_pieces, lookalikes, plain


def cutting(width: int, keep: int, glue: str) -> Bank:
    """A bank with ``keep`` elements of ``width`` characters; what is longer is lost."""

    def bank(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
        text = in_pieces(plain(transfer.text)[: width * keep], width, glue)
        name = as_bank_writes(ledger.rng, transfer.name, width)
        return replace(transfer, text=text, name=name, iban=_at_times(ledger, transfer.iban))

    bank.__name__ = f"cut_at_{width}"
    return bank


def without_spaces(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    text = f"{transfer.name} {plain(transfer.text)}".upper().replace(" ", "")
    return replace(transfer, text=f"VIRSEPA{text}"[:140], name="", iban="", end_to_end_id="")


def with_everything(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """Whatever the bank has goes into one text: date, telephone, ids, the payer's other numbers."""
    rng = ledger.rng
    before, after = junk(rng, on), junk(rng, on)
    text = f"{before} {transfer.name} {plain(transfer.text).upper()} {after}"
    return replace(transfer, text=text[:200], iban=_at_times(ledger, transfer.iban))


def junk(rng: Random, on: date) -> str:
    """One to three numbers that are no document's."""
    mandate = rng.choice(("MD", "RUM", "MNDT"))
    pieces = (
        f"TEL 0{rng.randint(1, 9)} {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}",
        f"{on:%d/%m/%y}",
        f"SIRET {ids.siret(rng)}",
        f"ID {ids.digits(rng, 10)}",
        f"{mandate}{ids.digits(rng, 8)}",
        f"CLT {rng.randint(10000, 99999)}",
        f"N/REF {rng.choice('ABDF')}{rng.randint(100, 99999)}",
        f"BQ {ids.digits(rng, 5)} {ids.digits(rng, 5)}",
    )
    return " ".join(rng.sample(pieces, rng.randint(1, 3)))


def read_by_machine(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """A scanned order: O for 0, I for 1 and the like in some words with digits."""
    rng = ledger.rng
    words = [
        lookalikes(rng, word) if any(map(str.isdigit, word)) and ledger.chance(0.4) else word
        for word in plain(transfer.text).upper().split(" ")
    ]
    return replace(transfer, text=" ".join(words), iban="", end_to_end_id="NOTPROVIDED")


def without_payer(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """The name field holds the payer's bank, our own name or nothing."""
    name = ledger.rng.choice(("", "", ledger.company, "BANQUE REGIONALE DU CENTRE", "NOTPROVIDED"))
    return replace(transfer, text=plain(transfer.text)[:140], name=name, iban="")


def another_name(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """The owner's name instead of the company's; the account is the company's."""
    owner = " ".join(person(ledger.rng, "fr"))
    return replace(
        transfer, text=plain(transfer.text)[:140], name=as_bank_writes(ledger.rng, owner)
    )


def _at_times(ledger: Ledger, iban: str) -> str:
    return iban if ledger.chance(0.6) else ""
