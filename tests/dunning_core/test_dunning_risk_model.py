from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_world import START, Customer, customers, invoices

from dunning_core.risk_books import Receivable
from dunning_core.risk_features import cases
from dunning_core.risk_measures import auc, brier
from dunning_core.risk_model import Contest, forecast, learn

CUT = START + timedelta(days=450)


def small_invoices_are_paid_in_time(payer, amount):
    """The customer's habit matters half, the amount the other half."""
    return payer.late_rate * (0.1 if amount < 400 else 0.95)


def said_after(found, cut=CUT):
    """{invoice number: prediction} of a model that was learned on the evening before ``cut``."""
    known = list(cases(found))
    model = learn(known, cut - timedelta(days=1))
    return model, {
        case.invoice.key: said
        for case, said in forecast(model, known)
        if case.invoice.invoice_date >= cut
    }


def scored(found, said):
    outcomes = [i.delay > 0 for i in found if i.key in said]
    chances = [said[i.key].late for i in found if i.key in said]
    rates = {case.invoice.key: case.rate for case in cases(found)}
    return chances, [rates[i.key] for i in found if i.key in said], outcomes


@pytest.fixture(scope="module")
def with_amounts():
    return invoices(3, customers(3, 60), 1800, rate=small_invoices_are_paid_in_time)


def test_the_challenger_takes_over_where_more_than_the_customer_matters(with_amounts):
    model, said = said_after(with_amounts)
    chances, rates, outcomes = scored(with_amounts, said)
    assert model.correction is not None
    assert auc(chances, outcomes) > auc(rates, outcomes) + 0.05
    assert brier(chances, outcomes) < brier(rates, outcomes) - 0.01


def test_probabilities_mean_what_they_say(with_amounts):
    """In each part of the scale, as many invoices are late as was said."""
    _, said = said_after(with_amounts)
    chances, _, outcomes = scored(with_amounts, said)
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 1.01)):
        here = [(p, late) for p, late in zip(chances, outcomes, strict=True) if low <= p < high]
        assert len(here) > 30
        expected = sum(p for p, _ in here) / len(here)
        assert sum(late for _, late in here) / len(here) == pytest.approx(expected, abs=0.12)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_the_champion_stays_where_nothing_but_chance_is_left(seed):
    same = [Customer(f"C{n}", 0.35, 6) for n in range(40)]
    model, said = said_after(invoices(seed, same, 1200))
    assert model.contest is not None
    assert model.correction is None
    assert said


def test_without_a_correction_the_smoothed_rate_is_said():
    same = [Customer(f"C{n}", 0.35, 6) for n in range(40)]
    found = invoices(1, same, 1200)
    _, said = said_after(found)
    chances, rates, _ = scored(found, said)
    assert chances == rates


def test_little_history_allows_no_contest():
    model, said = said_after(invoices(5, customers(5, 20), 150))
    assert model.contest is None
    assert model.correction is None
    assert said


def test_a_challenger_that_is_better_by_chance_alone_does_not_win():
    entry = Contest(300, 1.0, 0.80, 0.150, 0.81, 0.147, brier_error=0.002)
    assert not entry.won
    assert replace(entry, model_brier=0.146).won
    assert not replace(entry, model_brier=0.146, model_auc=0.79).won
    assert not replace(entry, rate_auc=None).won


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(0, 1799), st.integers(-40, 200)), min_size=1, max_size=60),
)
def test_what_happens_after_an_invoice_was_issued_changes_nothing_said_of_it(seed, changes):
    """Settlements after a day are moved or undone, later invoices change or vanish."""
    found = invoices(seed, customers(seed, 15), 250)
    day = START + timedelta(days=300)
    said = {c.invoice.key: c for c in cases(found) if c.invoice.invoice_date <= day}
    other = list(found)
    for index, days in changes:
        invoice = other[index % len(other)]
        later = max(day, invoice.due_date + timedelta(days=days))
        if invoice.settled_date is None or invoice.settled_date >= day:
            other[index % len(other)] = replace(
                invoice, settled_date=None if days % 3 == 0 else later
            )
    other = [
        replace(i, amount=Decimal(7), customer="C1") if i.invoice_date > day else i for i in other
    ]
    again = {c.invoice.key: c for c in cases(other) if c.invoice.invoice_date <= day}
    assert {k: (c.rate, c.features, c.late_delays) for k, c in said.items()} == {
        k: (c.rate, c.features, c.late_delays) for k, c in again.items()
    }


def test_what_is_settled_after_the_cut_changes_neither_model_nor_what_is_said_before(with_amounts):
    model, said = said_after(with_amounts)
    day = CUT + timedelta(days=20)
    other = [
        replace(i, settled_date=None) if i.settled_date and i.settled_date >= day else i
        for i in with_amounts
    ]
    again, said_again = said_after(other)
    assert again == model
    early = [i.key for i in with_amounts if CUT <= i.invoice_date <= day]
    assert len(early) > 20
    assert [said[key] for key in early] == [said_again[key] for key in early]


def test_the_same_books_in_any_order_say_the_same(with_amounts):
    _, said = said_after(with_amounts)
    _, again = said_after(list(reversed(with_amounts)))
    assert {k: p.late for k, p in again.items()} == pytest.approx(
        {k: p.late for k, p in said.items()}, abs=1e-6
    )


def test_a_new_customer_gets_the_rate_of_all():
    found = invoices(6, customers(6, 30), 600)
    new = Receivable("new", "FR", CUT, CUT + timedelta(days=30), Decimal(100), None, "new")
    case = next(c for c in cases([*found, new]) if c.invoice.key == "new")
    known = [
        i for i in found if i.invoice_date < CUT and i.late_on(CUT - timedelta(days=1)) in (0, 1)
    ]
    late = sum(bool(i.late_on(CUT - timedelta(days=1))) for i in known) / len(known)
    assert case.rate == pytest.approx(late, abs=0.03)
    assert case.late_delays == ()


def test_more_late_payments_make_a_customer_riskier():
    found = invoices(6, customers(6, 30), 600)

    def rate(late):
        own = [
            Receivable(
                "x",
                "FR",
                START + timedelta(days=30 * n),
                START + timedelta(days=30 * n + 30),
                Decimal(100),
                START + timedelta(days=30 * n + (40 if n < late else 25)),
            )
            for n in range(8)
        ]
        new = Receivable("x", "FR", CUT, CUT + timedelta(days=30), Decimal(100), None, "new")
        return next(c for c in cases([*found, *own, new]) if c.invoice.key == "new").rate

    rates = [rate(late) for late in range(9)]
    assert rates == sorted(set(rates))


def test_seven_and_thirty_days_late_are_rarer_than_late(with_amounts):
    _, said = said_after(with_amounts)
    assert all(0 <= p.late_30 <= p.late_7 <= p.late <= 1 for p in said.values())
    assert any(p.late_7 > 0.1 for p in said.values())


def test_an_overdue_invoice_is_late_before_it_is_paid():
    open_one = Receivable("x", "FR", START, START + timedelta(days=30), Decimal(100), None, "old")
    new = replace(open_one, invoice_date=CUT, due_date=CUT + timedelta(days=30), key="new")
    found = list(cases([*invoices(6, customers(6, 30), 600), open_one, new]))
    before, after = (next(c for c in found if c.invoice.key == key) for key in ("old", "new"))
    assert after.rate > before.rate
