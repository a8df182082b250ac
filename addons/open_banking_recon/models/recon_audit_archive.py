import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..recon_core.audit.archive import archive_lines
from ..recon_core.audit.chain import Head
from .recon_audit_verify import read_entries

LEAST_DAYS = 365  # what is younger stays in the database


class ReconAuditHead(models.Model):
    """Where each chain ends, noted apart: entries that vanish from the end of a chain show."""

    _name = "recon.audit.head"
    _description = "End of an Audit Chain"
    _log_access = False

    chain = fields.Integer(required=True, readonly=True)
    position = fields.Integer(required=True, readonly=True)
    link = fields.Char(required=True, readonly=True)

    _chain = models.UniqueIndex("(chain)")

    @api.model
    def _note(self, heads):
        """``heads``: {chain: Head}"""
        for chain, head in heads.items():
            self.env.cr.execute(
                SQL(
                    "INSERT INTO recon_audit_head (chain, position, link) VALUES (%s, %s, %s)"
                    " ON CONFLICT (chain) DO UPDATE"
                    " SET position = EXCLUDED.position, link = EXCLUDED.link",
                    chain,
                    head.position,
                    head.link,
                )
            )
        self.invalidate_model()

    @api.model
    def _of(self, chain):
        found = self.search([("chain", "=", chain)])
        return Head(found.position, found.link) if found else None


class ReconAuditArchive(models.Model):
    """Old entries as a file that can be verified without the database; the chain goes on after it."""

    _name = "recon.audit.archive"
    _description = "Archive of the Audit Log"
    _order = "id desc"
    _rec_name = "file_name"

    chain = fields.Integer(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict", index=True)
    position = fields.Integer("Last entry", required=True, readonly=True)
    link = fields.Char(required=True, readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(readonly=True)
    sha256 = fields.Char("SHA-256 of the file", readonly=True)
    is_kept = fields.Boolean(
        "Kept elsewhere",
        readonly=True,
        help="Somebody has confirmed that the file is kept; its entries have left the database.",
    )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("An archive of the audit log is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_unlink(self):
        raise AccessError(self.env._("An archive of the audit log is not deleted."))

    @api.model
    def _last_head(self, chain):
        """The Head after what has left the database. sudo: one chain, whoever looks at it."""
        last = self.sudo().search(
            [("chain", "=", chain), ("is_kept", "=", True)], order="position desc", limit=1
        )
        return Head(last.position, last.link) if last else Head()

    @api.model
    def _make(self, company, before, missing_ok=False):
        """The archive of the entries of ``company`` (none: what concerns all) older than ``before``;
        with ``missing_ok`` an empty recordset when there are none."""
        chain = company.id or 0
        if before > fields.Datetime.now() - timedelta(days=LEAST_DAYS):
            raise UserError(
                self.env._("Entries stay in the database for %s days at least.", LEAST_DAYS)
            )
        start = self._last_head(chain)
        last = self._last_before(chain, start, before)
        if not last and missing_ok:
            return self.browse()
        if not last:
            raise UserError(self.env._("There is no entry that old."))
        found = self.env["recon.audit.entry"]._first_broken(company)
        if found:
            raise UserError(
                self.env._("The chain is broken at entry %s. Find out why first.", found.position)
            )
        linked = read_entries(self.env, chain, start.position, last.position)
        data = "".join(archive_lines(chain, start, linked)).encode("ascii")
        archive = self.create(
            {
                "chain": chain,
                "company_id": company.id,
                "position": last.position,
                "link": last.link,
                "file": base64.b64encode(data),
                "file_name": f"audit-{chain}-{start.position + 1}-{last.position}.jsonl",
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
        facts = {"position": last.position, "sha256": archive.sha256}
        self.env["recon.audit.entry"]._record("archive", archive, facts, company)
        return archive

    def _last_before(self, chain, start, before):
        """The Head of the last entry of the unbroken stretch older than ``before``, or None."""
        rows = self.env.execute_query(
            SQL(
                """SELECT position, link FROM recon_audit_entry
                    WHERE COALESCE(company_id, 0) = %(chain)s AND position > %(start)s
                      AND position < COALESCE(
                          (SELECT min(position) FROM recon_audit_entry
                            WHERE COALESCE(company_id, 0) = %(chain)s AND at >= %(before)s),
                          2147483647)
                 ORDER BY position DESC LIMIT 1""",
                chain=chain,
                start=start.position,
                before=before,
            )
        )
        return Head(*rows[0]) if rows else None

    def action_confirm_kept(self):
        """The file is kept elsewhere: let its entries leave the database."""
        self.ensure_one()
        self.check_access("write")
        if self.is_kept:
            return
        # sudo: the button of a security officer is the one change there is
        self.sudo().write({"is_kept": True})
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "DELETE FROM recon_audit_entry"
                " WHERE COALESCE(company_id, 0) = %s AND position <= %s",
                self.chain,
                self.position,
            )
        )
        self.env["recon.audit.entry"].invalidate_model()
        facts = {"kept": True, "position": self.position}
        self.env["recon.audit.entry"]._record("archive", self, facts, self.company_id or False)
