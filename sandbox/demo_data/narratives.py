"""How payers write references and how French banks write movements."""

from __future__ import annotations

import random

from .parties import ascii_upper

_NAME_LENGTH = 27  # one line of a French account statement


def mangled(rng: random.Random, number: str) -> str:
    """A document number such as FAC/2026/00123 as somebody typed it into a bank's form."""
    prefix, year, count = number.split("/")
    forms = (
        number,
        number,
        number,
        f"{prefix} {year} {count}",
        f"{prefix} {year} {count}",
        f"{prefix}{year}{count}",
        f"{prefix}-{year}-{count}",
        f"{prefix}T {year}/{count}",
        f"{prefix}.{year}.{count}",
        f"{prefix}/{year}/{int(count)}",
        f"{year}/{count}",
        f"{prefix}TURE N {year}-{count}",
        number.lower(),
    )
    return rng.choice(forms)


def reference_text(rng: random.Random, references: list[str], purchase_order: str = "") -> str:
    """The payer's text around one or several references."""
    joined = rng.choice((" ", ", ", " + ", " / ")).join(references)
    forms = (
        joined,
        joined,
        f"Règlement {joined}",
        f"Facture {joined}",
        f"Paiement {joined} merci",
        f"Vos réf {joined}",
    )
    text = rng.choice(forms)
    if purchase_order and rng.random() < 0.6:
        text = f"{text} CDE {purchase_order}"
    return text


def received(
    rng: random.Random, name: str, text: str, end_to_end_id: str, instant: bool = False
) -> tuple[str, ...]:
    """A credit transfer that came in. Long lines are cut where the bank's screen ended."""
    payer = ascii_upper(name)[:_NAME_LENGTH]
    reason = ascii_upper(text) if rng.random() < 0.7 else text
    styles: tuple[tuple[str, ...], ...] = (
        (f"VIR SEPA RECU /DE {payer} /MOTIF {reason} /REF {end_to_end_id or 'NOTPROVIDED'}",),
        (
            f"VIR SEPA RECU /DE {payer}",
            f"/MOTIF {reason}",
            f"/REF {end_to_end_id or 'NOTPROVIDED'}",
        ),
        (f"VIREMENT RECU DE {payer}", reason),
        (f"VIR DE {payer} {reason}",),
    )
    if instant:
        styles = (
            (f"VIR INST RE {rng.randrange(10**9, 10**10)}", f"DE: {payer}", f"MOTIF: {reason}"),
        )
    return tuple(line[:140] for line in rng.choice(styles))


def sent(name: str, text: str, end_to_end_id: str) -> tuple[str, ...]:
    """A credit transfer of ours."""
    payee = ascii_upper(name)[:_NAME_LENGTH]
    return (f"VIR SEPA EMIS /POUR {payee} /MOTIF {ascii_upper(text)} /REF {end_to_end_id}",)


def collected(name: str, text: str, mandate_id: str) -> tuple[str, ...]:
    """A direct debit that a vendor took."""
    return (
        f"PRLV SEPA {ascii_upper(name)[:_NAME_LENGTH]}",
        f"ECH/{ascii_upper(text)} MDT/{mandate_id}",
    )
