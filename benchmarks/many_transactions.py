"""A demo world whose bank holds many transactions, and whose books hold no documents."""

from __future__ import annotations

import json
from pathlib import Path

from tools.demo import Demo


class ManyTransactions(Demo):
    """``many`` transactions of ever higher amounts on the first account of the bank."""

    many = 1500

    def make_data(self) -> None:
        super().make_data()
        sample = next(
            row
            for row in self.data["transactions"]
            if row["status"] == "booked"
            and row["account_iban"] == self.data["bank_accounts"][0]["iban"]
        )
        self.data["transactions"] = [
            {
                **sample,
                "id": f"2026{number:08d}",
                "amount": f"{1 + number / 100:.2f}",
                "remittance": [f"VIREMENT {number}"],
            }
            for number in range(self.many)
        ]
        for name in ("invoices", "credit_notes", "bills", "history"):
            self.data[name] = []
        path: Path = self.folder / "data.json"
        path.write_text(json.dumps(self.data), "utf-8")
