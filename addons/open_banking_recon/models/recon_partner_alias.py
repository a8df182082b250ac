from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..recon_core.matching.aliases import aliases_of, normal_value
from ..recon_core.matching.experience import Alias, AliasKind
from ..recon_core.matching.names import name_words

KEEP_NUMBERS = timedelta(days=180)


class ReconPartnerAlias(models.Model):
    """How the bank shows somebody who pays for a partner, learned from reconciled lines.

    One row an observed value and partner: an accountant or a factor pays for many, so no value
    belongs to one partner alone. Undoing a match takes back what it taught.
    """

    _name = "recon.partner.alias"
    _description = "Learned Payer"
    _order = "partner_id, kind, count desc, id"
    _rec_name = "value"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [("name", "Name"), ("iban", "IBAN"), ("word", "Number in the text")], required=True
    )
    value = fields.Char(required=True)
    count = fields.Integer(string="Seen", default=1, required=True)
    last_seen = fields.Date(default=fields.Date.context_today)

    _value_unique = models.UniqueIndex(
        "(company_id, kind, value, partner_id)", "This payer is known for the partner already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise(vals, vals.get("kind"))
        return super().create(vals_list)

    def write(self, vals):
        for kind, rows in self.grouped("kind").items():
            own = dict(vals)
            rows._normalise(own, vals.get("kind", kind))
            super(ReconPartnerAlias, rows).write(own)
        return True

    def _normalise(self, vals, kind):
        """Bring what a person wrote into the form in which bank lines are compared."""
        if "value" in vals and kind:
            vals["value"] = normal_value(AliasKind(kind), vals["value"] or "")
            if not vals["value"]:
                raise UserError(self.env._("Enter a name, an IBAN or a number."))
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id

    @api.model
    def _kernel_aliases(self, company):
        """The aliases of ``company`` as values of the kernel. Numbers that were seen once, or for
        several partners, tell nothing and stay in the database."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, value, partner_id, count FROM recon_partner_alias
                    WHERE company_id = %(company)s AND kind != 'word'
                UNION ALL
                   SELECT 'word', value, min(partner_id), sum(count) FROM recon_partner_alias
                    WHERE company_id = %(company)s AND kind = 'word'
                 GROUP BY value HAVING sum(count) > 1 AND count(DISTINCT partner_id) = 1""",
                company=company.id,
            )
        )
        return tuple(
            Alias(AliasKind(kind), value, owner, count) for kind, value, owner, count in rows
        )

    @api.model
    def _observe(self, company, lines, settled, times=1):
        """Count what each of ``lines`` (kernel values by id) says about its payer, or take it back
        with ``times`` -1. ``settled``: {line id: [recon.learner.Settled]}. One statement."""
        observed = {}
        everybody = {item.partner_id for items in settled.values() for item in items}
        self.env["res.partner"].browse(everybody).fetch(["name"])
        for line_id, items in settled.items():
            owners = {item.partner_id for item in items}
            if len(owners) != 1:
                continue  # who pays for several at once tells nothing about one of them
            owner = owners.pop()
            references = [reference for item in items for reference in item.references]
            for alias in self._new_to(owner, aliases_of(lines[line_id], owner, references)):
                key = (alias.kind.value, alias.value, owner)
                observed[key] = observed.get(key, 0) + times
        if observed:
            self._add(company, observed)

    def _new_to(self, owner, aliases):
        """``aliases`` without what the partner's own card says."""
        partner = self.env["res.partner"].browse(owner)
        own_name = " ".join(name_words(partner.name or ""))
        return [
            alias
            for alias in aliases
            if alias.kind is not AliasKind.NAME or alias.value != own_name
        ]

    @api.autovacuum
    def _gc_numbers(self):
        """Forget numbers that were seen once and never again: they tell nothing about anybody."""
        self.search(
            [
                ("kind", "=", "word"),
                ("count", "=", 1),
                ("last_seen", "<", fields.Date.context_today(self) - KEEP_NUMBERS),
            ]
        ).unlink()

    def _add(self, company, observed):
        """Add counts of {(kind, value, partner id): count}; rows that reach zero are removed.

        In SQL, so that two workers who see one payer at the same time both count.
        """
        today = fields.Date.context_today(self)
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, %s, %s, %s)", company.id, owner, kind, value, count, today)
            for (kind, value, owner), count in sorted(observed.items())
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO recon_partner_alias AS known
                          (company_id, partner_id, kind, value, count, last_seen) VALUES %s
                   ON CONFLICT (company_id, kind, value, partner_id) DO UPDATE
                   SET count = known.count + EXCLUDED.count,
                       last_seen = greatest(known.last_seen, EXCLUDED.last_seen)
                   RETURNING id""",
                rows,
            )
        )
        self.env.execute_query(
            SQL(
                "DELETE FROM recon_partner_alias WHERE company_id = %s AND count <= 0 RETURNING id",
                company.id,
            )
        )
        self.invalidate_model()
