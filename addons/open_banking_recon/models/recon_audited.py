from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

# Values that say nothing of a person: the audit log keeps them beside the names of the fields.
PLAIN = ("boolean", "integer", "float", "monetary", "selection", "date")


class ReconAuditedSetting(models.AbstractModel):
    """Rules and policies: who created, changed or deleted them is in the audit log."""

    _name = "recon.audited.setting"
    _description = "Setting whose changes are in the audit log"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS the models that inherit this one
        records = super().create(vals_list)
        records._note_setting("created")
        return records

    def write(self, vals):
        # EXTENDS the models that inherit this one
        res = super().write(vals)
        self._note_setting("changed", vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _note_deleted(self):
        self._note_setting("deleted")

    def _note_setting(self, did, vals=None):
        if self.env.su:  # what the system itself keeps there: states, counters, sealed secrets
            return
        facts = {"did": did}
        if vals is not None:
            facts["fields"] = sorted(vals)
            facts["values"] = {
                name: value if isinstance(value, bool | int | float) else str(value)
                for name, value in vals.items()
                if name in self._fields and self._fields[name].type in PLAIN
            }
        company = None if "company_id" in self._fields else False
        self.env["recon.audit.entry"]._record("setting", self, facts, company)


class ReconWatched(models.AbstractModel):
    """Bank data: who looked at the transactions of which account, once a day, and who exported them."""

    _name = "recon.watched"
    _description = "Bank data whose readers are in the audit log"

    def read(self, fields=None, load="_classic_read"):
        # EXTENDS base: what a form, a list or another program asks for
        res = super().read(fields, load)
        self._note_access()
        return res

    @api.model
    def search_read(
        self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs
    ):
        # EXTENDS base
        res = super().search_read(domain, fields, offset, limit, order, **read_kwargs)
        self.browse([row["id"] for row in res])._note_access()
        return res

    def export_data(self, fields_to_export):
        # EXTENDS base
        res = super().export_data(fields_to_export)
        facts = {"model": self._name, "count": len(self), "fields": sorted(fields_to_export)}
        for company in self.company_id:
            self.env["recon.audit.entry"]._record_alone("export", facts, company)
        return res

    def _note_access(self):
        """Note each journal of ``self`` that this user has not looked at today. The system itself is
        nobody who looks."""
        if not self or self.env.su or self.env.uid == SUPERUSER_ID:
            return
        # sudo: who may read the record is noted, whatever they may see of journals
        journals = self.sudo().journal_id
        if not journals:
            return
        known = self.env.execute_query(
            SQL(
                """SELECT DISTINCT res_id FROM recon_audit_entry
                    WHERE res_model = 'account.journal' AND res_id IN %s
                      AND kind = 'access' AND actor_id = %s AND at >= %s""",
                journals._ids,
                self.env.uid,
                self.env.cr.now().replace(hour=0, minute=0, second=0, microsecond=0),
            )
        )
        new = journals - journals.browse([identity for (identity,) in known])
        self.env["recon.audit.entry"]._record("access", new, {"what": self._name})


class AccountBankStatementLine(models.Model):
    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "recon.watched"]

    def _set_match_state(self, state, rule=False, probability=0.0):
        # EXTENDS open_banking_recon: who matched, and why
        res = super()._set_match_state(state, rule, probability)
        if state in ("auto", "accepted", "new"):
            self._note_match("undone" if state == "new" else state, rule, probability)
        return res

    def _note_match(self, did, rule, probability):
        # sudo: what the match stood on is the engine's
        proposals = self.env["recon.proposal"].sudo()
        accepted = {
            row.st_line_id.id: row
            for row in proposals.search(
                [("st_line_id", "in", self.ids), ("state", "=", "accepted")], order="id"
            )
        }
        # names of a user's own rules may be anything
        named = {"rule": rule if rule and rule.replace("_", "").isalnum() else bool(rule)}
        facts = {}
        for line in self:
            facts[line.id] = {"did": did, "probability": round(probability, 4), **named}
            if proposal := accepted.get(line.id):
                facts[line.id]["proposal"] = proposal.id
                facts[line.id]["evidence"] = [
                    [item["code"], round(item["weight"], 3)] for item in proposal.evidence or []
                ]
        self.env["recon.audit.entry"]._record("match", self, facts)


class ReconException(models.Model):
    _name = "recon.exception"
    _inherit = ["recon.exception", "recon.watched"]


class OpenBankingAccount(models.Model):
    _name = "open.banking.account"
    _inherit = ["open.banking.account", "recon.watched"]


class ReconPolicy(models.Model):
    _name = "recon.policy"
    _inherit = ["recon.policy", "recon.audited.setting"]


class AccountReconcileModel(models.Model):
    _name = "account.reconcile.model"
    _inherit = ["account.reconcile.model", "recon.audited.setting"]


class OpenBankingProvider(models.Model):
    _name = "open.banking.provider"
    _inherit = ["open.banking.provider", "recon.audited.setting"]
