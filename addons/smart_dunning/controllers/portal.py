"""The customer's page of a case: what is open, and what they may do about it without a login."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request, route
from odoo.tools import format_amount, format_date, is_html_empty
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.account.controllers.download_docs import _get_headers
from odoo.addons.payment.controllers import portal as payment_portal

from ..models.dunning_dispute import DISPUTE_REASONS

MAX_FILES = 3
MAX_FILE_BYTES = 5 * 1024 * 1024
FILE_TYPES = ("application/pdf", "image/jpeg", "image/png")
MAX_TEXT = 2000
MAX_REFERENCE = 140  # remittance information of a SEPA transfer
MAX_DRAFTS = 10  # payments begun and left within an hour
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = "/follow-up/<string:token>"
_READ = {"type": "http", "auth": "public", "methods": ["GET"], "website": False}
_WRITE = {"type": "http", "auth": "public", "methods": ["POST"], "website": False}


class FollowUpPortal(payment_portal.PaymentPortal):
    # -- reading ---------------------------------------------------------------------------------

    @route(_PAGE, **_READ)
    def follow_up(self, token, done=None, problem=None, **_kwargs):
        case = self._open_case(token)
        if not case:
            return self._not_found()
        page = case._page_sudo()
        values = {
            **page,
            **self._payment_values(case, page, token),
            "token": token,
            "done": done,
            "problem": problem,
            "today": fields.Date.context_today(case),
            "reasons": self._reasons(case),
            "max_text": MAX_TEXT,
            "max_reference": MAX_REFERENCE,
            "res_company": case.company_id,
            "money": lambda amount: format_amount(case.env, float(amount), case.currency_id),
            "day": lambda value: format_date(case.env, value),
            "is_html_empty": is_html_empty,  # Odoo's payment form asks for it
        }
        return self._answer(request.render("smart_dunning.portal_case", values))

    @route(f"{_PAGE}/invoice/<int:move_id>", **_READ)
    def follow_up_invoice(self, token, move_id, **_kwargs):
        """The PDF of an invoice of the case, and of no other."""
        case = self._open_case(token)
        move = case and case.item_ids.move_id.filtered(lambda move: move.id == move_id)
        if not move or move.move_type not in ("out_invoice", "out_refund"):
            return self._not_found()
        document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        headers = _get_headers(document["filename"], document["filetype"], document["content"])
        return self._answer(request.make_response(document["content"], headers))

    # -- writing ---------------------------------------------------------------------------------

    @route(f"{_PAGE}/promise", **_WRITE)
    def follow_up_promise(self, token, day=None, **_kwargs):
        case = self._open_case(token)
        if not case:
            return self._not_found()
        promised = _date(day)
        problem = case._customer_promises_sudo(promised) if promised else "bad_date"
        return self._back(token, "promise", problem)

    @route(f"{_PAGE}/plan", **_WRITE)
    def follow_up_plan(self, token, count=None, total=None, **_kwargs):
        case = self._open_case(token)
        if not case:
            return self._not_found()
        number, amount = self._cast_as_int(count), _amount(total, case.currency_id)
        problem = case._customer_accepts_plan_sudo(number, amount)
        return self._back(token, "plan", problem)

    @route(f"{_PAGE}/dispute", **_WRITE)
    def follow_up_dispute(self, token, move_id=None, reason=None, text=None, **_kwargs):
        case = self._open_case(token)
        if not case:
            return self._not_found()
        text = (text or "").strip()
        files, problem = _uploads()
        if reason not in dict(self._reasons(case)) or not text or len(text) > MAX_TEXT:
            problem = problem or "incomplete"
        problem = problem or case._customer_disputes_sudo(
            self._cast_as_int(move_id), reason, text, files
        )
        return self._back(token, "dispute", problem)

    @route(f"{_PAGE}/paid", **_WRITE)
    def follow_up_paid(self, token, day=None, amount=None, reference=None, **_kwargs):
        case = self._open_case(token)
        if not case:
            return self._not_found()
        paid_on, paid = _date(day), _amount(amount, case.currency_id)
        today = fields.Date.context_today(case)
        if not paid_on or not today - timedelta(days=366) <= paid_on <= today:
            return self._back(token, "paid", "bad_date")
        if not paid or not Decimal(0) < paid < Decimal(10**12):
            return self._back(token, "paid", "incomplete")
        reference = (reference or "").strip()[:MAX_REFERENCE]
        problem = case._customer_has_paid_sudo(paid_on, paid, reference)
        return self._back(token, "paid", problem)

    @route(f"{_PAGE}/pay", type="jsonrpc", auth="public", website=False)
    def follow_up_pay(self, token, amount=None, access_token=None, **kwargs):
        """Begin an online payment of what is to pay at this moment; the values for its provider."""
        case = self._open_case(token)
        if not case:
            raise ValidationError(request.env._("This link is not valid any more."))
        self._validate_transaction_kwargs(kwargs)
        page = case._page_sudo()
        context = self._payment_values(case, page, token)
        self._check_may_pay(case, page, context, amount, kwargs)
        moves = case._undisputed_items().move_id
        payable = moves.filtered(lambda move: move.move_type == "out_invoice")
        transaction = self._create_transaction(
            **{
                **kwargs,
                "amount": page["pay"]["amount"],
                "currency_id": case.currency_id.id,
                "partner_id": case.partner_id.id,
                "token_id": None,
                "tokenization_requested": False,
                "is_validation": False,
                "landing_route": f"/follow-up/{token}?done=payment",
                "custom_create_values": {
                    "invoice_ids": [Command.set((payable | case._credit_notes_sudo()).ids)]
                },
            }
        )
        return transaction._get_processing_values()

    def _check_may_pay(self, case, page, context, amount, kwargs):
        """ValidationError unless the payment is the one that the page offers now."""
        pay = page["pay"]["amount"]
        if page["paying"]:
            raise ValidationError(request.env._("A payment of yours is on its way already."))
        if not pay or case.currency_id.compare_amounts(self._cast_as_float(amount) or 0, pay):
            raise ValidationError(
                request.env._("The amount has changed. Load the page again and look at it.")
            )
        offered = (
            kwargs.get("flow") in ("redirect", "direct")
            and kwargs.get("provider_id") in context["providers_sudo"].ids
            and kwargs.get("payment_method_id") in context["payment_methods_sudo"].ids
        )
        if not offered or case._begun_payments_sudo() >= MAX_DRAFTS:
            raise ValidationError(
                request.env._("This payment cannot be made now. Please pay by bank transfer.")
            )

    def _payment_values(self, case, page, token):
        """The context of Odoo's payment form. No saved card is ever offered: a link is no login."""
        amount = page["pay"]["amount"]
        # sudo: the public user may not read payment providers
        providers = request.env["payment.provider"].sudo()
        methods = request.env["payment.method"].sudo()  # sudo: as above
        if amount and not page["paying"]:
            providers = providers._get_compatible_providers(
                case.company_id.id, case.partner_id.id, amount, currency_id=case.currency_id.id
            )
            methods = methods._get_compatible_payment_methods(
                providers.ids, case.partner_id.id, currency_id=case.currency_id.id
            )
        return {
            "amount": amount,
            "currency": case.currency_id,
            "partner_id": case.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": request.env["payment.token"],
            "availability_report": {},
            "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
            "transaction_route": f"/follow-up/{token}/pay",
            "landing_route": f"/follow-up/{token}",
            "access_token": "",
            "reference_prefix": None,
        }

    # -- the link --------------------------------------------------------------------------------

    def _open_case(self, token):
        """The case (in sudo) of ``token`` in the language of its customer; none for a bad one."""
        case = request.env["dunning.case"]._from_portal_token_sudo(token)
        if not case:
            return case
        lang = request.env["res.lang"]._get_code(case.partner_id.lang or request.env.lang)
        request.update_context(lang=lang)
        return case.with_context(lang=lang).with_company(case.company_id)

    def _reasons(self, case):
        """What may be chosen on the page: that something was paid already has a form of its own."""
        labels = dict(
            case.env["dunning.dispute"]._fields["reason"]._description_selection(case.env)
        )
        return [(code, labels[code]) for code, _label in DISPUTE_REASONS if code != "already_paid"]

    def _not_found(self):
        """The same page for a link that is forged, damaged, expired or replaced."""
        response = request.render(
            "smart_dunning.portal_not_found", {"res_company": request.env.company}
        )
        response.status_code = 404
        return self._answer(response)

    def _back(self, token, done, problem):
        query = f"problem={problem}" if problem else f"done={done}"
        return self._answer(request.redirect(f"/follow-up/{token}?{query}", code=303))

    def _answer(self, response):
        response.headers.update(HEADERS)
        return response


def _date(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _amount(text, currency):
    """``text`` as an amount of money (Decimal), None when it is none. A comma may stand for the
    point."""
    try:
        amount = Decimal((text or "").strip().replace(",", ".")[:20])
        amount = amount.quantize(Decimal(1).scaleb(-currency.decimal_places))
    except InvalidOperation:  # no number, infinite, or of more digits than money has
        return None
    return None if amount.is_nan() else amount


def _uploads():
    """([(name, bytes)], problem) of the files that were sent along; what a file is, its content
    tells and not its name."""
    found = []
    for upload in request.httprequest.files.getlist("files"):
        content = upload.stream.read(MAX_FILE_BYTES + 1)
        if not content:
            continue  # a browser sends an empty part when no file was chosen
        if len(content) > MAX_FILE_BYTES or len(found) == MAX_FILES:
            return [], "file_too_large"
        if guess_mimetype(content) not in FILE_TYPES:
            return [], "file_type"
        name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
        found.append((name[-100:] or "file", content))
    return found, None
