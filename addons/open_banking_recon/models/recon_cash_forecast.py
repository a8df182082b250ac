from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..recon_core.cash_forecast import WEEKS, Flow, Kind, days_of, forecast, monday_of
from .recon_cash_flow import to_decimal
from .recon_masking import shown


class ReconCashForecast(models.AbstractModel):
    """The bank balance of the next weeks, computed when somebody looks, in a bounded number of
    queries. Amounts are in the currency of the company, other currencies at the rate of today."""

    _name = "recon.cash.forecast"
    _description = "Cash Forecast"

    @api.model
    def _compute(self, company, today):
        """{journals, recurring, names, spread_days, forecast (of the kernel)} of ``company``."""
        this = self.with_context(allowed_company_ids=company.ids)
        rates = this.env["recon.cash.flow"]._rates_to(company, today)
        journals = this.env["recon.cash.balance"]._journals(company, rates)
        recurring, names = this.env["recon.cash.recurring"]._learn(company, today, rates)
        spread = this.env["recon.cash.balance"]._spread_days(company)
        until = monday_of(today) + timedelta(weeks=WEEKS, days=-1)
        flows = this._known_flows(company, spread)
        flows += [
            Flow(Kind.RECURRING, day, row.amount, row.spread_days)
            for row in recurring
            for day in row.days(until)
        ]
        opening = sum((row["worth"] for row in journals), to_decimal(company.currency_id, 0))
        return {
            "journals": journals,
            "recurring": recurring,
            "names": names,
            "spread_days": spread,
            "forecast": forecast(opening, flows, today),
        }

    @api.model
    def _known_flows(self, company, spread):
        """[kernel Flow]: one for each kind, direction and day; customers come ``spread`` days earlier
        or later."""
        groups = self.env["recon.cash.flow"]._read_group(
            [("company_id", "=", company.id)], ["kind", "is_in", "date:day"], ["amount:sum"]
        )
        return [
            Flow(
                Kind(kind),
                day,
                to_decimal(company.currency_id, amount),
                spread if kind == Kind.CUSTOMER.value else 0,
            )
            for kind, _is_in, day, amount in groups
        ]

    # -- the screen -----------------------------------------------------------

    @api.model
    @shown
    def get_page(self):
        """All that the screen shows of the current company."""
        self.env["recon.cash.flow"].check_access("read")
        company, today = self.env.company, fields.Date.context_today(self)
        found = self._compute(company, today)
        weeks, minimum = found["forecast"].weeks, company.cash_minimum
        below = found["forecast"].below(to_decimal(company.currency_id, minimum))
        at_risk = found["forecast"].at_risk(to_decimal(company.currency_id, minimum))
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "weeks": [self._week(number, week) for number, week in enumerate(weeks)],
            "rows": self._rows(weeks),
            "opening": float(weeks[0].opening),
            "later": float(found["forecast"].later),
            "minimum": minimum,
            "may_set_minimum": self.env.user.has_group("open_banking_recon.group_manager"),
            "below": weeks.index(below) if below else None,
            "at_risk": weeks.index(at_risk) if at_risk else None,
            "lowest": min(range(WEEKS), key=lambda number: weeks[number].closing),
            "spread_days": found["spread_days"],
            "journals": [self._journal(row) for row in found["journals"]],
            "foreign": self._foreign(found["journals"], company),
            "recurring": [self._recurring(row, found["names"]) for row in found["recurring"]],
            "accuracy": self.env["recon.cash.snapshot"]._accuracy(company, today),
        }

    def _week(self, number, week):
        label = format_date(self.env, week.monday, date_format="d MMM")
        return {
            "number": number,
            "label": label,
            "title": self.env._("Week of %(day)s", day=format_date(self.env, week.monday)),
            **{name: float(getattr(week, name)) for name in ("opening", "closing", "low", "high")},
            "in": float(sum(week.money_in.values())),
            "out": float(sum(week.money_out.values())),
        }

    def _rows(self, weeks):
        """The rows of the table that hold anything: [{kind, is_in, label, amounts by week}]."""
        labels = self._labels()
        rows = []
        for is_in in (True, False):
            for kind in Kind:
                sides = [week.money_in if is_in else week.money_out for week in weeks]
                if any(kind in side for side in sides):
                    rows.append(
                        {
                            "kind": kind.value,
                            "is_in": is_in,
                            "label": labels[kind, is_in],
                            "amounts": [float(side.get(kind, 0)) for side in sides],
                        }
                    )
        return rows

    def _labels(self):
        return {
            (Kind.PENDING, True): self.env._("Pending at the bank"),
            (Kind.TRANSIT, True): self.env._("Payments on their way"),
            (Kind.CUSTOMER, True): self.env._("Customer invoices"),
            (Kind.RECURRING, True): self.env._("Recurring, no document"),
            (Kind.PENDING, False): self.env._("Pending at the bank"),
            (Kind.TRANSIT, False): self.env._("Payments on their way"),
            (Kind.VENDOR, False): self.env._("Vendor bills"),
            (Kind.RECURRING, False): self.env._("Recurring, no document"),
        }

    def _journal(self, row):
        return {
            "name": row["journal"].name,
            "amount": row["amount"],
            "currency_id": row["currency"].id,
            "source": (
                self.env._("bank, %(day)s", day=format_date(self.env, row["as_of"]))
                if row["as_of"]
                else self.env._("books")
            ),
        }

    def _foreign(self, journals, company):
        """Names of the other currencies that are in the figures."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("currency_id", "!=", company.currency_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
            ],
            ["currency_id"],
        )
        names = {currency.name for (currency,) in groups}
        names |= {row["currency"].name for row in journals}
        return sorted(names - {company.currency_id.name})

    def _recurring(self, row, names):
        return {
            "name": names[row.key],
            "rhythm": (
                self.env._("monthly") if row.rhythm.value == 1 else self.env._("each quarter")
            ),
            "amount": float(row.amount),
            "smallest": float(row.smallest),
            "largest": float(row.largest),
            "next": format_date(self.env, row.next_day),
            "occurrences": row.occurrences,
            "line_ids": list(row.refs),
        }

    @api.model
    def set_minimum(self, amount):
        """Warn from now on when the balance of the current company is to fall below ``amount``."""
        if not self.env.user.has_group("open_banking_recon.group_manager"):
            raise AccessError(self.env._("A bank manager decides on the minimum bank balance."))
        # sudo: managers of banks may not write on companies otherwise
        self.env.company.sudo().cash_minimum = float(amount)

    @api.model
    def open_cell(self, kind, is_in, number):
        """The action that shows what stands in the cell of ``kind`` in week ``number``."""
        is_in, labels, today = bool(is_in), self._labels(), fields.Date.context_today(self)
        known = [row.value for row, _is_in in labels]
        if kind not in known or (Kind(kind), is_in) not in labels or number not in range(WEEKS):
            raise UserError(self.env._("The forecast has no such cell."))
        kind = Kind(kind)
        first, last, with_overdue = days_of(kind, number, today)
        if kind is Kind.RECURRING:
            return self._open_recurring(is_in, first, last, with_overdue, today)
        days = Domain("date", ">=", first) & Domain("date", "<=", last)
        if with_overdue:
            days |= Domain("date", "<", today)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.recon_cash_flow_action"
        )
        return {
            **action,
            "display_name": labels[kind, is_in],
            "domain": list(
                days
                & Domain("company_id", "=", self.env.company.id)
                & Domain("kind", "=", kind.value)
                & Domain("is_in", "=", is_in)
            ),
        }

    def _open_recurring(self, is_in, first, last, with_overdue, today):
        company = self.env.company
        rates = self.env["recon.cash.flow"]._rates_to(company, today)
        rows, _names = self.env["recon.cash.recurring"]._learn(company, today, rates)
        refs = [
            ref
            for row in rows
            if (row.amount > 0) == is_in
            and any(first <= day or (with_overdue and day < today) for day in row.days(last))
            for ref in row.refs
        ]
        return self.open_lines(refs)

    @api.model
    def open_lines(self, line_ids):
        """The action that shows the bank lines from which a recurring payment was learned."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "open_banking_recon.account_bank_statement_line_action"
        )
        return {**action, "domain": [("id", "in", line_ids)], "context": {}}
