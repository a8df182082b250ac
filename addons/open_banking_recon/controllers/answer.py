from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..recon_core.errors import ReconError


class OpenBankingAnswer(http.Controller):
    """What a bank answered, for the security officer who asks for it."""

    @http.route("/open_banking/answer/<int:answer_id>", type="http", auth="user", methods=["GET"])
    def answer(self, answer_id):
        answer = request.env["open.banking.answer"].browse(answer_id).exists()
        if not answer:
            raise request.not_found()
        try:
            body = answer._opened_sudo()
        except ReconError as error:
            sentence = request.env["open.banking.messages"]._file_sentence(error.code, error.detail)
            raise UserError(sentence) from error
        headers = [
            # never shown as a page: it is what somebody else wrote
            ("Content-Type", "application/octet-stream"),
            ("Content-Disposition", f'attachment; filename="answer-{answer.id}.txt"'),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(body, headers)
