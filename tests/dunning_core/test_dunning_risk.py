from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_core.risk import (
    Band,
    InvoiceHistory,
    Prior,
    RiskReason,
    band,
    company_prior,
    days_late,
    score,
    smoothed_rate,
)

AS_OF = date(2026, 6, 30)
PRIOR = Prior(Decimal("0.30"), Decimal(4))


def paid(delay, due=date(2026, 3, 1)):
    return InvoiceHistory(1, due, due + timedelta(days=delay))


def test_the_smoothed_rate_of_a_worked_example():
    # 3 late of 4, company 30 %, k = 5: (3 + 1.5) / 9
    assert smoothed_rate(3, 4, Decimal("0.30")) == Decimal("0.5000")


def test_a_new_customer_is_as_risky_as_the_company_and_says_so():
    found = score(1, [], PRIOR, AS_OF)
    assert found.probability == Decimal("0.3000")
    assert found.expected_days_late == 4
    assert found.reasons == (RiskReason("no_history"),)


def test_the_reasons_tell_the_rate_the_last_payment_and_what_is_overdue():
    history = [paid(10), paid(0), paid(6, date(2026, 4, 1)), InvoiceHistory(1, date(2026, 6, 20))]
    assert score(1, history, PRIOR, AS_OF).reasons == (
        RiskReason("late_rate", (3, 4)),
        RiskReason("last_late", (6,)),
        RiskReason("overdue_now", (1, 10)),
    )


def test_the_expected_delay_is_the_median_with_the_company_as_one_more_invoice():
    assert score(1, [paid(10), paid(12)], PRIOR, AS_OF).expected_days_late == 10
    assert score(1, [paid(10), paid(12), paid(14)], PRIOR, AS_OF).expected_days_late == 11


def test_a_payment_after_the_date_is_not_known_at_that_date():
    invoice = InvoiceHistory(1, date(2026, 6, 20), date(2026, 7, 10))
    assert days_late(invoice, date(2026, 6, 20)) is None
    assert days_late(invoice, AS_OF) == 10
    assert days_late(invoice, date(2026, 7, 31)) == 20


def test_an_early_payment_counts_as_on_time():
    assert days_late(paid(-12), AS_OF) == 0


def test_a_company_without_history_has_an_even_prior():
    assert company_prior([], AS_OF) == Prior(Decimal("0.5000"), Decimal(0))


def test_the_prior_is_the_late_rate_of_all_customers():
    history = [paid(3), paid(0), paid(0), paid(8)]
    assert company_prior(history, AS_OF) == Prior(Decimal("0.5000"), Decimal("1.5"))


def test_more_late_than_paid_is_refused():
    with pytest.raises(ValueError, match="late"):
        smoothed_rate(2, 1, Decimal("0.3"))


def test_the_bands_are_thirds():
    assert [band(Decimal(p)) for p in ("0.32", "0.33", "0.65", "0.66")] == [
        Band.LOW,
        Band.MEDIUM,
        Band.MEDIUM,
        Band.HIGH,
    ]


histories = st.lists(
    st.builds(
        InvoiceHistory,
        customer=st.just(1),
        due_date=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
        settled_date=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
    max_size=30,
)


@given(histories, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_what_happens_later_never_changes_a_past_score(history, as_of):
    censored = [
        InvoiceHistory(i.customer, i.due_date)
        if i.settled_date is None or i.settled_date > as_of
        else i
        for i in history
    ]
    assert score(1, history, PRIOR, as_of) == score(1, censored, PRIOR, as_of)


@given(histories)
def test_a_probability_lies_between_the_prior_and_the_own_rate(history):
    found = score(1, history, PRIOR, AS_OF)
    late = sum(1 for i in history if (days_late(i, AS_OF) or 0) > 0)
    own = Decimal(late) / found.observed if found.observed else PRIOR.late_rate
    tolerance = Decimal("0.0001")
    assert min(own, PRIOR.late_rate) - tolerance <= found.probability
    assert found.probability <= max(own, PRIOR.late_rate) + tolerance


def test_customers_with_known_late_rates_are_ranked_and_calibrated():
    """Ten customers whose true late rates are known; half their history predicts the other."""
    history = {
        customer: [
            paid(
                7 if (n * 7 + customer) % 10 < customer else 0, date(2025, 1, 1) + timedelta(days=n)
            )
            for n in range(40)
        ]
        for customer in range(10)
    }
    cut = date(2025, 1, 20)
    prior = company_prior([i for h in history.values() for i in h], cut)
    found = [score(c, h, prior, cut).probability for c, h in history.items()]
    assert found == sorted(found)
    brier = sum(
        (float(found[c]) - (days_late(i, AS_OF) > 0)) ** 2
        for c, h in history.items()
        for i in h
        if i.due_date > cut
    ) / sum(1 for h in history.values() for i in h if i.due_date > cut)
    best = sum(c / 10 * (1 - c / 10) for c in range(10)) / 10
    assert brier < best + 0.03
