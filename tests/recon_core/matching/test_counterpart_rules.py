import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.matching.counterpart import (
    AmountTest,
    LabelTest,
    Line,
    Part,
    PartKind,
    Rule,
    first_match,
    takes,
    whole_shares,
)

ALL = (Part(1, PartKind.OF_REST, "100"),)
FEE = Line("FRAIS BANCAIRES ABONNEMENT PRO", Decimal("-29.90"), journal_id=7, partner_id=3)


def rule(**values):
    return Rule(id=1, **{"parts": ALL, **values})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"label_test": LabelTest.CONTAINS, "label": "frais bancaires"}, True),
        ({"label_test": LabelTest.CONTAINS, "label": "urssaf"}, False),
        ({"label_test": LabelTest.NOT_CONTAINS, "label": "urssaf"}, True),
        ({"label_test": LabelTest.REGEX, "label": r"^FRAIS .* PRO$"}, True),
        ({"amount_test": AmountTest.LOWER, "amount_max": Decimal(30)}, True),
        ({"amount_test": AmountTest.GREATER, "amount_min": Decimal(30)}, False),
        (
            {
                "amount_test": AmountTest.BETWEEN,
                "amount_min": Decimal(10),
                "amount_max": Decimal("29.90"),
            },
            True,
        ),
        ({"partner_ids": frozenset({3})}, True),
        ({"partner_ids": frozenset({4})}, False),
        (
            {
                "label_test": LabelTest.CONTAINS,
                "label": "FRAIS",
                "journal_ids": frozenset({8}),
            },
            False,
        ),
    ],
)
def test_a_rule_takes_the_lines_its_conditions_name(values, expected):
    assert takes(rule(**values), FEE) is expected


def test_a_rule_without_any_condition_takes_no_line():
    assert not takes(rule(), FEE)


@pytest.mark.parametrize("test", list(LabelTest))
def test_a_rule_that_looks_for_no_text_takes_no_line(test):
    assert not takes(rule(label_test=test, label=""), FEE)


@pytest.mark.parametrize(
    ("written", "read"),
    [("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1 234,56", "1234.56"), ("34,5", "34.5")],
)
def test_an_amount_in_the_text_is_read_as_people_write_it(written, read):
    parts = (Part(1, PartKind.FROM_LABEL, r"NET ([\d., ]+) EUR"), Part(2, PartKind.OF_REST, "100"))
    line = Line(f"REMISE NET {written} EUR", Decimal("5000.00"), 1)
    found = first_match([Rule(1, parts, LabelTest.CONTAINS, "REMISE")], line)
    assert found is not None
    assert found[1][0][1] == Decimal(read)


def test_a_pattern_whose_number_is_missing_in_the_text_is_not_applied():
    parts = (Part(1, PartKind.FROM_LABEL, r"NET(?: ([\d,]+))?"), Part(2, PartKind.OF_REST, "100"))
    assert (
        first_match([Rule(1, parts, LabelTest.CONTAINS, "NET")], Line("NET", Decimal(5), 1)) is None
    )


def test_a_rule_that_a_person_applies_shares_any_line():
    by_word = rule(label_test=LabelTest.CONTAINS, label="urssaf")
    assert whole_shares(by_word, FEE) == [(ALL[0], FEE.amount)]
    half = Rule(1, (Part(1, PartKind.OF_LINE, "50"),))
    assert whole_shares(half, FEE) == []


# Each takes Python's own engine longer than the age of the universe.
SLOW = [(r"(a+)+$", "a" * 64 + "!"), (r"^(a|a?)+$", "a" * 64 + "!"), (r"(.*){30}[^a]$", "a" * 64)]


@pytest.mark.parametrize(("pattern", "text"), SLOW)
def test_a_pattern_that_would_search_for_ever_is_given_up_and_takes_no_line(pattern, text):
    started = time.monotonic()
    slow = rule(label_test=LabelTest.REGEX, label=pattern)
    assert not takes(slow, Line(text, Decimal(5), 1))
    shares = Rule(1, (Part(1, PartKind.FROM_LABEL, pattern), *ALL))
    assert whole_shares(shares, Line(text, Decimal(5), 1)) == []
    assert time.monotonic() - started < 2


def test_the_first_rule_that_takes_the_line_wins():
    narrow = Rule(1, ALL, LabelTest.CONTAINS, "URSSAF")
    wide = Rule(2, ALL, LabelTest.CONTAINS, "FRAIS")
    wider = Rule(3, ALL, LabelTest.CONTAINS, "F")
    found = first_match([narrow, wide, wider], FEE)
    assert found is not None
    assert found[0].id == 2
    assert found[1] == [(ALL[0], Decimal("-29.90"))]


def test_a_payout_is_split_by_the_fee_in_its_text():
    parts = (Part(1, PartKind.FROM_LABEL, r"NET ([\d,]+)"), Part(2, PartKind.OF_REST, "100"))
    line = Line("REMISE NET 578,24 COM", Decimal("600.00"), 1)
    found = first_match([Rule(1, parts, LabelTest.CONTAINS, "REMISE")], line)
    assert found is not None
    assert [amount for _part, amount in found[1]] == [Decimal("578.24"), Decimal("21.76")]


def test_a_rule_that_leaves_a_rest_is_not_applied():
    parts = (Part(1, PartKind.OF_LINE, "50"),)
    assert first_match([Rule(1, parts, LabelTest.CONTAINS, "FRAIS")], FEE) is None


def test_a_text_without_the_number_is_not_applied():
    parts = (Part(1, PartKind.FROM_LABEL, r"NET ([\d,]+)"),)
    assert first_match([Rule(1, parts, LabelTest.CONTAINS, "FRAIS")], FEE) is None


@given(
    amount=st.decimals(-(10**6), 10**6, places=2).filter(bool),
    shares=st.lists(st.integers(1, 99), max_size=3),
)
def test_the_shares_always_make_up_the_line_to_the_cent(amount, shares):
    parts = tuple(
        Part(number, PartKind.OF_REST, str(share)) for number, share in enumerate(shares)
    ) + (Part(99, PartKind.OF_REST, "100"),)
    found = first_match([Rule(1, parts, LabelTest.CONTAINS, "x")], Line("x", amount, 1))
    assert found is not None
    assert sum(share for _part, share in found[1]) == amount
