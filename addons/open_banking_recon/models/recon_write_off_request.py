from markupsafe import Markup

from odoo import api, fields, models

CENT = 0.005


class ReconWriteOffRequest(models.Model):
    """A decision on a bank line that gives up more than one person may alone: kept, not booked."""

    _name = "recon.write.off.request"
    _description = "Write-off to Approve"
    _inherit = ["recon.second.person"]
    _rec_name = "payment_ref"

    st_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="st_line_id.company_id", store=True, index=True)
    journal_id = fields.Many2one(related="st_line_id.journal_id")
    currency_id = fields.Many2one(related="st_line_id.currency_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="st_line_id.date")
    payment_ref = fields.Char(related="st_line_id.payment_ref", string="Text")
    counterparty_name = fields.Char(related="st_line_id.partner_name", string="Payer or payee")
    line_amount = fields.Monetary(related="st_line_id.amount", string="Amount of the bank line")
    amount = fields.Monetary(
        string="Written off",
        currency_field="company_currency_id",
        readonly=True,
        help="What is booked without a document and beyond what payment terms grant.",
    )
    choice = fields.Json(readonly=True)
    entry = fields.Json(readonly=True)
    residuals = fields.Json(readonly=True)
    entry_table = fields.Html(string="Would be booked", compute="_compute_entry_table")

    _one_waits = models.UniqueIndex(
        "(st_line_id) WHERE state = 'waiting'", "This bank line waits for an approval already."
    )

    def _approvers_group(self):
        return "open_banking_recon.group_accountant"

    def _words(self):
        amount = self.company_currency_id.format(self.amount)
        return self.env._("Write off %(amount)s: %(text)s", amount=amount, text=self.payment_ref)

    def _audit_facts(self):
        return {"line": self.st_line_id.id}

    @api.model
    def _ask_for(self, st_line, choice, reason):
        """Keep ``choice`` for ``st_line`` until a second person has looked at it."""
        decision = self.env["recon.decision"]
        match = decision._match(st_line, choice)
        request = self._ask_sudo(
            {
                "st_line_id": st_line.id,
                "reason": reason,
                "amount": self.env["recon.apply"]._written_off(match),
                "choice": decision._written(choice),
                "entry": self._entry_of(st_line, choice),
                "residuals": _residuals(choice),
            }
        )
        self._mark_exceptions(st_line)
        return request

    @api.model
    def _entry_of(self, st_line, choice):
        items, _waiting = self.env["recon.decision"]._preview(st_line, choice)
        names = ("account_id", "partner_id", "name", "balance", "amount_currency", "currency_id")
        return [{name: item.get(name) or False for name in names} for item in items]

    @api.depends("entry")
    def _compute_entry_table(self):
        for request in self:
            request.entry_table = request._entry_html()

    def _entry_html(self):
        # sudo: who may see the request sees what would be booked
        known = self.sudo()
        accounts, partners = known.env["account.account"], known.env["res.partner"]
        currency = self.company_currency_id
        rows = Markup().join(
            Markup(
                "<tr><td>%s</td><td>%s</td><td>%s</td>"
                "<td class='text-end'>%s</td><td class='text-end'>%s</td></tr>"
            )
            % (
                accounts.browse(item["account_id"]).exists().display_name or "",
                partners.browse(item["partner_id"] or ()).exists().display_name or "",
                item["name"] or "",
                currency.format(item["balance"]) if item["balance"] > 0 else "",
                currency.format(-item["balance"]) if item["balance"] < 0 else "",
            )
            for item in self.entry or []
        )
        return Markup(
            "<table class='table table-sm'><thead><tr><th>%s</th><th>%s</th><th>%s</th>"
            "<th class='text-end'>%s</th><th class='text-end'>%s</th></tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("Account"),
            self.env._("Partner"),
            self.env._("Label"),
            self.env._("Debit"),
            self.env._("Credit"),
            rows,
        )

    # -- deciding --------------------------------------------------------------

    def _obstacle(self):
        st_line = self.st_line_id
        if st_line.is_reconciled:
            return self.env._("%s is reconciled already.", st_line.payment_ref)
        residuals = self.residuals or {}
        items = self.env["account.move.line"].browse(int(key) for key in residuals).exists()
        if len(items) < len(residuals) or any(
            abs(item.amount_residual_currency - residuals[str(item.id)]) >= CENT for item in items
        ):
            return self.env._(
                "A document of this request was paid or changed meanwhile. Refuse it, and have the"
                " line decided anew."
            )
        choice = self.env["recon.decision"]._read(st_line, self.choice)
        if not _same(self._entry_of(st_line, choice), self.entry or []):
            return self.env._(
                "The entry would not be the one that was asked for: the line, an account or a rate"
                " changed meanwhile. Refuse it, and have the line decided anew."
            )
        return False

    def _carry_out(self):
        decision = self.env["recon.decision"]
        choice = decision._read(self.st_line_id, self.choice)
        decision._post(self.st_line_id, choice, request=self)

    def _set_state(self, state, answer=False):
        # EXTENDS recon.second.person: the line is on the to-do list again
        res = super()._set_state(state, answer)
        # sudo: whoever decides, its bank line is meant
        self._mark_exceptions(self.sudo().st_line_id)
        return res

    @api.model
    def _mark_exceptions(self, st_lines):
        """Say on the to-do list which of ``st_lines`` wait for a second person.

        sudo: readonly for everybody, the requests decide.
        """
        exceptions = self.env["recon.exception"].sudo()
        found = exceptions.search([("st_line_id", "in", st_lines.ids), ("state", "=", "open")])
        waiting = self.sudo().search(
            [("st_line_id", "in", st_lines.ids), ("state", "=", "waiting")]
        )
        for row in found:
            request = waiting.filtered(lambda one, row=row: one.st_line_id == row.st_line_id)
            if row.request_id != request:
                row.request_id = request

    def _desk_row(self):
        """The request as the workplace shows it: {id, text, who, reason, may_decide}; False for none."""
        if not self:
            return False
        return {
            "id": self.id,
            "text": self._words(),
            "who": self.sudo().requested_by_id.name,  # sudo: the name of a colleague
            "reason": self.reason,
            "may_decide": self.may_decide,
        }

    def _desk_choice(self):
        """What was asked for as the browser keeps a choice, its documents described."""
        rows = self.choice["documents"]
        items = {
            item.id: item
            for item in self.env["account.move.line"].browse(row["id"] for row in rows).exists()
        }
        return {
            **self.choice,
            "documents": [
                {**items[row["id"]]._desk_document(), **row} for row in rows if row["id"] in items
            ],
        }

    def action_open_line(self):
        """The workplace with the bank line chosen."""
        self.ensure_one()
        return self.st_line_id.action_open_desk()


class ReconException(models.Model):
    """A line that waits for a second person is not on the to-do list."""

    _inherit = "recon.exception"

    request_id = fields.Many2one(
        "recon.write.off.request", string="Waits for approval", readonly=True, copy=False
    )

    @api.model
    def _open_domain(self):
        # EXTENDS open_banking_recon
        return super()._open_domain() & fields.Domain("request_id", "=", False)

    @api.model
    def _resolve(self, st_lines):
        # EXTENDS open_banking_recon: settled without it, for example by a payment in two parts
        # sudo: requests are written by what happens to them
        requests = self.env["recon.write.off.request"].sudo()
        waiting = requests.search([("st_line_id", "in", st_lines.ids), ("state", "=", "waiting")])
        for request in waiting:
            request.sudo(False)._set_state(
                "outdated", self.env._("The bank line was settled in another way.")
            )
        return super()._resolve(st_lines)


def _residuals(choice):
    """{journal item id: what was open of it in its currency}; JSON has texts for keys."""
    return {str(item.id): item.amount_residual_currency for item, _amount in choice.documents}


def _same(now, then):
    """Whether two entries are the same, amounts to half a cent."""
    if len(now) != len(then):
        return False
    return all(
        abs(row[name] - old[name]) < CENT
        if name in ("balance", "amount_currency")
        else row[name] == old[name]
        for row, old in zip(now, then, strict=True)
        for name in row
    )
