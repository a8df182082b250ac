"""Evidence in words. The codes are stable: a front end translates the sentences by their code."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Evidence

SENTENCES: dict[str, str] = {
    "prior": "{documents} open documents in the books",
    "reference_structured": "Structured reference of {number} with valid check digits",
    "reference_exact": "Reference {number} found in the text",
    "reference_core": "Number of {number} found in the text without its prefix",
    "reference_near": "A reference one keystroke away from {number} found in the text",
    "reference_tail": "Last digits of {number} found in the text",
    "reference_none": "No reference found in the text",
    "amount_exact": "Amount equal to the cent",
    "amount_stated_fee": "{amount} {currency} missing: the fee that the text states",
    "amount_rounded": "{amount} {currency} apart: rounding?",
    "amount_discount": "{amount} {currency} missing: early payment discount?",
    "amount_converted": "{amount} {currency} apart at the day's rate",
    "amount_small": "{amount} {currency} missing: bank fee or discount?",
    "amount_short": "{amount} {currency} missing: deduction or part payment?",
    "amount_partial": "Part payment, {amount} {currency} stay open",
    "amount_over": "{amount} {currency} too much",
    "partner_iban": "IBAN known for {partner}",
    "partner_name": "Name of {partner} {percent} % alike",
    "partner_likely": "Name of {partner} {percent} % alike",
    "partner_numbered": "Customer number of {partner} found in the text",
    "partner_learned": "Has paid for {partner} before: {count}",
    "partner_unknown": "The payer's name says nothing about {partner}",
    "partner_conflict": "The line names somebody else than {partner}",
    "date_named": "Date of the document, {date}, found in the text",
    "month_named": "Month of the document of {date} found in the text",
    "instalments_complete": "{count} lines together pay the document to the cent",
    "instalments_rounded": "{count} lines together pay the document but for {amount} {currency}",
    "unused_reference": "The text also names {number}",
    "unexplained_reference": "The text names {reference}, which is not open",
    "only_sum": "{count} of the documents were found by their sum alone",
    "no_document_line": "Lines of this kind pay no document",
    "oldest_first": "The oldest of several equal documents",
    "own_record": "{right} of {made} such matches were right in this company",
    "advance_words": "The text speaks of a payment in advance",
}


def sentence(evidence: Evidence) -> tuple[str, Mapping[str, str]]:
    """(code of the sentence in :data:`SENTENCES`, its parameters)."""
    return evidence.code, evidence.params


def english(evidence: Evidence) -> str:
    """The evidence as an English sentence. Raises KeyError for an unknown code."""
    code, params = sentence(evidence)
    return SENTENCES[code].format(**params)
