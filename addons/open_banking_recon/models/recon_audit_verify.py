import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..recon_core.audit.chain import Entry, Verifier

_logger = logging.getLogger(__name__)

PAGE = 20_000


def read_entries(env, chain, after, last):
    """The entries of ``chain`` behind position ``after`` up to ``last`` with their links, in order."""
    while after < last:
        rows = env.execute_query(
            SQL(
                "SELECT position, at, kind, actor_id, res_model, res_id, facts, link"
                "  FROM recon_audit_entry"
                " WHERE COALESCE(company_id, 0) = %s AND position > %s AND position <= %s"
                " ORDER BY position, id LIMIT %s",
                chain,
                after,
                last,
                PAGE,
            )
        )
        if not rows:
            return
        for position, at, kind, actor, model, record, facts, own in rows:
            yield (
                Entry(chain, position, at, kind, actor or 0, model or "", record or 0, facts),
                own,
            )
        after = rows[-1][0]


class ReconAuditEntry(models.Model):
    """Whether the chains hold."""

    _inherit = "recon.audit.entry"

    def action_verify(self):
        """Verify the chains of the user's companies and say what came of it, whatever is selected."""
        self.check_access("read")
        companies = [self.env["res.company"], *self.env.companies]
        broken = self._broken_chains(companies)
        message = self.env._("All entries are there and unchanged.")
        if broken:
            message = "\n".join(
                self.env._(
                    "%(company)s: the chain is broken at entry %(position)s (%(code)s).",
                    company=company.name or self.env._("All companies"),
                    position=found.position,
                    code=found.code,
                )
                for company, found in broken
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "message": message,
                "sticky": bool(broken),
            },
        }

    @api.model
    def _broken_chains(self, companies):
        """[(company, Broken)] of those of ``companies`` whose chain does not hold."""
        found = [(company, self._first_broken(company)) for company in companies]
        return [(company, broken) for company, broken in found if broken]

    @api.model
    def _first_broken(self, company):
        """The first Broken of the chain of ``company`` (none: what concerns all), or None.

        sudo: the chain is one, whoever verifies it; nothing of it is shown.
        """
        chain = company.id or 0
        start = self.env["recon.audit.archive"].sudo()._last_head(chain)
        head = self.env["recon.audit.head"].sudo()._of(chain)
        verifier = Verifier(start)
        last = self._last_position(chain)
        if verifier.feed(read_entries(self.env, chain, start.position, last)):
            return verifier.broken
        return verifier.end(head) or self.env["recon.audit.anchor"].sudo()._first_unmet(chain)

    def _last_position(self, chain):
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(max(position), 0) FROM recon_audit_entry"
                " WHERE COALESCE(company_id, 0) = %s",
                chain,
            )
        )
        return rows[0][0]

    @api.model
    def _cron_verify(self):
        """Verify all chains, sign where they end, and tell the security officers what is wrong."""
        self._cron_link()
        chains = self.env["recon.audit.head"].search([("chain", ">", 0)]).mapped("chain")
        companies = [self.env["res.company"], *self.env["res.company"].browse(chains).exists()]
        broken = self._broken_chains(companies)
        for company, found in broken:
            _logger.error(
                "audit log of company %s: broken at entry %s (%s)",
                *(company.id or 0, found.position, found.code),
            )
            self._tell_officers(company, found)
        whole = [company for company in companies if company not in dict(broken)]
        self.env["recon.audit.anchor"]._sign_heads(whole, fields.Date.context_today(self))

    def _tell_officers(self, company, found):
        """An activity on the contact of each security officer of ``company``, once for each break."""
        officers = self.env.ref("open_banking_recon.group_security_officer").all_user_ids
        for officer in officers.filtered("active"):
            if company and company not in officer.company_ids:
                continue
            summary = self.env._(
                "The audit log of %(company)s is broken at entry %(position)s",
                company=company.name or self.env._("all companies"),
                position=found.position,
            )
            if summary not in officer.partner_id.activity_ids.mapped("summary"):
                officer.partner_id.activity_schedule(
                    "mail.mail_activity_data_warning", user_id=officer.id, summary=summary
                )
