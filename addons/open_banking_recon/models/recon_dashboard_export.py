from io import BytesIO

import xlsxwriter

from odoo import api, models
from odoo.tools.misc import formatLang

FORMATS = {
    "money": "#,##0.00",
    "percent": "0.0%",
    "hours": "#,##0.00",
    "days": "0.0",
    "months": "0.0",
    "count": "#,##0",
}


class ReconDashboard(models.AbstractModel):
    """The page as a workbook, with numbers to go on calculating with, and on paper."""

    _inherit = "recon.dashboard"

    @api.model
    def _workbook(self, kind, first, last):
        """bytes of a workbook: one sheet with the figures, one with their tables and charts."""
        page = self.get_page(kind, first, last)
        stream = BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            styles = {
                unit: book.add_format({"num_format": shape}) for unit, shape in FORMATS.items()
            }
            styles["head"] = book.add_format({"bold": True})
            self._write_figures(book.add_worksheet(self.env._("Figures")), page, styles)
            self._write_details(book.add_worksheet(self.env._("Details")), page, styles)
        return stream.getvalue()

    def _write_figures(self, sheet, page, styles):
        sheet.set_column(0, 1, 32)
        sheet.set_column(2, 4, 16)
        sheet.set_column(5, 6, 70)
        sheet.write_string(0, 0, page["title"], styles["head"])
        sheet.write_string(0, 1, ", ".join(page["companies"]))
        currency = self.env["res.currency"].browse(page["currency_id"])
        self._write_heads(
            sheet,
            2,
            [
                *(self.env._("Part"), self.env._("Figure"), self.env._("Value")),
                *(self.env._("Before"), self.env._("Unit")),
                *(self.env._("Formula"), self.env._("From")),
            ],
            styles,
        )
        for row, (section, figure) in enumerate(_figures_of(page), 3):
            sheet.write_string(row, 0, section["label"])
            sheet.write_string(row, 1, figure["label"])
            for column, name in ((2, "value"), (3, "base")):
                _write_number(sheet, row, column, figure.get(name), styles[figure["unit"]])
            sheet.write_string(row, 4, self._unit_labels(currency)[figure["unit"]])
            sheet.write_string(row, 5, figure["formula"])
            sheet.write_string(row, 6, figure["source"])

    def _write_details(self, sheet, page, styles):
        sheet.set_column(0, 1, 40)
        sheet.set_column(2, 6, 18)
        row = 0
        for _section, figure in _figures_of(page):
            for columns, rows in _tables_of(figure):
                heads = [figure["label"], "", *[column["label"] for column in columns]]
                self._write_heads(sheet, row, heads, styles)
                for label, values in rows:
                    row += 1
                    sheet.write_string(row, 1, label)
                    for number, (column, value) in enumerate(zip(columns, values, strict=True), 2):
                        _write_number(sheet, row, number, value, styles[column["unit"]])
                row += 2

    def _write_heads(self, sheet, row, heads, styles):
        for column, head in enumerate(heads):
            sheet.write_string(row, column, head, styles["head"])

    def _unit_labels(self, currency):
        return {
            "money": currency.name,
            "percent": "%",
            "hours": self.env._("hours"),
            "days": self.env._("days"),
            "months": self.env._("months"),
            "count": self.env._("number"),
        }

    # -- on paper -------------------------------------------------------------

    @api.model
    def print_page(self, kind, first=False, last=False):
        """The action that prints the page as PDF."""
        self._check_reader()
        self._scope(kind, first, last)  # refuses dates that make no period
        return self.env.ref("open_banking_recon.recon_dashboard_report").report_action(
            self.env.companies.ids, data={"kind": kind, "first": first, "last": last}
        )

    @api.model
    def _written(self, value, unit, currency):
        """``value`` as a person reads it."""
        if value is None:
            return "–"
        if unit == "money":
            return formatLang(self.env, value, currency_obj=currency)
        if unit == "percent":
            return f"{formatLang(self.env, value * 100, digits=1)} %"
        if unit == "count":
            return formatLang(self.env, value, digits=0)
        return f"{formatLang(self.env, value, digits=1)} {self._unit_labels(currency)[unit]}"


class ReconDashboardReport(models.AbstractModel):
    _name = "report.open_banking_recon.dashboard_document"
    _description = "Value and Treasury on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        # OVERRIDES base: the page is computed for a period and not read from records
        dashboard, period = self.env["recon.dashboard"], data or {}
        page = dashboard.get_page(
            period.get("kind") or "year", period.get("first"), period.get("last")
        )
        currency = self.env["res.currency"].browse(page["currency_id"])
        return {
            "doc_ids": docids,
            "doc_model": "res.company",
            "docs": self.env.companies,
            "company": self.env.company,
            "page": page,
            "written": lambda value, unit: dashboard._written(value, unit, currency),
            "tables_of": _tables_of,
        }


def _figures_of(page):
    """(section, figure) in the order of the page."""
    for section in page["sections"]:
        for figure in section["figures"]:
            yield section, figure


def _tables_of(figure):
    """([{label, unit}], [(label, values)]) of the table and of the chart of ``figure``."""
    tables = []
    if figure["table"] and figure["table"]["rows"]:
        rows = [(row["label"], row["values"]) for row in figure["table"]["rows"]]
        tables.append((figure["table"]["columns"], rows))
    if figure["chart"]:
        chart = figure["chart"]
        columns = [{"label": series["label"], "unit": chart["unit"]} for series in chart["series"]]
        values = zip(*[series["data"] for series in chart["series"]], strict=True)
        tables.append((columns, list(zip(chart["labels"], values, strict=True))))
    return tables


def _write_number(sheet, row, column, value, style):
    if value is not None:
        sheet.write_number(row, column, value, style)
