from .common import OpenBankingCommon


class DeskCase(OpenBankingCommon):
    """Lines to do, and an accountant at the workplace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # every match waits for a person
        cls.env["recon.policy"].create(
            {"name": "careful", "company_id": cls.company.id, "autonomy": "suggest"}
        )

    def setUp(self):
        super().setUp()
        self.desk = self.as_accountant("recon.desk")

    def line_of(self, st_line):
        return self.desk.lines([self.exception(st_line).id])[0]

    def exception(self, st_line):
        return self.env["recon.exception"].search(
            [("st_line_id", "=", st_line.id)], order="id desc", limit=1
        )

    def paid_invoice(self, number="FAC/2026/00012", amount=120.0, paid=None):
        """An invoice, and a bank line that names it, proposed but not posted."""
        invoice = self.invoice(number, amount)
        st_line = self.bank_line(paid or amount, number)
        self.match()
        return st_line, invoice

    def accept(self, st_line, **changes):
        line = self.line_of(st_line)
        return self.desk.accept(line["id"], {**line["choice"], **changes}, line["stamp"])

    def receivable(self, invoice):
        return invoice.line_ids.filtered(lambda row: row.account_type == "asset_receivable")

    def document(self, invoice, amount):
        return {"id": self.receivable(invoice).id, "amount": amount}

    def booked(self, st_line):
        """{account code: balance} of the entry."""
        return {row.account_id.code: row.balance for row in st_line.move_id.line_ids}
