from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

CLAIMED_FOR = timedelta(minutes=3)


class ReconException(models.Model):
    """Who works on a line right now, so that two people do not do the same work.

    A claim ends by itself: nobody has to tidy up after a browser that was closed.
    """

    _inherit = "recon.exception"

    claimed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    claimed_until = fields.Datetime(readonly=True, copy=False)
    worked_on_by_id = fields.Many2one(
        "res.users",
        compute="_compute_worked_on_by_id",
        string="Worked on by",
        help="Who has this line open at the moment.",
    )

    @api.depends("claimed_by_id", "claimed_until")
    def _compute_worked_on_by_id(self):
        now = fields.Datetime.now()
        for row in self:
            is_held = row.claimed_until and row.claimed_until > now
            row.worked_on_by_id = row.claimed_by_id if is_held else False

    def _claim(self, now=None):
        """Take the line, or keep it, for three minutes from ``now`` (naive UTC, the present moment).

        Returns who holds it when that is somebody else, else no user. One statement decides: of two
        people who come at the same moment one gets the line.
        """
        self.ensure_one()
        self.check_access("write")
        now = now or fields.Datetime.now()
        self.flush_recordset(["claimed_by_id", "claimed_until"])
        taken = self.env.execute_query(
            SQL(
                """UPDATE recon_exception SET claimed_by_id = %(user)s, claimed_until = %(until)s
                    WHERE id = %(id)s AND (claimed_by_id IS NULL OR claimed_by_id = %(user)s
                                           OR claimed_until <= %(now)s)
                RETURNING id""",
                user=self.env.uid,
                until=now + CLAIMED_FOR,
                id=self.id,
                now=now,
            )
        )
        self.invalidate_recordset(["claimed_by_id", "claimed_until", "worked_on_by_id"])
        return self.env["res.users"] if taken else self.claimed_by_id

    def _release(self):
        """Give back the lines that the user holds; those of others stay theirs."""
        self.check_access("write")
        self.flush_recordset(["claimed_by_id", "claimed_until"])
        self.env.execute_query(
            SQL(
                """UPDATE recon_exception SET claimed_by_id = NULL, claimed_until = NULL
                    WHERE id = ANY(%s) AND claimed_by_id = %s
                RETURNING id""",
                list(self.ids),
                self.env.uid,
            )
        )
        self.invalidate_recordset(["claimed_by_id", "claimed_until", "worked_on_by_id"])
