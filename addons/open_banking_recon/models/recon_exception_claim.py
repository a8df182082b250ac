from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

LASTS = timedelta(minutes=3)


class ReconException(models.Model):
    """Several people at the same list: who works on a line marks it, and others see that."""

    _inherit = "recon.exception"

    claimed_by_id = fields.Many2one("res.users", readonly=True, string="Being worked on by")
    claimed_until = fields.Datetime(readonly=True)
    postponed_until = fields.Date(tracking=True, help="Back on the list on this day, by itself.")

    def _claim(self):
        """Mark the line as the user's for three minutes; returns who else holds it, or nobody.

        Renewed by calling again. One statement: of two people at once, one gets it.
        """
        self.ensure_one()
        self.check_access("write")
        now = fields.Datetime.now()
        taken = self.env.execute_query(
            SQL(
                """UPDATE recon_exception SET claimed_by_id = %(user)s, claimed_until = %(until)s
                    WHERE id = %(id)s AND (claimed_by_id IS NULL OR claimed_by_id = %(user)s
                                           OR claimed_until <= %(now)s)
                RETURNING id""",
                user=self.env.uid,
                until=now + LASTS,
                now=now,
                id=self.id,
            )
        )
        self.invalidate_recordset(["claimed_by_id", "claimed_until"])
        return self.env["res.users"] if taken else self._holder()

    def _release(self):
        """Let go of those of the lines that the user holds."""
        self.check_access("write")
        self.env.execute_query(
            SQL(
                """UPDATE recon_exception SET claimed_by_id = NULL, claimed_until = NULL
                    WHERE id = ANY(%s) AND claimed_by_id = %s RETURNING id""",
                list(self.ids),
                self.env.uid,
            )
        )
        self.invalidate_recordset(["claimed_by_id", "claimed_until"])

    def _holder(self):
        """Who else is working on the line now; an empty recordset when nobody is."""
        self.ensure_one()
        if not self.claimed_until or self.claimed_until <= fields.Datetime.now():
            return self.env["res.users"]
        if self.claimed_by_id == self.env.user:
            return self.env["res.users"]
        return self.claimed_by_id.sudo()  # sudo: the name of a colleague
