from odoo.addons.web.controllers.export import CSVExport, ExportXlsxWriter

# Odoo takes the edge off =, + and - in CSV files; spreadsheets also start formulas with these
MORE_FORMULA_STARTS = ("@", "\t", "\r")

_write = ExportXlsxWriter.write


def _write_text_as_text(writer, row, column, cell_value, style=None):
    """Odoo lets the library guess: a payer named ``=HYPERLINK(...)`` becomes a formula, an address a
    link. There is no hook between the controller and its writer."""
    if isinstance(cell_value, str):
        writer.worksheet.write_string(row, column, cell_value, style)
    else:
        _write(writer, row, column, cell_value, style)


ExportXlsxWriter.write = _write_text_as_text


class TextSafeCSVExport(CSVExport):
    """Text that came from a bank is no formula in the spreadsheet of whoever opens the file."""

    def from_data(self, fields, columns_headers, rows):
        # EXTENDS web
        safe = [
            [
                f"'{value}"
                if isinstance(value, str) and value.startswith(MORE_FORMULA_STARTS)
                else value
                for value in row
            ]
            for row in rows
        ]
        return super().from_data(fields, columns_headers, safe)
