from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.recon_decision import Choice, Part


class ReconMatchWizard(models.TransientModel):
    """One bank line and a person: what the bank said, the proposals and the reasons for them.

    The best proposal is filled in; accepting it is one click, then the next line opens.
    """

    _name = "recon.match.wizard"
    _description = "Match a Bank Line"

    st_line_id = fields.Many2one("account.bank.statement.line", required=True, readonly=True)
    company_id = fields.Many2one(related="st_line_id.company_id")
    journal_id = fields.Many2one(related="st_line_id.journal_id")
    currency_id = fields.Many2one(related="st_line_id.currency_id")
    amount = fields.Monetary(related="st_line_id.amount")
    date = fields.Date(related="st_line_id.date")
    payment_ref = fields.Char(related="st_line_id.payment_ref")
    counterparty_name = fields.Char(related="st_line_id.partner_name", string="Payer or payee")
    account_number = fields.Char(related="st_line_id.account_number", string="IBAN")
    creditor_reference = fields.Char(related="st_line_id.creditor_reference")
    end_to_end_id = fields.Char(related="st_line_id.end_to_end_id")
    mandate_id = fields.Char(related="st_line_id.mandate_id")
    return_reason = fields.Char(related="st_line_id.return_reason")
    exception_id = fields.Many2one("recon.exception", readonly=True)
    reason = fields.Selection(related="exception_id.reason")
    todo_count = fields.Integer(readonly=True)
    option_ids = fields.One2many("recon.match.wizard.option", "wizard_id", string="Proposals")
    item_ids = fields.One2many("recon.match.wizard.item", "wizard_id", string="Documents")
    why = fields.Text(compute="_compute_why", string="Reasons")
    partner_id = fields.Many2one("res.partner")
    rest = fields.Monetary(
        compute="_compute_rest", help="What the chosen documents do not explain of the bank line."
    )
    is_settled = fields.Boolean(compute="_compute_rest")
    rest_action = fields.Selection(
        [
            ("keep", "Leave it to do"),
            ("account", "Keep it on the partner's account"),
            ("discount", "Early payment discount of the payment terms"),
            ("write_off", "Book it on an account"),
        ],
        string="The rest",
        default="keep",
        required=True,
    )
    write_off_account_id = fields.Many2one("account.account", string="Account", check_company=True)
    write_off_label = fields.Char(string="Label of the write-off")
    approval = fields.Char(compute="_compute_approval", string="To approve")
    approval_reason = fields.Text(
        string="Why", help="For the second person who has to approve the write-off."
    )

    @api.model
    def _open(self, st_line):
        """The action that shows ``st_line`` in the wizard, its best proposal filled in."""
        st_line.check_access("write")
        if st_line.is_reconciled:
            raise UserError(self.env._("%s is reconciled already.", st_line.payment_ref))
        exceptions = self.env["recon.exception"]
        todo = exceptions.search_count(
            exceptions._open_domain() & Domain("company_id", "in", self.env.companies.ids)
        )
        exception = exceptions.search(
            [("st_line_id", "=", st_line.id), ("state", "=", "open")], limit=1
        )
        proposals = self.env["recon.proposal"].search(
            [("st_line_id", "=", st_line.id), ("state", "=", "proposed")]
        )
        wizard = self.create(
            {
                "st_line_id": st_line.id,
                "exception_id": exception.id,
                "todo_count": todo,
                "partner_id": (st_line.partner_id or exception.partner_id).id,
                "write_off_label": st_line.payment_ref,
                "option_ids": [
                    Command.create({"proposal_id": proposal.id}) for proposal in proposals
                ],
            }
        )
        if proposals:
            wizard._fill(proposals[0])
        return wizard._action()

    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match a bank line"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _fill(self, proposal):
        """Take over the documents of ``proposal``."""
        self.ensure_one()
        open_lines = proposal.line_ids.filtered(lambda line: not line.aml_id.reconciled)
        self.write(
            {
                "item_ids": [
                    Command.clear(),
                    *(
                        Command.create({"aml_id": line.aml_id.id, "amount": line.amount})
                        for line in open_lines
                    ),
                ],
                "partner_id": proposal.partner_id.id or self.partner_id.id,
            }
        )
        policy = self.env["recon.policy"]._for_journals(self.journal_id)[self.journal_id]
        part = self.env["recon.decision"]._usual_part(self.st_line_id, self._documents(), policy)
        if part and part.account:
            self.write({"rest_action": "write_off", "write_off_account_id": part.account.id})
        elif part:
            self.rest_action = part.kind

    @api.depends("item_ids.amount", "item_ids.aml_id", "amount")
    def _compute_rest(self):
        for wizard in self:
            wizard.rest = self.env["recon.decision"]._rest(wizard.st_line_id, wizard._documents())
            wizard.is_settled = wizard.currency_id.is_zero(wizard.rest)

    @api.depends("item_ids.amount", "item_ids.aml_id", "option_ids")
    def _compute_why(self):
        for wizard in self:
            chosen = wizard.option_ids.proposal_id.filtered(wizard._is_chosen)[:1]
            wizard.why = chosen.reasons

    @api.depends("rest", "rest_action", "write_off_account_id", "item_ids.amount")
    def _compute_approval(self):
        for wizard in self:
            try:
                wizard.approval = self.env["recon.decision"]._limit(
                    wizard.st_line_id, wizard._choice()
                )
            except UserError:  # what is chosen does not work yet: the button says why
                wizard.approval = False

    # -- deciding -------------------------------------------------------------

    def action_reconcile(self):
        """Post what is shown, then close."""
        self._reconcile()
        return {"type": "ir.actions.act_window_close"}

    def action_reconcile_next(self):
        """Post what is shown, then open the next line."""
        self._reconcile()
        return self._next()

    def action_skip(self):
        """Leave this line as it is and open the next one."""
        return self._next()

    def _reconcile(self):
        self.ensure_one()
        self.env["recon.decision"]._decide(
            self.st_line_id, self._choice(), self.approval_reason or ""
        )

    def _documents(self):
        return [(item.aml_id, item.amount) for item in self.item_ids if item.aml_id]

    def _choice(self):
        parts = []
        if not self.is_settled:
            kind = "other" if self.rest_action == "write_off" else self.rest_action
            account = self.write_off_account_id if kind == "other" else None
            parts.append(Part(kind, account=account, label=self.write_off_label))
        return Choice(self._documents(), parts, self.partner_id)

    def _is_chosen(self, proposal):
        return proposal._settles({item.id: amount for item, amount in self._documents()})

    def _next(self):
        """The wizard on the next line to do (older than this one first, then from the top)."""
        exceptions = self.env["recon.exception"]
        domain = exceptions._open_domain() & Domain(
            [
                ("company_id", "in", self.env.companies.ids),
                ("st_line_id", "!=", self.st_line_id.id),
            ]
        )
        later = Domain("date", "<", self.date) | (
            Domain("date", "=", self.date) & Domain("st_line_id", "<", self.st_line_id.id)
        )
        order = "date desc, st_line_id desc"
        following = exceptions.search(domain & later, limit=1, order=order)
        following = following or exceptions.search(domain, limit=1, order=order)
        if not following:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("All bank lines are done."),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return self._open(following.st_line_id)


