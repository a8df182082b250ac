"""Books of any size for measurements of speed: the same ones each time, with no claim to be real.

Few customers buy much and many little, some prices are very common, and payers quote references in
full, in short, several at once or not at all. What the lines really pay is not kept.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "open_banking_recon"))

from recon_core.matching import MoveType, OpenItem, Partner, StatementLine

_START = date(2026, 1, 1)
_TRADES = (
    *("Atelier", "Garage", "Boulangerie", "Menuiserie", "Pharmacie", "Transports", "Librairie"),
    *("Conseil", "Informatique", "Nettoyage", "Peinture", "Couverture", "Optique", "Jardins"),
)
_FORMS = ("SARL", "SAS", "EURL", "SA", "SCI", "")
_SYLLABLES = (
    "BER",
    "CAR",
    "DU",
    "FAL",
    "GO",
    "LAM",
    "MAR",
    "NI",
    "PEL",
    "RO",
    "SAU",
    "TIER",
    "VAL",
)
_COMMON_PRICES = ("19.90", "29.00", "49.00", "99.00", "120.00", "240.00", "600.00")
_NO_DOCUMENT = (
    "REMISE CB {n} DU 050126",
    "COMMISSION DE MOUVEMENT {n}",
    "PRLV SEPA LOYER MARS {n}",
    "VIR INTERNE {n}",
)


class Books(NamedTuple):
    """What ``match`` takes."""

    partners: list[Partner]
    items: list[OpenItem]
    lines: list[StatementLine]


def make_books(documents: int, lines: int, seed: int = 1) -> Books:
    """Books of ``documents`` open invoices and ``lines`` bank lines; equal for equal arguments."""
    source = random.Random(f"{seed}-{documents}-{lines}")
    partners = [_partner(n, source) for n in range(1, documents // 4 + 2)]
    items = [_item(n, partners, source) for n in range(1, documents + 1)]
    return Books(partners, items, [_line(n, partners, items, source) for n in range(1, lines + 1)])


def _partner(number: int, source: random.Random) -> Partner:
    surname = "".join(source.choices(_SYLLABLES, k=source.choice((2, 3, 3, 4)))).title()
    words = (source.choice(_TRADES), surname, source.choice(_FORMS))
    iban = f"FR76{number:023d}"
    return Partner(number, " ".join(filter(None, words)), ibans=(iban,) * source.choice((0, 0, 1)))


def _item(number: int, partners: list[Partner], source: random.Random) -> OpenItem:
    partner = partners[int(len(partners) * source.random() ** 3)]
    cents = int(1000 * 10 ** (source.random() * 2.5))
    common = source.random() < 0.1
    amount = Decimal(source.choice(_COMMON_PRICES)) if common else Decimal(cents).scaleb(-2)
    day = _START - timedelta(days=source.randrange(90))
    order = f"CMD-{source.randrange(10_000_000):07d}" if source.random() < 0.3 else ""
    return OpenItem(
        id=number,
        partner_id=partner.id,
        move_type=MoveType.OUT_INVOICE,
        number=f"FAC/2026/{number:06d}",
        currency="EUR",
        amount_residual=amount,
        amount_total=amount,
        invoice_date=day,
        due_date=day + timedelta(days=30),
        partner_ref=order,
    )


def _line(
    number: int, partners: list[Partner], items: list[OpenItem], source: random.Random
) -> StatementLine:
    item = source.choice(items)
    kind = source.choices(
        ("full", "short", "order", "two", "unnamed", "part", "nothing"),
        weights=(40, 10, 10, 5, 15, 5, 15),
    )[0]
    paid, text = (
        item.amount_residual,
        {
            "full": f"FACTURE {item.number}",
            "short": f"FACT {item.id}",
            "order": f"VOTRE FACTURE, COMMANDE {item.partner_ref}",
            "unnamed": "MERCI",
            "part": f"ACOMPTE SUR {item.number}",
        }.get(kind, ""),
    )
    if kind == "two":
        other = source.choice(items)
        paid, text = paid + other.amount_residual, f"{item.number} + {other.number}"
    elif kind == "part":
        paid = max(paid / 2, Decimal("0.01")).quantize(Decimal("0.01"))
    elif kind == "nothing":
        text = source.choice(_NO_DOCUMENT).format(n=number)
    partner = partners[item.partner_id - 1]
    name = partner.name.upper() if kind != "nothing" else ""
    narrative = source.random() < 0.5  # the bank writes everything into one text
    return StatementLine(
        id=number,
        booking_date=_START + timedelta(days=source.randrange(60)),
        amount=paid,
        currency="EUR",
        remittance_unstructured=f"VIR SEPA RECU /DE {name} /MOTIF {text}" if narrative else text,
        counterparty_name="" if narrative else name,
        counterparty_iban=partner.ibans[0] if partner.ibans and source.random() < 0.5 else "",
    )
