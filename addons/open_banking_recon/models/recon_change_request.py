from copy import deepcopy

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .recon_four_eyes import APPROVED, KEY

OPERATIONS = [
    ("create", "New"),
    ("write", "Change"),
    ("unlink", "Delete"),
    ("allow", "Let it post again"),
]


class ReconChangeRequest(models.Model):
    """A change of a policy or rule that waits for a second person: old and new values, in words."""

    _name = "recon.change.request"
    _description = "Change to Approve"
    _inherit = ["recon.second.person"]
    _rec_name = "subject"

    subject = fields.Char(required=True, readonly=True, string="What")
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, help="Empty: it holds for several companies."
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    operation = fields.Selection(OPERATIONS, required=True, readonly=True)
    proposed = fields.Json(readonly=True)
    before = fields.Json(readonly=True)
    rows = fields.Json(readonly=True)
    change_table = fields.Html(string="The change", compute="_compute_change_table")

    def _approvers_group(self):
        return self.env[self.res_model]._four_eyes_group

    def _words(self):
        labels = dict(self._fields["operation"]._description_selection(self.env))
        return f"{labels[self.operation]}: {self.subject}"

    def _audit_facts(self):
        return {
            "model": self.res_model,
            "record": self.res_id,
            "operation": self.operation,
            "fields": sorted(self.proposed or {}),
        }

    @api.depends("rows", "operation")
    def _compute_change_table(self):
        for request in self:
            request.change_table = request._as_table(request.rows or [])

    @api.model
    def _as_table(self, rows):
        """``rows`` [{label, old, new}] as a table."""
        if not rows:
            return False
        body = Markup().join(
            Markup("<tr><td>%s</td><td>%s</td><td><strong>%s</strong></td></tr>")
            % (row["label"], row["old"], row["new"])
            for row in rows
        )
        return Markup(
            "<table class='table table-sm'><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (self.env._("What"), self.env._("Now"), self.env._("Then"), body)

    # -- asking ------------------------------------------------------------------

    @api.model
    def _guarded(self, model):
        """The model that changes are asked for of; UserError for any other."""
        found = self.env.get(model)
        if not isinstance(found, self.env.registry["recon.four.eyes"]) or found._abstract:
            raise UserError(self.env._("Changes of this need no second person."))
        return found

    @api.model
    def _ask_for(self, model, record_id, operation, vals, reason):
        """Keep a change for a second person; UserError, with nothing kept, when it would not work."""
        records = self._guarded(model)
        record = records if operation == "create" else records.browse(record_id).exists()
        if not record and operation != "create":
            raise UserError(self.env._("What was to be changed is no longer there."))
        self._try(record, operation, vals)
        companies = record._guarding_companies(vals)
        named = record.display_name or vals.get("name") or ""
        return self._ask_sudo(
            {
                "subject": f"{self.env['ir.model']._get(model).name} {named}".strip(),
                "company_id": companies.id if len(companies) == 1 else False,
                "res_model": model,
                "res_id": record.id,
                "operation": operation,
                "proposed": vals,
                "before": _snapshot(record, vals),
                "rows": self.env["recon.change.words"]._rows(record, vals),
                "reason": reason,
            }
        )

    def _try(self, record, operation, vals):
        """Make the change with the rights of the one who asks, and take it back: what they may not do,
        or what breaks a rule of the record, is refused when they ask."""
        with self.env.cr.savepoint() as savepoint:
            self._make(record, operation, vals)
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)

    def _make(self, record, operation, vals):
        record, vals = record.with_context(**{KEY: APPROVED}), deepcopy(vals)
        if operation == "create":
            return record.create(vals)
        if operation == "write":
            return record.write(vals)
        return record.unlink() if operation == "unlink" else record.action_allow()

    # -- deciding --------------------------------------------------------------------

    def _obstacle(self):
        record = self._record_now()
        if self.operation != "create" and not record:
            return self.env._("What was to be changed is no longer there.")
        if _snapshot(record, self.proposed or {}) != (self.before or {}):
            return self.env._(
                "Somebody changed it meanwhile: the old values are no longer those that were shown."
                " Refuse it, and have it asked for anew."
            )
        return False

    def _record_now(self):
        records = self._guarded(self.res_model)
        return records if self.operation == "create" else records.browse(self.res_id).exists()

    def _carry_out(self):
        record = self._record_now()
        if record._four_eyes_sudo:
            # sudo: who decides on a company's setting need not have rights on companies
            record = record.sudo()
        self._make(record, self.operation, self.proposed or {})

    def action_open_record(self):
        """What would be changed."""
        self.ensure_one()
        self.check_access("read")
        record = self._record_now()
        record.check_access("read")
        return record._get_records_action() if record else False


def _snapshot(record, vals):
    """{field: its value now, as JSON has it} of the fields of ``vals``; {} for a new record."""
    if not record:
        return {}
    found = {}
    for name in vals:
        field = record._fields.get(name)
        value = field and record[name]
        if field and field.type in ("one2many", "many2many"):
            found[name] = [[row.id, str(row.write_date)] for row in value.sorted("id")]
        elif isinstance(value, models.BaseModel):
            found[name] = value.id
        elif field:
            found[name] = value if isinstance(value, bool | int | float) else str(value)
    return found
