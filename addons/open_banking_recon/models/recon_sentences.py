"""Evidence codes of the kernel as sentences in the user's language."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "prior": _lt("%(documents)s open documents in the books"),
    "reference_structured": _lt("Structured reference of %(number)s with valid check digits"),
    "reference_exact": _lt("Reference %(number)s found in the text"),
    "reference_core": _lt("Number of %(number)s found in the text without its prefix"),
    "reference_near": _lt("A reference one keystroke away from %(number)s found in the text"),
    "reference_tail": _lt("Last digits of %(number)s found in the text"),
    "reference_none": _lt("No reference found in the text"),
    "amount_exact": _lt("Amount equal to the cent"),
    "amount_stated_fee": _lt("%(amount)s %(currency)s missing: the fee that the text states"),
    "amount_rounded": _lt("%(amount)s %(currency)s apart: rounding?"),
    "amount_discount": _lt("%(amount)s %(currency)s missing: early payment discount?"),
    "amount_converted": _lt("%(amount)s %(currency)s apart at the day's rate"),
    "amount_small": _lt("%(amount)s %(currency)s missing: bank fee or discount?"),
    "amount_short": _lt("%(amount)s %(currency)s missing: deduction or part payment?"),
    "amount_partial": _lt("Part payment, %(amount)s %(currency)s stay open"),
    "amount_over": _lt("%(amount)s %(currency)s too much"),
    "partner_iban": _lt("IBAN known for %(partner)s"),
    "partner_name": _lt("Name of %(partner)s %(percent)s %% alike"),
    "partner_likely": _lt("Name of %(partner)s %(percent)s %% alike"),
    "partner_numbered": _lt("Customer number of %(partner)s found in the text"),
    "partner_learned": _lt("Has paid for %(partner)s before: %(count)s"),
    "partner_unknown": _lt("The payer's name says nothing about %(partner)s"),
    "partner_conflict": _lt("The line names somebody else than %(partner)s"),
    "unused_reference": _lt("The text also names %(number)s"),
    "unexplained_reference": _lt("The text names %(reference)s, which is not open"),
    "only_sum": _lt("%(count)s of the documents were found by their sum alone"),
    "no_document_line": _lt("Lines of this kind pay no document"),
    "date_named": _lt("Date of the document, %(date)s, found in the text"),
    "month_named": _lt("Month of the document of %(date)s found in the text"),
    "instalments_complete": _lt("%(count)s lines together pay the document to the cent"),
    "instalments_rounded": _lt(
        "%(count)s lines together pay the document but for %(amount)s %(currency)s"
    ),
    "oldest_first": _lt("The oldest of several equal documents"),
    "own_record": _lt("%(right)s of %(made)s such matches were right in this company"),
    "advance_words": _lt("The text speaks of a payment in advance"),
}
# what every line has in common is no reason for a person
SILENT = {"prior"}


def sentences(env, evidence):
    """[(speaks for the match, sentence)], the weightiest first."""
    ranked = sorted(evidence, key=lambda item: -abs(item.weight))
    return [
        (item.weight > 0, SENTENCES[item.code]._translate(env.lang or "en_US") % dict(item.params))
        for item in ranked
        if item.code not in SILENT
    ]
