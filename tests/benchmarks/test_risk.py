import csv
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import risk

HEADER = (
    "countryCode",
    "customerID",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "SettledDate",
    "Disputed",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """400 invoices of eight customers; the odd ones pay ten days late. The last is still open."""
    path = tmp_path / "invoices.csv"
    with path.open("w", newline="", encoding="utf-8") as target:
        rows = csv.writer(target)
        rows.writerow(HEADER)
        for number in range(400):
            issued = risk.date(2025, 1, 1) + timedelta(days=number)
            due = issued + timedelta(days=30)
            settled = due + timedelta(days=10 if number % 2 else -3)
            rows.writerow(
                [
                    "391",
                    f"C{number % 8}",
                    f"000{number}",
                    *(f"{d.month}/{d.day}/{d.year}" for d in (issued, due)),
                    "55.94",
                    "" if number == 399 else f"{settled.month}/{settled.day}/{settled.year}",
                    "No",
                ]
            )
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def test_each_invoice_from_the_cut_on_is_predicted_once_in_the_order_of_the_file(file, tmp_path):
    out = tmp_path / "out.csv"
    risk.main(["--data", str(file), "--cut", "2025-12-27", "--out", str(out)])
    assert list(rows(out)[0]) == ["invoiceNumber", "p_late", "expected_days_late"]
    assert [row["invoiceNumber"] for row in rows(out)] == [f"000{n}" for n in range(360, 400)]


def test_customers_that_pay_late_are_told_from_punctual_ones(file, tmp_path):
    out = tmp_path / "out.csv"
    risk.main(["--data", str(file), "--cut", "2025-12-27", "--out", str(out)])
    found = rows(out)
    assert all(float(row["p_late"]) < 0.3 for row in found[::2])
    assert all(float(row["p_late"]) > 0.7 for row in found[1::2])
    assert {row["expected_days_late"] for row in found[::2]} == {"0"}
    assert {row["expected_days_late"] for row in found[1::2]} == {"10"}


def test_figures_are_printed_for_each_cut(file, tmp_path, capsys):
    cuts = ["--cut", "2025-11-01", "--cut", "2025-12-27"]
    risk.main(["--data", str(file), *cuts, "--out", str(tmp_path / "out.csv")])
    printed = capsys.readouterr().out
    assert "2025-11-01: " in printed
    assert "2025-12-27: " in printed
    assert "AUC 1.000" in printed
