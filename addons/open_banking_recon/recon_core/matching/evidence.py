"""The signs of a hypothesis with what their sentences name; only made for those that are shown."""

from __future__ import annotations

from .book import Book
from .hypotheses import Hypothesis
from .model import Evidence
from .reading import Reading, unexplained
from .scoring import sharing, unused_reference
from .units import from_units


def evidence_of(h: Hypothesis, reading: Reading, book: Book) -> tuple[Evidence, ...]:
    """The evidence of a scored hypothesis, in the order of its signs; what other lines add comes last."""
    signs = [Evidence(code, weight, _params(code, h, reading, book)) for code, weight in h.signs]
    return (*signs, *h.notes)


def _params(code: str, h: Hypothesis, reading: Reading, book: Book) -> dict[str, str]:
    """The parameters of the sentence for ``code`` in :data:`.explain.SENTENCES`."""
    if code.startswith("amount_"):
        return _amount_params(code, h, book)
    if code.startswith("partner_"):
        return _partner_params(code, h, reading, book)
    if code.startswith("reference_"):
        return {"number": ", ".join(d.item.number for d in h.docs if reading.level(d))}
    if code in ("date_named", "month_named"):
        return {"date": h.docs[0].item.invoice_date.isoformat()}
    if code == "unused_reference":
        unused = unused_reference(h, reading)
        return {"number": "" if unused is None else book.docs[unused].item.number}
    if code == "unexplained_reference":
        return {"reference": unexplained(reading, h.docs, book)}
    counts = {"prior": {"documents": str(len(book.docs))}, "only_sum": {"count": str(h.added)}}
    return counts.get(code, {})


def _amount_params(code: str, h: Hypothesis, book: Book) -> dict[str, str]:
    params = {"amount": str(from_units(abs(h.paid - h.due))), "currency": h.currency}
    return {**params, "sharing": str(sharing(h, book))} if code == "amount_exact" else params


def _partner_params(code: str, h: Hypothesis, reading: Reading, book: Book) -> dict[str, str]:
    partner = book.partners.get(h.partner_id)
    params = {"partner": partner.name if partner else ""}
    if code == "partner_numbered":
        return params
    if code == "partner_learned":
        return {**params, "count": str(reading.payers[h.partner_id])}
    percent = round(100 * reading.names.get(h.partner_id, 0.0))
    return {**params, "percent": str(percent)}
