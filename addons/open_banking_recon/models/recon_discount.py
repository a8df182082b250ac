from odoo import api, models

# of the values that Odoo prepares: what the bank entry computes itself
OWN_VALUES = ("balance", "currency_id")


class ReconDiscount(models.AbstractModel):
    """Early payment discounts of payment terms, booked as Odoo books them: with their taxes."""

    _name = "recon.discount"
    _description = "Early Payment Discounts"

    @api.model
    def _write_offs(self, st_line, allocations, difference):
        """Journal items that explain ``difference`` (bank line's currency, signed as the bank) as the
        discounts that the payment terms of the documents grant; empty when they do not.

        ``allocations``: [(account.move.line, amount)].
        """
        currency = st_line.currency_id
        day = st_line.booking_date or st_line.date
        granted = [item for item, _amount in allocations if self._is_granted(item, currency, day)]
        total = sum(item.amount_currency - item.discount_amount_currency for item in granted)
        if not granted or currency.compare_amounts(total, -difference):
            return []
        prepared = self.env[
            "account.move"
        ]._get_invoice_counterpart_amls_for_early_payment_discount(
            [
                {
                    "aml": item,
                    "amount_currency": -item.amount_residual_currency,
                    "balance": -item.amount_residual,
                }
                for item in granted
            ],
            currency._convert(-difference, st_line.company_id.currency_id, st_line.company_id, day),
        )
        return [
            {name: value for name, value in vals.items() if name not in OWN_VALUES}
            for values in prepared.values()
            for vals in values
        ]

    def _is_granted(self, item, currency, day):
        return (
            item.display_type == "payment_term"
            and item.amount_residual_currency == item.amount_currency
            and item.move_id._is_eligible_for_early_payment_discount(currency, day)
        )
