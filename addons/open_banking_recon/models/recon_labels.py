"""Kinds of matches in the user's language: rules, and what holds a match back."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

RULES = {
    "batch": _lt("One reference for documents of several partners"),
    "reference_exact": _lt("Reference in full, amount to the cent"),
    "reference_near": _lt("Reference abbreviated or mistyped, amount to the cent"),
    "reference_small_difference": _lt("Reference, small deduction"),
    "reference_sum": _lt("Some references, the rest found by the sum"),
    "reference_converted": _lt("Reference, amount in another currency"),
    "reference_partial": _lt("Reference, part payment"),
    "reference_instalments": _lt("Several lines together pay one document"),
    "reference_over": _lt("Reference, paid too much"),
    "partner_amount": _lt("Sure payer, amount to the cent"),
    "likely_name_amount": _lt("Likely payer, rare amount"),
    "short_name_amount": _lt("Payer named in short, rare amount"),
    "partner_rounded": _lt("Sure payer, rounded amount"),
    "partner_share": _lt("Sure payer, a usual share of one document"),
    "partner_sum": _lt("Sure payer, documents found by their sum"),
    "partner_small_difference": _lt("Sure payer, small deduction"),
    "reference_weak": _lt("Weak reference"),
    "weak": _lt("Weak signs only"),
}
HELD_BY = {
    "no_document_line": _lt("a kind of line that pays no document"),
    "advance_words": _lt("speaks of an advance"),
    "unused_reference": _lt("names a further document"),
    "unexplained_reference": _lt("names a document that is not open"),
    "partner_conflict": _lt("names somebody else"),
    "gap_unexplained": _lt("nobody explains the difference"),
    "credit_note_named": _lt("speaks of a credit note"),
    "claim_named": _lt("speaks of a claim"),
    "other_date": _lt("names another date"),
    "other_month": _lt("names another month"),
    "ambiguous_sum": _lt("other documents reach the sum as well"),
    "common_amount": _lt("many documents have the amount"),
    "namesake": _lt("another partner has the same name"),
    "contested": _lt("another line names the document too"),
    "rival": _lt("another document fits as well"),
    "twins": _lt("equal documents of the partner"),
    "taken": _lt("another line has the document"),
}


def label(env, category):
    """A category such as ``partner_amount/rival/90`` in words; what an earlier version counted and
    this one does not know goes by its code."""
    rule, held_by, band = [*category.split("/"), "", ""][:3]
    lang = env.lang or "en_US"
    words = RULES[rule]._translate(lang) if rule in RULES else rule
    if held_by:
        held = HELD_BY[held_by]._translate(lang) if held_by in HELD_BY else held_by
        words = f"{words} - {held}"
    return f"{words} (≥ {band} %)" if band not in ("", "0") else words
