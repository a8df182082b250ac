from odoo import api, fields, models

from ..recon_core.matching.model import MatchPolicy


class ReconPolicy(models.Model):
    """What a company lets the matching do by itself. The default of a company has no journal."""

    _name = "recon.policy"
    _description = "Matching Policy"
    _order = "company_id, journal_id, id"

    name = fields.Char(required=True, default=lambda self: self.env._("Matching policy"))
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        check_company=True,
        help="Empty: for all bank journals without a policy of their own.",
    )
    autonomy = fields.Selection(
        [
            ("automatic", "Reconcile what is certain"),
            ("suggest", "Only propose"),
        ],
        required=True,
        default="automatic",
        help="Only propose: every match waits for a person.",
    )
    bills = fields.Selection(
        [
            ("wait", "Wait for a person"),
            ("sure", "Make draft bills of what is sure"),
        ],
        string="Bills from documents",
        required=True,
        default="wait",
        help="A bill is sure when its number, date, amounts and supplier were all read with a"
        " confidence of 90 % or more. Holds for the whole company.",
    )
    precision_target = fields.Float(
        default=0.995,
        digits=(4, 4),
        help="Share of the automatic matches that has to be right.",
    )
    oldest_first = fields.Boolean(
        string="Oldest of equal documents first",
        help="A payment that fits several equal documents of its partner pays the oldest by itself, "
        "as the law has it where the payer says nothing (French Code civil art. 1342-10).",
    )
    suggest_threshold = fields.Float(
        default=0.5,
        digits=(4, 4),
        help="Proposals with a lower probability are not shown as likely.",
    )
    minutes_per_line = fields.Float(
        default=4.0,
        help="Time a person needs to reconcile one line by hand; used for the hours saved.",
    )
    due_days = fields.Integer(
        string="Days to decide",
        default=5,
        help="A bank line that waits for a person is due after so many calendar days.",
    )
    deadline_ids = fields.One2many(
        "recon.deadline",
        "policy_id",
        string="Other times",
        help="The first row that fits a bank line holds; without one the days to decide do.",
    )
    escalate_days = fields.Integer(
        string="Days late until somebody is told",
        default=0,
        help="So many days after a bank line was due, one activity is made for it. 0: never.",
    )
    escalate_user_id = fields.Many2one(
        "res.users",
        string="Tell",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty, or not in the company any more: somebody of the role, whoever has the fewest.",
    )
    escalate_group_id = fields.Many2one(
        "res.groups",
        string="Or somebody of",
        default=lambda self: self.env.ref("open_banking_recon.group_manager"),
    )
    fee_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Bank fees that were deducted from a payment. Empty: such payments wait for a person.",
    )
    discount_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Discounts that were deducted from a payment. Empty: such payments wait for a person.",
    )

    _precision_range = models.Constraint(
        "CHECK (precision_target BETWEEN 0.9 AND 1)",
        "The precision has to lie between 90 % and 100 %.",
    )
    _days_range = models.Constraint(
        "CHECK (due_days >= 0 AND escalate_days >= 0)", "The days cannot be negative."
    )
    _one_per_journal = models.UniqueIndex(
        "(company_id, COALESCE(journal_id, 0)) WHERE active",
        "There is already a policy for this journal.",
    )

    @api.model
    def _for_journals(self, journals):
        """{journal: policy}; an empty policy (the defaults) where a company has set none."""
        policies = self.search([("company_id", "in", journals.company_id.ids)])
        by_journal = {policy.journal_id: policy for policy in policies if policy.journal_id}
        by_company = {policy.company_id: policy for policy in policies if not policy.journal_id}
        return {
            journal: by_journal.get(journal)
            or by_company.get(journal.company_id)
            or self.new({"company_id": journal.company_id.id})
            for journal in journals
        }

    @api.model
    def _for_company(self, company):
        """The policy for journals without one of their own; the defaults when none is set."""
        policy = self.search([("company_id", "=", company.id), ("journal_id", "=", False)], limit=1)
        return policy or self.new({"company_id": company.id})

    def _kernel_policy(self):
        self.ensure_one()
        return MatchPolicy(
            precision_target=self.precision_target,
            suggest_threshold=self.suggest_threshold,
            oldest_first=self.oldest_first,
        )

    def _write_off_account(self, difference, total):
        """The account for what a payer deducted: a fee when tiny, else a discount; may be empty."""
        tiny = abs(difference) <= max(0.05, 0.002 * abs(total))
        return self.fee_account_id if tiny else self.discount_account_id or self.fee_account_id

    def _days_for(self, reason, amount):
        """How many days people have for a bank line of ``reason`` over ``amount`` (signed)."""
        fits = (row.days for row in self.deadline_ids if row._fits(reason, amount))
        return next(fits, self.due_days)

    def _told_when_late(self):
        """The users of whom one is told of a late bank line; empty when there is nobody."""
        # sudo: who has to look at it is not a question of who ran the cron
        policy = self.sudo()
        named = policy.escalate_user_id.filtered(policy._is_of_company)
        return named or policy.escalate_group_id.all_user_ids.filtered(policy._is_of_company)

    def _is_of_company(self, user):
        return user.active and not user.share and self.company_id in user.company_ids
