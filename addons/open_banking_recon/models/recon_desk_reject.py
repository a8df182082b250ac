from odoo import api, models
from odoo.exceptions import UserError


class ReconDesk(models.AbstractModel):
    """A proposal that a person refuses without taking another."""

    _inherit = "recon.desk"

    @api.model
    def reject(self, exception_id, proposal_id, stamp):
        """The line goes on waiting, and ``proposal_id`` is not proposed again; the line as it is then.

        ``stamp``: as in ``accept``.
        """
        exception = self._one(exception_id, "write")
        exception.st_line_id.check_access("write")
        self._refuse_stale(exception, stamp)
        proposal = self._proposals(exception.st_line_id).filtered(
            lambda row: row.id == int(proposal_id)
        )
        if not proposal:
            raise UserError(self.env._("This proposal is decided already."))
        proposal._refuse()
        return self.lines(exception.ids)[0]
