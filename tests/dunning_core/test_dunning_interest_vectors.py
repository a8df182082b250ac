"""Late interest worked out by hand: principal * percent * days / days of the year, period by period.

Rates and rules are the ones that the add-on ships. Each vector gives its periods and the sum of
them in cents; the test compares both.
"""

from datetime import date
from decimal import Decimal

import pytest
from legal_data import TABLE, profile

from dunning_core.interest import Claim, PartPayment
from dunning_core.legal import Terms, late_charges

# fmt: off
VECTORS = [
    # name, profile, principal, due date, last day, periods, cents, what else is known
    # France, businesses: ECB rate of 1 January or 1 July + 10 points, every year of 365 days
    ("a month in one half-year", "fr_business", "1000", "2024-12-31", "2025-01-31", "1000*13.15*31/365", "11.17", ""),
    ("one day, the first of a half-year", "fr_business", "1000", "2025-06-30", "2025-07-01", "1000*12.15*1/365", "0.33", ""),
    ("a day on each side of the change", "fr_business", "1000", "2025-06-29", "2025-07-01", "1000*13.15*1/365 + 1000*12.15*1/365", "0.69", ""),
    ("due on the day of the change, the day itself is free", "fr_business", "1000", "2025-07-01", "2025-07-31", "1000*12.15*30/365", "9.99", ""),
    ("eleven months over the change of July 2025", "fr_business", "1000", "2025-01-31", "2025-12-31", "1000*13.15*150/365 + 1000*12.15*184/365", "115.29", ""),
    ("all 366 days of 2024, divided by 365", "fr_business", "1000", "2023-12-31", "2024-12-31", "1000*14.50*182/365 + 1000*14.25*184/365", "144.14", ""),
    ("second half of 2023", "fr_business", "1000", "2023-06-30", "2023-12-31", "1000*14.00*184/365", "70.58", ""),
    ("first half of 2023", "fr_business", "1000", "2022-12-31", "2023-06-30", "1000*12.50*181/365", "61.99", ""),
    ("two half-years at one rate are one period", "fr_business", "1000", "2021-12-31", "2022-12-31", "1000*10.00*365/365", "100.00", ""),
    ("the rise of July 2022 came after the first of July", "fr_business", "2000", "2022-06-30", "2022-09-30", "2000*10.00*92/365", "50.41", ""),
    ("29 February 2024 is a day", "fr_business", "1000", "2024-02-28", "2024-03-01", "1000*14.50*2/365", "0.79", ""),
    ("there is no 29 February 2025", "fr_business", "1000", "2025-02-28", "2025-03-01", "1000*13.15*1/365", "0.36", ""),
    ("due on 29 February", "fr_business", "1000", "2024-02-29", "2024-03-31", "1000*14.50*31/365", "12.32", ""),
    ("a cent bears nothing", "fr_business", "0.01", "2024-12-31", "2025-12-31", "0.01*13.15*181/365 + 0.01*12.15*184/365", "0.00", ""),
    ("fifty days of an odd amount", "fr_business", "1234.56", "2025-03-15", "2025-05-04", "1234.56*13.15*50/365", "22.24", ""),
    ("the turn of 2026 without a change", "fr_business", "99999.99", "2025-10-31", "2026-02-15", "99999.99*12.15*107/365", "3561.78", ""),
    ("June 2026, the last month known", "fr_business", "250", "2026-05-31", "2026-06-30", "250*12.15*30/365", "2.50", ""),
    ("exactly half a cent goes up", "fr_business", "18.25", "2021-12-31", "2022-01-01", "18.25*10.00*1/365", "0.01", ""),
    ("just under half a cent goes down", "fr_business", "18.24", "2021-12-31", "2022-01-01", "18.24*10.00*1/365", "0.00", ""),
    ("one cent and a half is two", "fr_business", "54.75", "2021-12-31", "2022-01-01", "54.75*10.00*1/365", "0.02", ""),
    ("a cent and half a cent are two: rounded once", "fr_business", "36.50", "2021-12-31", "2022-01-02", "36.50*10.00*1/365 + 18.25*10.00*1/365", "0.02", "pay 2022-01-01 18.25"),
    ("four half-years", "fr_business", "10000", "2024-05-31", "2025-07-31", "10000*14.50*30/365 + 10000*14.25*184/365 + 10000*13.15*181/365 + 10000*12.15*31/365", "1592.82", ""),
    ("five years late", "fr_business", "800", "2020-12-31", "2025-12-31", "800*10.00*730/365 + 800*12.50*181/365 + 800*14.00*184/365 + 800*14.50*182/365 + 800*14.25*184/365 + 800*13.15*181/365 + 800*12.15*184/365", "482.53", ""),
    # Part payments: a payment bears interest on its own day and no more from the next
    ("a part payment in between", "fr_business", "1000", "2024-12-31", "2025-03-31", "1000*13.15*31/365 + 600*13.15*59/365", "23.92", "pay 2025-01-31 400"),
    ("a payment on the last day of a half-year", "fr_business", "1000", "2025-05-31", "2025-07-31", "1000*13.15*30/365 + 500*12.15*31/365", "15.97", "pay 2025-06-30 500"),
    ("a payment on the first day of a half-year", "fr_business", "1000", "2025-05-31", "2025-07-31", "1000*13.15*30/365 + 1000*12.15*1/365 + 500*12.15*30/365", "16.13", "pay 2025-07-01 500"),
    ("two part payments", "fr_business", "1200", "2025-01-31", "2025-05-31", "1200*13.15*28/365 + 1000*13.15*31/365 + 500*13.15*61/365", "34.26", "pay 2025-02-28 200, 2025-03-31 500"),
    ("paid in full, thirty days late", "fr_business", "1000", "2025-01-31", "2025-12-31", "1000*13.15*30/365", "10.81", "pay 2025-03-02 1000"),
    ("a part paid before the due date never bore interest", "fr_business", "1000", "2025-01-31", "2025-02-28", "700*13.15*28/365", "7.06", "pay 2025-01-10 300"),
    ("paid too much", "fr_business", "1000", "2025-01-31", "2025-04-30", "1000*13.15*10/365", "3.60", "pay 2025-02-10 1100"),
    ("two payments on one day", "fr_business", "1000", "2025-01-31", "2025-02-28", "1000*13.15*14/365 + 800*13.15*14/365", "9.08", "pay 2025-02-14 100, 2025-02-14 100"),
    ("a payment on the last day changes nothing", "fr_business", "1000", "2025-01-31", "2025-02-28", "1000*13.15*28/365", "10.09", "pay 2025-02-28 999"),
    ("a payment at the turn of the year", "fr_business", "5000", "2024-11-30", "2025-01-31", "5000*14.25*31/365 + 3000*13.15*31/365", "94.02", "pay 2024-12-31 2000"),
    ("a payment after the last day is not looked at", "fr_business", "1000", "2025-01-31", "2025-02-28", "1000*13.15*28/365", "10.09", "pay 2025-03-01 500"),
    ("paid off in three", "fr_business", "900", "2025-08-31", "2026-01-31", "900*12.15*30/365 + 600*12.15*31/365 + 300*12.15*30/365", "18.18", "pay 2025-09-30 300, 2025-10-31 300, 2025-11-30 300"),
    # France, a rate of the contract: never below three times the legal rate of the half-year
    ("2024: a rate of 12 is lifted to 3 x 5.07", "fr_business", "1000", "2024-03-31", "2024-04-30", "1000*15.21*30/365", "12.50", "agreed 12"),
    ("2024: without a contract the default 14.50 holds, under the floor", "fr_business", "1000", "2024-03-31", "2024-04-30", "1000*14.50*30/365", "11.92", ""),
    ("2024: a rate of 15 is lifted too", "fr_business", "1000", "2024-03-31", "2024-04-30", "1000*15.21*30/365", "12.50", "agreed 15"),
    ("2024: a rate of 16 stays", "fr_business", "1000", "2024-03-31", "2024-04-30", "1000*16*30/365", "13.15", "agreed 16"),
    ("2024: the default rate written into a contract is lifted", "fr_business", "1000", "2024-08-31", "2024-09-30", "1000*14.76*30/365", "12.13", "agreed 14.25"),
    ("2024: the default rate itself is not, second half", "fr_business", "1000", "2024-08-31", "2024-09-30", "1000*14.25*30/365", "11.71", ""),
    ("the floor goes below the contract in July 2024", "fr_business", "1000", "2024-05-31", "2024-07-31", "1000*15.21*30/365 + 1000*15*31/365", "25.24", "agreed 15"),
    ("2025: a rate of 5 is lifted to 3 x 3.71", "fr_business", "1000", "2025-01-31", "2025-02-28", "1000*11.13*28/365", "8.54", "agreed 5"),
    ("2026: a rate of 7 is lifted to 3 x 2.62", "fr_business", "1000", "2026-01-31", "2026-03-03", "1000*7.86*31/365", "6.68", "agreed 7"),
    ("2025: a rate of 10 is above 3 x 2.76", "fr_business", "1000", "2025-08-31", "2025-09-30", "1000*10*30/365", "8.22", "agreed 10"),
    ("2021: no interest agreed means the floor of 2.37", "fr_business", "1000", "2021-03-31", "2021-04-30", "1000*2.37*30/365", "1.95", "agreed 0"),
    # France, consumers: the legal rate, from the day after the formal notice
    ("a month after the notice", "fr_consumer", "1000", "2025-01-31", "2025-04-30", "1000*3.71*30/365", "3.05", "notice 2025-03-31"),
    ("two half-years after the notice", "fr_consumer", "1000", "2025-01-31", "2025-07-31", "1000*3.71*30/365 + 1000*2.76*31/365", "5.39", "notice 2025-05-31"),
    ("a notice before the due date counts from the due date", "fr_consumer", "1000", "2025-01-31", "2025-02-28", "1000*3.71*28/365", "2.85", "notice 2025-01-15"),
    ("a rate of a contract is not applied to consumers", "fr_consumer", "1000", "2024-01-31", "2024-04-30", "1000*5.07*30/365", "4.17", "notice 2024-03-31, agreed 12"),
    ("what was paid before the notice bears nothing", "fr_consumer", "1000", "2025-01-31", "2025-04-30", "400*3.71*30/365", "1.22", "notice 2025-03-31, pay 2025-02-15 600"),
    # Germany: base rate + 9 or + 5 points, days of a leap year over 366
    ("businesses, the year 2025", "de_business", "1000", "2024-12-31", "2025-12-31", "1000*11.27*181/365 + 1000*10.27*184/365", "107.66", ""),
    ("businesses, the leap year 2020 at a negative base rate", "de_business", "1000", "2019-12-31", "2020-12-31", "1000*8.12*366/366", "81.20", ""),
    ("businesses, into a leap year", "de_business", "1000", "2023-11-30", "2024-01-31", "1000*12.12*31/365 + 1000*12.62*31/366", "20.98", ""),
    ("businesses, out of a leap year at one rate", "de_business", "1000", "2020-11-30", "2021-01-31", "1000*8.12*31/366 + 1000*8.12*31/365", "13.77", ""),
    ("businesses, a rate of the contract has no floor", "de_business", "1000", "2025-03-31", "2025-04-30", "1000*15*30/365", "12.33", "agreed 15"),
    ("consumers, a month after the first reminder", "de_consumer", "1000", "2025-01-31", "2025-03-31", "1000*7.27*31/365", "6.17", "reminder 2025-02-28"),
    ("consumers, at a negative base rate", "de_consumer", "1000", "2022-04-30", "2022-06-30", "1000*4.12*30/365", "3.39", "reminder 2022-05-31"),
    ("consumers, over the change of July 2024", "de_consumer", "1000", "2024-05-31", "2024-07-15", "1000*8.62*15/366 + 1000*8.37*15/366", "6.96", "reminder 2024-06-15"),
    ("consumers, a formal notice is a reminder too", "de_consumer", "1000", "2025-01-31", "2025-03-31", "1000*7.27*31/365", "6.17", "notice 2025-02-28"),
    # Belgium: ECB rate of the half-year + 8 points, up to the next half point
    ("12.25 goes up to 12.50", "be_business", "1000", "2024-08-31", "2024-09-30", "1000*12.50*30/365", "10.27", ""),
    ("11.15 goes up to 11.50", "be_business", "1000", "2024-12-31", "2025-01-31", "1000*11.50*31/365", "9.77", ""),
    ("10.15 goes up to 10.50", "be_business", "1000", "2025-06-30", "2025-07-31", "1000*10.50*31/365", "8.92", ""),
    ("8.00 stays", "be_business", "1000", "2022-06-30", "2022-07-31", "1000*8*31/365", "6.79", ""),
    ("12.50 and 12.25 up are one rate and one period", "be_business", "1000", "2024-03-31", "2024-07-31", "1000*12.50*122/365", "41.78", ""),
    # Euro area: the minimum of the directive, + 8 points
    ("July 2024", "eu_business", "1000", "2024-06-30", "2024-07-31", "1000*12.25*31/365", "10.40", ""),
    ("seven months of 2023", "eu_business", "1000", "2022-12-31", "2023-07-31", "1000*10.50*181/365 + 1000*12*31/365", "62.26", ""),
    ("at an ECB rate of zero", "eu_business", "1000", "2021-06-30", "2021-07-30", "1000*8*30/365", "6.58", ""),
    # Charged before: only the days since
    ("the month after the first charge", "fr_business", "1000", "2024-12-31", "2025-02-28", "1000*13.15*28/365", "10.09", "charged 2025-01-31"),
    ("a payment before the first charge", "fr_business", "1000", "2024-12-31", "2025-03-31", "500*13.15*31/365", "5.58", "charged 2025-02-28, pay 2025-02-10 500"),
]
# fmt: on


