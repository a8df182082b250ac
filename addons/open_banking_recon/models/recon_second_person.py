import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

TO_APPROVE = "open_banking_recon.mail_activity_to_approve"
STATES = [
    ("waiting", "To approve"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("outdated", "Out of date"),
]


class ReconSecondPerson(models.AbstractModel):
    """Something that one person asks for and another decides on. Nobody approves their own, not even
    with all rights."""

    _name = "recon.second.person"
    _description = "Request to a Second Person"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    # nobody writes a request, and those who see it may talk about it
    _mail_post_access = "read"

    requested_by_id = fields.Many2one("res.users", required=True, readonly=True, string="Asked by")
    requested_at = fields.Datetime(required=True, readonly=True, string="Asked on")
    reason = fields.Text(required=True, readonly=True, string="Why")
    state = fields.Selection(
        STATES, default="waiting", required=True, readonly=True, index=True, tracking=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    answer = fields.Text(readonly=True, help="Why it was refused, or is out of date.")
    may_decide = fields.Boolean(compute="_compute_may")
    may_withdraw = fields.Boolean(compute="_compute_may")

    def _approvers_group(self):
        """The external id of the group whose members decide."""
        raise NotImplementedError

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_may(self):
        for request in self:
            is_own = request.requested_by_id == self.env.user
            waits = request.state == "waiting"
            request.may_withdraw = waits and is_own
            request.may_decide = waits and not is_own and request._is_approver(self.env.user)

    def _is_approver(self, user):
        companies = self._companies()
        return (
            user.active
            and user.id != SUPERUSER_ID
            and user.has_group(self._approvers_group())
            and companies <= user.company_ids
        )

    def _companies(self):
        """Whose matter it is; none: that of all."""
        return self.company_id

    # -- asking ----------------------------------------------------------------

    @api.model
    def _ask_sudo(self, vals):
        """Keep the request and tell one who may approve it.

        sudo: nobody writes requests; the caller has checked that the user may do what they ask for.
        """
        if not (vals.get("reason") or "").strip():
            raise UserError(self.env._("Say why, for the person who has to approve it."))
        request = self.sudo().create(
            {
                **vals,
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
            }
        )
        request._note_decision("requested")
        request._tell_one()
        return request.sudo(False)

    def _tell_one(self):
        """One activity, for whoever of those who may decide has the fewest of them."""
        group = self.env.ref(self._approvers_group())
        asker = self.requested_by_id
        candidates = (group.all_user_ids - asker).filtered(
            lambda user: not user.share and self._is_approver(user)
        )
        if not candidates:
            _logger.warning("%s %s waits, and nobody else may approve it", self._name, self.id)
            return
        load = dict(
            self.env["mail.activity"]._read_group(
                [("activity_type_id", "=", self.env.ref(TO_APPROVE).id)], ["user_id"], ["__count"]
            )
        )
        user = min(candidates, key=lambda user: (load.get(user, 0), user.id))
        # quick update: no e-mail for each, the activity is enough
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            TO_APPROVE, user_id=user.id, summary=self._words()
        )

    def _words(self):
        """What is asked for, in one line."""
        return self.display_name

    # -- deciding --------------------------------------------------------------

    def action_approve(self):
        """Do what was asked for, unless what it was asked about has changed."""
        self.ensure_one()
        self._check_second_person()
        problem = self._obstacle()
        if problem:
            raise UserError(problem)
        self._set_state("approved")
        self._carry_out()
        return True

    def action_refuse(self):
        """Ask why, then refuse."""
        self.ensure_one()
        self._check_second_person()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "recon.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _refuse(self, answer):
        self.ensure_one()
        self._check_second_person()
        if not (answer or "").strip():
            raise UserError(self.env._("Say why, for the person who asked."))
        self._set_state("refused", answer)

    def action_withdraw(self):
        """The one who asked wants it no more."""
        self.ensure_one()
        self.check_access("read")
        if self.requested_by_id != self.env.user:
            raise UserError(self.env._("Only who asked for it can withdraw it."))
        self._set_state("withdrawn")
        return True

    def _check_second_person(self):
        self.check_access("read")
        if self.requested_by_id == self.env.user:
            raise UserError(self.env._("You asked for this yourself: a second person decides."))
        if not self._is_approver(self.env.user):
            # sudo: the name of a role
            group = self.env.ref(self._approvers_group()).sudo()
            raise AccessError(
                self.env._("Only somebody with the role %s decides on this.", group.full_name)
            )
        if self.state != "waiting":
            raise UserError(self.env._("This has been decided already."))

    def _obstacle(self):
        """Why it cannot be done any more as it was asked for, in words, or False."""
        raise NotImplementedError

    def _carry_out(self):
        raise NotImplementedError

    def _set_state(self, state, answer=False):
        """A request that waits becomes ``state``; others stay what they are. sudo: nobody writes
        requests, what happens to them does."""
        waiting = self.sudo().filtered(lambda row: row.state == "waiting")
        waiting.write(
            {
                "state": state,
                "answer": answer,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        waiting.activity_unlink([TO_APPROVE])
        waiting.sudo(False)._note_decision(state)

    def _note_decision(self, did):
        """Into the audit log: references, no words of persons."""
        for request in self:
            # sudo: the log notes references, whatever the user may see of the record
            known = request.sudo()
            facts = {"did": did, "asked_by": known.requested_by_id.id, **known._audit_facts()}
            company = known._companies()[:1]
            self.env["recon.audit.entry"]._record("approval", request, facts, company)

    def _audit_facts(self):
        return {}
