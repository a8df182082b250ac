"""Printing letters: the books are read once more, then the pages are made and the letters are out."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf


class DunningPrinter(models.AbstractModel):
    _name = "dunning.printer"
    _description = "Printing of Follow-up Letters"

    @api.model
    def _print_sudo(self, letters, now):
        """Make those of ``letters`` that are still right, as sent at ``now``; returns them.

        All in one transaction: what fails leaves every letter waiting. What was settled meanwhile
        is cancelled, what is on hold waits. sudo: controllers write no messages by hand.
        """
        sender = self.env["dunning.sender"].sudo()
        waiting = letters.sudo().try_lock_for_update()
        waiting.invalidate_recordset(["state"])
        waiting = waiting.filtered(lambda action: action.state == "to_print")
        waiting._set_state("approved")
        ready = sender._check_and_freeze(waiting, now)
        for action in ready:
            action._set_state("sending", attempts=action.attempts + 1)
            sender._store_result(action, sender._channel(action)._send(action), now)
        return ready


class DunningAction(models.Model):
    _inherit = "dunning.action"

    def action_print(self):
        """Print the letters that wait, as one PDF. Says which of them are no longer due."""
        self._check_controller()
        letters = self.filtered(lambda action: action.state == "to_print")
        if not letters:
            raise UserError(self.env._("Choose letters that are ready to be printed."))
        printed = self.env["dunning.printer"]._print_sudo(letters, fields.Datetime.now())
        left_out = letters.sudo() - printed  # sudo: names of customers for the message only
        if not printed:
            return self._tell(self._left_out_text(left_out), "warning")
        merged = self.env["ir.attachment"].create(
            {
                "name": self.env._("Letters %(day)s.pdf", day=fields.Date.context_today(self)),
                "raw": merge_pdf([action._letter_file().raw for action in printed]),
                "mimetype": "application/pdf",
                "res_model": self._name,  # of no single message: forgotten after a day
            }
        )
        url = f"/web/content/{merged.id}?download=true"
        download = {"type": "ir.actions.act_url", "url": url, "target": "self"}
        if not left_out:
            return download
        return self._tell(self._left_out_text(left_out), "warning", download)

    def _letter_file(self):
        return self.attachment_ids.filtered(lambda file: file.mimetype == "application/pdf")[:1]

    def _left_out_text(self, left_out):
        labels = dict(self._fields["state"]._description_selection(self.env))
        reasons = dict(self._fields["cancel_reason"]._description_selection(self.env))
        return self.env._(
            "Not printed, because the books have changed: %(letters)s.",
            letters="; ".join(
                f"{action.partner_id.display_name} "
                f"({reasons.get(action.cancel_reason) or labels[action.state]})"
                for action in left_out
            ),
        )

    def _tell(self, message, kind, after=None):
        params = {"message": message, "type": kind, "sticky": True}
        if after:
            params["next"] = after
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
