from dataclasses import replace

from odoo import api, fields, models

from .cron_trigger import trigger_sudo

MATCH_STATES = [
    ("new", "New"),
    ("auto", "Reconciled automatically"),
    ("accepted", "Accepted by a person"),
    ("exception", "To do"),
]


class AccountBankStatementLine(models.Model):
    """What the bank said, kept in fields of ours, and what became of it.

    Odoo moves the accounting date of a line in a locked period: ``booking_date`` and ``value_date``
    stay the bank's. ``is_reconciled`` only says that no suspense line is left: ``match_state`` says
    who settled it.
    """

    _inherit = "account.bank.statement.line"

    open_banking_ref = fields.Char(
        string="Transaction identity", readonly=True, copy=False, index=False
    )
    booking_date = fields.Date(readonly=True, copy=False)
    value_date = fields.Date(readonly=True, copy=False)
    entry_reference = fields.Char(string="Bank reference", readonly=True, copy=False)
    end_to_end_id = fields.Char(string="End-to-end identification", readonly=True, copy=False)
    mandate_id = fields.Char(readonly=True, copy=False)
    creditor_reference = fields.Char("Structured reference", readonly=True, copy=False)
    bank_tx_code = fields.Char(string="Bank transaction code", readonly=True, copy=False)
    return_reason = fields.Char(readonly=True, copy=False, help="ISO 20022 return reason code")
    match_state = fields.Selection(
        MATCH_STATES, default="new", required=True, readonly=True, copy=False, index=True
    )
    match_rule = fields.Char(readonly=True, copy=False)
    match_probability = fields.Float(readonly=True, copy=False, aggregator="avg")
    auto_match_blocked = fields.Boolean(
        readonly=True,
        copy=False,
        help="A person undid the match of this line: it is not matched by itself again.",
    )
    proposal_ids = fields.One2many("recon.proposal", "st_line_id", string="Proposals")
    document_ids = fields.One2many("recon.document", "statement_line_id", string="Documents")

    _feed_days = models.Index("(journal_id, booking_date) WHERE open_banking_ref IS NOT NULL")
    _open_banking_ref_unique = models.UniqueIndex(
        "(journal_id, open_banking_ref) WHERE open_banking_ref IS NOT NULL",
        "This transaction has already been imported into the journal.",
    )

    @api.model
    def _create_from_transactions(self, journal, keyed):
        """Book [(identity, BankTransaction)] as lines of ``journal``, payers found beforehand."""
        own_iban = journal.bank_account_id.sanitized_acc_number
        keyed = [(key, _without_ourselves(entry, own_iban)) for key, entry in keyed]
        partners = self._partners_by_iban(
            journal.company_id, [entry.counterparty_iban for _key, entry in keyed]
        )
        currencies = {currency.name: currency for currency in self.env["res.currency"].search([])}
        own_currency = journal.currency_id or journal.company_id.currency_id
        vals_list = []
        for key, entry in keyed:
            vals = self._vals_from_transaction(journal, key, entry)
            vals["partner_id"] = partners.get(entry.counterparty_iban)
            foreign = currencies.get(entry.instructed_currency)
            if foreign and foreign != own_currency and entry.instructed_amount and entry.amount:
                sign = 1 if entry.amount > 0 else -1
                vals["foreign_currency_id"] = foreign.id
                vals["amount_currency"] = sign * abs(float(entry.instructed_amount))
            vals_list.append(vals)
        # tracking off: one chatter message per booked line helps nobody
        return self.with_context(tracking_disable=True).create(vals_list)

    @api.model
    def _vals_from_transaction(self, journal, key, entry):
        label = entry.remittance_unstructured or entry.creditor_reference
        return {
            "journal_id": journal.id,
            "date": entry.booking_date,
            "amount": float(entry.amount),
            "payment_ref": label or entry.counterparty_name or entry.bank_tx_code or "/",
            "partner_name": entry.counterparty_name,
            "account_number": entry.counterparty_iban,
            "transaction_type": entry.bank_tx_code,
            "open_banking_ref": key,
            "booking_date": entry.booking_date,
            "value_date": entry.value_date,
            "entry_reference": entry.entry_reference or entry.transaction_id,
            "end_to_end_id": entry.end_to_end_id,
            "mandate_id": entry.mandate_id,
            "creditor_reference": entry.creditor_reference,
            "bank_tx_code": entry.bank_tx_code,
            "return_reason": entry.return_reason,
        }

    def _enrich(self, entry):
        """Take over what the bank says of a stored line now. The caller skips the synchronization
        with the entry.

        The booking date stays: the key was made of it. What the line was matched by stays when it
        is reconciled.
        """
        facts = {
            "value_date": entry.value_date,
            "entry_reference": entry.entry_reference or entry.transaction_id,
            "end_to_end_id": entry.end_to_end_id,
            "mandate_id": entry.mandate_id,
            "creditor_reference": entry.creditor_reference,
            "bank_tx_code": entry.bank_tx_code,
            "return_reason": entry.return_reason,
        }
        if not self.is_reconciled:
            facts["payment_ref"] = entry.remittance_unstructured
            facts["partner_name"] = entry.counterparty_name
            facts["account_number"] = entry.counterparty_iban
        self.write({name: value for name, value in facts.items() if value})

    def unlink(self):
        # EXTENDS account: what a person deletes does not come back with the next fetch
        self.env["open.banking.identity"]._remember_deleted_sudo(self)
        return super().unlink()

    @api.model
    def _partners_by_iban(self, company, ibans):
        """{IBAN: partner id} for the IBANs that belong to exactly one partner. One query."""
        wanted = {iban for iban in ibans if iban}
        if not wanted:
            return {}
        # sudo: bank accounts of partners are not readable by every role; only ids leave
        accounts = (
            self.env["res.partner.bank"]
            .sudo()
            .search_fetch(
                [
                    ("sanitized_acc_number", "in", list(wanted)),
                    ("company_id", "in", [False, company.id]),
                ],
                ["sanitized_acc_number", "partner_id"],
            )
        )
        found = {}
        for account in accounts:
            owner = account.partner_id.commercial_partner_id.id
            found.setdefault(account.sanitized_acc_number, set()).add(owner)
        return {iban: owners.pop() for iban, owners in found.items() if len(owners) == 1}

    def _set_match_state(self, state, rule=False, probability=0.0):
        """sudo: the fields are readonly for everybody; the match decides."""
        self.sudo().with_context(skip_account_move_synchronization=True).write(
            {"match_state": state, "match_rule": rule, "match_probability": probability}
        )

    def action_open_desk(self):
        """The workplace with this line chosen."""
        self.ensure_one()
        exception_id = self.env["recon.desk"].open_line(self.id)
        action = self.env["ir.actions.actions"]._for_xml_id("open_banking_recon.recon_desk_action")
        return {**action, "params": {"exception_id": exception_id}}

    def action_open_match_wizard(self):
        self.ensure_one()
        return self.env["recon.match.wizard"]._open(self)

    def action_undo_match(self):
        """Give the documents back and put the line on the to-do list."""
        self.check_access("write")
        # Odoo lets more people write bank lines than may decide on them here
        self.env["recon.exception"].check_access("write")
        self.env["recon.learner"]._unlearn(self)
        self.env["recon.proposal"]._undo(self)
        self.with_context(tracking_disable=True).action_undo_reconciliation()
        self._set_match_state("new")
        # sudo: readonly for everybody, set by this action alone
        self.sudo().with_context(skip_account_move_synchronization=True).auto_match_blocked = True
        trigger_sudo(self.env, "ir_cron_match")
        return True


def _without_ourselves(entry, own_iban):
    """``entry`` without a counterparty that is the account itself: some banks name both sides."""
    if not own_iban or entry.counterparty_iban != own_iban:
        return entry
    return replace(entry, counterparty_iban="", counterparty_name="")
