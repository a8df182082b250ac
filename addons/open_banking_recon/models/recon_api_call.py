import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..recon_core.api.problems import CallRefused

KEPT = timedelta(hours=24)


class ReconApiCall(models.Model):
    """A call that wrote something, and its answer: the same call again gets it and does nothing."""

    _name = "recon.api.call"
    _description = "Call of the API"
    _order = "id desc"
    _rec_name = "operation"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    key = fields.Char("Idempotency key", required=True, readonly=True)
    operation = fields.Char("Method", required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True, help="Of the method and its arguments.")
    answer = fields.Text(readonly=True)
    called_at = fields.Datetime("Called", required=True, readonly=True, index=True)

    _once = models.UniqueIndex("(user_id, key)", "This call was made already.")

    @api.autovacuum
    def _gc_answered(self):
        self.search([("called_at", "<", fields.Datetime.now() - KEPT)]).unlink()


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    def _once_sudo(self, operation, key, digest, run):
        """The answer of ``run()``, or that of the first call with ``key``.

        The key is taken in the transaction of what is done: a call that fails leaves it free. Of two at
        the same time the second waits for the first, and is then tried again by the server.
        CallRefused("idempotency_key_reused") for another call. sudo: nobody writes calls.
        """
        query = SQL(
            "INSERT INTO recon_api_call (user_id, key, operation, digest, called_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            *(self.env.uid, key, operation, digest, fields.Datetime.now()),
        )
        # not execute_query: that the same call is under way is no error for the log
        self.env.cr.execute(query, log_exceptions=False)
        taken = self.env.cr.fetchone()
        calls = self.env["recon.api.call"].sudo()
        if taken:
            answer = run()
            calls.browse(taken).answer = json.dumps(answer)
            return answer
        known = calls.search([("user_id", "=", self.env.uid), ("key", "=", key)])
        if known.digest != digest:
            raise CallRefused("idempotency_key_reused", "", "idempotency_key")
        return json.loads(known.answer)
