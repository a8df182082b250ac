"""Predicts late payments from a file of invoices, and says how well where the outcome is there.

    python -m benchmarks.risk --data INVOICES.csv --cut YYYY-MM-DD --out predictions.csv

INVOICES.csv holds countryCode, customerID, invoiceNumber, InvoiceDate, DueDate, InvoiceAmount and
SettledDate (empty while open), dates as M/D/YYYY; other columns are not read. The model is fitted on
what was known on the evening before the cut. Each invoice issued from the cut on is predicted with
what was known on the evening before its own date. The output holds invoiceNumber, p_late and
expected_days_late. ``--cut`` may be given several times: then the figures are printed for each, and
the output is that of the last.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "addons" / "smart_dunning"))

from dunning_core.risk_books import Receivable
from dunning_core.risk_features import Case, cases
from dunning_core.risk_measures import auc, brier, mean_absolute_error
from dunning_core.risk_model import Prediction, RiskModel, forecast, learn

_DAY = timedelta(days=1)
_FORMAT = "%m/%d/%Y"
_COLUMNS = ("invoiceNumber", "p_late", "expected_days_late")


class Figures(NamedTuple):
    """Of the model or of the smoothed rate alone, over invoices with a known outcome."""

    auc: float | None
    brier: float
    days: float

    def __str__(self) -> str:
        ranking = "    -" if self.auc is None else f"{self.auc:.3f}"
        return f"AUC {ranking}  Brier {self.brier:.4f}  mean error {self.days:.2f} days"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--cut", required=True, action="append", type=date.fromisoformat)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args(arguments)
    invoices = read(options.data)
    started = perf_counter()
    past_and_present = list(cases(invoices))
    for cut in options.cut:
        model, predicted = predict(past_and_present, cut)
        report(cut, model, predicted)
    print(f"{len(invoices)} invoices in {perf_counter() - started:.1f} s")
    write(options.out, invoices, predicted)


def read(path: Path) -> list[Receivable]:
    """The invoices of a file, in its order; ``key`` is the number."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [
            Receivable(
                customer=row["customerID"],
                segment=row["countryCode"],
                invoice_date=_date(row["InvoiceDate"]),
                due_date=_date(row["DueDate"]),
                amount=Decimal(row["InvoiceAmount"]),
                settled_date=_date(row["SettledDate"]) if row["SettledDate"].strip() else None,
                key=row["invoiceNumber"],
            )
            for row in csv.DictReader(file)
        ]


def predict(found: Sequence[Case], cut: date) -> tuple[RiskModel, list[tuple[Case, Prediction]]]:
    """The model of the evening before ``cut``, and what it says of each invoice from then on."""
    model = learn(found, cut - _DAY)
    said = [pair for pair in forecast(model, found) if pair[0].invoice.invoice_date >= cut]
    return model, said


def report(cut: date, model: RiskModel, predicted: Iterable[tuple[Case, Prediction]]) -> None:
    """Print what was chosen, and the figures of what has been settled since."""
    contest = model.contest
    champion = "smoothed rate" if model.correction is None else "corrected rate"
    print(f"{cut}: {champion}" + ("" if contest else " (too little history for a contest)"))
    if contest is not None and contest.rate_auc is not None and contest.model_auc is not None:
        print(
            f"  back-test on {contest.predicted}: smoothed AUC {contest.rate_auc:.3f}"
            f" Brier {contest.rate_brier:.4f}, corrected AUC {contest.model_auc:.3f}"
            f" Brier {contest.model_brier:.4f} (ridge {contest.ridge:g})"
        )
    settled = [(case, said) for case, said in predicted if case.invoice.delay is not None]
    if settled:
        smoothed = [(case, model.spread(case.rate, case.late_delays)) for case, _ in settled]
        print(f"  {len(settled)} invoices from the cut on")
        print(f"  predicted      {figures(settled)}")
        print(f"  smoothed rate  {figures(smoothed)}")


def figures(settled: Sequence[tuple[Case, Prediction]]) -> Figures:
    """How good predictions of settled invoices are; paying early is a delay of 0 days."""
    delays = [max(case.invoice.delay or 0, 0) for case, _ in settled]
    late = [delay > 0 for delay in delays]
    chances = [said.late for _, said in settled]
    return Figures(
        auc(chances, late),
        brier(chances, late),
        mean_absolute_error([said.days_late for _, said in settled], delays),
    )


def write(
    path: Path, invoices: Sequence[Receivable], predicted: Iterable[tuple[Case, Prediction]]
) -> None:
    """One row for each invoice that was predicted, in the order of ``invoices``."""
    said = {id(case.invoice): prediction for case, prediction in predicted}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        for invoice in invoices:
            if id(invoice) in said:
                found = said[id(invoice)]
                rows.writerow([invoice.key, f"{found.late:.6f}", found.days_late])


def _date(text: str) -> date:
    return datetime.strptime(text.strip(), _FORMAT).date()  # noqa: DTZ007 - a day, not a moment


if __name__ == "__main__":
    main()