def _known(text):
    """(payments, terms) of the last column: "notice 2025-03-31, pay 2025-02-15 600"."""
    payments, terms = [], {}
    word = ""
    for part in filter(None, text.split(", ")):
        first, *rest = part.split()
        if first[0].isdigit():  # one more of the same word
            rest = [first, *rest]
        else:
            word = first
        if word == "pay":
            payments.append(PartPayment(date.fromisoformat(rest[0]), Decimal(rest[1])))
        elif word == "agreed":
            terms["agreed_percent"] = Decimal(rest[0])
        else:
            name = {
                "notice": "notice_day",
                "reminder": "reminder_day",
                "charged": "charged_until",
            }[word]
            terms[name] = date.fromisoformat(rest[0])
    return tuple(payments), Terms(**terms)


def _periods(text):
    """[(principal, percent, days, days of the year)] of "1000*13.15*31/365 + ..."."""
    for piece in text.split(" + "):
        principal, percent, days = piece.split("*")
        days, year = days.split("/")
        yield Decimal(principal), Decimal(percent), int(days), int(year)


@pytest.mark.parametrize(
    ("name", "law", "principal", "due", "until", "periods", "cents", "known"),
    VECTORS,
    ids=[vector[0] for vector in VECTORS],
)
def test_interest_of_a_worked_example(name, law, principal, due, until, periods, cents, known):
    payments, terms = _known(known)
    claim = Claim(Decimal(principal), date.fromisoformat(due), payments)
    result = late_charges(claim, profile(law), TABLE, date.fromisoformat(until), terms)
    assert [(p.principal, p.percent, p.days, p.year_days) for p in result.interest.periods] == list(
        _periods(periods)
    )
    assert result.interest.amount == Decimal(cents)
