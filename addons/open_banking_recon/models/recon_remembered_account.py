from odoo import api, fields, models
from odoo.tools import SQL


class ReconRememberedAccount(models.Model):
    """The account on which a kind of difference was booked last, for a partner and for all."""

    _name = "recon.remembered.account"
    _description = "Remembered Account"
    _order = "company_id, kind, partner_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="cascade")
    account_id = fields.Many2one("account.account", required=True, ondelete="cascade")
    times = fields.Integer(default=1, required=True)

    _one_a_kind = models.UniqueIndex("(company_id, kind, COALESCE(partner_id, 0))")

    @api.model
    def _remember(self, company, kind, partner, account):
        """``account`` was chosen for ``kind``: for all, and for ``partner`` where there is one."""
        partners = {False, partner.commercial_partner_id.id if partner else False}
        # one statement: two people who book the same kind at once do not trip over each other
        for partner_id in sorted(partners):
            self.env.execute_query(
                SQL(
                    """INSERT INTO recon_remembered_account AS known
                              (company_id, kind, partner_id, account_id, times)
                       VALUES (%(company)s, %(kind)s, %(partner)s, %(account)s, 1)
                  ON CONFLICT (company_id, kind, COALESCE(partner_id, 0))
                DO UPDATE SET account_id = EXCLUDED.account_id, times = known.times + 1
                    RETURNING id""",
                    company=company.id,
                    kind=kind,
                    partner=partner_id or None,
                    account=account.id,
                )
            )
        self.invalidate_model()

    @api.model
    def _recall(self, company, partner):
        """{kind: account} for ``partner``, else of all in ``company``.

        sudo: what people of the company chose serves whoever books the next one; accounts only.
        """
        rows = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", [False, partner.commercial_partner_id.id]),
                ("account_id.active", "=", True),
            ],
            ["kind", "partner_id", "account_id"],
        )
        return {
            row.kind: row.account_id.sudo(False)
            for row in rows.sorted(lambda row: bool(row.partner_id))
        }
