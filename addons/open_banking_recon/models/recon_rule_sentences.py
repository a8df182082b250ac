"""Rules of the user as sentences, and what is wrong with one, in the user's language."""

from odoo.tools import LazyTranslate, format_list

from ..recon_core.matching.rule_check import Problem

_lt = LazyTranslate(__name__)

PROBLEMS = {
    Problem.TEXT_MISSING: _lt("Enter the text to look for in the bank text."),
    Problem.PATTERN_BROKEN: _lt(
        "The pattern %(pattern)s cannot be read, from its character %(position)s on: %(error)s."
    ),
    Problem.RANGE_REVERSED: _lt("The lower amount is above the higher one."),
    Problem.NUMBER_BROKEN: _lt(
        "“%(value)s” is not an amount: enter a number, such as 12.50, that is not zero."
    ),
    Problem.GROUP_MISSING: _lt(
        "The pattern %(pattern)s does not say where the amount stands: put that part in brackets, "
        "such as FEE ([\\d.,]+)."
    ),
    Problem.SHARE_TOO_LARGE: _lt(
        "The rule books %(percent)s %% of a line: more than 100 %% is not there."
    ),
    Problem.NO_CONDITION: _lt(
        "Without a text, an amount or a partner to look for, it takes no line by itself. People may "
        "apply it to a line."
    ),
    Problem.NO_PART: _lt("It takes no line, as no account is named."),
    Problem.REST_LEFT: _lt(
        "It takes no line, as %(percent)s %% of the amount are on no account: let the last row take "
        "100 %% of the rest."
    ),
}
TAXES = _lt("It has taxes: such rules are left to people, and take no line here.")
NO_ACCOUNT = _lt("It names no account: it takes no line here.")

TEXT = {
    "contains": _lt("the bank text contains “%s”"),
    "not_contains": _lt("the bank text does not contain “%s”"),
    "match_regex": _lt("the bank text matches the pattern %s"),
}
AMOUNT = {
    "lower": _lt("the amount is at most %(max)s"),
    "greater": _lt("the amount is at least %(min)s"),
    "between": _lt("the amount is between %(min)s and %(max)s"),
}
PARTNER = _lt("the partner is %s")
JOURNAL = _lt("the journal is %s")
PART = {
    "all": _lt("all on %(account)s"),
    "rest": _lt("the rest on %(account)s"),
    "fixed": _lt("%(amount)s on %(account)s"),
    "percentage": _lt("%(amount)s %% of the rest on %(account)s"),
    "percentage_st_line": _lt("%(amount)s %% on %(account)s"),
    "regex": _lt("the amount that the pattern %(amount)s finds on %(account)s"),
}
LABELLED = _lt("%(part)s, labelled “%(label)s”")
MODE = {
    "auto_reconcile": _lt("By itself."),
    "manual": _lt("As a proposal."),
}
WHEN = _lt("When %(conditions)s: book %(parts)s. %(mode)s")
ON_DEMAND = _lt("When a person applies it: book %(parts)s.")


def problem(env, finding):
    """The sentence for a finding of the kernel."""
    return PROBLEMS[finding.problem]._translate(_lang(env)) % finding.params


def limit(env, lazy):
    """``lazy`` in the user's language."""
    return lazy._translate(_lang(env))


def sentence(rule):
    """One sentence that says what ``rule`` takes and does."""
    env, lang = rule.env, _lang(rule.env)
    parts = format_list(env, [_part(line) for line in rule.line_ids]) or "-"
    conditions = _conditions(rule)
    if not conditions:
        return ON_DEMAND._translate(lang) % {"parts": parts}
    return WHEN._translate(lang) % {
        "conditions": format_list(env, conditions),
        "parts": parts,
        "mode": MODE[rule.trigger]._translate(lang),
    }


def _conditions(rule):
    env, lang = rule.env, _lang(rule.env)
    found = []
    if rule.match_label:
        found.append(TEXT[rule.match_label]._translate(lang) % (rule.match_label_param or ""))
    if rule.match_amount:
        currency = rule.company_id.currency_id
        found.append(
            AMOUNT[rule.match_amount]._translate(lang)
            % {
                "min": currency.format(rule.match_amount_min),
                "max": currency.format(rule.match_amount_max),
            }
        )
    if rule.match_partner_ids:
        names = format_list(env, rule.match_partner_ids.mapped("display_name"), style="or")
        found.append(PARTNER._translate(lang) % names)
    if found and rule.match_journal_ids:
        names = format_list(env, rule.match_journal_ids.mapped("name"), style="or")
        found.append(JOURNAL._translate(lang) % names)
    return found


def _part(line):
    lang = _lang(line.env)
    kind, others = line.amount_type, line.model_id.line_ids - line
    if kind in ("percentage", "percentage_st_line") and line.amount == 100:
        kind = "rest" if others and kind == "percentage" else "all"
    amount = line.amount_string or "?"
    if kind == "fixed":
        amount = line.company_id.currency_id.format(line.amount)
    part = PART[kind]._translate(lang) % {
        "amount": amount,
        "account": line.account_id.display_name or "-",
    }
    if line.label:
        part = LABELLED._translate(lang) % {"part": part, "label": line.label}
    return part


def _lang(env):
    return env.lang or "en_US"
