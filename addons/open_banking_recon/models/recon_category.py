from odoo import api, fields, models
from odoo.tools import SQL

from ..recon_core.matching.calibration import can_earn
from ..recon_core.matching.experience import Tally
from .recon_labels import label

LAST = 200  # automatic matches that are looked back on
UNDONE_SHARE = 0.005


class ReconCategory(models.Model):
    """The record of one category of matches in a company: how often people found it right.

    Certain rules post from the first day. Other categories only propose, in the shadow, until the
    lower bound of their own precision is above the policy's target. What is undone too often pauses.
    """

    _name = "recon.category"
    _description = "Record of Matches"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, made desc, id"
    _rec_name = "label"

    name = fields.Char(string="Code", required=True, readonly=True)
    label = fields.Char(string="Kind of match", compute="_compute_label")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    right = fields.Integer(readonly=True)
    made = fields.Integer(string="Decided", readonly=True)
    lower_bound = fields.Float(
        readonly=True,
        digits=(5, 4),
        help="The share that is right is above this with a probability of 95 % (Wilson).",
    )
    state = fields.Selection(
        [
            ("certain", "Posts by rule"),
            ("shadow", "Only proposes"),
            ("posting", "Posts by its record"),
            ("never", "Never posts"),
            ("paused", "Paused"),
        ],
        required=True,
        readonly=True,
        tracking=True,
    )
    allowed_on = fields.Datetime(readonly=True, help="What was undone before does not count.")

    _name_unique = models.UniqueIndex("(company_id, name)", "This category exists already.")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_label(self):
        for row in self:
            row.label = label(self.env, row.name)

    @api.model
    def _refresh(self, company, target):
        """Count again, pause what is undone too often; returns {category: Tally} and the paused."""
        tallies = self._tallies(company)
        known = {row.name: row for row in self.search([("company_id", "=", company.id)])}
        missing = [name for name in tallies if name not in known]
        created = self.with_context(tracking_disable=True).create(
            [{"name": name, "company_id": company.id, "state": "shadow"} for name in missing]
        )
        known |= {row.name: row for row in created}
        for name, row in known.items():
            row._bring_up_to_date(tallies.get(name, Tally()), target)
        self._pause_what_is_undone(company, known)
        paused = frozenset(name for name, row in known.items() if row.state == "paused")
        return tallies, paused

    def _bring_up_to_date(self, tally, target):
        bound = round(tally.lower_bound(), 4)
        vals = {"right": tally.right, "made": tally.made, "lower_bound": bound}
        if self.state != "paused":
            vals["state"] = self._state(tally, target)
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.with_context(tracking_disable="state" not in changed).write(changed)

    def _state(self, tally, target):
        if "/" not in self.name:
            return "certain"
        if not can_earn(self.name):
            return "never"
        return "posting" if tally.lower_bound() >= target else "shadow"

    @api.model
    def _tallies(self, company):
        """{category: Tally} over the best proposals on which a person, or the books, decided."""
        self.env["recon.proposal"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT category, count(*) FILTER (WHERE state = 'accepted'), count(*)
                     FROM recon_proposal
                    WHERE company_id = %s AND category IS NOT NULL
                      AND state IN ('accepted', 'rejected', 'undone')
                 GROUP BY category""",
                company.id,
            )
        )
        return {category: Tally(right, made) for category, right, made in rows}

    @api.model
    def _pause_what_is_undone(self, company, known):
        """Pause a certain rule, or all that posts by its record, when more than 0.5 % of the last 200
        automatic matches of its kind were undone since a person last allowed it."""
        undone = {}
        for group, name, decided_on in self._last_undone(company):
            allowed_on = known[name].allowed_on if name in known else False
            if not allowed_on or decided_on > allowed_on:
                undone[group] = undone.get(group, 0) + 1
        for group, count in undone.items():
            if count > LAST * UNDONE_SHARE:
                rows = self.browse([row.id for row in known.values() if row._posts_as(group)])
                rows._pause(count)

    def _posts_as(self, group):
        if group == "record":
            return self.state == "posting"
        return self.name == group and self.state == "certain"

    @api.model
    def _last_undone(self, company):
        """[(rule or 'record', category, when decided)] of the undone among the last automatic ones."""
        return self.env.execute_query(
            SQL(
                """SELECT kind, category, decided_on FROM (
                       SELECT kind, category, decided_on, state,
                              row_number() OVER (PARTITION BY kind ORDER BY decided_on DESC, id DESC) AS place
                         FROM (SELECT id, category, decided_on, state,
                                      CASE WHEN category LIKE '%%/%%' THEN 'record' ELSE category END AS kind
                                 FROM recon_proposal
                                WHERE company_id = %s AND is_automatic AND category IS NOT NULL
                                  AND state IN ('accepted', 'undone')) AS automatic
                   ) AS placed
                    WHERE place <= %s AND state = 'undone'""",
                company.id,
                LAST,
            )
        )

    def _pause(self, count):
        for row in self:
            row.state = "paused"
            row.message_post(
                body=self.env._(
                    "%(count)s of the last %(last)s automatic matches were undone: this kind only "
                    "proposes until it is allowed again.",
                    count=count,
                    last=LAST,
                )
            )
            for user in self._managers(row.company_id):
                row.activity_schedule(
                    "open_banking_recon.mail_activity_category_paused", user_id=user.id
                )

    def _managers(self, company):
        # sudo: who has to look at it is not a question of who ran the matching
        group = self.env.ref("open_banking_recon.group_manager").sudo()
        return group.all_user_ids.filtered(lambda user: user.active and company in user.company_ids)

    def action_pause(self):
        """Have the category only propose from now on."""
        self.check_access("write")
        # sudo: the state is readonly, the button of a manager changes it
        self.sudo().state = "paused"

    def action_allow(self):
        """Let the category post again; what was undone before is forgotten."""
        self.check_access("write")
        # sudo: the state is readonly, the button of a manager changes it
        rows = self.sudo()
        for row in rows:
            row.state = "shadow" if "/" in row.name else "certain"
        rows.allowed_on = fields.Datetime.now()
        rows.activity_unlink(["open_banking_recon.mail_activity_category_paused"])
