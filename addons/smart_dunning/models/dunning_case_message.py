"""What a message to a customer is made of: debts, bank account, links and what the law adds."""

from __future__ import annotations

import base64
from io import BytesIO

import qrcode

from odoo import fields, models
from odoo.tools.misc import format_amount

from ..dunning_core import legal
from ..dunning_core.types import EventKind

_FIXED = ("dunning_item_ids", "dunning_amount")


class DunningCase(models.Model):
    _inherit = "dunning.case"

    def _letter(self):
        """What the template of a message lists: {case, items, amount, credit, reminded, bank, reference,
        late}; ``late`` as _late_terms gives it.

        The sender fixes items and amount in the context; a preview takes all that is overdue, or
        all that is open when nothing is. A message asks several times: _template_for looks once.
        """
        self.ensure_one()
        known = self.env.context.get("dunning_letter")
        if known and known["case"] == self:
            # in the language of the text that is being written
            return {
                name: value.with_env(self.env) if isinstance(value, models.BaseModel) else value
                for name, value in known.items()
            }
        items = self.item_ids.browse(self.env.context.get("dunning_item_ids", ()))
        if not items:
            open_items = self.item_ids.filtered("amount_residual")
            today = fields.Date.context_today(self)
            items = open_items.filtered(lambda i: i.date_maturity < today) or open_items
        items = items.sorted("date_maturity")
        total = sum(items.mapped("amount_residual"))
        amount = self.env.context.get("dunning_amount", total)
        return {
            "case": self,
            "items": items,
            "amount": amount,
            "credit": total - amount,
            # a first message never speaks of an earlier one
            "reminded": any(items.mapped("was_contacted")),
            "bank": self._bank_account(items),
            "reference": self._payment_reference(),
            "late": self._late_terms(),
        }

    def _letter_amount(self):
        """What is asked for, as the customer reads it."""
        return format_amount(self.env, self._letter()["amount"], self.currency_id)

    def _bank_account(self, items):
        """The account to pay into: that of an invoice, else the first one of the company.

        sudo: controllers may not read each bank account.
        """
        company = self.company_id.sudo()
        return items.move_id.sudo().partner_bank_id[:1] or company.partner_id.bank_ids[:1]

    def _late_terms(self):
        """The law on late payment where it may be spoken of: {cost, currency, is_french}, else False.

        Only for businesses: a consumer owes no fee and no flat cost.
        """
        if not self.partner_id.is_company:
            return False
        today, company = fields.Date.context_today(self), self.company_id
        # sudo: the law is the same for everybody
        profiles = self.env["dunning.legal.profile"].sudo().search([("valid_from", "<=", today)])
        profile = legal.find_profile(
            [each._to_kernel(self.currency_id, company, today) for each in profiles],
            company.account_fiscal_country_id.code,
            legal.Audience.BUSINESS,
            today,
        )
        if profile is None:
            return False
        record = profiles.browse(profile.ref)
        return {
            "cost": record.recovery_cost,
            "currency": record.recovery_currency_id,
            "is_french": company.account_fiscal_country_id.code == "FR",
        }

    def _payment_qr(self):
        """A SEPA QR code (EPC069-12) of what is asked for as a data URI, False where it cannot be:
        another currency, no IBAN, nothing to pay."""
        letter = self._letter()
        content = self._qr_content(letter["bank"], letter["amount"], letter["reference"])
        if not content:
            return False
        image = BytesIO()
        qrcode.make(content, box_size=4).save(image, "PNG")
        return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"

    def _qr_content(self, account, amount, reference):
        """What a SEPA QR code of a transfer of ``amount`` to ``account`` says, "" where SEPA has
        none. Odoo makes it; its drawing needs a library that is often missing."""
        self.ensure_one()
        currency, partner = self.currency_id, self.partner_id
        if not account or currency.compare_amounts(amount, 0) <= 0:
            return ""
        text = f"{amount:.{currency.decimal_places}f}"
        terms = ("sct_qr", text, currency, partner, "", reference)
        if account._get_error_messages_for_qr(
            "sct_qr", partner, currency
        ) or account._check_for_qr_code_errors(*terms):
            return ""
        return "\n".join(account._get_qr_vals(*terms))

    def _payment_qr_file(self, action):
        """The QR code of ``action`` as an attachment; none where there is no code."""
        attachments = self.env["ir.attachment"]
        uri = self._for_message(action.item_ids, action.amount)._payment_qr()
        if not uri:
            return attachments
        return attachments.create(
            {
                "name": "payment-qr.png",
                "raw": base64.b64decode(uri.partition(",")[2]),
                "mimetype": "image/png",
                "res_model": action._name,
                "res_id": action.id,
            }
        )

    def _for_message(self, items, amount):
        """The case as a message about ``items`` sees it."""
        return self.with_context(dunning_item_ids=items.ids, dunning_amount=amount)

    def _render_message(self, template, items=None, amount=None, lang=None):
        """{subject, body_html} of ``template`` in ``lang``, by default that of the customer.

        sudo: templates are rendered for users who may not read every record they name.
        """
        self.ensure_one()
        template = self._template_for(template, items, amount)
        language = {"set_lang": lang} if lang else {"compute_lang": True}
        return {
            field: template._render_field(
                field, self.ids, options={"post_process": True}, **language
            )[self.id]
            for field in ("subject", "body_html")
        }

    def _render_sms(self, template, items=None, amount=None, lang=None):
        """The text of an SMS in ``lang``, by default that of the customer. sudo: as in
        _render_message."""
        self.ensure_one()
        template = self._template_for(template, items, amount)
        lang = lang or self.partner_id.lang
        return template._render_field("body", self.ids, set_lang=lang)[self.id]

    def _template_for(self, template, items, amount):
        case = self if items is None else self._for_message(items, amount)
        context = {name: case.env.context[name] for name in _FIXED if name in case.env.context}
        letter = case._letter()
        return template.sudo().with_context(**context, dunning_letter=letter)

    def _opt_out_sudo(self):
        """The customer wants no more e-mail: letters from now on, unless they chose another way.

        sudo: the customer has no login. Asked twice it changes nothing.
        """
        facts = []
        for case in self.sudo():
            partner = case.partner_id.with_company(case.company_id)
            partner.dunning_no_email = True
            if partner.dunning_channel in (False, "email"):
                partner.dunning_channel = "letter"
            facts.append((case, EventKind.OPTED_OUT, f"res.partner,{partner.id}", "1"))
        self._register_sudo(facts)
        self._trigger_plan_sudo()
