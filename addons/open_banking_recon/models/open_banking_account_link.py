from odoo import api, fields, models
from odoo.exceptions import UserError

from ..recon_core.account_links import KnownAccount, pair


class OpenBankingAccount(models.Model):
    """Which of a consent's accounts is which, and the journal it is booked in."""

    _inherit = "open.banking.account"

    suggested_journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_suggested_journal_id",
        help="A bank journal that has no account number yet and nothing that feeds it.",
    )

    # -- accounts of a consent ------------------------------------------------

    @api.model
    def _link_sudo(self, consent, bank_accounts):
        """Make ``bank_accounts`` those that ``consent`` opens. One that is known, from this consent
        or another of the company, keeps its journal and its cursor.

        sudo: which accounts exist is the bank's word; users cannot create or relink them.
        """
        Account = self.sudo()
        known = Account.search([("company_id", "=", consent.company_id.id)])
        provider = consent.provider_id
        found = pair({account.id: account._known(provider) for account in known}, bank_accounts)
        currencies = Account._currencies(bank_accounts)
        linked, to_create = Account.browse(), []
        for bank_account, account_id in zip(bank_accounts, found, strict=True):
            currency = currencies.get(bank_account.currency, consent.company_id.currency_id)
            values = Account._vals_from_bank(consent, bank_account, currency)
            if account_id:
                account = Account.browse(account_id)
                account.write(values)
                linked |= account
            else:
                to_create.append({**values, "company_id": consent.company_id.id})
        linked |= Account.create(to_create)
        (Account.search([("consent_id", "=", consent.id)]) - linked)._set_not_shared_sudo()
        self.env["open.banking.read"]._note_accounts_sudo(linked, self._person() is not None)
        linked._suggest_journals()
        # whoever authenticated a moment ago is still there
        self.env["open.banking.event"]._enqueue_fetches_sudo(
            linked.filtered("journal_id"), self._person()
        )

    def _known(self, provider):
        """What ``provider`` may recognise the account by: the names that others gave it mean nothing
        there."""
        is_theirs = self.provider_id == provider
        return KnownAccount(
            iban=self.iban or "",
            currency=self.currency_id.name,
            stable_ref=(is_theirs and self.stable_ref) or "",
            resource_ref=(is_theirs and self.resource_ref) or "",
        )

    @api.model
    def _currencies(self, bank_accounts):
        """{ISO code: currency} of the accounts' currencies, inactive ones too."""
        names = [account.currency for account in bank_accounts]
        Currency = self.env["res.currency"].with_context(active_test=False)
        return {currency.name: currency for currency in Currency.search([("name", "in", names)])}

    @api.model
    def _vals_from_bank(self, consent, bank_account, currency):
        name = bank_account.name or bank_account.owner_name or bank_account.iban[-4:]
        return {
            "consent_id": consent.id,
            "resource_ref": bank_account.resource_ref,
            "stable_ref": bank_account.stable_ref,
            "name": name or self.env._("Account"),
            "iban": bank_account.iban,
            "currency_id": currency.id,
            "next_sync_at": fields.Datetime.now(),
            "authenticated_at": fields.Datetime.now(),
            "error_code": False,
            "error_detail": False,
            "error_count": 0,
        }

    def _set_not_shared_sudo(self):
        """The renewed consent leaves these out. What was booked stays. sudo: the bank's word."""
        self.sudo().write(
            {"resource_ref": False, "next_sync_at": False, "error_code": "account_not_shared"}
        )

    # -- journals -------------------------------------------------------------

    @api.model
    def _free_journals(self, companies):
        """Bank journals of ``companies`` that no account feeds."""
        journals = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "in", companies.ids)]
        )
        # sudo: a journal that another company's account feeds is taken as well
        return journals - self.sudo().search([("journal_id", "!=", False)]).journal_id

    def _suggest_journals(self):
        """Link accounts to the bank journal that has the same IBAN, where one is free."""
        by_iban = {
            (journal.company_id, journal.bank_account_id.sanitized_acc_number): journal
            for journal in self._free_journals(self.company_id).filtered("bank_account_id")
        }
        for account in self.filtered(lambda account: not account.journal_id and account.iban):
            journal = by_iban.pop((account.company_id, account.iban), None)
            if journal and account._fits(journal):
                account._set_journal_sudo(journal)

    @api.depends("journal_id", "currency_id")
    def _compute_suggested_journal_id(self):
        """The one journal that may be meant: a guess, so a person has to say yes."""
        free = self._free_journals(self.company_id).filtered(lambda free: not free.bank_account_id)
        for account in self:
            possible = free.filtered(
                lambda journal, account=account: (
                    journal.company_id == account.company_id and account._fits(journal)
                )
            )
            alone = not account.journal_id and len(possible) == 1
            account.suggested_journal_id = possible if alone else False

    def _fits(self, journal):
        currency = journal.currency_id or journal.company_id.currency_id
        return currency == self.currency_id

    def _set_journal_sudo(self, journal):
        """sudo: the feed of a journal is set by the link with the bank, not by a user's right."""
        self.sudo().journal_id = journal

    def write(self, vals):
        result = super().write(vals)
        if vals.get("journal_id"):
            self._feed_journals_sudo()
            readable = self.filtered(lambda account: account.consent_state == "valid")
            due = readable.filtered("next_sync_at")
            self.env["open.banking.event"]._enqueue_fetches_sudo(due)
        return result

    def _feed_journals_sudo(self):
        """Tell the journals what feeds them; one without an account number gets this one.

        sudo: in Community only the administrator writes journals; here the account that the
        accountant's own consent opened decides.
        """
        for account in self.sudo():
            journal = account.journal_id
            if not account._fits(journal):
                raise UserError(
                    self.env._(
                        "%(account)s is in %(currency)s, the journal %(journal)s is not. Choose a"
                        " journal in the same currency.",
                        account=account.name,
                        currency=account.currency_id.name,
                        journal=journal.name,
                    )
                )
            journal.bank_statements_source = "open_banking"
            if account.iban and not journal.bank_account_id:
                journal.set_bank_account(account.iban)

    def action_use_suggested_journal(self):
        """Book this account in the journal that is suggested, and fetch it."""
        self.ensure_one()
        self.check_access("write")
        if not self.suggested_journal_id:
            raise UserError(self.env["open.banking.messages"]._sentence("no_journal"))
        self._set_journal_sudo(self.suggested_journal_id)
        return self.action_sync_now()

    def action_create_journal(self):
        """A new bank journal with this account's IBAN."""
        self.ensure_one()
        self.check_access("write")
        if self.journal_id:
            raise UserError(self.env._("%s already has a journal.", self.name))
        company = self.company_id
        currency = self.currency_id if self.currency_id != company.currency_id else None
        if currency:
            # sudo: as for the journal; entries in an inactive currency cannot be read in Odoo
            currency.sudo().active = True
        # sudo: in Community only the administrator creates journals; here the account that the
        # accountant's own consent opened decides everything about it
        journal = (
            self.env["account.journal"]
            .sudo()
            .create(
                {
                    "name": self._journal_name(),
                    "type": "bank",
                    "company_id": company.id,
                    "currency_id": currency.id if currency else False,
                    "bank_acc_number": self.iban,
                }
            )
        )
        self._set_journal_sudo(journal)
        return self.action_sync_now()

    def _journal_name(self):
        """The account's name, with the bank's where another journal has it already."""
        same = [("name", "=", self.name), ("company_id", "=", self.company_id.id)]
        taken = self.env["account.journal"].search_count(same, limit=1)
        return f"{self.name} ({self.consent_id.name})" if taken else self.name
