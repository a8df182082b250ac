from odoo.http import Controller, content_disposition, request, route


class FiguresController(Controller):
    """The figures of value as a workbook."""

    @route("/open_banking_recon/figures.xlsx", type="http", auth="user", methods=["GET"])
    def figures(self, kind, first="", last="", companies=""):
        """The page of a period. ``companies``: ids of the user's choice, of which those that are not
        theirs are refused by Odoo."""
        chosen = [int(number) for number in companies.split(",") if number.isdecimal()]
        context = {"allowed_company_ids": chosen} if chosen else {}
        dashboard = request.env["recon.dashboard"].with_context(**context)
        content = dashboard._workbook(kind, first or False, last or False)
        return request.make_response(
            content,
            [
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Disposition", content_disposition("figures.xlsx")),
            ],
        )
