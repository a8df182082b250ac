from rapidfuzz import fuzz, process

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..recon_core.matching.names import name_words
from ..recon_core.references import compact

FOUND_BY = [
    ("vat", "VAT number"),
    ("siren", "SIREN or SIRET"),
    ("iban", "IBAN"),
    ("name", "Name"),
    ("similar", "A similar name: please check"),
    ("layout", "Its layout, learned before"),
]
SURE = 0.9  # from here on a value may be used without a question
SIMILAR = 93  # likeness of two names, of 100


class ReconDocument(models.Model):
    """Who sent a document."""

    _inherit = "recon.document"

    supplier_found_by = fields.Selection(
        FOUND_BY, string="Supplier found by", readonly=True, copy=False
    )

    def write(self, vals):
        if "supplier_id" in vals and "supplier_found_by" not in vals:
            vals = {**vals, "supplier_found_by": False}  # a person chose
        return super().write(vals)

    def _find_supplier(self, read):
        """{"supplier_id", "supplier_found_by"}: by VAT number, SIREN, IBAN, then name; never the own
        company. Nothing to change when it cannot be told and a person chose one."""
        values = {name: str(field.value) for name, field in read.fields.items()}
        ways = (
            ("vat", self._partner_by_vat),
            ("siren", self._partner_by_siren),
            ("iban", self._partner_by_iban),
            ("name", self._partner_by_name),
            ("similar", self._partner_by_similar_name),
        )
        for found_by, find in ways:
            if partner := find(values):
                return {"supplier_id": partner.id, "supplier_found_by": found_by}
        return {} if self.supplier_id else {"supplier_id": False, "supplier_found_by": False}

    def _partner_by_vat(self, values):
        """A paper shows the numbers of both sides: who is not ourselves sent it."""
        own = compact(self.company_id.vat or "")
        numbers = [compact(values.get(name, "")) for name in ("supplier_vat", "buyer_vat")]
        if numbers[0] and numbers[0] != own:
            number = numbers[0]
        else:
            number = numbers[1] if numbers[0] and numbers[1] != own else ""
        return self._only_partner(_written_as("vat", SQL("= %s", number)) if number else None)

    def _partner_by_siren(self, values):
        """A SIREN is the beginning of the SIRETs of its establishments, and the end of its VAT number
        (code de commerce, art. R123-221 and R123-222)."""
        told = values.get("supplier_siren") or values.get("supplier_siret") or ""
        siren = compact(told)[:9]
        if len(siren) < 9 or not siren.isdigit():
            return self.env["res.partner"]
        registry = _written_as("company_registry", SQL("LIKE %s", f"{siren}%"))
        vat = _written_as("vat", SQL("LIKE %s", f"FR__{siren}"))
        return self._only_partner(SQL("(%s OR %s)", registry, vat))

    def _partner_by_iban(self, values):
        iban = compact(values.get("iban", ""))
        found = self.env["account.bank.statement.line"]._partners_by_iban(self.company_id, [iban])
        partner = self.env["res.partner"].browse(found.get(iban))
        return partner - self.company_id.partner_id

    def _partner_by_name(self, values):
        name = " ".join(values.get("supplier_name", "").split())
        return self._only_partner(SQL("lower(name) = lower(%s)", name) if name else None)

    def _partner_by_similar_name(self, values):
        """The one supplier whose name is as good as the same; without legal forms and accents."""
        name = " ".join(name_words(values.get("supplier_name", "")))
        if len(name) < 5:
            return self.env["res.partner"]
        known = {
            partner_id: " ".join(name_words(known_as))
            for partner_id, known_as in self._partner_rows(
                SQL("name"), SQL("id = commercial_partner_id AND (supplier_rank > 0 OR is_company)")
            )
        }
        alike = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=2)
        found = {partner_id for _name, _score, partner_id in alike}
        return self.env["res.partner"].browse(found if len(found) == 1 else ())

    def _only_partner(self, condition):
        """The one partner for which ``condition`` holds; empty for none and for several."""
        if condition is None:
            return self.env["res.partner"]
        rows = {partner_id for partner_id, _one in self._partner_rows(SQL("1"), condition)}
        return self.env["res.partner"].browse(rows if len(rows) == 1 else ())

    def _partner_rows(self, column, condition):
        """[(id of the commercial partner, column)], the own company's left out."""
        self.env["res.partner"].flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id, %s FROM res_partner WHERE active"
                " AND (company_id IS NULL OR company_id = %s) AND commercial_partner_id != %s"
                " AND name IS NOT NULL AND %s",
                column,
                self.company_id.id,
                self.company_id.partner_id.commercial_partner_id.id,
                condition,
            )
        )

    # -- a new one --------------------------------------------------------------

    def action_create_supplier(self):
        """The supplier as a new contact, from what was read; a person has confirmed it."""
        self.ensure_one()
        self.check_access("write")
        values = {field.name: field.value for field in self.field_ids}
        name = values.get("supplier_name")
        if self.supplier_id or not name:
            raise UserError(
                self.env._("%s: choose the supplier; no name of a new one was read.", self.name)
            )
        if not self.env["res.partner"].has_access("create"):
            raise UserError(
                self.env._("You may not create contacts. Ask a colleague who may, or choose one.")
            )
        self.write({"supplier_id": self._new_supplier(name, values).id})

    def _new_supplier(self, name, values):
        vat = compact(values.get("supplier_vat") or "")
        if vat == compact(self.company_id.vat or ""):
            vat = ""
        country = self.env["res.country"].search([("code", "=", vat[:2])], limit=1)
        if vat and country:
            checked, _country = self.env["res.partner"]._run_vat_checks(
                country, vat, validation="setnull"
            )
            vat = checked
        partner = self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "supplier_rank": 1,
                "vat": vat or False,
                "country_id": country.id,
                "company_registry": values.get("supplier_siren"),
            }
        )
        self._note_bank_account(partner, values)
        return partner

    def _note_bank_account(self, partner, values):
        """The IBAN that was read, never trusted: who pays looks at it first."""
        surely = {field.name for field in self.field_ids if field.confidence >= SURE}
        iban = compact(values.get("iban") or "")
        own = self.env["res.partner.bank"].search_count(
            [
                ("partner_id", "=", self.company_id.partner_id.id),
                ("sanitized_acc_number", "=", iban),
            ],
            limit=1,
        )
        if iban and "iban" in surely and not own:
            self.env["res.partner.bank"].create(
                {"acc_number": iban, "partner_id": partner.id, "allow_out_payment": False}
            )


def _written_as(column, condition):
    """SQL: the letters and digits of ``column`` fulfil ``condition``."""
    return SQL(
        "regexp_replace(upper(%s), '[^A-Z0-9]', '', 'g') %s", SQL.identifier(column), condition
    )
