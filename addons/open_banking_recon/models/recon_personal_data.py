from odoo import api, models

LINE_FIELDS = (
    *("date", "amount", "payment_ref", "partner_name", "account_number", "entry_reference"),
    *("end_to_end_id", "mandate_id", "creditor_reference", "return_reason"),
)


class ReconPersonalData(models.AbstractModel):
    """What is known of a person: told on request, and forgotten as far as the books allow.

    An add-on that knows more extends ``_sections_sudo`` and ``_forget_sudo``. Both see all companies
    that their caller has chosen, whatever else the caller may read: a request for one's own data is
    answered by a security officer, who sees no bank data beside.
    """

    _name = "recon.personal.data"
    _description = "Personal Data of a Partner"

    @api.model
    def _export_sudo(self, partner):
        """A JSON value with everything about ``partner`` and its contacts, by section."""
        persons = self._persons_sudo(partner)
        return {
            "partner": [
                {"id": person.id, "name": person.name, "email": person.email or ""}
                for person in persons
            ],
            **self._sections_sudo(persons),
        }

    @api.model
    def _persons_sudo(self, partner):
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)
        return everybody.search([("id", "child_of", partner.commercial_partner_id.id)])

    @api.model
    def _sections_sudo(self, persons):
        """{section: [row of plain values]}"""
        companies = [("company_id", "in", self.env.companies.ids)]
        own = [("partner_id", "in", persons.ids), *companies]
        return {
            "bank_lines": self._rows_sudo("account.bank.statement.line", own, LINE_FIELDS),
            "pending_transactions": self._rows_sudo(
                "open.banking.pending",
                own,
                ("value_date", "amount", "counterparty_name", "remittance_unstructured"),
            ),
            "learned_payers": self._rows_sudo(
                "recon.partner.alias", own, ("kind", "value", "count", "last_seen")
            ),
            "documents": self._rows_sudo(
                "recon.document",
                [("supplier_id", "in", persons.ids), *companies],
                ("name", "number", "issue_date", "total", "state"),
            ),
        }

    @api.model
    def _rows_sudo(self, model, domain, names):
        records = self.env[model].sudo().with_context(active_test=False).search(domain)
        return [{name: _plain(record[name]) for name in ("id", *names)} for record in records]

    @api.model
    def _forget_sudo(self, partner):
        """Erase what no law keeps; returns {"erased": {what: count}, "kept": {what: count}}.

        Bank lines are vouchers: their texts are kept as long as the books are. What was learned of
        a person, what the bank only announced, and documents that came to no bill are not.
        """
        persons = self._persons_sudo(partner)
        companies = [("company_id", "in", self.env.companies.ids)]
        own = [("partner_id", "in", persons.ids), *companies]
        # sudo: whoever answers the request sees none of it
        aliases = self.env["recon.partner.alias"].sudo().search(own)
        pending = self.env["open.banking.pending"].sudo().search(own)
        documents = (
            self.env["recon.document"]
            .sudo()
            .search([("supplier_id", "in", persons.ids), *companies])
        )
        unused = documents.filtered(lambda document: not document.move_id)
        # encrypted, nobody can tell whose data are in them: those of all accounts go
        accounts = self.env["open.banking.account"].sudo().search(companies)
        answers = self.env["open.banking.answer"]._forget_sudo(accounts)
        # sudo: as above
        lines = self.env["account.bank.statement.line"].sudo().search_count(own)
        done = {
            "erased": {
                "learned_payers": len(aliases),
                "pending_transactions": len(pending),
                "documents": len(unused),
                "bank_answers": answers,
            },
            "kept": {"bank_lines": lines, "documents": len(documents - unused)},
        }
        aliases.unlink()
        pending.unlink()
        unused.unlink()
        return done


def _plain(value):
    if isinstance(value, models.BaseModel):
        return value.display_name or ""
    return value if isinstance(value, bool | int | float) else str(value or "")
