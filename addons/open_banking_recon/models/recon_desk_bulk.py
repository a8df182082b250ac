from collections import Counter

from odoo import api, models

from .recon_apply import CHUNK
from .recon_masking import shown

SHOWN = 200


class ReconDesk(models.AbstractModel):
    """Accepting many likely proposals at once, after a look at them."""

    _inherit = "recon.desk"

    @api.model
    @shown
    def bulk_preview(self, filters=None, probability=0.9):
        """What would be accepted of the lines that ``filters`` show.

        {ids, count, totals: [{currency_id, amount}], rows: the first of them,
        left_out: {why: count}}.
        """
        self.env["recon.exception"].check_access("read")
        filters = dict(filters or {}, min_probability=float(probability))
        likely = self.env["recon.exception"].search(
            self._todo(filters) & self._narrow(filters), order="probability DESC, id"
        )
        taken, left_out, totals = set(), Counter(), Counter()
        chosen = []
        choices = self._bulk_choices(likely)
        for exception in likely:
            why = self._bulk_obstacle(exception, *choices[exception], taken)
            if why:
                left_out[why] += 1
                continue
            taken |= _item_ids(choices[exception][0])
            chosen.append(exception.id)
            totals[exception.currency_id.id] += abs(exception.amount)
        chosen = likely.browse(chosen)
        return {
            "ids": chosen.ids,
            "count": len(chosen),
            "totals": [{"currency_id": key, "amount": value} for key, value in totals.items()],
            "rows": chosen[:SHOWN]._desk_rows(),
            "left_out": dict(left_out),
        }

    @api.model
    def bulk_accept(self, exception_ids):
        """Post the best proposals of at most 250 exceptions.

        {done: [line ids], refused: [{id, text, why}]}: a line that does not work stops only itself.
        """
        exceptions = self._open_ones(list(exception_ids)[:CHUNK])
        exceptions.check_access("write")
        exceptions.st_line_id.check_access("write")
        decision = self.env["recon.decision"]
        matches, by_line, refused, taken = [], {}, [], set()
        choices = self._bulk_choices(exceptions)
        for exception in exceptions:
            choice, policy = choices[exception]
            why = self._bulk_obstacle(exception, choice, policy, taken)
            if why:
                refused.append((exception, why))
                continue
            taken |= _item_ids(choice)
            matches.append(decision._match(exception.st_line_id, choice))
            by_line[exception.st_line_id.id] = exception
        done, failed = self.env["recon.apply"]._apply_each(matches)
        refused += [(by_line[match.st_line.id], str(error)) for match, error in failed]
        accepted = self.env["recon.exception"].union(*(by_line[line.id] for line in done))
        self._settle_in_bulk(done, accepted)
        return {
            "done": done.ids,
            "refused": [
                {"id": exception.id, "text": exception.payment_ref, "why": why}
                for exception, why in refused
            ],
        }

    def _settle_in_bulk(self, done, accepted):
        best = accepted.best_proposal_id
        others = self.env["recon.proposal"].search(
            [
                ("st_line_id", "in", done.ids),
                ("state", "=", "proposed"),
                ("id", "not in", best.ids),
            ]
        )
        best._set_state("accepted")
        others._set_state("rejected")
        settled = done.filtered("is_reconciled")
        self.env["recon.learner"]._learn(settled)
        for rule, proposals in best.grouped("rule").items():
            (proposals.st_line_id & settled)._set_match_state("accepted", rule, 1.0)
        self.env["recon.exception"]._resolve(settled)

    def _bulk_choices(self, exceptions):
        """{exception: (the Choice that takes its best proposal over, the policy of its journal)}"""
        policies = self.env["recon.policy"]._for_journals(exceptions.journal_id)
        decision = self.env["recon.decision"]
        return {
            row: (decision._of_proposal(row.best_proposal_id, policy), policy)
            for row in exceptions
            for policy in [policies[row.journal_id]]
        }

    def _bulk_obstacle(self, exception, choice, policy, taken):
        """Why the line is not accepted together with others, in words, or False."""
        proposal = exception.best_proposal_id
        if exception._holder():
            return self.env._("a colleague is working on it")
        is_whole = len(choice.documents) == len(proposal.line_ids)
        if not choice.documents or not is_whole or proposal.state != "proposed":
            return self.env._("its document is paid already")
        if taken & _item_ids(choice):
            return self.env._("another line claims the same document")
        if exception.reason in ("returned", "duplicate", "closed_period"):
            return self.env._("it needs a look: returned, paid twice or in a closed period")
        rest = self.env["recon.decision"]._rest(exception.st_line_id, choice.documents)
        if not choice.parts and not exception.currency_id.is_zero(rest):
            return self.env._("nobody has said what becomes of the difference")
        if choice.parts and self.env["recon.decision"]._limit(exception.st_line_id, choice, policy):
            return self.env._("a second person has to approve what is written off")
        return False


def _item_ids(choice):
    return {item.id for item, _amount in choice.documents}
