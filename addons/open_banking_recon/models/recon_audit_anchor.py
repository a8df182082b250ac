import base64
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..recon_core.audit.anchors import Anchor, is_signed, new_key, sign
from ..recon_core.audit.chain import Broken


class ReconAuditKey(models.Model):
    """The key that signs anchors. The private half is sealed; the public one is for everybody."""

    _name = "recon.audit.key"
    _description = "Signing Key of the Audit Log"
    _order = "id desc"
    _rec_name = "create_date"

    public_key = fields.Text(readonly=True)
    private_sealed = fields.Text(readonly=True, copy=False, groups="base.group_system")

    @api.model
    def _current_sudo(self):
        """The key in use, made at the first call. sudo: nobody else may see it."""
        key = self.sudo().search([], limit=1)
        if not key:
            private, public = new_key()
            key = self.sudo().create({"public_key": public})
            vault = self.env["open.banking.vault"]
            key.private_sealed = vault._seal(private, vault._context(key, "private"))
        return key

    def _sign_sudo(self, anchor):
        vault = self.env["open.banking.vault"]
        private = vault._unseal(self.sudo().private_sealed, vault._context(self, "private"))
        return sign(anchor, private)


class ReconAuditAnchor(models.Model):
    """Where a chain ended on a day, signed: kept outside the database, it proves later that nothing
    before it was changed."""

    _name = "recon.audit.anchor"
    _description = "Signed Anchor of the Audit Log"
    _order = "day desc, id desc"
    _rec_name = "day"

    day = fields.Date(required=True, readonly=True)
    chain = fields.Integer(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict", index=True)
    position = fields.Integer("Last entry", required=True, readonly=True)
    link = fields.Char(required=True, readonly=True)
    signature = fields.Char(required=True, readonly=True)
    key_id = fields.Many2one("recon.audit.key", required=True, readonly=True, ondelete="restrict")
    file = fields.Binary("Signed statement", compute="_compute_file")
    file_name = fields.Char(compute="_compute_file")

    _once_a_day = models.UniqueIndex("(chain, day)")

    @api.depends("signature")
    def _compute_file(self):
        for anchor in self:
            statement = anchor._statement()
            said = {
                "database": statement.database,
                "chain": statement.chain,
                "day": statement.day.isoformat(),
                "position": statement.position,
                "link": statement.link,
                "signature": anchor.signature,
                "public_key": anchor.key_id.public_key,
            }
            anchor.file = base64.b64encode(json.dumps(said, indent=2).encode())
            anchor.file_name = f"audit-anchor-{anchor.chain}-{anchor.day}.json"

    # nobody may: there is nothing to pass on
    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("A signed anchor is not changed."))

    @api.ondelete(at_uninstall=False)
    def _refuse_unlink(self):
        raise AccessError(self.env._("A signed anchor is not deleted."))

    @api.model
    def _sign_heads(self, companies, day):
        """Sign where the chains of ``companies`` end, once a day each."""
        key = self.env["recon.audit.key"]._current_sudo()
        for company in companies:
            chain = company.id or 0
            head = self.env["recon.audit.head"]._of(chain)
            if not head or self.search_count([("chain", "=", chain), ("day", "=", day)], limit=1):
                continue
            anchor = Anchor(self._database(), chain, day, head.position, head.link)
            self.create(
                {
                    "day": day,
                    "chain": chain,
                    "company_id": company.id,
                    "position": head.position,
                    "link": head.link,
                    "key_id": key.id,
                    "signature": key._sign_sudo(anchor),
                }
            )

    @api.model
    def _database(self):
        # sudo: a parameter of the system
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _statement(self):
        return Anchor(self._database(), self.chain, self.day, self.position, self.link)

    @api.model
    def _first_unmet(self, chain):
        """The first Broken that an anchor shows: the chain no longer leads through it, or its
        signature is not ours. None while all are met."""
        links = dict(
            self.env.execute_query(
                SQL(
                    """SELECT a.position, e.link FROM recon_audit_anchor a
                         JOIN recon_audit_entry e
                           ON COALESCE(e.company_id, 0) = a.chain AND e.position = a.position
                        WHERE a.chain = %s""",
                    chain,
                )
            )
        )
        for anchor in self.search([("chain", "=", chain)], order="position, id"):
            signed = is_signed(anchor._statement(), anchor.signature, anchor.key_id.public_key)
            if not signed or links.get(anchor.position, anchor.link) != anchor.link:
                return Broken(anchor.position, "anchor")
        return None
