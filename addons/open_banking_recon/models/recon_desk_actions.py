from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .cron_trigger import trigger_sudo


class ReconDesk(models.AbstractModel):
    """What a person does on the workplace, one line at a time."""

    _inherit = "recon.desk"

    @api.model
    def claim(self, exception_id):
        """Mark the line as being worked on; the name of whoever does already, or False."""
        holder = self._one(exception_id, "write")._claim()
        return holder.name if holder else False

    @api.model
    def release(self, exception_id):
        """The line is left as it is."""
        self._open_ones([exception_id])._release()

    @api.model
    def accept(self, exception_id, choice, stamp, next_ids=(), next_id=False):
        """Post ``choice``; {settled, line_id, following: the lines ``next_ids`` that wait, ready to
        show, holder: who else works on ``next_id``, which is the user's otherwise}.

        ``stamp``: what the line looked like when it was decided on; a line that changed since is
        refused with a UserError and nothing is posted. What gives up more than the user may alone is
        not posted but asked for, with ``choice["reason"]``: {requested: the id of the request} then.
        """
        exception = self._one(exception_id, "write")
        st_line = exception.st_line_id
        st_line.check_access("write")
        self._refuse_stale(exception, stamp)
        decision = self.env["recon.decision"]
        settled, request = decision._decide(
            st_line, decision._read(st_line, choice), str(choice.get("reason") or "")
        )
        exception._release()
        is_done = settled or bool(request)
        following = self._open_ones([next_id] if is_done and next_id else [])
        return {
            "settled": settled,
            "requested": request.id,
            "line_id": st_line.id,
            "following": self.lines(list(next_ids)),
            "holder": following._claim().name if following else False,
            "line": False if is_done else self.lines(exception.ids)[0],
        }

    @api.model
    def undo(self, line_id):
        """Give back what ``line_id`` settled and put it on the list again; the id of its exception."""
        st_line = self._st_line(line_id)
        if st_line.match_state not in ("auto", "accepted"):
            raise UserError(self.env._("There is nothing to undo on this line."))
        decided = st_line.proposal_ids.filtered(
            lambda row: row.state in ("accepted", "rejected") and not row.refused_by_id
        )
        st_line.action_undo_match()
        return self._reopen(st_line, decided).id

    @api.model
    def open_line(self, line_id):
        """The exception of a bank line that waits, made when there is none; its id."""
        st_line = self._st_line(line_id)
        if st_line.is_reconciled:
            raise UserError(self.env._("%s is reconciled already.", st_line.payment_ref))
        return self._reopen(st_line, self.env["recon.proposal"]).id

    @api.model
    def set_partner(self, exception_id, partner_id):
        """The line is of ``partner_id``; the line as it is then."""
        exception = self._one(exception_id, "write")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        partner.check_access("read")
        exception.st_line_id.partner_id = partner
        exception.sudo().partner_id = partner  # sudo: readonly, the line's partner decides
        return self.lines(exception.ids)[0]

    @api.model
    def assign(self, exception_ids, user_id):
        """The lines are the work of ``user_id`` (False: of nobody)."""
        exceptions = self._open_ones(exception_ids)
        exceptions.check_access("write")
        if user_id:
            exceptions._assign(self.env["res.users"].browse(int(user_id)).exists())
        else:
            exceptions.write({"user_id": False})
        return exceptions._desk_rows()

    @api.model
    def postpone(self, exception_ids, until):
        """The lines leave the list until the day ``until`` (ISO date; False: they come back)."""
        exceptions = self._open_ones(exception_ids)
        exceptions.check_access("write")
        exceptions._postpone(fields.Date.to_date(until) if until else False)
        return len(exceptions)

    def _st_line(self, line_id):
        st_line = self.env["account.bank.statement.line"].browse(int(line_id)).exists()
        st_line.check_access("write")
        self.env["recon.exception"].check_access("write")
        if st_line.company_id not in self.env.companies:
            raise UserError(self.env._("This bank line belongs to another company."))
        return st_line

    def _refuse_stale(self, exception, stamp):
        holder = exception._holder()
        if holder:
            raise UserError(
                self.env._(
                    "%s is working on this line. Nothing was posted, your choice is kept.",
                    holder.name,
                )
            )
        st_line = exception.st_line_id
        if st_line._desk_stamp() != stamp:
            raise UserError(
                self.env._(
                    "%(who)s changed this line meanwhile. Nothing was posted, your choice is kept:"
                    " look at the line again.",
                    who=st_line.move_id.write_uid.name,
                )
            )

    def _reopen(self, st_line, decided):
        """The open exception of ``st_line``, with the proposals ``decided`` to choose from again."""
        # sudo: exceptions and proposals are the engine's; the right to the line was checked
        exceptions = self.env["recon.exception"].sudo()
        known = exceptions.search(Domain("st_line_id", "=", st_line.id), order="id desc", limit=1)
        again = (
            decided.sudo()
            .sorted("sequence")
            .filtered(lambda row: not any(row.line_ids.aml_id.mapped("reconciled")))
        )
        proposals = self.env["recon.proposal"].sudo()
        for row in again:
            proposals |= row.copy(
                {
                    "state": "proposed",
                    "line_ids": [
                        fields.Command.create({"aml_id": line.aml_id.id, "amount": line.amount})
                        for line in row.line_ids
                    ],
                }
            )
        if not known:
            waiting = st_line.proposal_ids.filtered(lambda row: row.state == "proposed")
            known = exceptions.create(
                {
                    "st_line_id": st_line.id,
                    "reason": "unsure" if waiting else "no_candidate",
                    "best_proposal_id": waiting[:1].id,
                    "partner_id": st_line.partner_id.id,
                }
            )
            trigger_sudo(self.env, "ir_cron_match")
        elif known.state != "open":
            known.write({"state": "open", "best_proposal_id": proposals[:1].id})
        st_line._set_match_state("exception")
        return known.sudo(False)