class ReconMatchWizardOption(models.TransientModel):
    """A proposal of the engine, one click away."""

    _name = "recon.match.wizard.option"
    _description = "Match Wizard Proposal"

    wizard_id = fields.Many2one("recon.match.wizard", required=True, ondelete="cascade")
    proposal_id = fields.Many2one("recon.proposal", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="proposal_id.currency_id")
    documents = fields.Char(related="proposal_id.documents")
    partner_id = fields.Many2one(related="proposal_id.partner_id")
    probability = fields.Float(related="proposal_id.probability")
    reasons = fields.Text(related="proposal_id.reasons")
    difference = fields.Monetary(related="proposal_id.difference")
    is_open = fields.Boolean(
        compute="_compute_is_open", help="All of its documents still wait for a payment."
    )

    @api.depends("proposal_id.line_ids.aml_id.reconciled")
    def _compute_is_open(self):
        for option in self:
            option.is_open = not any(option.proposal_id.line_ids.aml_id.mapped("reconciled"))

    def action_use(self):
        """Fill the wizard with this proposal."""
        self.ensure_one()
        self.wizard_id._fill(self.proposal_id)
        return self.wizard_id._action()

    def action_open_documents(self):
        """Show the documents of this proposal, for example to see what paid them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.proposal_id.line_ids.aml_id.move_id.ids)],
        }


class ReconMatchWizardItem(models.TransientModel):
    """A document chosen for the bank line, and how much of it."""

    _name = "recon.match.wizard.item"
    _description = "Match Wizard Document"

    wizard_id = fields.Many2one("recon.match.wizard", required=True, ondelete="cascade")
    aml_id = fields.Many2one("account.move.line", string="Document", required=True)
    partner_id = fields.Many2one(related="aml_id.partner_id")
    date_maturity = fields.Date(related="aml_id.date_maturity")
    currency_id = fields.Many2one(related="aml_id.currency_id")
    residual = fields.Monetary(compute="_compute_residual", string="Open")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True, string="Paid"
    )

    @api.depends("aml_id")
    def _compute_residual(self):
        for item in self:
            item.residual = abs(item.aml_id.amount_residual_currency)

    @api.depends("aml_id")
    def _compute_amount(self):
        for item in self:
            if not item.amount:
                item.amount = abs(item.aml_id.amount_residual_currency)
