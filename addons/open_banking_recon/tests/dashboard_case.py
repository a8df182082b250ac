from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, new_test_user
from odoo.tools import SQL

from .common import TODAY, OpenBankingCommon

FIRST = date(2026, 1, 1)
YEAR_AGO_FIRST, YEAR_AGO = date(2025, 1, 1), date(2025, 3, 31)


class DashboardCase(OpenBankingCommon):
    """Two companies, one of them in dollars at two for a euro, and a reader of both. The page is that
    of the first quarter of 2026, compared with the first quarter of 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.usd = cls.env.ref("base.USD")
        cls.usd.active = True
        cls.other = cls.env["res.company"].create(
            {"name": "Elsewhere Inc.", "currency_id": cls.usd.id}
        )
        cls.both = [cls.company.id, cls.other.id]
        cls.company = cls.company.with_env(cls.env)
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.usd.id)]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.usd.id, "name": "2020-01-01", "rate": 2.0, "company_id": c.id}
                for c in cls.company
            ]
        )
        cls.reader = new_test_user(
            cls.env,
            "rita",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.both)],
        )
        cls.bad_debts = cls.env["account.account"].create(
            {
                "name": "Losses on receivables",
                "code": "654900",
                "account_type": "expense",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    def dashboard(self, companies=None, user=None):
        context = {"allowed_company_ids": companies or self.company.ids}
        return self.env(user=user or self.reader, su=False, context=context)["recon.dashboard"]

    def page(self, *, companies=None, kind="quarter", first=False, last=False):
        return self.dashboard(companies).get_page(kind, first, last)

    def figure(self, key, **options):
        return next(
            figure
            for section in self.page(**options)["sections"]
            for figure in section["figures"]
            if figure["key"] == key
        )

    def value(self, key, **options):
        return self.figure(key, **options)["value"]

    def rows(self, key, **options):
        """{part: values} of the table of a figure."""
        return {row["part"]: row["values"] for row in self.figure(key, **options)["table"]["rows"]}

    def records(self, key, part="", companies=None, kind="quarter"):
        """The records that the figure leads to."""
        action = self.dashboard(companies).open_records(key, part, kind)
        self.assertEqual(action["type"], "ir.actions.act_window")
        model = self.dashboard(companies).env[action["res_model"]]
        return model.search(action["domain"])

    def sql(self, query, **values):
        """The first row of ``query``."""
        self.env.flush_all()
        values = {"company": self.company.id, "both": tuple(self.both), **values}
        values |= {"first": FIRST, "last": TODAY, "old_first": YEAR_AGO_FIRST, "old_last": YEAR_AGO}
        return self.env.execute_query(SQL(query, **values))[0]

    def lines_in_states(self, states, day=TODAY, journal=None):
        """A bank line for each state of ``states``, as the matching leaves it."""
        lines = self.env["account.bank.statement.line"].create(
            [
                {
                    "journal_id": (journal or self.journal).id,
                    "date": day,
                    "amount": 100 + number,
                    "payment_ref": f"line {number}",
                }
                for number, _state in enumerate(states)
            ]
        )
        for line, state in zip(lines, states, strict=True):
            line.match_state = state
        return lines

    def entry(self, account, amount, day):
        """A posted general entry: ``account`` in debit against a bank fee."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount}),
                    Command.create({"account_id": self.fee_account.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def pay(self, invoice, day):
        """What is owed on ``invoice`` comes in on ``day`` as a registered payment."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"payment_date": day})._create_payments()

    def snapshots(self, made_in, forecasts, company=None, actual=None):
        return self.env["recon.cash.snapshot"].create(
            [
                {
                    "company_id": (company or self.company).id,
                    "made_in": made_in,
                    "monday": made_in + timedelta(weeks=number),
                    "weeks_ahead": number + 1,
                    "forecast": forecast,
                    "is_over": actual is not None,
                    "actual": actual or 0,
                }
                for number, forecast in enumerate(forecasts)
            ]
        )

    def today(self):
        return fields.Date.context_today(self.env.user)
