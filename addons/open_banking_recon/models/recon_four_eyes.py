import json

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError

# In the context of what a second person has approved. An object of this process: nothing that comes
# from outside, as a context does, can be it.
APPROVED = object()
KEY = "recon_approved_change"


class ReconFourEyes(models.AbstractModel):
    """A setting that nobody changes alone where the company wants four eyes.

    A change is refused with the way to ask for it, over RPC and in imports too. What the system does
    itself, as superuser, is not concerned.
    """

    _name = "recon.four.eyes"
    _description = "Setting that a Second Person Approves"

    # through which the company is found, for rows of a setting
    _four_eyes_parent = None
    _four_eyes_group = "open_banking_recon.group_manager"
    # what decides whether a record is under the rule, beside its company and parent
    _four_eyes_by = ()
    # whether an approved change is carried out with the rights of the system
    _four_eyes_sudo = False

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS the models that inherit this one
        if not self._may_alone():
            for vals in vals_list:
                self._refuse_alone("create", self._with_defaults(vals))
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS the models that inherit this one
        self._refuse_alone("write", vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_deleting_alone(self):
        self._refuse_alone("unlink", {})

    def _may_alone(self):
        return self.env.su or self.env.context.get(KEY) is APPROVED

    def _with_defaults(self, vals):
        """``vals`` with the defaults that come from outside, or decide whether they are guarded."""
        named = {key.removeprefix("default_") for key in self.env.context}
        wanted = (named | {*self._four_eyes_by, self._four_eyes_parent}) & self._fields.keys()
        return {**self.default_get(sorted(wanted - vals.keys())), **vals}

    def _refuse_alone(self, operation, vals):
        """Raise with the way to ask, unless one person may do it."""
        if self._may_alone():
            return
        if not self._is_guarded(operation, vals) or not self._guarding_companies(vals):
            return
        # who may not do it at all is told so, not how to ask
        self.check_access("write" if operation == "allow" else operation)
        message = self.env._(
            "Nothing was changed: a second person approves changes of “%s” here. Ask for it, on the"
            " screen with the button below, over RPC with the model recon.change.ask.",
            self.env["ir.model"]._get(self._name).name,
        )
        if self.env.context.get("import_file"):
            raise UserError(message)
        raise RedirectWarning(
            message,
            self.env.ref("open_banking_recon.recon_change_ask_action").id,
            self.env._("Ask for this change"),
            {
                "default_res_model": self._name,
                "default_res_id": self[:1].id,
                "default_operation": operation,
                "default_proposed": json.dumps(vals, default=str),
            },
        )

    def _is_guarded(self, operation, vals):
        """Whether the change is one that a second person approves."""
        return operation != "write" or bool(vals)

    def _guarding_companies(self, vals):
        """Of the companies that the setting holds for, or would, those that want four eyes."""
        # sudo: what is shared holds for companies that the user does not see as well
        return self.sudo()._four_eyes_companies(vals).filtered("recon_four_eyes")

    def _four_eyes_companies(self, vals):
        """The companies that the records, with ``vals``, hold for; for what is shared, all that want
        four eyes."""
        if self._four_eyes_parent:
            parents = self[self._four_eyes_parent]
            parents |= parents.browse(vals.get(self._four_eyes_parent) or ())
            return parents._four_eyes_companies({})
        companies = self.env["res.company"]
        everybody = companies.search([("recon_four_eyes", "=", True)])
        if "company_id" not in self._fields:
            return everybody
        named = [row.company_id for row in self]
        if "company_id" in vals or not self:
            default = vals["company_id"] if "company_id" in vals else self._default_company_id()
            named.append(companies.browse(default or ()))
        return companies.union(*named) if all(named) else everybody

    @api.model
    def _default_company_id(self):
        return self.default_get(["company_id"]).get("company_id")


class ResCompany(models.Model):
    """The switch, and what of a company's settings is under it."""

    _name = "res.company"
    _inherit = ["res.company", "recon.four.eyes"]
    _four_eyes_sudo = True

    recon_four_eyes = fields.Boolean(
        "Four eyes for policies",
        help="Changes of matching and follow-up policies, of rules that book by themselves and of this"
        " switch wait until a second person has approved them.",
    )

    @api.model
    def _four_eyes_fields(self):
        return {"recon_four_eyes"}

    def _is_guarded(self, operation, vals):
        # OVERRIDES recon.four.eyes: of a company only some fields, and only when they change
        if operation != "write":
            return False
        names = self._four_eyes_fields() & vals.keys()
        return any(_raw(company[name]) != vals[name] for company in self for name in names)

    def _four_eyes_companies(self, vals):
        # OVERRIDES recon.four.eyes
        return self

    @api.constrains("recon_four_eyes")
    def _check_somebody_can_approve(self):
        # sudo: who is a manager is not a question of who sets it
        group = self.env.ref("open_banking_recon.group_manager").sudo()
        for company in self.filtered("recon_four_eyes"):
            managers = group.all_user_ids.filtered(
                lambda user, own=company: user.active and not user.share and own in user.company_ids
            )
            if len(managers) < 2:
                raise ValidationError(
                    self.env._(
                        "Four eyes need two people: give a second user of %s the role Bank manager.",
                        company.name,
                    )
                )


def _raw(value):
    return value.id if isinstance(value, models.BaseModel) else value


class ReconPolicy(models.Model):
    _name = "recon.policy"
    _inherit = ["recon.policy", "recon.four.eyes"]


class ReconDeadline(models.Model):
    _name = "recon.deadline"
    _inherit = ["recon.deadline", "recon.four.eyes"]
    _four_eyes_parent = "policy_id"


class ReconExperience(models.Model):
    _name = "recon.experience"
    _inherit = ["recon.experience", "recon.four.eyes"]


class ReconCategory(models.Model):
    """To pause is open to one person: a brake must not wait. To let it post again is not."""

    _name = "recon.category"
    _inherit = ["recon.category", "recon.four.eyes"]

    def action_allow(self):
        # EXTENDS open_banking_recon
        self._refuse_alone("allow", {})
        return super().action_allow()


class AccountReconcileModel(models.Model):
    """Rules that book by themselves; one that only proposes is everybody's own."""

    _name = "account.reconcile.model"
    _inherit = ["account.reconcile.model", "recon.four.eyes"]
    _four_eyes_by = ("trigger",)

    def _is_guarded(self, operation, vals):
        # EXTENDS recon.four.eyes
        triggers = {*self.mapped("trigger"), vals.get("trigger")}
        return "auto_reconcile" in triggers and super()._is_guarded(operation, vals)


class AccountReconcileModelLine(models.Model):
    _name = "account.reconcile.model.line"
    _inherit = ["account.reconcile.model.line", "recon.four.eyes"]
    _four_eyes_parent = "model_id"

    def _is_guarded(self, operation, vals):
        # EXTENDS recon.four.eyes
        rules = self.model_id | self.model_id.browse(vals.get("model_id") or ())
        is_automatic = "auto_reconcile" in rules.mapped("trigger")
        return is_automatic and super()._is_guarded(operation, vals)
