import base64
import zlib
from datetime import timedelta
from itertools import count

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS, Domain

LONGEST = 366  # days
READERS = "open_banking_recon.group_security_officer"


class OpenBankingAnswer(models.Model):
    """What a bank answered, word for word, to find out later what went wrong.

    Off unless an account says for how many days. Sealed whatever else is, gone after these days, with
    the consent, and when a person asks to be forgotten. Read by :meth:`action_download` alone, which
    the audit log has.
    """

    _name = "open.banking.answer"
    _description = "Answer of a Bank"
    _order = "id desc"
    _rec_name = "at"

    account_id = fields.Many2one(
        "open.banking.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    at = fields.Datetime("Moment", required=True, readonly=True)
    page = fields.Integer(readonly=True, help="Of one fetch, from 1.")
    size = fields.Integer("Bytes", readonly=True)
    body_sealed = fields.Text(readonly=True, copy=False, groups=NO_ACCESS)

    @api.model
    def _listener_sudo(self, account):
        """What keeps each answer of a fetch of ``account`` as it comes, None where none is kept.

        sudo: who fetches need not see them.
        """
        if not account.sudo().keep_answers_days:
            return None
        vault, pages = self.env["open.banking.vault"], count(1)

        def keep(body):
            now = fields.Datetime.now()
            answer = self.sudo().create(
                {"account_id": account.id, "at": now, "page": next(pages), "size": len(body)}
            )
            text = base64.b64encode(zlib.compress(body)).decode()
            answer.body_sealed = vault._seal(text, vault._context(answer, "body"))

        return keep

    def action_download(self):
        """Lead to the answer as a file."""
        self._check_officer()
        return {
            "type": "ir.actions.act_url",
            "url": f"/open_banking/answer/{self.id}",
            "target": "download",
        }

    def _opened_sudo(self):
        """The answer in clear; who reads it is noted. sudo: the sealed text is for nobody.

        Raises AccessError for others than security officers, and ReconError with a code that starts
        with ``vault_`` when the key is not there.
        """
        self._check_officer()
        vault = self.env["open.banking.vault"]
        text = vault._unseal(self.sudo().body_sealed or "", vault._context(self, "body"))
        account = self.sudo().account_id
        self.env["recon.audit.entry"]._record("access", account, {"what": self._name})
        return zlib.decompress(base64.b64decode(text))

    def _check_officer(self):
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(READERS):
            raise AccessError(self.env._("Only a security officer reads the answers of a bank."))

    # -- forgetting -----------------------------------------------------------

    @api.model
    def _forget_sudo(self, accounts):
        """Delete what is kept of ``accounts``; returns how many. sudo: nobody else may."""
        answers = self.sudo().search([("account_id", "in", accounts.ids)])
        found = len(answers)
        answers.unlink()
        return found

    @api.model
    def _erase_old_sudo(self, company, now=None):
        """Delete what is older than its account keeps it; returns how many. sudo: as above."""
        now = now or fields.Datetime.now()
        kept = self.sudo()._read_group([("company_id", "=", company.id)], ["account_id"])
        old = Domain.OR(
            Domain("account_id", "=", account.id)
            & Domain("at", "<=", now - timedelta(days=account.keep_answers_days))
            for (account,) in kept
        )
        answers = self.sudo().search(old) if kept else self.sudo()
        found = len(answers)
        answers.unlink()
        return found


class OpenBankingAccount(models.Model):
    _inherit = "open.banking.account"

    keep_answers_days = fields.Integer(
        "Keep the bank's answers (days)",
        groups="open_banking_recon.group_manager",
        help="What the bank answers is kept encrypted for this long, to find out what went wrong. Only"
        " security officers read it, and the audit log says when. 0: not kept.",
    )

    _keep_answers_days = models.Constraint(
        f"CHECK (keep_answers_days BETWEEN 0 AND {LONGEST})",
        f"Answers of banks can be kept for {LONGEST} days at most.",
    )

    def write(self, vals):
        # EXTENDS base: what is not to be kept any more is not there any more
        res = super().write(vals)
        if "keep_answers_days" in vals:
            facts = {"keep_answers_days": vals["keep_answers_days"]}
            self.env["recon.audit.entry"]._record("setting", self, facts)
            for company in self.company_id:
                self.env["open.banking.answer"]._erase_old_sudo(company)
        return res
