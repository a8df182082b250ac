"""How banks deliver a transfer. Each takes the order and gives what the statement shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from . import ids
from .ledger import Ledger
from .model import Transfer
from .names import as_bank_writes
from .text import in_pieces, plain


def clean(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """camt.053: every field in its place."""
    rng = ledger.rng
    return replace(
        transfer,
        text=plain(transfer.text)[:140],
        end_to_end_id=transfer.end_to_end_id or rng.choice(("NOTPROVIDED", "", _own_id(ledger))),
    )


def clean_original_case(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """An API that keeps accents and case and gives no IBAN of the other side."""
    return replace(transfer, iban="", code=transfer.code if ledger.chance(0.5) else "")


def upper_narrative_fr(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """One upper-case string; the name stands in it and often nowhere else."""
    rng = ledger.rng
    text, name = plain(transfer.text).upper(), transfer.name.upper()
    reference = rng.choice(("NOTPROVIDED", _own_id(ledger)))
    if transfer.amount < 0:
        shape = f"VIR SEPA EMIS /POUR {name} /MOTIF {text} /REF {reference}"
        return replace(transfer, text=shape, name="", iban="", end_to_end_id="")
    shape = rng.choice(
        (
            f"VIR SEPA RECU /DE {name} /MOTIF {text} /REF {reference}",
            f"VIREMENT RECU DE {name} {text}",
            f"VIR INST {name} {text} {reference}",
            f"VIR RECU {ids.digits(rng, 10)} DE: {name} MOTIF: {text} REF: {reference}",
            f"VIR {name} {text}",
        )
    )
    show = ledger.chance(0.3)
    return replace(transfer, text=shape, name=name if show else "", iban="", end_to_end_id="")


def cut_at_31_fr(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """Label of 31 characters and two more of the same width, joined by blanks inside words."""
    text = f"VIR {transfer.name} {plain(transfer.text)}".upper()
    return replace(transfer, text=in_pieces(text, 31, " ")[:96], name="", iban="", end_to_end_id="")


def tagged_de(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """EREF+ KREF+ SVWZ+ in one string, cut every 27 characters and joined without a space."""
    rng = ledger.rng
    own = transfer.end_to_end_id or rng.choice(("NOTPROVIDED", _own_id(ledger)))
    text = f"EREF+{own}"
    if ledger.chance(0.35):
        text += f"KREF+{ids.digits(rng, 11)}-{ids.digits(rng, 7)}"
    text += f"SVWZ+{plain(transfer.text)}"
    if ledger.chance(0.25):
        text += f"ABWA+{as_bank_writes(rng, transfer.name, 27)}"
    shown = as_bank_writes(rng, transfer.name, 54)
    return replace(transfer, text=in_pieces(text, 27, ""), name=shown, end_to_end_id=own)


def sub_fields_de(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """Elements of 27 characters that the bank joins by blanks, words broken; no IBAN."""
    text = in_pieces(plain(transfer.text) + " End-to-End-Ref.: NOTPROVIDED", 27, " ")
    return replace(transfer, text=text, name=as_bank_writes(ledger.rng, transfer.name, 27), iban="")


def narrative_be(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """A Belgian bank's sentence: account, BIC, name, communication, reference of the bank."""
    rng = ledger.rng
    text = transfer.structured.replace("+++", "***") or plain(transfer.text)
    words = (
        ("EUROPESE OVERSCHRIJVING {}", "VAN", "NAAR", "MEDEDELING", "BANKREFERENTIE")
        if ledger.chance(0.6)
        else ("VIREMENT EN EUROS {}", "DE", "A", "COMMUNICATION", "REFERENCE BANQUE")
    )
    way = words[0].format(words[1] if transfer.amount > 0 else words[2])
    account = " ".join(transfer.iban[i : i + 4] for i in range(0, len(transfer.iban), 4))
    shape = (
        f"{way} {account} BIC KREDBEBB {plain(transfer.name).upper()} "
        f"{words[3]}: {text} {words[4]}: {on:%y%m}{ids.digits(rng, 12)} VALUTA: {on:%d/%m/%Y}"
    )
    return replace(transfer, text=shape, name="", structured="", end_to_end_id="")


def swift_wire(ledger: Ledger, transfer: Transfer, on: date) -> Transfer:
    """MT103 seen from the receiver: four lines of 35, charges and rate in codes."""
    rng = ledger.rng
    text = in_pieces(plain(transfer.text), 35, "//")[:140]
    shape = f"/REMI/{text}/ORDP/{plain(transfer.name).upper()[:35]}/INSTRID/{_own_id(ledger)}"
    return replace(
        transfer,
        text=shape,
        iban="" if ledger.chance(0.5) else transfer.iban,
        name=plain(transfer.name).upper()[:35],
        code="PMNT-RCDT-XBCT",
        end_to_end_id=rng.choice(("", "NOTPROVIDED")),
    )


def _own_id(ledger: Ledger) -> str:
    rng = ledger.rng
    return rng.choice("ABCFGHKT") + ids.digits(rng, rng.choice((8, 9, 12)))
